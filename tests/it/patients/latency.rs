//! How long a search takes among many people. Not part of the usual run:
//! `CUSTODIAN_PEOPLE=200000 cargo test --test it patients::latency -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use axum::http::header;
use custodian::access::actor::Actor;
use custodian::access::session::{Found, Token};
use custodian::access::{Act, Remarks, Role};
use custodian::base::id::RequestId;
use custodian::patients::query::{Query, Typed};
use custodian::patients::store::search::search;

use super::crowd::{Known, crowd};
use crate::support::app::App;

/// A manager as the gate knows them: through a session, the only door for people.
pub async fn manager(app: &App) -> Actor {
    let request = app.person(Role::Manager).await.request("GET", "/").body(()).unwrap();
    let cookie = request.headers()[header::COOKIE].to_str().unwrap();
    let token = Token::parse(cookie.strip_prefix("custodian=").unwrap()).unwrap();
    match app.state.gate.session(&token, app.state.limits(), None, RequestId::new()).await.unwrap() {
        Found::Live(live) => live.actor,
        _ => panic!("a session just made is live"),
    }
}

/// The line somebody types who knows this of a person.
type Line = fn(&Known) -> String;

const PATHS: [(&str, Line); 11] = [
    ("MRN", |person| person.mrn.clone()),
    ("visit number", |person| person.visit.clone()),
    ("3 letters , 2 letters", |person| format!("{},{}", &person.family[..3], &person.given[..2])),
    ("given surname", |person| format!("{} {}", person.given, person.family)),
    ("surname alone", |person| person.family.clone()),
    ("surname and birth date", |person| format!("{} {}", person.family, person.born.format("%m/%d/%Y"))),
    ("birth date alone", |person| person.born.format("%m/%d/%Y").to_string()),
    ("surname with two letters swapped, given", |person| {
        let family = &person.family;
        format!("{}{}{}{}, {}", &family[..2], &family[3..4], &family[2..3], &family[4..], person.given)
    }),
    ("phone", |person| person.phone.clone()),
    ("last 4 and birth date", |person| format!("{} {}", &person.ssn[5..], person.born.format("%m/%d/%Y"))),
    ("whole SSN", |person| person.ssn.clone()),
];

#[tokio::test]
#[ignore = "measures; see above"]
async fn latency() {
    let app = App::new().await;
    let count = std::env::var("CUSTODIAN_PEOPLE").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let people = crowd(&app, count).await;
    let actor = manager(&app).await;
    eprintln!("{count} people; whole search inside the gate, event and commit included");
    for (path, line) in PATHS {
        let mut times = Vec::new();
        let mut found = 0;
        for person in people.iter().step_by(people.len() / 200).filter(|person| person.family.len() > 5) {
            let typed = Typed { name: line(person), ..Typed::default() };
            let query = Query::read(&typed, app.now().date_naive()).unwrap();
            let started = Instant::now();
            let hits = app
                .state
                .gate
                .roster(&actor, Act::SearchPatients, Remarks::none(), async |roster| {
                    search(roster, &app.state.vault, &query).await
                })
                .await
                .unwrap();
            times.push(started.elapsed());
            found += usize::from(!hits.rows.is_empty());
        }
        times.sort_unstable();
        let at = |share: usize| times[(times.len() - 1) * share / 100];
        eprintln!(
            "{path:<42} p50 {:>6.2} ms  p90 {:>6.2}  p99 {:>6.2}  found {found}/{}",
            ms(at(50)),
            ms(at(90)),
            ms(at(99)),
            times.len()
        );
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
