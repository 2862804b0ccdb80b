//! Every route as every role and signed out, taken from the router itself: a route without a row here fails.
//!
//! For each, the table keeps the status and what the ledger recorded. What must hold whatever the table says is in `recorded`.

use std::fmt::Write as _;

use axum::http::StatusCode;
use custodian::access::role::Role;
use custodian::app::router;
use custodian::web::routes::Door;

use super::golden;
use super::recorded::Record;
use super::world::{NAME, Visit, World};

#[tokio::test]
async fn the_route_list_is_as_agreed() {
    let mut table = String::new();
    for route in router::list() {
        let door = match route.door {
            Door::Act(act) => act.spec().word,
            Door::Open => "OPEN",
        };
        let sends = route.sends.map(|act| format!(" to {}", act.spec().word)).unwrap_or_default();
        let _ = writeln!(table, "{:<5} {:<44} {door}{sends}", route.method, route.path);
    }
    golden("routes.txt", &table);
}

#[tokio::test]
async fn signed_out_nothing_opens() {
    let world = World::new().await;
    for visit in Visit::all() {
        let answer = world.visit_signed_out(&visit).await;
        assert!(
            matches!(answer.status, StatusCode::SEE_OTHER | StatusCode::UNAUTHORIZED),
            "{}: signed out it answered {}; take a Viewer in the handler",
            visit.place(),
            answer.status
        );
        assert!(!answer.body.contains(NAME), "{}: a name leaked", visit.place());
        assert!(answer.rows.iter().all(|row| row.outcome != "success"), "{}: {:?}", visit.place(), answer.rows);
    }
}

#[tokio::test]
async fn every_route_as_every_role() {
    let world = World::new().await;
    let mut record = Record::new(world.patient);
    let mut table = String::new();
    for visit in Visit::all() {
        let _ = writeln!(table, "{}", visit.place());
        for role in Role::ALL {
            let answer = world.visit_as(&visit, role).await;
            let rows: Vec<String> = answer.rows.iter().map(|row| format!("{}:{}", row.act, row.outcome)).collect();
            let _ = writeln!(table, "    {:<11} {} {}", role.word(), answer.status.as_u16(), rows.join(" "));
            record.note(&visit, role, &answer);
        }
    }
    let wrong = record.faults();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    golden("matrix.txt", &table);
}

#[tokio::test]
async fn a_forged_form_changes_nothing() {
    let world = World::new().await;
    // Between them they may send every form.
    for role in [Role::Privacy, Role::Admin, Role::Physician] {
        for visit in Visit::all().into_iter().filter(|visit| visit.route.method == "POST") {
            for token in ["", "guessed"] {
                let answer = world.visit_forged(&visit, role, token).await;
                let place = format!("{} as {} with the token {token:?}", visit.place(), role.word());
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{place}; take web::form::Form in the handler");
                assert!(answer.rows.is_empty(), "{place}: {:?}", answer.rows);
            }
        }
    }
}
