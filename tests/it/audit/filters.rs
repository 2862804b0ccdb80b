//! Each filter of the list, by what it keeps and what it leaves out.

use axum::http::StatusCode;
use custodian::access::Role;
use serde_json::json;
use uuid::Uuid;

use super::{Made, Room};
use crate::support::html::Page;

const NOON: &str = "2026-11-20T17:00:00Z";

#[tokio::test]
async fn each_flag_finds_its_own() {
    let room = Room::new().await;
    let grant = Some(Uuid::from_u128(7));
    let made = [
        ("glass", Made { grant, basis: "glass", ..Made::at(NOON) }),
        ("emergency", Made { grant, basis: "emergency", ..Made::at(NOON) }),
        ("refused", Made { outcome: "refused", ..Made::at(NOON) }),
        ("failed", Made { outcome: "failed", ..Made::at(NOON) }),
        ("restricted", Made { detail: json!({ "restricted": true }), ..Made::at(NOON) }),
        ("after-hours", Made::at("2026-11-20T02:30:00Z")),
        ("exported", Made { act: "patients.export", ..Made::at(NOON) }),
    ];
    room.write(Made { kind: "job", ..Made::at("2026-11-20T03:00:00Z") }).await;
    room.write(Made::at(NOON)).await;
    let mut expected = Vec::new();
    for (flag, made) in made {
        expected.push((flag, room.write(made).await));
    }
    for (flag, event) in expected {
        assert_eq!(room.listed(&format!("/audit?to=2026-11-20&flag={flag}")).await, [event], "{flag}");
    }
    assert_eq!(room.listed("/audit?to=2026-11-20").await.len(), 9);
}

#[tokio::test]
async fn a_restricted_chart_is_marked_by_the_gate_itself() {
    let room = Room::new().await;
    let (ann, bea) = (room.app.made().patient("Ann Lee").await, room.app.made().patient("Bea Roe").await);
    room.app.made().restrict(ann).await;
    let (manager, clerk) = (room.app.person(Role::Manager).await, room.app.person(Role::Clerk).await);
    for visitor in [&manager, &clerk] {
        visitor.get(&format!("/patients/{ann}")).await;
        visitor.get(&format!("/patients/{bea}")).await;
    }
    let page = room.privacy.get("/audit?flag=restricted").await.ok();
    assert_eq!(super::events(&page).len(), 2, "{}", page.text());
    assert!(page.texts("tbody tr").iter().all(|row| row.contains("Restricted")));
}

#[tokio::test]
async fn days_are_local_and_echoed_normalised() {
    let room = Room::new().await;
    let before = room.write(Made::at("2026-11-19T04:59:59.999999Z")).await;
    let first = room.write(Made::at("2026-11-19T05:00:00Z")).await;
    let last = room.write(Made::at("2026-11-20T04:59:59.999999Z")).await;
    let after = room.write(Made::at("2026-11-20T05:00:00Z")).await;
    for typed in ["11/19/2026", "19-Nov-2026", "2026-11-19", "Nov 19, 2026"] {
        let query = serde_urlencoded::to_string([("from", typed), ("to", typed)]).unwrap();
        let page = room.privacy.get(&format!("/audit?{query}")).await.ok();
        assert_eq!(super::events(&page), [last, first], "{typed}");
        assert_eq!(page.attribute("#from", "value").unwrap(), "19-Nov-2026");
    }
    let from = room.listed("/audit?from=11/19/2026").await;
    assert!(from.contains(&after) && !from.contains(&before));
}

#[tokio::test]
async fn a_date_that_is_none_loses_nothing_and_shows_nothing() {
    let room = Room::new().await;
    room.write(Made::at(NOON)).await;
    let (page, rows) = room.app.ledger_of(room.privacy.get("/audit?from=soon&act=chart.view&flag=glass&staff=x")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(rows.len(), 1);
    assert_eq!(page.attribute("#from", "value").unwrap(), "soon");
    assert_eq!(page.attribute("#act option[selected]", "value").unwrap(), "chart.view");
    assert_eq!(page.attribute("#flag option[selected]", "value").unwrap(), "glass");
    assert!(page.texts("title")[0].starts_with("Error: "));
    assert!(page.attributes(".errsum a", "href").contains(&"#from".to_owned()));
    assert!(super::events(&page).is_empty());
    assert_eq!(room.privacy.get("/audit?from=today&to=yesterday").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn staff_by_sign_in_name_name_and_id() {
    let room = Room::new().await;
    let (ann, bea) = (room.app.made().staff(&[Role::Clerk]).await, room.app.made().staff(&[Role::Coder]).await);
    let hers = room.write(Made { actor: Some(ann), ..Made::at(NOON) }).await;
    room.write(Made { actor: Some(bea), ..Made::at(NOON) }).await;
    let job = room.write(Made { kind: "job", name: "night-shift".into(), ..Made::at(NOON) }).await;
    let name = format!("clerk-{}", &ann.to_string()[28..]);
    for typed in [ann.to_string(), name.clone(), name.to_uppercase(), format!("Test+{name}")] {
        assert_eq!(room.listed(&format!("/audit?staff={typed}")).await, [hers], "{typed}");
    }
    let page = room.privacy.get(&format!("/audit?staff={ann}")).await.ok();
    assert_eq!(page.attribute("#staff", "value").unwrap(), name, "an id is shown as the name it stands for");
    assert_eq!(room.listed("/audit?staff=Night-Shift").await, [job], "jobs have a name only");
    let nobody = room.privacy.get("/audit?staff=nobody-here").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(nobody.attribute("#staff", "value").unwrap(), "nobody-here");
}

#[tokio::test]
async fn acts_one_by_one_and_by_group() {
    let room = Room::new().await;
    let view = room.write(Made::at("2026-11-20T17:00:01Z")).await;
    let document = room.write(Made { act: "document.open", ..Made::at("2026-11-20T17:00:02Z") }).await;
    let search = room.write(Made { act: "patients.search", ..Made::at("2026-11-20T17:00:03Z") }).await;
    let old = room.write(Made { act: "retired.act", ..Made::at("2026-11-20T17:00:04Z") }).await;
    let to = "to=2026-11-20";
    assert_eq!(room.listed(&format!("/audit?{to}&act=chart.view")).await, [view]);
    assert_eq!(room.listed(&format!("/audit?{to}&act=charts")).await, [document, view]);
    assert_eq!(room.listed(&format!("/audit?{to}&act=lists")).await, [search]);
    let page = room.privacy.get(&format!("/audit?{to}&act=retired.act")).await.ok();
    assert_eq!(super::events(&page), [old]);
    assert_eq!(page.attribute("#act option[selected]", "value").unwrap(), "retired.act");
}

#[tokio::test]
async fn outcomes_and_sessions() {
    let room = Room::new().await;
    let session = Uuid::from_u128(99);
    let one = room.write(Made { session: Some(session), ..Made::at(NOON) }).await;
    let two = room.write(Made { outcome: "refused", ..Made::at(NOON) }).await;
    assert_eq!(room.listed(&format!("/audit?session={session}")).await, [one]);
    assert_eq!(room.listed("/audit?to=2026-11-20&outcome=refused").await, [two]);
    assert_eq!(room.listed("/audit?to=2026-11-20&outcome=success").await, [one]);
}

async fn ask(room: &Room, mrn: &str) -> Page {
    room.privacy.post("/audit/patients", &[("mrn", mrn), ("flag", "refused"), ("from", "soon enough")]).await
}

#[tokio::test]
async fn a_record_number_never_stands_in_an_address() {
    let room = Room::new().await;
    let ann = room.app.made().patient("Ann Lee").await;
    let mrn = format!("M{}", &ann.to_string().replace('-', "")[22..]);
    let about = room.write(Made { patient: Some(ann.0), mrn: Some(mrn.clone()), ..Made::at(NOON) }).await;
    let shown =
        room.write(Made { act: "patients.search", subjects: vec![ann.0, Uuid::from_u128(3)], ..Made::at(NOON) }).await;
    room.write(Made { patient: Some(Uuid::from_u128(3)), ..Made::at(NOON) }).await;
    let (page, rows) = room
        .app
        .ledger_of(room.privacy.post("/audit/patients", &[("mrn", &mrn.to_lowercase()), ("act", "chart.view")]))
        .await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location().unwrap(), format!("/audit?act=chart.view&patient={ann}"));
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].protected, Some(json!({ "mrn": mrn.to_lowercase() })));
    assert!(!rows[0].detail.to_string().contains(&mrn.to_lowercase()));
    assert_eq!(room.listed(&page.location().unwrap()).await, [about]);
    let both = room.privacy.get(&format!("/audit?patient={ann}")).await.ok().shows("2 patients").shows(&mrn);
    let mut expected = [about, shown];
    expected.sort_by(|one, other| other.cmp(one));
    assert_eq!(super::events(&both), expected);
}

#[tokio::test]
async fn an_unknown_record_number_says_so_and_keeps_what_was_typed() {
    let room = Room::new().await;
    let page = ask(&room, "M-NOBODY").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attribute("#mrn", "value").unwrap(), "M-NOBODY");
    assert_eq!(page.attribute("#from", "value").unwrap(), "soon enough");
    page.shows("No patient has this record number");
    assert_eq!(ask(&room, " ").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask(&room, "a\0b").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_merged_record_keeps_its_events_findable() {
    let room = Room::new().await;
    let (kept, merged) = (room.app.made().patient("Ann Lee").await, room.app.made().patient("Anne Lee").await);
    let old = room.write(Made { patient: Some(merged.0), ..Made::at("2026-11-20T17:00:01Z") }).await;
    let new = room.write(Made { patient: Some(kept.0), ..Made::at("2026-11-20T17:00:02Z") }).await;
    sqlx::query("update patients set merged_into = $2 where patient_id = $1")
        .bind(merged)
        .bind(kept)
        .execute(&mut room.app.owner().await)
        .await
        .unwrap();
    for id in [kept, merged] {
        assert_eq!(room.listed(&format!("/audit?patient={id}")).await, [new, old]);
    }
}

#[tokio::test]
async fn addresses_made_of_nonsense_break_nothing() {
    let room = Room::new().await;
    room.write(Made::at(NOON)).await;
    for address in [
        "/audit?before=x",
        "/audit?after=2026-11-20T17:00:00Z~x",
        "/audit?flag=%01&outcome=%27&session=1&act=%01chart.view",
        "/audit?before=9999999-11-20T17:00:00Z~00000000-0000-0000-0000-000000000000",
    ] {
        room.privacy.get(address).await.ok();
    }
    assert_eq!(room.privacy.get("/audit?patient=0048-1129").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(room.privacy.get("/audit?act=%00chart.view").await.status, StatusCode::NOT_FOUND);
    assert_eq!(room.privacy.get("/audit/not-an-id").await.status, StatusCode::NOT_FOUND);
    assert_eq!(room.privacy.get(&format!("/audit/{}", Uuid::nil())).await.status, StatusCode::NOT_FOUND);
}
