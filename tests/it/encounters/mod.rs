//! Encounters by hand, through HTTP: ENC-1 to ENC-9, two people at once, and nothing lost.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::base::id::{EncounterId, PatientId, PractitionerId};
use custodian::encounters::urls;
use uuid::Uuid;

use crate::patients::registration::{hidden, send};
use crate::people::{PASSWORD, with_password};
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

async fn provider(app: &App, family: &str, given: &str) -> PractitionerId {
    let id = PractitionerId::new();
    sqlx::query("insert into practitioners (practitioner_id, npi, family, given) values ($1, '1234567893', $2, $3)")
        .bind(id)
        .bind(family)
        .bind(given)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    id
}

async fn carried(visitor: &Visitor, path: &str) -> Vec<(String, String)> {
    hidden(&visitor.get(path).await.ok(), path)
}

fn of(page: &Page) -> EncounterId {
    let address = page.location().unwrap_or_else(|| panic!("{}: {}", page.status, page.text()));
    address.rsplit('/').next().unwrap().parse().unwrap()
}

const EMERGENCY: [(&str, &str); 6] = [
    ("class", "emergency"),
    ("started_on", "20-Nov-2026"),
    ("started_at", "08:00"),
    ("service", "Emergency medicine"),
    ("place", "ED 4"),
    ("attending", "Raman"),
];

async fn begun(app: &App, visitor: &Visitor, patient: PatientId, fields: &[(&str, &str)]) -> EncounterId {
    let _ = app;
    let path = urls::add(patient);
    of(&send(visitor, &path, &carried(visitor, &path).await, fields).await)
}

/// One change, with what its form carried.
async fn change(visitor: &Visitor, encounter: EncounterId, what: &str, fields: &[(&str, &str)]) -> Page {
    let path = urls::change(encounter, what);
    send(visitor, &path, &carried(visitor, &path).await, fields).await
}

#[track_caller]
fn done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

#[tokio::test]
async fn enc_1_one_stay_from_the_emergency_room_to_home() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = app.made().patient("Ann Quill").await;
    provider(&app, "Raman", "Priya").await;
    let encounter = begun(&app, &registrar, patient, &EMERGENCY).await;
    registrar
        .get(&urls::show(encounter))
        .await
        .ok()
        .shows("V50000001")
        .shows("Raman, Priya")
        .shows("ED 4")
        .shows("In progress");

    done(
        &change(
            &registrar,
            encounter,
            "class",
            &[("class", "observation"), ("on", "20-Nov-2026"), ("at", "12:00"), ("why", "Chest pain watched")],
        )
        .await,
    );
    let inpatient = [
        ("class", "inpatient"),
        ("on", "21-Nov-2026"),
        ("at", "09:30"),
        ("admission_type", "1"),
        ("point_of_origin", "1"),
        ("why", "Order by Dr Raman"),
    ];
    done(&change(&registrar, encounter, "class", &inpatient).await);
    done(
        &change(&registrar, encounter, "transfer", &[("place", "4 West 12"), ("on", "21-Nov-2026"), ("at", "10:15")])
            .await,
    );
    done(&change(&registrar, encounter, "leave", &[("on", "21-Nov-2026"), ("at", "18:00")]).await);
    done(&change(&registrar, encounter, "return", &[("on", "22-Nov-2026"), ("at", "09:00")]).await);
    done(
        &change(&registrar, encounter, "discharge", &[("on", "23-Nov-2026"), ("at", "09:00"), ("disposition", "06")])
            .await,
    );

    let periods: Vec<(String, String, String)> = sqlx::query_as(
        "select class, to_char(started_at at time zone 'America/New_York', 'DD HH24:MI'), to_char(ended_at at time zone 'America/New_York', 'DD HH24:MI')
        from encounter_class_periods where encounter_id = $1 order by started_at",
    )
    .bind(encounter)
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    let periods: Vec<_> = periods.iter().map(|(class, from, to)| format!("{class} {from} {to}")).collect();
    assert_eq!(
        periods,
        ["emergency 20 08:00 20 12:00", "observation 20 12:00 21 09:30", "inpatient 21 09:30 23 09:00"]
    );
    // ENC-2: admission is the order. Two days, of which one night away.
    let page = registrar
        .get(&urls::show(encounter))
        .await
        .ok()
        .shows("21-Nov-2026 09:30")
        .shows("06 · Home with home-health care");
    assert!(page.text().contains("Length of stay1 d"), "{}", page.text());
    assert!(page.text().contains("4 West 12") && page.text().contains("Chest pain watched"), "{}", page.text());
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_saved() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = app.made().patient("Ann Quill").await;
    let path = urls::add(patient);
    let form = carried(&registrar, &path).await;
    for (fields, words) in [
        (&[("class", "inpatient"), ("started_on", "20-Nov-2026"), ("started_at", "08:00")][..], "ENC-2"),
        (&[("class", "emergency"), ("started_on", "30-Nov-2026"), ("started_at", "08:00")], "future"),
        (&[("class", "emergency"), ("started_on", "20-Nov-2026")], "Write the time too"),
        (&[("class", "emergency"), ("started_on", "31-Feb-2026"), ("started_at", "08:00")], "no such day"),
        (&[("class", "emergency"), ("started_on", "01-Nov-2026"), ("started_at", "01:30")], "came twice"),
        (&[("class", "emergency"), ("started_on", "08-Mar-2026"), ("started_at", "02:30")], "did not exist"),
        (&[("class", "' or 1=1"), ("started_on", "20-Nov-2026"), ("started_at", "08:00")], "Choose a class"),
        (
            &[("class", "emergency"), ("started_on", "20-Nov-2026"), ("started_at", "08:00"), ("attending", "Nobody")],
            "No active provider",
        ),
        (
            &[
                ("class", "newborn"),
                ("started_on", "20-Nov-2026"),
                ("started_at", "08:00"),
                ("admission_type", "4"),
                ("point_of_origin", "1"),
            ],
            "ENC-9",
        ),
    ] {
        let page = send(&registrar, &path, &form, fields).await.shows(words);
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let count: i64 =
        sqlx::query_scalar("select count(*) from encounters").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn several_providers_of_a_name_are_offered_to_choose_from() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = app.made().patient("Ann Quill").await;
    provider(&app, "Raman", "Priya").await;
    let other = provider(&app, "Ramanathan", "Uma").await;
    let path = urls::add(patient);
    let form = carried(&registrar, &path).await;
    let page = send(&registrar, &path, &form, &EMERGENCY).await.shows("choose one");
    assert_eq!(page.texts("#attending_id option"), ["Choose", "Raman, Priya", "Ramanathan, Uma"]);
    let id = other.to_string();
    let mut fields = EMERGENCY.to_vec();
    fields.push(("attending_id", &id));
    let encounter = of(&send(&registrar, &path, &form, &fields).await);
    registrar.get(&urls::show(encounter)).await.ok().shows("Ramanathan, Uma");
    // Sent twice: the same encounter.
    assert_eq!(of(&send(&registrar, &path, &form, &fields).await), encounter);
    let count: i64 =
        sqlx::query_scalar("select count(*) from encounters").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(count, 1);
}

const INPATIENT: [(&str, &str); 8] = [
    ("class", "inpatient"),
    ("started_on", "20-Nov-2026"),
    ("started_at", "08:00"),
    ("ordered_on", "20-Nov-2026"),
    ("ordered_at", "08:30"),
    ("admission_type", "3"),
    ("point_of_origin", "1"),
    ("attending", "Raman"),
];

#[tokio::test]
async fn enc_3_a_death_and_a_discharge_say_the_same() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = app.made().patient("Ann Quill").await;
    provider(&app, "Raman", "Priya").await;
    let encounter = begun(&app, &registrar, patient, &INPATIENT).await;
    let left = [("on", "22-Nov-2026"), ("at", "16:00"), ("disposition", "20")];
    let refused = change(&registrar, encounter, "discharge", &left).await.shows("ENC-3");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields = left.to_vec();
    fields.extend([("died_on", "22-Nov-2026"), ("died_at", "14:10")]);
    done(&change(&registrar, encounter, "discharge", &fields).await);
    registrar.get(&custodian::patients::urls::chart(patient)).await.ok().shows("Deceased 22-Nov-2026");
    // Withdrawn only after the stay no longer says so.
    let manager = app.person(Role::Manager).await;
    let undo = custodian::patients::urls::undo_death(patient);
    with_password(&app, manager.staff.unwrap()).await;
    let reason = [("reason", "Mixed up"), ("password", PASSWORD)];
    let refused = send(&manager, &undo, &carried(&manager, &undo).await, &reason).await;
    assert!(refused.text().contains("Cancel that discharge first"), "{}", refused.text());
    done(&change(&manager, encounter, "cancel-discharge", &[("why", "Mixed up with another")]).await);
    let row: (String, bool, bool) =
        sqlx::query_as("select status, ended_at is null, disposition is null from encounters where encounter_id = $1")
            .bind(encounter)
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(row, ("in-progress".into(), true, true), "A13");
    done(&send(&manager, &undo, &carried(&manager, &undo).await, &reason).await);
    // The dead go nowhere else than 20.
    let other = app.made().patient("Bo Quill").await;
    let stay = begun(&app, &registrar, other, &INPATIENT).await;
    app.made()
        .run("update patients set deceased = true, deceased_at = '2026-11-21T12:00:00Z' where patient_id = $1", other.0)
        .await;
    let home = [("on", "22-Nov-2026"), ("at", "16:00"), ("disposition", "01"), ("died_on", ""), ("died_at", "")];
    change(&registrar, stay, "discharge", &home).await.shows("has died");
}

#[tokio::test]
async fn enc_4_two_stays_of_one_patient_never_overlap_even_at_once() {
    let app = App::new().await;
    let (one, other) = (app.person(Role::Registrar).await, app.person(Role::Clerk).await);
    let patient = app.made().patient("Ann Quill").await;
    provider(&app, "Raman", "Priya").await;
    let path = urls::add(patient);
    let (first, second) = (carried(&one, &path).await, carried(&other, &path).await);
    let (a, b) = tokio::join!(send(&one, &path, &first, &INPATIENT), send(&other, &path, &second, &INPATIENT));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "{} / {}", a.text(), b.text());
    let refused = if a.status == StatusCode::UNPROCESSABLE_ENTITY { &a } else { &b };
    assert!(refused.text().contains("ENC-4"), "{}", refused.text());
    // A distinct-part unit has a stay of its own.
    let mut fields = INPATIENT.to_vec();
    fields.retain(|(name, _)| *name != "point_of_origin");
    fields.push(("point_of_origin", "D"));
    begun(&app, &one, patient, &fields).await;
    // Emergency beside it is no inpatient stay, until it becomes one.
    let emergency = begun(&app, &one, patient, &EMERGENCY).await;
    let inpatient = [
        ("class", "inpatient"),
        ("on", "21-Nov-2026"),
        ("at", "09:30"),
        ("admission_type", "1"),
        ("point_of_origin", "1"),
        ("why", "Ordered"),
    ];
    change(&one, emergency, "class", &inpatient).await.shows("ENC-4");
}

#[tokio::test]
async fn enc_7_cancelled_with_a_reason_and_never_with_documents() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = app.made().patient("Ann Quill").await;
    let document = app.made().document(patient, "Progress note").await;
    let encounter = app.made().encounter(patient).await;
    app.made().unlock_documents().await;
    sqlx::query("update documents set encounter_id = $2 where document_id = $1")
        .bind(document)
        .bind(encounter)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let refused = change(&registrar, encounter, "cancel", &[("why", "Wrong patient")]).await.shows("ENC-7");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.made().run("update documents set status = 'retracted' where document_id = $1", document.0).await;
    assert_eq!(
        change(&registrar, encounter, "cancel", &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it needs a reason"
    );
    let (page, rows) = app.ledger_of(change(&registrar, encounter, "cancel", &[("why", "Wrong patient")])).await;
    done(&page);
    assert!(rows.iter().any(|row| row.act == "encounter.change" && row.patient == Some(patient.0)));
    registrar.get(&urls::show(encounter)).await.ok().shows("Wrong patient").shows("Cancelled");
}

#[tokio::test]
async fn a_correction_keeps_the_old_times() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = app.made().patient("Ann Quill").await;
    provider(&app, "Raman", "Priya").await;
    let encounter = begun(&app, &registrar, patient, &INPATIENT).await;
    let right = [
        ("started_on", "20-Nov-2026"),
        ("started_at", "07:15"),
        ("ordered_on", "20-Nov-2026"),
        ("ordered_at", "07:45"),
        ("admission_type", "3"),
        ("point_of_origin", "1"),
        ("why", "Clock of the terminal was wrong"),
    ];
    done(&change(&registrar, encounter, "correct", &right).await);
    let page = registrar.get(&urls::show(encounter)).await.ok().shows("start: 20-Nov-2026 08:00 → 20-Nov-2026 07:15");
    assert!(page.text().contains("Clock of the terminal was wrong"));
    let starts: Vec<Uuid> = sqlx::query_scalar(
        "select period_id from encounter_class_periods where encounter_id = $1 and started_at = '2026-11-20T12:15:00Z'",
    )
    .bind(encounter)
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(starts.len(), 1, "the first period begins with the encounter");
}

#[tokio::test]
async fn the_second_of_two_changes_is_told() {
    let app = App::new().await;
    let (one, other) = (app.person(Role::Registrar).await, app.person(Role::Clerk).await);
    let patient = app.made().patient("Ann Quill").await;
    provider(&app, "Raman", "Priya").await;
    let encounter = begun(&app, &one, patient, &INPATIENT).await;
    let (discharge, transfer) = (urls::change(encounter, "discharge"), urls::change(encounter, "transfer"));
    let (first, second) = (carried(&one, &discharge).await, carried(&other, &transfer).await);
    let left = [("on", "22-Nov-2026"), ("at", "16:00"), ("disposition", "01")];
    done(&send(&one, &discharge, &first, &left).await);
    let moved = send(&other, &transfer, &second, &[("place", "4 West"), ("on", "22-Nov-2026"), ("at", "17:00")]).await;
    assert_eq!(moved.status, StatusCode::CONFLICT);
    assert!(
        moved.text().contains("changed this encounter") && moved.text().contains("Inpatient, discharged"),
        "{}",
        moved.text()
    );
    assert_eq!(moved.attribute("#place", "value").as_deref(), Some("4 West"), "what was typed is kept");
}

#[tokio::test]
async fn nobody_without_the_right_changes_a_protected_encounter() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quill").await;
    let encounter = app.made().encounter(patient).await;
    app.made().run("update encounters set sensitivity = 'psychiatric' where encounter_id = $1", encounter.0).await;
    for role in [Role::Registrar, Role::Physician, Role::Coder] {
        let visitor = app.person(role).await;
        let page = visitor.get(&urls::change(encounter, "cancel")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", role.word());
        let page =
            visitor.post(&urls::change(encounter, "cancel"), &[("version", "1"), ("why", "because I can")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", role.word());
    }
}

#[tokio::test]
async fn the_same_change_sent_twice_is_made_once() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = app.made().patient("Ann Quill").await;
    provider(&app, "Raman", "Priya").await;
    let encounter = begun(&app, &registrar, patient, &EMERGENCY).await;
    let path = urls::change(encounter, "transfer");
    let form = carried(&registrar, &path).await;
    let fields = [("place", "4 West 12"), ("on", "21-Nov-2026"), ("at", "10:15")];
    for _ in 0..2 {
        let page = send(&registrar, &path, &form, &fields).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, Some(urls::show(encounter))));
    }
    let places: i64 = sqlx::query_scalar("select count(*) from encounter_locations where encounter_id = $1")
        .bind(encounter)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(places, 2, "the first place and the second, once");
    // Another wish over the same old form is no repetition.
    let other = send(&registrar, &path, &form, &[("place", "5 East 1"), fields[1], fields[2]]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
}
