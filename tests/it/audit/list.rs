//! `/audit`: who may, what it leaves behind, and that it goes down to the very last row.

use axum::http::StatusCode;
use custodian::access::Role;

use super::{Made, Room, events};

const NOON: &str = "2026-11-20T17:00:00Z";

#[tokio::test]
async fn privacy_and_auditor_read_it_and_reading_is_on_the_log() {
    let room = Room::new().await;
    for role in [Role::Privacy, Role::Auditor] {
        let person = room.app.person(role).await;
        let (page, rows) = room.app.ledger_of(person.get("/audit?flag=glass")).await;
        page.ok().shows("Access audit");
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].act.as_str(), rows[0].outcome.as_str()), ("ledger.view", "success"));
        assert_eq!(rows[0].detail, serde_json::json!({ "filter": { "flag": "glass" } }));
    }
}

#[tokio::test]
async fn nobody_else_does_and_the_attempt_is_on_the_log() {
    let room = Room::new().await;
    room.write(Made { name: "Quillfeather".into(), ..Made::at(NOON) }).await;
    for role in Role::ALL.into_iter().filter(|role| !matches!(role, Role::Privacy | Role::Auditor)) {
        let person = room.app.person(role).await;
        for address in ["/audit", "/audit/verify", "/audit.csv", "/audit/00000000-0000-0000-0000-000000000001"] {
            let (page, rows) = room.app.ledger_of(person.get(address)).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{address} as {}", role.word());
            assert_eq!(rows.iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(), ["refused"], "{address}");
            page.hides("Quillfeather");
        }
        for address in ["/audit/verify", "/audit/patients"] {
            let (page, rows) = room.app.ledger_of(person.post(address, &[("mrn", "1")])).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{address} as {}", role.word());
            assert_eq!(rows.len(), 1, "{address}");
            assert_eq!(rows[0].outcome, "refused");
        }
    }
    assert_eq!(room.app.anonymous().get("/audit").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn paging_reaches_the_very_last_row_without_gap_or_repeat() {
    let room = Room::new().await;
    // Many at the same instant: the time alone does not tell them apart.
    for n in 0..237 {
        room.write(Made::at(&format!("2026-11-{:02}T17:00:00Z", 10 + n / 60))).await;
    }
    let expected = room.all().await;
    assert_eq!(expected.len(), 237);
    let mut seen = Vec::new();
    let mut next = Some("/audit?to=2026-11-20".to_owned());
    while let Some(address) = next {
        let page = room.privacy.get(&address).await.ok();
        assert!(page.text().contains("of 237 events"), "{}", page.text());
        seen.extend(events(&page));
        next = page.attribute("nav.pager a[rel=next]", "href");
        assert!(seen.len() <= expected.len(), "the list goes round");
        // New events arrive while somebody reads.
        room.write(Made::at("2026-11-21T17:00:00Z")).await;
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_way_back_up_is_the_way_down() {
    let room = Room::new().await;
    for n in 0..120 {
        room.write(Made::at(&format!("2026-11-20T17:{:02}:{:02}Z", n / 60, n % 60))).await;
    }
    let first = room.privacy.get("/audit?to=2026-11-20").await.ok();
    assert!(first.attribute("nav.pager a[rel=prev]", "href").is_none());
    let second = room.privacy.get(&first.attribute("nav.pager a[rel=next]", "href").unwrap()).await.ok();
    let third = room.privacy.get(&second.attribute("nav.pager a[rel=next]", "href").unwrap()).await.ok();
    assert_eq!(events(&third).len(), 20);
    assert!(third.attribute("nav.pager a[rel=next]", "href").is_none());
    let back = room.privacy.get(&third.attribute("nav.pager a[rel=prev]", "href").unwrap()).await.ok();
    assert_eq!(events(&back), events(&second));
    let top = room.privacy.get(&back.attribute("nav.pager a[rel=prev]", "href").unwrap()).await.ok();
    assert_eq!(events(&top), events(&first));
    assert!(top.attribute("nav.pager a[rel=prev]", "href").is_none());
}

#[tokio::test]
async fn a_row_says_who_did_what_to_whom_and_why() {
    let room = Room::new().await;
    let ann = room.app.made().patient("Ann Quillfeather").await;
    let clerk = room.app.person(Role::Clerk).await;
    clerk.get(&format!("/patients/{ann}?via=s.{}", uuid::Uuid::nil())).await.ok();
    let page = room.privacy.get("/audit?act=chart.view").await.ok();
    let mrn = format!("M{}", &ann.to_string().replace('-', "")[22..]);
    for words in ["Opened the chart", "Records clerk", &mrn, "Operations", "The role", "Search"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let page = page.hides("Quillfeather").hides("QUILLFEATHER");
    assert!(page.attributes("tbody a", "href").contains(&format!("/patients/{ann}/access")));
}

#[tokio::test]
async fn fetching_ahead_is_refused_and_leaves_nothing() {
    let room = Room::new().await;
    let request = room
        .privacy
        .request("GET", "/audit")
        .header("sec-purpose", "prefetch")
        .body(axum::body::Body::empty())
        .unwrap();
    let (page, rows) = room.app.ledger_of(room.privacy.send(request)).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(rows.is_empty());
}

#[tokio::test]
async fn no_page_of_the_room_may_be_kept() {
    let room = Room::new().await;
    for address in ["/audit", "/audit.csv", "/audit/verify"] {
        assert_eq!(room.privacy.get(address).await.ok().headers["cache-control"], "no-store", "{address}");
    }
}
