//! Handlers: break the glass, end it, review it.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::model::{Finding, GrantLine, Shown};
use super::pages::{GlassListPage, GlassReviewPage, ReviewForm, address, csv, needs_reason};
use super::{rules, store, urls};
use crate::access::glass::{self, Reach, Reason, ReasonCode};
use crate::access::policy::{DataClass, Refusal, WhyReason, sees_identified};
use crate::access::{Act, Error, Remarks, Subject};
use crate::base::id::{GrantId, PatientId};
use crate::patients;
use crate::people::store::door::{Verdict, WRONG_CODE, check_own, settle, step_up};
use crate::people::urls::local;
use crate::web::cookie;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::ui::Pager;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .post("/glass/{patient}", Act::BreakGlass, break_glass)
        .post("/glass/{patient}/emergency", Act::OpenInEmergency, emergency)
        .post("/glass/{grant}/end", Act::EndGlass, end)
        .get(urls::REVIEWS, Act::ListGlass, list)
        .get(urls::REVIEWS_CSV, Act::ListGlass, list_csv)
        .get("/privacy/glass/{grant}", Act::ViewGlass, show)
        .post("/privacy/glass/{grant}/review", Act::ReviewGlass, review)
}

const PAGE: usize = 50;
/// A spreadsheet of more than this is a report.
const CSV_ROWS: i64 = 10_000;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    why: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Given {
    reason: String,
    explanation: String,
    password: String,
    one_time_code: String,
    next: String,
}

/// With a reason: chosen, explained, and confirmed with the password.
async fn break_glass(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> WebResult<Response> {
    let next = next_of(&given.next, patient);
    let why = urls::why(&asked.why).unwrap_or(WhyReason::NoRelationship);
    let mut shown = needs_reason(&app, Some(&viewer), viewer.layout(&app, ""), patient, why, next.clone());
    shown.form.code.value.clone_from(&given.reason);
    shown.form.text.value.clone_from(&given.explanation);
    let code = ReasonCode::offered(&given.reason);
    let reason = code.and_then(|code| Reason::given(code, &given.explanation));
    let Some(reason) = reason else {
        if code.is_none() {
            shown.form.code.error = Some("Choose a reason".into());
        }
        if Reason::given(ReasonCode::Other, &given.explanation).is_none() {
            shown.form.text.error = Some("Write at least 10 characters".into());
        }
        return Ok(page::invalid(&shown));
    };
    let proof = match check_own(&app, &viewer, &given.password, &given.one_time_code).await? {
        Verdict::Right(proof) => proof,
        Verdict::Wrong => {
            shown.form.password =
                shown.form.password.map(|field| field.error(Some("That is not your password".into())));
            return Ok(page::invalid(&shown));
        }
        Verdict::WrongCode => {
            shown.form.one_time_code = shown.form.one_time_code.map(|field| field.error(Some(WRONG_CODE.into())));
            return Ok(page::invalid(&shown));
        }
        Verdict::Wait(wait) => return Err(WebError::TooMany(crate::people::rules::lock_out::again_in(wait))),
    };
    let grant = GrantId::new();
    let reach = Reach::for_why(&asked.why);
    let remarks = Remarks {
        detail: Some(json!({ "reason": reason.code().word(), "reach": reach.word(), "why": why.word() })),
        protected: Some(json!({ "explanation": reason.explanation() })),
        object: Some(Subject::Grant(grant)),
    };
    let granted = app
        .gate
        .chart_with(&viewer, Act::BreakGlass, patient, remarks, async |chart| {
            glass::grant(chart, grant, &reason, reach, app.config.glass).await
        })
        .await;
    if let Err(error) = granted {
        // The password was right all the same.
        settle(&app, &viewer, &proof).await?;
        return Err(error.into());
    }
    let token = step_up(&app, &viewer, viewer.session, &proof).await?;
    let mut response = Redirect::to(&next).into_response();
    if let Some(value) = cookie::set_session(&token.expose(), cookie::is_secure(&headers)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Pressed {
    next: String,
}

/// One press by clinical staff: no text, no password, everything reviewed afterwards (PRV-5).
async fn emergency(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Form(pressed): Form<Pressed>,
) -> WebResult<Response> {
    let grant = GrantId::new();
    let remarks = Remarks {
        detail: Some(json!({ "reason": ReasonCode::Emergency.word() })),
        object: Some(Subject::Grant(grant)),
        ..Remarks::none()
    };
    app.gate
        .chart_with(&viewer, Act::OpenInEmergency, patient, remarks, async |chart| {
            glass::grant_emergency(chart, grant, app.config.glass).await
        })
        .await?;
    Ok(Redirect::to(&next_of(&pressed.next, patient)).into_response())
}

/// Back to the page that asked for a reason.
fn next_of(next: &str, patient: PatientId) -> String {
    local(next).map_or_else(|| format!("/patients/{patient}"), str::to_owned)
}

/// "End access", on every page of its holder.
async fn end(
    State(app): State<App>,
    viewer: Viewer,
    Path(grant): Path<GrantId>,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let ended = app.gate.chart(&viewer, Act::EndGlass, grant, async |chart| glass::end(chart, grant).await).await;
    let could_hold = viewer.roles().iter().any(|role| sees_identified(*role, DataClass::Demographics));
    match ended {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        // It ended by itself while the page was open.
        Err(Error::Forbidden(Refusal::Role)) if could_hold => Ok(Redirect::to("/").into_response()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Listed {
    state: String,
    after: String,
}

async fn list(State(app): State<App>, viewer: Viewer, Query(asked): Query<Listed>) -> WebResult<Response> {
    let shown = Shown::parse(&asked.state);
    let remarks = Remarks { detail: Some(json!({ "state": shown.word() })), ..Remarks::none() };
    let (mut lines, waiting, now) = app
        .gate
        .roster(&viewer, Act::ListGlass, remarks, async |roster| {
            let lines = store::grants(roster, shown, read_key(&asked.after), PAGE as i64 + 1).await?;
            Ok((lines, store::waiting(roster).await?, roster.at()))
        })
        .await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let key = lines.last().filter(|_| more).map(write_key);
    let pager = Pager {
        count: crate::web::format::counted(lines.len() as u64, "grant"),
        newer: (!asked.after.is_empty()).then(|| address(urls::REVIEWS, shown, None)),
        older: key.map(|key| address(urls::REVIEWS, shown, Some(&key))),
        previous_label: "First",
        next_label: "Next",
    };
    let layout = viewer.layout(&app, urls::REVIEWS);
    Ok(page::render(&GlassListPage {
        layout,
        shown,
        lines,
        waiting,
        reader: Some(viewer.staff),
        pager,
        now,
        zone: app.zone(),
    }))
}

async fn list_csv(State(app): State<App>, viewer: Viewer, Query(asked): Query<Listed>) -> WebResult<Response> {
    let shown = Shown::parse(&asked.state);
    let remarks = Remarks { detail: Some(json!({ "state": shown.word(), "csv": true })), ..Remarks::none() };
    let (lines, now) = app
        .gate
        .roster(&viewer, Act::ListGlass, remarks, async |roster| {
            Ok((store::grants(roster, shown, read_key(&asked.after), CSV_ROWS).await?, roster.at()))
        })
        .await?;
    let bytes = csv(&lines, now, app.zone()).map_err(|error| {
        tracing::error!(%error, "csv");
        WebError::Internal
    })?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"emergency-access.csv\""));
    Ok(response)
}

/// Where a page of the list ended, in one opaque word.
fn write_key(line: &GrantLine) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}{}", line.grant, line.granted_at.timestamp_micros()))
}

fn read_key(text: &str) -> Option<(DateTime<Utc>, GrantId)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (id, at) = text.split_at_checked(36)?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

async fn show(State(app): State<App>, viewer: Viewer, Path(grant): Path<GrantId>) -> WebResult<Response> {
    Ok(page::render(&review_page(&app, &viewer, grant, ReviewForm::new("", "")).await?))
}

async fn review_page(app: &App, viewer: &Viewer, id: GrantId, form: ReviewForm) -> WebResult<GlassReviewPage> {
    let page = app
        .gate
        .chart(viewer, Act::ViewGlass, id, async |chart| {
            let header = patients::store::header::header(chart).await?;
            let grant = store::grant(chart, id).await?;
            Ok(GlassReviewPage {
                layout: viewer.layout(app, urls::REVIEWS),
                banner: header.banner(
                    chart.at(),
                    app.zone(),
                    Some(format!("/patients/{}", header.patient)),
                    Vec::new(),
                ),
                reviews: store::reviews(chart, id).await?,
                uses: store::uses(chart, id).await?,
                own: !rules::may_review(viewer.staff, grant.staff),
                grant,
                form,
                overtaken: false,
                zone: app.zone(),
            })
        })
        .await?;
    Ok(page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Found {
    finding: String,
    note: String,
    /// How many findings there were when the form was drawn.
    known: i64,
}

async fn review(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<GrantId>,
    Form(found): Form<Found>,
) -> WebResult<Response> {
    let note = found.note.trim();
    let finding = Finding::parse(&found.finding);
    let mut form = ReviewForm::new(&found.finding, note);
    if finding.is_none() {
        form.finding.error = Some("Choose a finding".into());
    }
    if note.chars().count() < rules::SHORTEST_NOTE {
        form.note.error = Some("Write at least 3 characters".into());
    }
    let Some(finding) = finding.filter(|_| form.note.error.is_none()) else {
        return Ok(page::invalid(&review_page(&app, &viewer, id, form).await?));
    };
    let remarks = Remarks {
        detail: Some(json!({ "finding": finding.word() })),
        protected: Some(json!({ "note": note })),
        ..Remarks::none()
    };
    let reviewed = app
        .gate
        .chart_with(&viewer, Act::ReviewGlass, id, remarks, async |chart| {
            let grant = store::grant(chart, id).await?;
            if !rules::may_review(viewer.staff, grant.staff) {
                return Err(Error::Forbidden(Refusal::OwnWork));
            }
            store::review(chart, id, found.known, finding, note).await
        })
        .await;
    match reviewed {
        Ok(()) => Ok(Redirect::to(urls::REVIEWS).into_response()),
        Err(Error::Conflict) => {
            let shown = GlassReviewPage { overtaken: true, ..review_page(&app, &viewer, id, form).await? };
            Ok((StatusCode::CONFLICT, page::render(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
