//! `/audit/{event}`: everything that was recorded, what happened around it, and the proof.

use custodian::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::{Made, Room};

const NOON: &str = "2026-11-20T17:00:00Z";

#[tokio::test]
async fn criteria_are_on_this_page_and_nowhere_else() {
    let room = Room::new().await;
    let ann = Uuid::from_u128(11);
    room.write(Made { patient: Some(ann), mrn: Some("0048-1129".into()), ..Made::at("2026-11-19T17:00:00Z") }).await;
    let made = Made { act: "patients.search", protected: Some(json!({ "name": "Quillfeather" })), ..Made::at(NOON) };
    let event = room.write(Made { subjects: vec![ann, Uuid::from_u128(12)], ..made }).await;
    room.privacy.get("/audit").await.ok().shows("2 patients").hides("Quillfeather");
    room.privacy.get("/audit.csv").await.ok().hides("Quillfeather");
    let (page, rows) = room.app.ledger_of(room.privacy.get(&format!("/audit/{event}"))).await;
    page.ok()
        .shows("Quillfeather")
        .shows("0048-1129")
        .shows("2 of 2 patients")
        .shows("20-Nov-2026 12:00:00")
        .shows("10.4.7.22");
    assert_eq!((rows.len(), rows[0].act.as_str()), (1, "ledger.view"));
    assert_eq!(rows[0].detail, json!({ "event": event }));
}

#[tokio::test]
async fn a_long_list_is_shown_to_its_last_patient() {
    let room = Room::new().await;
    let subjects: Vec<_> = (1..=230).map(Uuid::from_u128).collect();
    let event = room.write(Made { act: "patients.export", subjects: subjects.clone(), ..Made::at(NOON) }).await;
    let mut seen = Vec::new();
    let mut next = Some(format!("/audit/{event}"));
    while let Some(address) = next {
        let page = room.privacy.get(&address).await.ok();
        seen.extend(page.attributes("table td a", "href").into_iter().filter(|href| href.ends_with("/access")));
        next = page.attribute("nav.pager a[rel=next]", "href");
    }
    assert_eq!(seen, subjects.iter().map(|id| format!("/patients/{id}/access")).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_same_session_and_the_thirty_days_stand_beside_it() {
    let room = Room::new().await;
    let staff = room.app.made().staff(&[Role::Clerk]).await;
    let made = |at: &str| Made {
        actor: Some(staff),
        session: Some(Uuid::from_u128(5)),
        patient: Some(Uuid::from_u128(1)),
        ..Made::at(at)
    };
    let earlier = room.write(made("2026-11-20T16:00:00Z")).await;
    room.write(Made { session: Some(Uuid::from_u128(6)), outcome: "refused", ..made("2026-11-19T16:00:00Z") }).await;
    room.write(made("2026-10-20T16:00:00Z")).await;
    let event = room.write(made(NOON)).await;
    let page = room
        .privacy
        .get(&format!("/audit/{event}"))
        .await
        .ok()
        .shows("3 events")
        .shows("1 patient")
        .shows("Refused1 event");
    assert_eq!(super::events(&page), [earlier]);
    let address = page.attributes("section a", "href").into_iter().find(|href| href.contains("session=")).unwrap();
    assert_eq!(room.listed(&address).await, [event, earlier]);
}

#[tokio::test]
async fn an_event_is_not_sealed_then_proved() {
    let room = Room::new().await;
    let event = room.write(Made::at(NOON)).await;
    room.privacy.get(&format!("/audit/{event}")).await.ok().shows("Not sealed yet");
    for _ in 0..5 {
        room.write(Made::at(NOON)).await;
    }
    let size = room.seal().await.newest.unwrap().size;
    let page = room
        .privacy
        .get(&format!("/audit/{event}"))
        .await
        .ok()
        .shows("As it was sealed")
        .shows(&format!("Event 0 of {size}"));
    assert!(page.texts("details dd.hash").len() >= 4, "leaf hash, path and root");
    assert!(page.texts("pre.sealed")[0].starts_with("custodian/ledger/"));
}

#[tokio::test]
async fn a_changed_event_says_so_itself() {
    let room = Room::new().await;
    let event = room.write(Made::at(NOON)).await;
    room.write(Made::at(NOON)).await;
    room.seal().await;
    room.tamper(&format!("update audit_events set actor_name = 'Somebody Else' where event_id = '{event}'")).await;
    room.privacy
        .get(&format!("/audit/{event}"))
        .await
        .ok()
        .shows("The tree does not vouch for this event")
        .shows("leaf 0");
}

#[tokio::test]
async fn an_event_that_was_put_in_around_the_gate_is_found_and_not_vouched_for() {
    let room = Room::new().await;
    let event = room.write(Made::at(NOON)).await;
    sqlx::query("delete from audit_unsealed where event_id = $1")
        .bind(event)
        .execute(&mut room.app.owner().await)
        .await
        .unwrap();
    room.privacy.get(&format!("/audit/{event}")).await.ok().shows("put in around the gate");
}
