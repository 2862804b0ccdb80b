//! What the address of the list asks for, and what that means. Nothing typed is lost: what can't be read comes back with a message.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use uuid::Uuid;

use super::super::model::{Filter, Flag, Key, Place};
use super::words;
use crate::web::dates;
use crate::web::format;

/// The filters as they stand in the address. Ids, words and days only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub from: String,
    pub to: String,
    /// A sign-in name, a name, or a staff id.
    pub staff: String,
    pub act: String,
    pub flag: String,
    pub outcome: String,
    pub patient: String,
    pub session: String,
    pub before: String,
    pub after: String,
}

/// What was asked, understood.
pub struct Understood {
    /// With days written our way.
    pub asked: Asked,
    /// All but who acted, which takes a look at the staff.
    pub filter: Filter,
    pub place: Place,
    pub problems: Problems,
}

/// What could not be read, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    pub from: Option<String>,
    pub to: Option<String>,
    pub staff: Option<String>,
    pub mrn: Option<String>,
}

impl Problems {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Asked {
    /// Only the events of one patient.
    pub fn about(patients: &[Uuid]) -> Self {
        Self { patient: joined(patients), ..Self::default() }
    }

    /// The address's query: what was left open is left out.
    pub fn query(&self) -> String {
        let pairs: Vec<(&str, &str)> = self.pairs().into_iter().filter(|(_, value)| !value.is_empty()).collect();
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    fn pairs(&self) -> [(&'static str, &str); 10] {
        [
            ("from", &self.from),
            ("to", &self.to),
            ("staff", &self.staff),
            ("act", &self.act),
            ("flag", &self.flag),
            ("outcome", &self.outcome),
            ("patient", &self.patient),
            ("session", &self.session),
            ("before", &self.before),
            ("after", &self.after),
        ]
    }

    /// The filters without the place in the list.
    pub fn from_the_start(&self) -> Self {
        Self { before: String::new(), after: String::new(), ..self.clone() }
    }

    pub fn older_than(&self, key: Key) -> Self {
        Self { before: written(key), ..self.from_the_start() }
    }

    pub fn newer_than(&self, key: Key) -> Self {
        Self { after: written(key), ..self.from_the_start() }
    }

    /// Whether any filter is set.
    pub fn filters(&self) -> bool {
        self.from_the_start() != Self::default()
    }

    /// For the event that reading the list leaves: the filters, none of which is patient data.
    pub fn detail(&self) -> serde_json::Value {
        let fields = self.pairs().into_iter().filter(|(_, value)| !value.is_empty());
        serde_json::json!({ "filter": fields.map(|(name, value)| (name.to_owned(), value.into())).collect::<serde_json::Map<_, _>>() })
    }

    /// Understands what was asked, as of `today` in the facility's zone.
    pub fn read(mut self, today: NaiveDate, zone: Tz) -> Understood {
        self.clean();
        let mut problems = Problems::default();
        let from = read_day(&mut self.from, today, &mut problems.from);
        let to = read_day(&mut self.to, today, &mut problems.to);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            problems.to = Some("The last day is before the first".into());
        }
        let patients = (!self.patient.is_empty()).then(|| ids(&self.patient));
        if patients.as_ref().is_some_and(Vec::is_empty) {
            problems.mrn = Some("The address names no patient. Enter the record number".into());
        }
        let filter = Filter {
            from: from.and_then(|day| dates::begins(day, zone)),
            until: to.and_then(|day| dates::ends(day, zone)),
            by: None,
            acts: acts(&self.act),
            flag: Flag::parse(&self.flag),
            outcome: ["success", "refused", "failed"].into_iter().find(|word| *word == self.outcome),
            patients,
            session: self.session.parse().ok(),
            zone: zone.name(),
        };
        let place = match (key(&self.before), key(&self.after)) {
            (Some(key), _) => Place::Before(key),
            (None, Some(key)) => Place::After(key),
            (None, None) => Place::Newest,
        };
        Understood { asked: self, filter, place, problems }
    }

    /// No control characters, which no database column holds; no blanks around; nothing endless.
    fn clean(&mut self) {
        for field in [
            &mut self.from,
            &mut self.to,
            &mut self.staff,
            &mut self.act,
            &mut self.flag,
            &mut self.outcome,
            &mut self.patient,
            &mut self.session,
            &mut self.before,
            &mut self.after,
        ] {
            *field = field.chars().filter(|c| !c.is_control()).take(400).collect::<String>().trim().to_owned();
        }
        // What is no filter of ours is not carried on in the addresses of the page.
        if Flag::parse(&self.flag).is_none() {
            self.flag.clear();
        }
        if !["success", "refused", "failed"].contains(&self.outcome.as_str()) {
            self.outcome.clear();
        }
        if self.session.parse::<Uuid>().is_err() {
            self.session.clear();
        }
    }
}

fn read_day(text: &mut String, today: NaiveDate, problem: &mut Option<String>) -> Option<NaiveDate> {
    if text.is_empty() {
        return None;
    }
    let day = dates::day(text, today);
    match day {
        Some(day) => *text = format::date(day),
        None => *problem = Some("Enter a real date, like 07-Nov-2026 or 11/7/2026".into()),
    }
    day
}

fn acts(word: &str) -> Vec<String> {
    match words::GROUPS.iter().find(|(_, group, _)| *group == word) {
        Some((scope, ..)) => words::acts_of(*scope).map(|act| act.spec().word.to_owned()).collect(),
        None if word.is_empty() => Vec::new(),
        None => vec![word.to_owned()],
    }
}

fn ids(text: &str) -> Vec<Uuid> {
    text.split(',').filter_map(|id| id.trim().parse().ok()).take(20).collect()
}

/// Ids as the address carries them.
pub fn joined(ids: &[Uuid]) -> String {
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",")
}

fn written(key: Key) -> String {
    format!("{}~{}", key.recorded_at.to_rfc3339_opts(SecondsFormat::Micros, true), key.event)
}

fn key(text: &str) -> Option<Key> {
    let (at, event) = text.split_once('~')?;
    Some(Key { recorded_at: DateTime::parse_from_rfc3339(at).ok()?.with_timezone(&Utc), event: event.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Tz = Tz::America__New_York;

    fn today() -> NaiveDate {
        "2026-11-22".parse().expect("a date")
    }

    #[test]
    fn days_are_the_facilitys_and_are_echoed_our_way() {
        let asked = Asked { from: "11/7/2026".into(), to: "20261120".into(), ..Asked::default() };
        let read = asked.read(today(), ZONE);
        assert!(read.problems.is_empty());
        assert_eq!((read.asked.from.as_str(), read.asked.to.as_str()), ("07-Nov-2026", "20-Nov-2026"));
        assert_eq!(read.filter.from.expect("a start").to_rfc3339(), "2026-11-07T05:00:00+00:00");
        assert_eq!(read.filter.until.expect("an end").to_rfc3339(), "2026-11-21T05:00:00+00:00");
    }

    #[test]
    fn what_is_no_date_is_kept_and_named() {
        let asked = Asked { from: "soon".into(), act: "chart.view".into(), ..Asked::default() };
        let read = asked.read(today(), ZONE);
        assert!(read.problems.from.is_some() && read.problems.to.is_none());
        assert_eq!((read.asked.from.as_str(), read.asked.act.as_str()), ("soon", "chart.view"));
        let backwards = Asked { from: "today".into(), to: "yesterday".into(), ..Asked::default() };
        assert!(backwards.read(today(), ZONE).problems.to.is_some());
    }

    #[test]
    fn a_group_is_its_acts() {
        let read = Asked { act: "log".into(), ..Asked::default() }.read(today(), ZONE);
        assert_eq!(read.filter.acts, ["ledger.view", "ledger.export", "ledger.verify"]);
        assert_eq!(
            Asked { act: "chart.view".into(), ..Asked::default() }.read(today(), ZONE).filter.acts,
            ["chart.view"]
        );
        assert!(Asked::default().read(today(), ZONE).filter.acts.is_empty());
    }

    #[test]
    fn the_place_survives_the_address_to_the_microsecond() {
        let at = "2026-11-20T15:00:00.123456Z".parse().expect("an instant");
        let place = Key { recorded_at: at, event: Uuid::from_u128(77) };
        let asked = Asked { flag: "glass".into(), ..Asked::default() }.older_than(place);
        let query = asked.query();
        let again: Asked = serde_urlencoded::from_str(&query).expect("our own query");
        assert_eq!(again.read(today(), ZONE).place, Place::Before(place), "{query}");
        assert!(query.contains("flag=glass") && !query.contains("from="), "{query}");
    }

    #[test]
    fn characters_that_no_column_holds_are_dropped() {
        let read = Asked { staff: "a\0b ".into(), session: "x".into(), flag: "none".into(), ..Asked::default() }
            .read(today(), ZONE);
        assert_eq!(read.asked, Asked { staff: "ab".into(), ..Asked::default() });
    }

    #[test]
    fn an_unreadable_patient_is_not_everybody() {
        let read = Asked { patient: "0048-1129".into(), ..Asked::default() }.read(today(), ZONE);
        assert_eq!(read.filter.patients, Some(Vec::new()));
        assert!(read.problems.mrn.is_some());
    }
}
