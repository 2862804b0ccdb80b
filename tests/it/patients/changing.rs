//! Demographics change without forgetting: what stood there, who, when, why; and two people at once.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::patients::urls;

use super::registration::{hidden, send};
use super::{With, record, register};
use crate::people::{PASSWORD, with_password};
use crate::support::app::App;
use crate::support::who::Visitor;

async fn form(visitor: &Visitor, path: &str) -> Vec<(String, String)> {
    hidden(&visitor.get(path).await.ok(), path)
}

const PERSON: [(&str, &str); 2] = [("sex", "female"), ("born", "03-Apr-1957")];

#[tokio::test]
async fn a_change_keeps_the_old_value_who_when_and_why() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042").ssn("219-09-4419")).await;
    let path = urls::edit_section(patient, "person");
    let carried = form(&registrar, &path).await;
    let fields = [("sex", "female"), ("born", "03-May-1957"), ("religion", "Quaker"), ("race", "declined")];
    let (saved, rows) = app.ledger_of(send(&registrar, &path, &carried, &fields)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].act.as_str(), rows[0].patient), ("demographics.change", Some(patient.0)));
    assert!(rows[0].protected.as_ref().unwrap().to_string().contains("Quaker"), "values stand in the protected part");
    assert!(!rows[0].detail.to_string().contains("Quaker"));
    let history = registrar.get(&urls::history(patient)).await.ok();
    for words in ["born: 1957-04-03 → 1957-05-03", "religion: – → Quaker", "race:", &rows[0].actor] {
        assert!(history.text().contains(words), "{words}: {}", history.text());
    }
    // The last four digits are found by the new birth date, and no longer by the old.
    let found = registrar.post("/patients", &[("ssn4", "4419"), ("born", "5/3/1957")]).await;
    registrar.get(&found.location().unwrap()).await.ok().shows("QUILL");
    let found = registrar.post("/patients", &[("ssn4", "4419"), ("born", "4/3/1957")]).await;
    registrar.get(&found.location().unwrap()).await.ok().shows("No one matches");
}

#[tokio::test]
async fn the_second_of_two_sees_the_difference_and_chooses() {
    let app = App::new().await;
    let (one, other) = (app.person(Role::Registrar).await, app.person(Role::Clerk).await);
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042")).await;
    let path = urls::edit_section(patient, "person");
    let (first, second) = (form(&one, &path).await, form(&other, &path).await);
    let mut fields = PERSON.to_vec();
    fields.extend([("religion", "Quaker"), ("marital_status", "M")]);
    assert_eq!(send(&one, &path, &first, &fields).await.status, StatusCode::SEE_OTHER);
    let mut fields = PERSON.to_vec();
    fields.extend([("religion", "Baptist"), ("language", "es")]);
    let conflict = send(&other, &path, &second, &fields).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    let cells = conflict.texts("table.cmp tbody tr");
    assert!(cells.iter().any(|row| row == "ReligionBaptistQuaker"), "{cells:?}");
    assert_eq!(conflict.attribute("#religion", "value").as_deref(), Some("Baptist"), "what was typed is kept");
    assert!(conflict.text().contains("changed this record"), "{}", conflict.text());
    // What only the first changed has been put together with what the second typed; saved on top, nothing of either is lost.
    let married = conflict.attributes("#marital_status option[selected]", "value");
    assert_eq!(married, ["M"]);
    let carried = hidden(&conflict, &path);
    fields.push(("marital_status", "M"));
    assert_eq!(send(&other, &path, &carried, &fields).await.status, StatusCode::SEE_OTHER);
    let page = one.get(&format!("/patients/{patient}/demographics")).await.ok();
    for words in ["Baptist", "Married", "Spanish"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    one.get(&urls::history(patient)).await.ok().shows("religion: Quaker → Baptist");
}

#[tokio::test]
async fn a_name_ends_and_is_still_found() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042").phone("555-555-0143")).await;
    let path = urls::edit_section(patient, "name");
    let carried = form(&registrar, &path).await;
    let fields =
        [("family", "Marlow"), ("given", "Ann"), ("name_use", "official"), ("replaces", "yes"), ("reason", "Married")];
    assert_eq!(send(&registrar, &path, &carried, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(send(&registrar, &path, &carried, &fields).await.status, StatusCode::SEE_OTHER, "twice is once");
    let names: Vec<(String, bool)> = sqlx::query_as(
        "select family, ended_on is not null from patient_names where patient_id = $1 order by ended_on nulls first",
    )
    .bind(patient)
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(names, [("Marlow".into(), false), ("Quill".into(), true)]);
    for line in ["quill", "marlow"] {
        let found = registrar.post("/patients", &[("q", line)]).await;
        registrar.get(&found.location().unwrap()).await.ok().shows("MARLOW, Ann");
    }
    registrar.get(&urls::history(patient)).await.ok().shows("Married").shows("ended: official Ann Quill");

    // Rows end from the overview; the last name can't.
    let edit = registrar.get(&urls::edit(patient)).await.ok();
    let ends = edit.attributes("form[action$='/end']", "action");
    let phone = ends.iter().find(|action| action.contains("/telecoms/")).unwrap();
    assert_eq!(registrar.post(phone, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(registrar.post(phone, &[]).await.status, StatusCode::SEE_OTHER, "twice is once");
    let name = ends.iter().find(|action| action.contains("/names/")).unwrap();
    assert_eq!(registrar.post(name, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!ends.iter().any(|action| action.contains("/identifiers/")), "the record number stays");
}

#[tokio::test]
async fn the_ssn_is_replaced_or_cleared_without_being_shown() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042").ssn("219-09-4419")).await;
    let path = urls::edit_section(patient, "ssn");
    let page = registrar.get(&path).await.ok().shows("ending 4419").hides("219");
    let carried = hidden(&page, &path);
    for (fields, words) in [
        (&[("ssn", "078-05-1120"), ("reason", "Card seen")][..], "never issued"),
        (&[("ssn", "219-09-4420")], "Say why"),
        (&[("reason", "Card seen")], "tick Clear"),
        (&[("ssn", "219-09-4420"), ("clear", "yes"), ("reason", "Card seen")], "not both"),
    ] {
        let refused = send(&registrar, &path, &carried, fields).await.shows(words);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.body.contains("219-09-4420"), "never echoed");
    }
    assert_eq!(
        send(&registrar, &path, &carried, &[("ssn", "219-09-4420"), ("reason", "Card seen")]).await.status,
        StatusCode::SEE_OTHER
    );
    registrar.get(&urls::history(patient)).await.ok().shows("••• •• 4419 → ••• •• 4420").hides("219");
    let stale = send(&registrar, &path, &carried, &[("clear", "yes"), ("reason", "Not hers")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let carried = form(&registrar, &path).await;
    assert_eq!(
        send(&registrar, &path, &carried, &[("clear", "yes"), ("reason", "Not hers")]).await.status,
        StatusCode::SEE_OTHER
    );
    registrar.get(&format!("/patients/{patient}/demographics")).await.ok().hides("4420");
}

#[tokio::test]
async fn handbook_1_7_a_death_is_recorded_and_only_a_manager_withdraws_it() {
    let app = App::new().await;
    let (registrar, manager) = (app.person(Role::Registrar).await, app.person(Role::Manager).await);
    with_password(&app, manager.staff.unwrap()).await;
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042")).await;
    let path = urls::edit_section(patient, "death");
    let carried = form(&registrar, &path).await;
    for (fields, words) in [
        (&[("died_on", "22-Nov-2026"), ("source", "family")][..], "time of death"),
        (&[("died_on", "22-Nov-2026"), ("died_at", "14:30")], "who says so"),
        (&[("died_on", "02-Apr-1957"), ("died_at", "14:30"), ("source", "family")], "before the birth"),
        (&[("died_on", "23-Nov-2026"), ("died_at", "23:30"), ("source", "family")], "in the future"),
        (&[("died_on", "01-Nov-2026"), ("died_at", "01:30"), ("source", "family")], "came twice"),
    ] {
        let refused = send(&registrar, &path, &carried, fields).await.shows(words);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let fields = [("died_on", "22-Nov-2026"), ("died_at", "14:30"), ("source", "family")];
    assert_eq!(send(&registrar, &path, &carried, &fields).await.status, StatusCode::SEE_OTHER);
    registrar.get(&urls::chart(patient)).await.ok().shows("Deceased 22-Nov-2026");
    let undo = urls::undo_death(patient);
    let (refused, rows) = app.ledger_of(registrar.get(&undo)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!((rows[0].act.as_str(), rows[0].outcome.as_str()), ("death.undo", "refused"));
    let carried = form(&manager, &undo).await;
    assert_eq!(
        send(&manager, &undo, &carried, &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it needs a reason"
    );
    let reason = ("reason", "Mixed up with her sister");
    let refused = send(&manager, &undo, &carried, &[reason, ("password", "somebody else's")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = refused.shows("That is not your password");
    assert_eq!(refused.attribute("#reason", "value").as_deref(), Some(reason.1), "what was typed is kept");
    assert!(manager.get(&urls::chart(patient)).await.ok().text().contains("Deceased"));
    let fields = [reason, ("password", PASSWORD)];
    for _ in 0..2 {
        let done = send(&manager, &undo, &carried, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "twice is once: {}", done.text());
    }
    assert!(!manager.get(&urls::chart(patient)).await.ok().text().contains("Deceased"));
    manager.get(&urls::history(patient)).await.ok().shows("Mixed up with her sister");
}

#[tokio::test]
async fn the_privacy_office_restricts_a_record() {
    let app = App::new().await;
    let (privacy, registrar) = (app.person(Role::Privacy).await, app.person(Role::Registrar).await);
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042")).await;
    let path = urls::restriction(patient);
    assert_eq!(registrar.get(&path).await.status, StatusCode::FORBIDDEN);
    let carried = form(&privacy, &path).await;
    with_password(&app, privacy.staff.unwrap()).await;
    let none = send(&privacy, &path, &carried, &[("restriction", "vip")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY, "it needs a reason");
    let vip = [("restriction", "vip"), ("reason", "In the news")];
    let unsure = send(&privacy, &path, &carried, &vip).await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY, "it needs the password once more");
    assert_eq!(unsure.attribute("#reason", "value").as_deref(), Some("In the news"));
    let fields = [vip[0], vip[1], ("password", PASSWORD)];
    let (done, rows) = app.ledger_of(send(&privacy, &path, &carried, &fields)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let acts: Vec<_> = rows.iter().map(|row| row.act.as_str()).collect();
    assert_eq!(acts, ["password.confirm", "restriction.change"]);
    let again = send(&privacy, &path, &carried, &fields).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "twice is once");
    let other = send(&privacy, &path, &carried, &[("restriction", ""), vip[1], ("password", PASSWORD)]).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "another wish over the old form is no repetition");
    let found = registrar.post("/patients", &[("q", "quill")]).await;
    registrar.get(&found.location().unwrap()).await.ok().shows("Name restricted").hides("QUILL, Ann");
    // The office lifts it without breaking a glass.
    let carried = form(&privacy, &path).await;
    let done = send(
        &privacy,
        &path,
        &carried,
        &[("restriction", ""), ("reason", "No longer in the news"), ("password", PASSWORD)],
    )
    .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    registrar.get(&urls::chart(patient)).await.ok().shows("QUILL");
}

#[tokio::test]
async fn a_code_from_elsewhere_stays_where_it_is_stored_and_nowhere_else() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042")).await;
    let statement = "update patients set language = 'nah' where patient_id = $1";
    app.made().run(statement, patient.0).await;
    let path = urls::edit_section(patient, "person");
    let carried = form(&registrar, &path).await;
    let fields = [PERSON[0], PERSON[1], ("language", "nah"), ("religion", "Quaker")];
    assert_eq!(send(&registrar, &path, &carried, &fields).await.status, StatusCode::SEE_OTHER);
    // What the browser says was there counts for nothing, nor does what stands in another field.
    let carried = form(&registrar, &path).await;
    for (field, code) in [("language", "xxl"), ("ethnicity", "nah"), ("race", "9999-9")] {
        let fields = [PERSON[0], PERSON[1], (field, code), ("kept", code)];
        let refused = send(&registrar, &path, &carried, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
    }
}

#[tokio::test]
async fn the_same_change_sent_twice_is_made_once() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042")).await;
    for (section, fields) in [
        ("person", &[PERSON[0], PERSON[1], ("religion", "Quaker")][..]),
        ("ssn", &[("ssn", "219-09-4420"), ("reason", "Card seen")]),
        ("death", &[("died_on", "22-Nov-2026"), ("died_at", "14:30"), ("source", "family")]),
    ] {
        let path = urls::edit_section(patient, section);
        let carried = form(&registrar, &path).await;
        for _ in 0..2 {
            assert_eq!(send(&registrar, &path, &carried, fields).await.status, StatusCode::SEE_OTHER, "{section}");
        }
    }
    let changes: i64 =
        sqlx::query_scalar("select count(*) from patient_changes").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(changes, 3);
}

#[tokio::test]
async fn history_can_be_added_to_and_nothing_else() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let patient = register(&app, record(&app, "Quill", "Ann").mrn("0042")).await;
    let path = urls::edit_section(patient, "telecom");
    let carried = form(&registrar, &path).await;
    assert_eq!(
        send(&registrar, &path, &carried, &[("kind", "phone"), ("value", "5555550199")]).await.status,
        StatusCode::SEE_OTHER
    );
    let rights: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, privilege_type::text from information_schema.role_table_grants
        where grantee = 'custodian_app' and table_name in ('patient_changes', 'encounter_changes') order by 1, 2",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    let rights: Vec<_> = rights.iter().map(|(table, right)| format!("{table} {right}")).collect();
    assert_eq!(
        rights,
        ["encounter_changes INSERT", "encounter_changes SELECT", "patient_changes INSERT", "patient_changes SELECT"]
    );
}
