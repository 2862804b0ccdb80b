//! Searching the words of one chart: what a list would veil is not found.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::documents::model::Status;

use super::{doctor, draft, person};
use crate::support::app::App;

#[tokio::test]
async fn words_are_found_where_they_may_be_read_and_nowhere_else() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let other = app.made().patient("Bea Stone").await;
    let plain = draft(&app, "Plain note", "Walks with a cane since the winter; pneumonia resolved.").await;
    let mut sensitive = draft(&app, "Ward note", "Speaks of pneumonia and of despair.").await;
    sensitive.sensitivity = Some("psychiatric".into());
    let mut wrong = draft(&app, "Wrong chart", "Pneumonia of a stranger.").await;
    wrong.status = Status::Retracted;
    app.made().file(patient, &[plain, sensitive, wrong]).await;
    let elsewhere = draft(&app, "Elsewhere", "Pneumonia as well.").await;
    app.made().file(other, &[elsewhere]).await;
    let doctor = doctor(&app, patient, "Raman").await;
    let path = format!("/patients/{patient}/documents/search");
    let (page, rows) = app.ledger_of(doctor.visitor.post(&path, &[("words", "pneumonias")])).await;
    let page = page.ok().shows("Plain note").shows("Ward note").hides("Wrong chart").hides("Elsewhere");
    assert!(page.texts("mark").iter().any(|word| word == "pneumonia"), "stems are found, and marked");
    assert_eq!(rows.len(), 1, "one event");
    assert_eq!((rows[0].act.as_str(), rows[0].patient), ("documents.search", Some(patient.0)));
    assert!(!rows[0].detail.to_string().contains("pneumonia"), "what was looked for is protected");
    // the manager answers for the record, but protected content opens by breaking the glass only
    let manager = person(&app, Role::Manager).await;
    manager
        .post(&path, &[("words", "pneumonia")])
        .await
        .ok()
        .shows("Plain note")
        .shows("Wrong chart")
        .hides("Ward note");
    manager.post(&path, &[("words", "despair")]).await.ok().shows("No document of this chart holds these words");
    for role in [Role::Registrar, Role::Billing, Role::Admin] {
        let page = person(&app, role).await.post(&path, &[("words", "pneumonia")]).await;
        assert!(matches!(page.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{role:?}: {}", page.status);
        page.hides("Plain note");
    }
    let empty = doctor.visitor.post(&path, &[("words", "  ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for odd in ["\"", "a:b & | !", "-pneumonia or", "' or 1=1 --"] {
        doctor.visitor.post(&path, &[("words", odd)]).await.ok();
    }
}
