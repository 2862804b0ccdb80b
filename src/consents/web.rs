//! `/patients/{id}/consents`: what is on file, one more, one revoked.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::model::{Kind, NewConsent};
use super::pages::{ConsentForm, ConsentsPage, NewConsentPage, RevokePage};
use super::{rules, store};
use crate::access::policy::{DataClass, DocumentSight, matrix};
use crate::access::{Act, Error, Remarks};
use crate::base::id::{DocumentId, PatientId};
use crate::chart::{frame, urls};
use crate::documents::store as documents;
use crate::web::dates;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .get("/patients/{id}/consents", Act::ViewConsents, list)
        .post("/patients/{id}/consents", Act::RecordConsent, record)
        .get("/patients/{id}/consents/new", Act::ViewConsents, form)
        .get("/patients/{id}/consents/{consent}/revocation", Act::ViewConsents, revocation)
        .post("/patients/{id}/consents/{consent}/revocation", Act::RevokeConsent, revoke)
}

fn may(viewer: &Viewer, verb: char) -> bool {
    viewer.roles().iter().any(|role| matrix(*role, DataClass::Consents).allows(verb))
}

/// Whoever has no right to change is refused before anything is shown to change; the gate says so in the ledger.
async fn insist(app: &App, viewer: &Viewer, act: Act, patient: PatientId) -> WebResult<()> {
    let verb = if act == Act::RecordConsent { 'C' } else { 'E' };
    if !may(viewer, verb) {
        app.gate.chart(viewer, act, patient, async |_| Ok(())).await?;
    }
    Ok(())
}

async fn list(State(app): State<App>, viewer: Viewer, Path(patient): Path<PatientId>) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewConsents, patient, async |chart| {
            Ok(ConsentsPage {
                frame: frame(&app, &viewer, chart).await?,
                consents: store::on_file(chart).await?,
                may_record: may(&viewer, 'C'),
                may_revoke: may(&viewer, 'E'),
                opens_documents: chart.sight().documents == DocumentSight::Open,
                today: chart.at().with_timezone(&app.zone()).date_naive(),
            })
        })
        .await?;
    Ok(page::render(&page))
}

async fn form(State(app): State<App>, viewer: Viewer, Path(patient): Path<PatientId>) -> WebResult<Response> {
    Ok(page::render(&new_page(&app, &viewer, patient, Uuid::now_v7()).await?))
}

async fn new_page(app: &App, viewer: &Viewer, patient: PatientId, consent: Uuid) -> WebResult<NewConsentPage> {
    insist(app, viewer, Act::RecordConsent, patient).await?;
    let page = app
        .gate
        .chart(viewer, Act::ViewConsents, patient, async |chart| {
            let listed = documents::list(chart, &documents::Page::first(50)).await?;
            let titled = listed.into_iter().filter_map(|listed| Some((listed.document.to_string(), listed.title?)));
            Ok(NewConsentPage {
                frame: frame(app, viewer, chart).await?,
                form: ConsentForm::new(consent, titled.collect()),
            })
        })
        .await?;
    Ok(page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    consent: String,
    kind: String,
    decision: String,
    scope: String,
    signed: String,
    ends: String,
    witness: String,
    document: String,
}

async fn record(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let consent = typed.consent.parse().unwrap_or_else(|_| Uuid::now_v7());
    let mut shown = new_page(&app, &viewer, patient, consent).await?;
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let read = |text: &str| dates::day(text, today);
    let (signed, ends) = (read(&typed.signed), read(&typed.ends));
    let kind = Kind::parse(&typed.kind);
    let given = match typed.decision.as_str() {
        "given" => Some(true),
        "refused" => Some(false),
        _ => None,
    };
    let form = &mut shown.form;
    form.kind.value.clone_from(&typed.kind);
    form.decision.value.clone_from(&typed.decision);
    form.scope.value.clone_from(&typed.scope);
    form.signed.value.clone_from(&typed.signed);
    form.ends.value.clone_from(&typed.ends);
    form.witness.value.clone_from(&typed.witness);
    if let Some(document) = &mut form.document {
        document.value.clone_from(&typed.document);
    }
    let [bad_signed, bad_ends] = rules::days(signed, ends, shown.frame.header.birth_date, today);
    form.signed.error = bad_signed.map(Into::into);
    form.ends.error = match ends {
        None if !typed.ends.trim().is_empty() => Some("Enter a day such as 14-Nov-2026, or leave it empty".into()),
        _ => bad_ends.map(Into::into),
    };
    form.kind.error = kind.is_none().then(|| "Choose a kind".into());
    form.decision.error = match (kind, given) {
        (_, None) => Some("Choose a decision".into()),
        (Some(Kind::AdvanceDirective), Some(false)) => {
            Some("A directive is on file or it is not: one that was revoked is revoked on its own line".into())
        }
        _ => None,
    };
    form.scope.error = (typed.scope.chars().count() > 200).then(|| "Use at most 200 characters".into());
    form.witness.error = (typed.witness.chars().count() > 120).then(|| "Use at most 120 characters".into());
    let (Some(kind), Some(given), Some(signed_on), None) = (kind, given, signed, form.problems()) else {
        return Ok(page::invalid(&shown));
    };
    let new = NewConsent {
        consent,
        kind,
        given,
        scope: typed.scope.trim().to_owned(),
        signed_on,
        expires_on: ends,
        witness: Some(typed.witness.trim().to_owned()).filter(|witness| !witness.is_empty()),
        document: typed.document.parse::<DocumentId>().ok(),
    };
    let remarks = Remarks {
        detail: Some(json!({ "consent": consent, "kind": kind.word(), "given": given })),
        protected: Some(
            json!({ "scope": new.scope, "signed_on": new.signed_on, "expires_on": new.expires_on, "witness": new.witness }),
        ),
        ..Remarks::none()
    };
    app.gate
        .chart_with(&viewer, Act::RecordConsent, patient, remarks, async |chart| store::record(chart, &new).await)
        .await?;
    Ok(Redirect::to(&urls::consents(patient)).into_response())
}

async fn revocation(
    State(app): State<App>,
    viewer: Viewer,
    Path((patient, consent)): Path<(PatientId, Uuid)>,
) -> WebResult<Response> {
    Ok(page::render(&revoke_page(&app, &viewer, patient, consent).await?))
}

async fn revoke_page(app: &App, viewer: &Viewer, patient: PatientId, consent: Uuid) -> WebResult<RevokePage> {
    insist(app, viewer, Act::RevokeConsent, patient).await?;
    let page = app
        .gate
        .chart(viewer, Act::ViewConsents, patient, async |chart| {
            let found = store::on_file(chart).await?.into_iter().find(|known| known.consent == consent);
            let (on, reason) = RevokePage::fields();
            Ok(RevokePage {
                frame: frame(app, viewer, chart).await?,
                consent: found.ok_or(Error::NotFound)?,
                on,
                reason,
                overtaken: false,
            })
        })
        .await?;
    Ok(page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Revoked {
    revoked: String,
    reason: String,
}

async fn revoke(
    State(app): State<App>,
    viewer: Viewer,
    Path((patient, consent)): Path<(PatientId, Uuid)>,
    Form(typed): Form<Revoked>,
) -> WebResult<Response> {
    let mut shown = revoke_page(&app, &viewer, patient, consent).await?;
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let on = dates::day(&typed.revoked, today);
    let reason = typed.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    shown.on.value.clone_from(&typed.revoked);
    shown.reason.value.clone_from(&typed.reason);
    shown.on.error = rules::revoked(on, shown.consent.signed_on, today).map(Into::into);
    shown.reason.error = (!(3..=300).contains(&reason.chars().count())).then(|| "Write 3 to 300 characters".into());
    let (Some(on), None) = (on, shown.problems()) else { return Ok(page::invalid(&shown)) };
    let remarks = Remarks {
        detail: Some(json!({ "consent": consent, "kind": shown.consent.kind })),
        protected: Some(json!({ "revoked_on": on, "reason": reason })),
        ..Remarks::none()
    };
    let revoked = app
        .gate
        .chart_with(&viewer, Act::RevokeConsent, patient, remarks, async |chart| {
            store::revoke(chart, consent, on, &reason).await
        })
        .await;
    if let Err(Error::Conflict) = revoked {
        let now = revoke_page(&app, &viewer, patient, consent).await?;
        let shown = RevokePage { on: shown.on, reason: shown.reason, overtaken: true, ..now };
        return Ok((StatusCode::CONFLICT, page::render(&shown)).into_response());
    }
    revoked?;
    Ok(Redirect::to(&urls::consents(patient)).into_response())
}
