//! `/patients/{id}/consents`: what is on file, one more, one revoked.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::model::{Kind, NewConsent};
use super::pages::{ConsentForm, ConsentsPage, NewConsentPage, RevokePage, Typed};
use super::{rules, store};
use crate::access::policy::{DataClass, DocumentSight, matrix};
use crate::access::{Act, Error, Remarks};
use crate::base::id::{DocumentId, PatientId};
use crate::chart::{frame, urls};
use crate::documents::store as documents;
use crate::patients::store::header::header;
use crate::web::dates;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::form_page::Problems;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .get("/patients/{id}/consents", Act::ViewConsents, list)
        .post("/patients/{id}/consents", Act::RecordConsent, record)
        .form("/patients/{id}/consents/new", Act::ViewConsents, Act::RecordConsent, form)
        .form("/patients/{id}/consents/{consent}/revocation", Act::ViewConsents, Act::RevokeConsent, revocation)
        .post("/patients/{id}/consents/{consent}/revocation", Act::RevokeConsent, revoke)
}

fn may(viewer: &Viewer, verb: char) -> bool {
    viewer.roles().iter().any(|role| matrix(*role, DataClass::Consents).allows(verb))
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
    let page = app
        .gate
        .form(viewer, Act::ViewConsents, Act::RecordConsent, patient, Remarks::none(), async |chart| {
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

async fn record(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let consent = typed.consent.parse().unwrap_or_else(|_| Uuid::now_v7());
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let kind = Kind::parse(&typed.kind);
    let remarks = Remarks {
        detail: Some(json!({ "consent": consent, "kind": kind.map(Kind::word), "given": typed.given() })),
        protected: Some(
            json!({ "scope": typed.scope, "signed_on": dates::day(&typed.signed, today), "expires_on": dates::day(&typed.ends, today),
                "witness": typed.witness }),
        ),
        ..Remarks::none()
    };
    let recorded = app
        .gate
        .chart_with(&viewer, Act::RecordConsent, patient, remarks, async |chart| {
            let born = header(chart).await?.birth_date;
            let new = read(&typed, consent, born, today).map_err(Error::Fields)?;
            store::record(chart, &new).await
        })
        .await;
    match recorded {
        Ok(()) => Ok(Redirect::to(&urls::consents(patient)).into_response()),
        Err(Error::Fields(problems)) => {
            let mut shown = new_page(&app, &viewer, patient, consent).await?;
            shown.form.fill(&typed, &problems);
            Ok(page::invalid(&shown))
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed, as a consent or as problems beside its fields.
fn read(typed: &Typed, consent: Uuid, born: Option<NaiveDate>, today: NaiveDate) -> Result<NewConsent, Problems> {
    let (signed, ends) = (dates::day(&typed.signed, today), dates::day(&typed.ends, today));
    let (kind, given) = (Kind::parse(&typed.kind), typed.given());
    let mut problems = Problems::new();
    let mut wrong = |field: &'static str, words: Option<&str>| {
        problems.extend(words.map(|words| (field, words.to_owned())));
    };
    let [bad_signed, bad_ends] = rules::days(signed, ends, born, today);
    wrong("signed", bad_signed);
    wrong(
        "ends",
        match ends {
            None if !typed.ends.trim().is_empty() => Some("Enter a day such as 14-Nov-2026, or leave it empty"),
            _ => bad_ends,
        },
    );
    wrong("kind", kind.is_none().then_some("Choose a kind"));
    wrong(
        "decision",
        match (kind, given) {
            (_, None) => Some("Choose a decision"),
            (Some(Kind::AdvanceDirective), Some(false)) => {
                Some("A directive is on file or it is not: one that was revoked is revoked on its own line")
            }
            _ => None,
        },
    );
    wrong("scope", (typed.scope.chars().count() > 200).then_some("Use at most 200 characters"));
    wrong("witness", (typed.witness.chars().count() > 120).then_some("Use at most 120 characters"));
    let (Some(kind), Some(given), Some(signed_on), true) = (kind, given, signed, problems.is_empty()) else {
        return Err(problems);
    };
    Ok(NewConsent {
        consent,
        kind,
        given,
        scope: typed.scope.trim().to_owned(),
        signed_on,
        expires_on: ends,
        witness: Some(typed.witness.trim().to_owned()).filter(|witness| !witness.is_empty()),
        document: typed.document.parse::<DocumentId>().ok(),
    })
}

async fn revocation(
    State(app): State<App>,
    viewer: Viewer,
    Path((patient, consent)): Path<(PatientId, Uuid)>,
) -> WebResult<Response> {
    Ok(page::render(&revoke_page(&app, &viewer, patient, consent).await?))
}

async fn revoke_page(app: &App, viewer: &Viewer, patient: PatientId, consent: Uuid) -> WebResult<RevokePage> {
    let page = app
        .gate
        .form(viewer, Act::ViewConsents, Act::RevokeConsent, patient, Remarks::none(), async |chart| {
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
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let on = dates::day(&typed.revoked, today);
    let reason = typed.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let remarks = Remarks {
        detail: Some(json!({ "consent": consent })),
        protected: Some(json!({ "revoked_on": on, "reason": reason })),
        ..Remarks::none()
    };
    let revoked = app
        .gate
        .chart_with(&viewer, Act::RevokeConsent, patient, remarks, async |chart| {
            let known = store::on_file(chart).await?.into_iter().find(|known| known.consent == consent);
            let signed_on = known.ok_or(Error::NotFound)?.signed_on;
            let mut problems = Problems::new();
            problems.extend(rules::revoked(on, signed_on, today).map(|words| ("revoked", words.to_owned())));
            if !(3..=300).contains(&reason.chars().count()) {
                problems.push(("reason", "Write 3 to 300 characters".into()));
            }
            match on.filter(|_| problems.is_empty()) {
                Some(on) => store::revoke(chart, consent, on, &reason).await,
                None => Err(Error::Fields(problems)),
            }
        })
        .await;
    let (problems, overtaken) = match revoked {
        Ok(()) => return Ok(Redirect::to(&urls::consents(patient)).into_response()),
        Err(Error::Fields(problems)) => (problems, false),
        Err(Error::Conflict) => (Problems::new(), true),
        Err(error) => return Err(error.into()),
    };
    let mut shown = revoke_page(&app, &viewer, patient, consent).await?;
    shown.fill(&typed.revoked, &typed.reason, &problems);
    shown.overtaken = overtaken;
    Ok(if overtaken { (StatusCode::CONFLICT, page::render(&shown)).into_response() } else { page::invalid(&shown) })
}
