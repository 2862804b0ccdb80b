//! Requests for amendment, from receipt to who relies on the entry (45 CFR 164.526, DOC-11).

mod deciding;
mod lists;
mod refusing;

use axum::http::StatusCode;
use chrono::NaiveDate;
use custodian::access::{Act, Role};
use custodian::amendments::model::Case;
use custodian::amendments::store;
use custodian::base::id::{DocumentId, PatientId};
use uuid::Uuid;

use crate::documents::person;
use crate::people::PASSWORD;
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

/// Records a request of the patient's about a document; answers its address.
pub async fn asked(visitor: &Visitor, patient: PatientId, document: DocumentId, received: &str) -> String {
    let document = document.to_string();
    let fields = [
        ("requester", "patient"),
        ("document", document.as_str()),
        ("wanted", "It was the left knee"),
        ("reason", "The right one never hurt"),
        ("received", received),
    ];
    let page = visitor.post(&format!("/patients/{patient}/amendments"), &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    page.location().unwrap()
}

/// Sends a form as somebody does who has just read it.
pub async fn step(visitor: &Visitor, request: &str, form: &str, fields: &[(&str, &str)]) -> Page {
    let address = format!("{request}/{form}");
    let page = visitor.get(&address).await.ok();
    let hidden = |name: &str| page.attribute(&format!("input[name={name}]"), "value").unwrap_or_default();
    let (key, known) = (hidden("key"), hidden("known"));
    let mut all = vec![("key", key.as_str()), ("known", known.as_str())];
    all.extend_from_slice(fields);
    visitor.post(&address, &all).await
}

/// A step that has to be taken.
pub async fn done(visitor: &Visitor, request: &str, form: &str, fields: &[(&str, &str)]) {
    let page = step(visitor, request, form, fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{form}: {}", page.text());
    assert_eq!(page.location().as_deref(), Some(request));
}

/// A decision, confirmed by the password; answers the same person with the session that the confirmation renewed.
pub async fn decided(visitor: &Visitor, request: &str, fields: &[(&str, &str)]) -> Visitor {
    let page = step(visitor, request, "deciding/decision", fields).await;
    assert_eq!(page.location().as_deref(), Some(request), "{}", page.text());
    visitor.with_cookie_of(&page)
}

/// Denies as accurate and complete.
pub async fn denied(visitor: &Visitor, request: &str) -> Visitor {
    let fields = [
        ("decision", "denied"),
        ("ground", "accurate-and-complete"),
        ("note", "The operative report names the right knee."),
        ("password", PASSWORD),
    ];
    decided(visitor, request, &fields).await
}

/// Told by letter, today.
pub async fn letter_left(visitor: &Visitor, request: &str) {
    done(visitor, request, "handling/telling", &[("on", "today"), ("note", "Letter by mail")]).await;
}

/// A privacy officer who knows their password.
pub async fn officer(app: &App) -> Visitor {
    person(app, Role::Privacy).await
}

/// The request as the room reads it.
pub async fn case(app: &App, visitor: &Visitor, patient: PatientId, request: &str) -> Case {
    let id: Uuid = request.rsplit('/').next().unwrap().parse().unwrap();
    let actor = app.actor_of(visitor).await;
    app.state
        .gate
        .chart(&actor, Act::ViewAmendments, patient, async |chart| store::case(chart, id).await)
        .await
        .unwrap()
}

pub fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
