//! `/audit/verify`: the button, what it finds, and what stays on the page afterwards.

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;

use super::{Made, Room};
use crate::support::html::Page;
use crate::support::who::Visitor;

const NOON: &str = "2026-11-20T17:00:00Z";

async fn press(visitor: &Visitor) -> Page {
    let answer = visitor.post("/audit/verify", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    visitor.get(&answer.location().unwrap()).await.ok()
}

#[tokio::test]
async fn a_whole_ledger_is_said_to_be_whole_to_the_last_event() {
    let room = Room::new().await;
    room.privacy.get("/audit/verify").await.ok().shows("Not verified yet").shows("Nothing is sealed yet");
    for _ in 0..10 {
        room.write(Made::at(NOON)).await;
    }
    let (page, rows) = room.app.ledger_of(press(&room.privacy)).await;
    assert_eq!(rows.iter().map(|row| row.act.as_str()).collect::<Vec<_>>(), ["ledger.verify", "ledger.view"]);
    let page = page.shows("Verified whole 23-Nov-2026 10:00:00").shows("11 events");
    assert_eq!(page.texts("tbody tr").len(), 1);
    assert_eq!(page.texts("form[action='/audit/verify'] button"), ["Verify"]);
    assert!(page.attribute(".chain", "class").unwrap().contains("ok"));
    room.privacy.get("/audit").await.ok().shows("Verified whole");
}

#[tokio::test]
async fn a_tampered_row_is_named_everywhere() {
    let room = Room::new().await;
    for _ in 0..4 {
        room.write(Made::at(NOON)).await;
    }
    let event = room.write(Made::at("2026-11-20T17:00:01Z")).await;
    room.write(Made::at(NOON)).await;
    room.seal().await;
    press(&room.privacy).await.shows("Verified whole");
    room.tamper(&format!("update audit_events set outcome = 'refused' where event_id = '{event}'")).await;
    let page = press(&room.privacy)
        .await
        .shows("Broken")
        .shows("leaf 4")
        .shows(&event.to_string())
        .shows("changed or swapped");
    assert!(page.attributes(".call a", "href").contains(&format!("/audit/{event}")));
    assert!(page.attribute(".chain", "class").unwrap().contains("bad"));
    assert_eq!(page.texts("tbody tr").len(), 2, "the history keeps both");
    let list = room.privacy.get("/audit").await.ok().shows("Broken");
    assert!(list.attribute(".chain", "class").unwrap().contains("bad"));
}

#[tokio::test]
async fn a_ledger_cut_short_is_broken_although_nothing_can_be_sealed() {
    let room = Room::new().await;
    for _ in 0..4 {
        room.write(Made::at(NOON)).await;
    }
    room.seal().await;
    let script =
        "begin; alter table audit_leaves disable trigger unchanging; delete from audit_leaves where leaf_index = 3;
        alter table audit_leaves enable trigger unchanging; commit";
    sqlx::raw_sql(script).execute(&mut room.app.owner().await).await.unwrap();
    press(&room.privacy).await.shows("Broken").shows("tail is missing");
}

#[tokio::test]
async fn the_badge_turns_amber_after_a_day() {
    let room = Room::new().await;
    press(&room.privacy).await;
    room.app.later(Duration::hours(25));
    let privacy = room.app.person(Role::Privacy).await;
    let page = privacy.get("/audit").await.ok().shows("more than a day ago");
    assert!(page.attribute(".chain", "class").unwrap().contains("warn"));
}

#[tokio::test]
async fn an_auditor_may_verify() {
    let room = Room::new().await;
    let auditor = room.app.person(Role::Auditor).await;
    press(&auditor).await.shows("Verified whole");
}

#[tokio::test]
async fn a_second_press_joins_the_first() {
    let room = Room::new().await;
    let turn = room.app.state.notary.take_turn().unwrap();
    assert!(room.app.state.notary.take_turn().is_none());
    let (page, rows) = room.app.ledger_of(press(&room.privacy)).await;
    let page = page.shows("Verification is running");
    assert_eq!(rows[0].detail, serde_json::json!({ "joined": true }));
    assert!(page.texts("form[action='/audit/verify'] button").is_empty());
    drop(turn);
    press(&room.privacy).await.shows("Verified whole");
}

#[tokio::test]
async fn a_form_from_elsewhere_verifies_nothing() {
    let room = Room::new().await;
    let (page, rows) = room.app.ledger_of(room.privacy.post_as_is("/audit/verify", &[("csrf", "guessed")])).await;
    assert_eq!((page.status, rows.len()), (StatusCode::FORBIDDEN, 0));
}
