//! The list of a chart, role by role (privacy handbook 7.2).

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::base::id::PatientId;
use custodian::documents::model::Status;
use sqlx::Connection as _;

use super::{draft, list_of};
use crate::support::app::App;
use crate::support::html::Page;

/// A chart with one document of every kind of visibility.
async fn chart(app: &App) -> PatientId {
    let patient = app.made().patient("Ann Lee").await;
    let plain = draft(app, "Plain note", "plain").await;
    let mut claim = draft(app, "Claim summary", "claim").await;
    claim.type_code = "discharge-summary".into();
    let mut own = draft(app, "Own label", "own").await;
    own.sensitivity = Some("psychiatric".into());
    let mut typed = draft(app, "Typed label", "typed").await;
    typed.type_code = "hiv-report".into();
    let mut therapy = draft(app, "Therapy session", "therapy").await;
    therapy.type_code = "psychotherapy-note".into();
    let mut wrong = draft(app, "Wrong patient", "wrong").await;
    wrong.status = Status::Retracted;
    let encounter = app.made().encounter(patient).await;
    app.made().run("update encounters set sensitivity = 'substance-use' where encounter_id = $1", encounter.0).await;
    let mut visit = draft(app, "Visit label", "visit").await;
    visit.encounter = Some(encounter);
    app.made().file(patient, &[plain, claim, own, typed, therapy, wrong, visit]).await;
    patient
}

fn nothing_sensitive(page: Page) -> Page {
    page.hides("Own label").hides("Typed label").hides("Visit label").hides("Therapy")
}

#[tokio::test]
async fn the_application_sees_no_document_without_an_event() {
    let app = App::new().await;
    chart(&app).await;
    let mut connection = sqlx::PgConnection::connect_with(&app.database.app_options()).await.unwrap();
    for table in ["documents", "document_versions", "document_relations"] {
        let statement = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let seen: i64 = sqlx::query_scalar(statement).fetch_one(&mut connection).await.unwrap();
        assert_eq!(seen, 0, "{table}");
    }
}

#[tokio::test]
async fn a_registrar_sees_titles_and_learns_of_nothing_sensitive() {
    let app = App::new().await;
    let patient = chart(&app).await;
    let registrar = app.person(Role::Registrar).await;
    let page = registrar.get(&list_of(patient)).await.ok();
    assert_eq!(page.texts("tbody th"), ["Retracted document", "Claim summary", "Plain note"]);
    assert!(page.attributes("tbody a", "href").is_empty(), "titles only");
    nothing_sensitive(page.shows("3 of 3 documents")).hides("Wrong patient").hides("Sensitive document");
}

#[tokio::test]
async fn a_manager_sees_that_something_is_withheld_and_may_give_a_reason() {
    let app = App::new().await;
    let patient = chart(&app).await;
    let manager = app.person(Role::Manager).await;
    let page = manager.get(&list_of(patient)).await.ok();
    assert_eq!(
        page.texts("tbody th"),
        [
            "Wrong patient",
            "Claim summary",
            "Plain note",
            "Sensitive document",
            "Sensitive document",
            "Sensitive document"
        ]
    );
    let dates = page.texts("tbody td:nth-of-type(2)");
    assert!(dates[3..].iter().all(String::is_empty), "a veiled row has no date: {dates:?}");
    let veiled = page.attributes("tbody a", "href").pop().unwrap();
    nothing_sensitive(page.shows("6 of 6 documents"));
    let asked = manager.get(&veiled).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert_eq!(app.ledger().await.last().unwrap().basis, "sensitive");
}

#[tokio::test]
async fn a_treating_physician_sees_sensitive_documents_but_no_psychotherapy_notes() {
    let app = App::new().await;
    let patient = chart(&app).await;
    let physician = app.person(Role::Physician).await;
    app.made().care_team(patient, physician.staff.unwrap()).await;
    let page = physician.get(&list_of(patient)).await.ok();
    let mut titles = page.texts("tbody th");
    titles.sort();
    assert_eq!(
        titles,
        ["Claim summary", "Own label", "Plain note", "Retracted document", "Typed label", "Visit label"]
    );
    page.hides("Therapy").hides("Wrong patient");
}

#[tokio::test]
async fn billing_opens_claim_documents_only() {
    let app = App::new().await;
    let patient = chart(&app).await;
    let billing = app.person(Role::Billing).await;
    let page = billing.get(&list_of(patient)).await.ok();
    assert_eq!(page.texts("tbody th"), ["Retracted document", "Claim summary", "Plain note"]);
    assert_eq!(page.texts("tbody th a"), ["Claim summary"]);
    let claim = page.attribute("tbody a", "href").unwrap();
    billing.get(&claim).await.ok().shows("claim");
}

#[tokio::test]
async fn a_role_without_documents_has_no_list() {
    let app = App::new().await;
    let patient = chart(&app).await;
    for role in [Role::Admin, Role::Analyst] {
        let status = app.person(role).await.get(&list_of(patient)).await.status;
        assert!(matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{role:?}: {status}");
    }
}

#[tokio::test]
async fn a_long_list_is_paged_by_key_and_loses_nothing() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let mut documents = Vec::new();
    for number in 0..60 {
        let mut document = draft(&app, &format!("Note {number}"), "same bytes").await;
        document.authored_at = (number % 3 != 0).then(|| app.now() - chrono::Duration::hours(number / 2));
        document.sensitivity = (number % 20 == 0).then(|| "genetic".into());
        documents.push(document);
    }
    app.made().file(patient, &documents).await;
    let manager = app.person(Role::Manager).await;
    let first = manager.get(&list_of(patient)).await.ok();
    let older = first.attribute("a[rel=next]", "href").unwrap();
    let second = manager.get(&older).await.ok();
    let mut titles = [first.texts("tbody th"), second.texts("tbody th")].concat();
    assert_eq!(titles.len(), 60);
    assert!(titles[57..].iter().all(|title| title == "Sensitive document"));
    titles.truncate(57);
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 57);
}
