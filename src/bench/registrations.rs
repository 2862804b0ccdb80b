//! Registering people: many registrars at once, each sending the form of somebody new as soon as the last one is registered.
//!
//! Each has searched once, as they must (MPI-S1), and then sends what a browser sends: the session, the gate, the comparison with everybody who
//! might be the same person (before, and again under locks), the record with its keys, its history and its events, and one commit. Compared with
//! pgbench committing one plain row at a time, with as many clients and the same durability.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::client::Client;
use super::cpu;
use super::drive::Load;
use super::error::{Error, Result};
use super::figures::{Figures, micros};
use super::pgbench::{self, Pgbench};
use super::place::{Place, Settings, SignedIn};
use super::report::{Aim, Measure, Ratio, Report};
use super::served::{Served, What};
use crate::base::id::PatientId;
use crate::demo::dice::Dice;
use crate::patients::urls;

const ROLE: &str = "registrar";

/// Each registrar registers people of one given name, because that is what they searched for.
const GIVEN: [(&str, &str); 16] = [
    ("Adelaide", "female"),
    ("Bertram", "male"),
    ("Clarissa", "female"),
    ("Desmond", "male"),
    ("Eleanor", "female"),
    ("Ferdinand", "male"),
    ("Georgina", "female"),
    ("Humphrey", "male"),
    ("Isadora", "female"),
    ("Jasper", "male"),
    ("Katharine", "female"),
    ("Leopold", "male"),
    ("Marjorie", "female"),
    ("Nathaniel", "male"),
    ("Ottilie", "female"),
    ("Percival", "male"),
];
const ONSETS: [&str; 20] =
    ["B", "Br", "D", "Dr", "F", "Fl", "G", "Gr", "H", "K", "L", "M", "N", "P", "R", "S", "T", "Tr", "V", "W"];
const MIDDLES: [&str; 16] =
    ["al", "am", "an", "ar", "eck", "el", "en", "er", "ig", "il", "im", "in", "ob", "ol", "op", "um"];
const ENDS: [&str; 16] = [
    "berg", "brook", "dale", "er", "field", "ford", "ham", "kin", "ley", "man", "mere", "nik", "pole", "ridge", "son",
    "ton",
];

/// What became of the forms one registrar sent.
#[derive(Default)]
struct Sent {
    times: Vec<u32>,
    /// Forms that came back with people who might be the same one.
    compared: usize,
}

pub async fn run(place: &Place, settings: &Settings) -> Result<Report> {
    let load = Load { clients: settings.clients.unwrap_or(32), lasts: settings.lasts };
    let mut sessions = Vec::new();
    for _ in 0..load.clients {
        sessions.push(place.sign_in(ROLE).await?);
    }
    let served = Served::start(&place.config, What::Application).await?;
    register(served.address, &sessions, load.warm_up()).await?;
    let people = place.people().await?;
    let before = (Served::cpu(), place.postgres().and_then(cpu::of_family));
    let (figures, compared) = register(served.address, &sessions, load).await?;
    let after = (Served::cpu(), place.postgres().and_then(cpu::of_family));
    served.stop().await?;
    let kept = place.people().await? - people;
    if kept != figures.answers() as i64 {
        return Err(Error::Refused(format!("{} registrations were answered and {kept} kept", figures.answers())));
    }
    let each = |before: Option<Duration>, after: Option<Duration>| {
        Some(after?.saturating_sub(before?).as_secs_f64() * 1000.0 / figures.answers().max(1) as f64)
    };
    let (server, database) = (each(before.0, after.0), each(before.1, after.1));
    let costs = server.zip(database).map(|(server, database)| server + database);
    let mut report = Report {
        bench: "registrations",
        setting: format!(
            "{people} patients before, {} clients, {} s, {} database connections",
            load.clients,
            load.lasts.as_secs_f64(),
            place.config.database_connections
        ),
        measures: vec![Measure::of("registrations", &figures).costing(costs)],
        ratios: Vec::new(),
        notes: vec![format!("{kept} people registered; {compared} forms came back with people like theirs.")],
    };
    if let (Some(server), Some(database)) = (server, database) {
        report.notes.push(format!(
            "Of a registration's processor time, {server:.2} ms are the server's and {database:.2} ms PostgreSQL's."
        ));
    }
    match Pgbench::find(&place.running.database) {
        None => report.notes.push(pgbench::MISSING.into()),
        Some(pgbench) => {
            let pace = pgbench.commits(load.clients, load.lasts).await?;
            report.measures.push(Measure::rate("commits of one plain row, by pgbench", pace.per_second));
            report.ratios.push(Ratio::new(
                "registrations for each commit of one row by pgbench",
                figures.per_second() / pace.per_second,
                Some(Aim::AtLeast(0.5)),
            ));
        }
    }
    Ok(report)
}

/// All registrars at once; answers their times, and how many forms came back.
async fn register(address: SocketAddr, sessions: &[SignedIn], load: Load) -> Result<(Figures, usize)> {
    // Other people each time, on a house that was benched before too.
    let (seed, _) = Uuid::new_v4().as_u64_pair();
    let begun = Instant::now();
    let until = begun + load.lasts;
    let registrars: Vec<_> = sessions
        .iter()
        .enumerate()
        .map(|(number, session)| {
            let (cookie, csrf) = (session.cookie.clone(), session.csrf.clone());
            tokio::spawn(one_registrar(address, cookie, csrf, seed, number, until))
        })
        .collect();
    let mut all = Sent::default();
    for registrar in registrars {
        let sent = registrar.await??;
        all.times.extend(sent.times);
        all.compared += sent.compared;
    }
    Ok((Figures::of(all.times, begun.elapsed()), all.compared))
}

async fn one_registrar(
    address: SocketAddr,
    cookie: String,
    csrf: String,
    seed: u64,
    number: usize,
    until: Instant,
) -> Result<Sent> {
    let mut client = Client::open(address, &cookie).await?;
    let (given, sex) = GIVEN[number % GIVEN.len()];
    let line = format!(", {given}");
    let searched = client.post(urls::SEARCH, &encoded(&[("csrf", csrf.as_str()), ("q", line.as_str())])?).await?;
    let search = searched.location.and_then(|address| Some(address.rsplit('/').next()?.to_owned()));
    let search = search.ok_or(Error::Answer { path: urls::SEARCH.into(), status: searched.status })?;
    let dice = &mut Dice::new(seed, "registrations", number as u64);
    let mut sent = Sent::default();
    while Instant::now() < until {
        let patient = PatientId::new().to_string();
        let person = somebody(given, sex, dice);
        let mut form: Vec<(&str, &str)> =
            vec![("csrf", csrf.as_str()), ("search", search.as_str()), ("patient", patient.as_str())];
        form.extend(person.iter().map(|(name, value)| (*name, value.as_str())));
        let form = encoded(&form)?;
        let begun = Instant::now();
        let answer = client.post(urls::NEW, &form).await?;
        match (answer.status, answer.location) {
            (303, Some(to)) if to.contains(&patient) => sent.times.push(micros(begun.elapsed())),
            (422, _) => sent.compared += 1,
            (status, _) => return Err(Error::Answer { path: urls::NEW.into(), status }),
        }
    }
    Ok(sent)
}

/// What a registrar typically fills in.
fn somebody(given: &str, sex: &str, dice: &mut Dice) -> HashMap<&'static str, String> {
    let (onset, middle, next, end) = (dice.pick(&ONSETS), dice.pick(&MIDDLES), dice.pick(&MIDDLES), dice.pick(&ENDS));
    let family = format!("{onset}{middle}{next}{end}");
    let born = NaiveDate::default() + Days::new(dice.below(15_000) as u64);
    HashMap::from([
        ("family", family),
        ("given", given.to_owned()),
        ("sex", sex.to_owned()),
        ("born", born.to_string()),
        ("language", "en".to_owned()),
        ("race", "2106-3".to_owned()),
        ("phone", format!("(419) 555-{}", dice.digits(4))),
        ("lines", format!("{} Main Street", dice.between(1, 999))),
        ("city", "Milan".to_owned()),
        ("state", "OH".to_owned()),
        ("postal_code", "44846".to_owned()),
        ("payer", "Medicare".to_owned()),
        ("member_id", dice.digits(9)),
    ])
}

fn encoded(form: &[(&str, &str)]) -> Result<String> {
    serde_urlencoded::to_string(form).map_err(|_| Error::Speech("a form that can't be sent"))
}
