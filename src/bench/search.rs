//! Searching for patients the four ways registrars do, against the least a look can cost: one row by its primary key, through the same HTTP,
//! session, gate and event.
//!
//! What was typed is posted first (it is kept sealed behind an opaque id); measured is the page of results that follows. One client by default:
//! the time of a search, not of a queue.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use super::client::Client;
use super::drive::{Load, drive};
use super::error::{Error, Result};
use super::figures::{Figures, micros};
use super::place::{Place, Settings, SignedIn};
use super::report::{Measure, Ratio, Report};
use super::served::{Served, What, looked_up};
use super::store::Sampled;
use crate::patients::{names, urls};

const ROLE: &str = "manager";
/// Searches of each kind: typed once, their results asked for in turn.
const LINES: usize = 400;
const PATIENTS: i64 = 3000;

/// A kind of search, and what somebody types who knows this patient; nothing where the patient can't be typed so.
type Kind = (&'static str, fn(&Sampled) -> Option<String>);

const KINDS: [Kind; 4] = [
    ("exact: record number", exact),
    ("prefix: smi,jo", prefix),
    ("typo: two letters swapped", typo),
    ("sounds like: another spelling", sounds_like),
];

fn exact(person: &Sampled) -> Option<String> {
    person.mrn.clone()
}

fn prefix(person: &Sampled) -> Option<String> {
    let (family, given) = (names::family_key(&person.family), names::given_key(&person.given));
    Some(format!("{},{}", family.get(..3)?, given.get(..2)?))
}

fn typo(person: &Sampled) -> Option<String> {
    let family = names::family_key(&person.family);
    let (second, third) = (family.get(1..2)?, family.get(2..3)?);
    if family.len() < 5 || second == third || !family.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let given = names::given_key(&person.given);
    Some(format!("{}{third}{second}{}, {}", &family[..1], &family[3..], given.get(..2)?))
}

/// A spelling that sounds the same and is more than one slip away.
fn sounds_like(person: &Sampled) -> Option<String> {
    const SPELLINGS: [(&str, &str); 12] = [
        ("ck", "k"),
        ("c", "k"),
        ("k", "c"),
        ("ph", "f"),
        ("f", "ph"),
        ("i", "y"),
        ("y", "i"),
        ("s", "z"),
        ("z", "s"),
        ("ee", "ea"),
        ("ll", "l"),
        ("nn", "n"),
    ];
    let family = names::family_key(&person.family);
    let sound = names::sounds(&family);
    let mut spelled = family.clone();
    for (as_is, other) in SPELLINGS {
        let tried = spelled.replacen(as_is, other, 1);
        if names::sounds(&tried) == sound {
            spelled = tried;
        }
        if spelled != family && !names::one_typo_apart(&spelled, &family) {
            return Some(format!("{spelled}, {}", names::given_key(&person.given).get(..4)?));
        }
    }
    None
}

pub async fn run(place: &Place, settings: &Settings) -> Result<Report> {
    let load = Load { clients: settings.clients.unwrap_or(1), lasts: settings.lasts };
    let people = place.sample(PATIENTS).await?;
    let session = place.sign_in(ROLE).await?;
    let served = Served::start(&place.config, What::Application).await?;
    let cookies = [session.cookie.clone()];
    let mut report = Report {
        bench: "search",
        setting: format!(
            "{} patients, {} client(s), {} s each",
            place.people().await?,
            load.clients,
            load.lasts.as_secs_f64()
        ),
        measures: Vec::new(),
        ratios: Vec::new(),
        notes: Vec::new(),
    };
    let by_key: Arc<[String]> = people.iter().map(|person| looked_up(person.patient)).collect();
    drive(served.address, &cookies, &by_key, load.warm_up()).await?;
    let baseline = drive(served.address, &cookies, &by_key, load).await?;
    report.measures.push(Measure::times("one patient by primary key", &baseline));
    let mut posts = Vec::new();
    for (kind, line) in KINDS {
        let lines: Vec<String> = people.iter().filter_map(line).take(LINES).collect();
        if lines.is_empty() {
            report.notes.push(format!("SKIPPED: nobody among the sampled can be searched for by {kind}"));
            continue;
        }
        let results = typed(&served, &session, &lines, &mut posts).await?;
        drive(served.address, &cookies, &results, load.warm_up()).await?;
        let figures = drive(served.address, &cookies, &results, load).await?;
        report.measures.push(Measure::times(kind, &figures));
        report.ratios.push(Ratio::new(format!("{kind}, median, over by primary key"), figures.over(&baseline), None));
    }
    let posts = Figures::of(posts, load.lasts);
    report.measures.push(Measure::times("sending what was typed", &posts));
    served.stop().await?;
    Ok(report)
}

/// Posts each line once; answers the addresses of the results.
async fn typed(served: &Served, session: &SignedIn, lines: &[String], times: &mut Vec<u32>) -> Result<Arc<[String]>> {
    let mut client = Client::open(served.address, &session.cookie).await?;
    let mut results = Vec::with_capacity(lines.len());
    for line in lines {
        let form = HashMap::from([("csrf", session.csrf.as_str()), ("q", line.as_str())]);
        let form = serde_urlencoded::to_string(form).map_err(|_| Error::Speech("a line that can't be sent"))?;
        let begun = Instant::now();
        let answer = client.post(urls::SEARCH, &form).await?;
        times.push(micros(begun.elapsed()));
        results.push(answer.location.ok_or(Error::Answer { path: urls::SEARCH.into(), status: answer.status })?);
    }
    Ok(results.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::PatientId;

    fn person(family: &str, given: &str) -> Sampled {
        Sampled {
            patient: PatientId::new(),
            family: family.into(),
            given: given.into(),
            born: None,
            mrn: Some("0-1".into()),
        }
    }

    #[test]
    fn lines_are_what_their_kind_says() {
        let (smith, fisk) = (person("Smith", "John"), person("Phillipson", "Erica"));
        assert_eq!(prefix(&smith).as_deref(), Some("smi,jo"));
        assert_eq!(typo(&smith).as_deref(), Some("simth, jo"));
        let other = sounds_like(&fisk).expect("it can be spelled otherwise");
        let family = other.split(',').next().expect("a surname");
        assert_eq!(names::sounds(family), names::sounds("phillipson"), "{other}");
        assert!(!names::one_typo_apart(family, "phillipson"), "{other}");
        assert_eq!(typo(&person("Li", "An")), None);
    }
}
