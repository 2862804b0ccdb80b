//! Chart requests: asked, listed, answered.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::access::policy::{Refusal, answers_requests};
use crate::access::{Act, Chart, Error, Remarks, Result, Role};
use crate::base::id::{DocumentId, PatientId, TaskId};
use crate::chart::frame;
use crate::documents::store as documents;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::Pager;
use crate::web::viewer::Viewer;
use crate::work::model::{Asked, Because, Listed, Request, Shown, State as Stands, Step, StepKind};
use crate::work::pages::requests::{AskForm, AskPage, ChartRequestsPage, QueuePage, RequestPage, address, csv};
use crate::work::rules::{self, Obstacle, Right};
use crate::work::store::request as store;
use crate::work::store::task::{self, NewRight};
use crate::work::urls;

const PAGE: usize = 50;
/// A spreadsheet of more than this is a report.
const CSV_ROWS: i64 = 10_000;

fn answers(viewer: &Viewer) -> bool {
    viewer.roles().iter().any(|role| answers_requests(*role))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Filter {
    state: String,
    late: String,
    after: String,
}

impl Filter {
    fn wanted(&self, viewer: &Viewer, limit: i64) -> store::Wanted {
        store::Wanted {
            shown: Shown::parse(&self.state),
            all: answers(viewer),
            late_only: !self.late.is_empty(),
            after: read_key(&self.after),
            limit,
        }
    }
}

pub async fn queue(State(app): State<App>, viewer: Viewer, Query(filter): Query<Filter>) -> WebResult<Response> {
    let wanted = filter.wanted(&viewer, PAGE as i64 + 1);
    let remarks =
        Remarks { detail: Some(json!({ "state": wanted.shown.word(), "late": wanted.late_only })), ..Remarks::none() };
    let (mut lines, open, late, now) = app
        .gate
        .roster(&viewer, Act::ListRequests, remarks, async |roster| {
            let lines = store::queue(roster, &wanted).await?;
            let open = store::open_count(roster, wanted.all, false).await?;
            Ok((lines, open, store::open_count(roster, wanted.all, true).await?, roster.at()))
        })
        .await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let to = |after: Option<&str>| address(urls::REQUESTS, wanted.shown, wanted.late_only, after);
    let pager = Pager {
        count: crate::web::format::counted(lines.len() as u64, "request"),
        newer: wanted.after.is_some().then(|| to(None)),
        older: lines.last().filter(|_| more).map(|line| to(Some(&write_key(line, wanted.shown)))),
        previous_label: "First",
        next_label: "Next",
    };
    Ok(page::render(&QueuePage {
        layout: viewer.layout(&app, urls::REQUESTS),
        shown: wanted.shown,
        late_only: wanted.late_only,
        lines,
        answers: wanted.all,
        open,
        late,
        pager,
        now,
        zone: app.zone(),
    }))
}

pub async fn queue_csv(State(app): State<App>, viewer: Viewer, Query(filter): Query<Filter>) -> WebResult<Response> {
    let wanted = filter.wanted(&viewer, CSV_ROWS);
    let detail = json!({ "state": wanted.shown.word(), "late": wanted.late_only, "csv": true });
    let (lines, now) = app
        .gate
        .roster(&viewer, Act::ListRequests, Remarks { detail: Some(detail), ..Remarks::none() }, async |roster| {
            Ok((store::queue(roster, &wanted).await?, roster.at()))
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
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"chart-requests.csv\""));
    Ok(response)
}

/// Where a page of the queue ended, in one opaque word.
fn write_key(line: &Listed, shown: Shown) -> String {
    let at = if matches!(shown, Shown::Over | Shown::All) { line.asked_at } else { line.needed_by };
    URL_SAFE_NO_PAD.encode(format!("{}{}", line.request, at.timestamp_micros()))
}

fn read_key(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (id, at) = text.split_at_checked(36)?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}

pub async fn of_chart(State(app): State<App>, viewer: Viewer, Path(patient): Path<PatientId>) -> WebResult<Response> {
    let answers = answers(&viewer);
    let page = app
        .gate
        .chart(&viewer, Act::ViewRequest, patient, async |chart| {
            Ok(ChartRequestsPage {
                frame: frame(&app, &viewer, chart).await?,
                lines: store::of_chart(chart, answers).await?,
                answers,
                inside: chart.is_inside(),
            })
        })
        .await?;
    Ok(page::render(&page))
}

pub async fn form(State(app): State<App>, viewer: Viewer, Path(patient): Path<PatientId>) -> WebResult<Response> {
    Ok(page::render(&ask_page(&app, &viewer, patient, Uuid::now_v7()).await?))
}

async fn ask_page(app: &App, viewer: &Viewer, patient: PatientId, request: Uuid) -> WebResult<AskPage> {
    let page = app
        .gate
        .chart(viewer, Act::ViewRequest, patient, async |chart| {
            // Titles are for those who may be inside; others say in words what they need.
            let inside = chart.is_inside();
            let listed = if inside { documents::list(chart, &documents::Page::first(50)).await? } else { Vec::new() };
            let titled = listed.into_iter().filter_map(|listed| Some((listed.document.to_string(), listed.title?)));
            Ok(AskPage {
                frame: frame(app, viewer, chart).await?,
                form: AskForm::new(request, titled.collect()),
                inside,
            })
        })
        .await?;
    Ok(page)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    request: String,
    document: String,
    wanted: String,
    purpose: String,
    needed: String,
}

pub async fn ask(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let request = typed.request.parse().unwrap_or_else(|_| Uuid::now_v7());
    let wanted = typed.wanted.split_whitespace().collect::<Vec<_>>().join(" ");
    let because = Because::offered(&typed.purpose);
    let needed_by = rules::needed_by(&typed.needed, app.clock.now());
    let enough = (rules::SHORTEST_NOTE..=500).contains(&wanted.chars().count());
    let (Some(because), Some(needed_by), true) = (because, needed_by, enough) else {
        let mut shown = ask_page(&app, &viewer, patient, request).await?;
        let form = &mut shown.form;
        if let Some(what) = &mut form.what {
            what.value.clone_from(&typed.document);
        }
        form.wanted.value.clone_from(&typed.wanted);
        form.because.value.clone_from(&typed.purpose);
        form.needed.value.clone_from(&typed.needed);
        form.wanted.error = (!enough).then(|| "Say what you need, in 3 to 500 characters".into());
        form.because.error = because.is_none().then(|| "Choose a purpose".into());
        form.needed.error = needed_by.is_none().then(|| "Choose when it is needed".into());
        return Ok(page::invalid(&shown));
    };
    let role = rules::asking_role(viewer.roles()).map_or("", Role::word);
    let asked =
        Asked { request, role, because, wanted, document: typed.document.parse::<DocumentId>().ok(), needed_by };
    let remarks = Remarks {
        detail: Some(json!({ "request": request, "purpose": because.0.code() })),
        protected: Some(json!({ "wanted": asked.wanted })),
        ..Remarks::none()
    };
    app.gate
        .chart_with(&viewer, Act::AskForChart, patient, remarks, async |chart| store::ask(chart, &asked).await)
        .await?;
    Ok(Redirect::to(&urls::request(patient, request)).into_response())
}

pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path((patient, request)): Path<(PatientId, Uuid)>,
) -> WebResult<Response> {
    Ok(page::render(&request_page(&app, &viewer, patient, request).await?))
}

async fn request_page(app: &App, viewer: &Viewer, patient: PatientId, request: Uuid) -> WebResult<RequestPage> {
    let answers = answers(viewer);
    let page = app
        .gate
        .chart(viewer, Act::ViewRequest, patient, async |chart| {
            let asked = store::request(chart, request, answers).await?;
            let mut frame = frame(app, viewer, chart).await?;
            frame.layout = frame.layout.in_area(urls::REQUESTS);
            Ok(RequestPage {
                frame,
                steps: store::steps(chart, request).await?,
                reader: viewer.staff,
                answers,
                inside: chart.is_inside(),
                note: String::new(),
                problem: None,
                overtaken: false,
                gives: gives(&asked),
                request: asked,
            })
        })
        .await?;
    Ok(page)
}

/// What delivering it gives whoever asked, in words for the clerk.
fn gives(request: &Request) -> &'static str {
    match Role::parse(&request.asked_role).and_then(rules::right_for) {
        Some(Right::Task(_)) => "Whoever asked gets a task of their own, and with it the right to read, for a week.",
        Some(Right::Care) => "Whoever asked is on the care team for a week, and may read the chart.",
        None => "Their role reads no more through this: what they get is what you hand over.",
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Answer {
    /// How many steps were on the page; one more means that somebody was faster.
    known: usize,
    note: String,
}

pub async fn accept(
    State(app): State<App>,
    viewer: Viewer,
    Path(path): Path<(PatientId, Uuid)>,
    Form(answer): Form<Answer>,
) -> WebResult<Response> {
    take(&app, &viewer, path, StepKind::Accept, answer).await
}

pub async fn deliver(
    State(app): State<App>,
    viewer: Viewer,
    Path(path): Path<(PatientId, Uuid)>,
    Form(answer): Form<Answer>,
) -> WebResult<Response> {
    take(&app, &viewer, path, StepKind::Deliver, answer).await
}

pub async fn decline(
    State(app): State<App>,
    viewer: Viewer,
    Path(path): Path<(PatientId, Uuid)>,
    Form(answer): Form<Answer>,
) -> WebResult<Response> {
    take(&app, &viewer, path, StepKind::Decline, answer).await
}

pub async fn withdraw(
    State(app): State<App>,
    viewer: Viewer,
    Path(path): Path<(PatientId, Uuid)>,
    Form(answer): Form<Answer>,
) -> WebResult<Response> {
    take(&app, &viewer, path, StepKind::Withdraw, answer).await
}

/// One step of a request: judged, taken with what follows from it, and the page again.
async fn take(
    app: &App,
    viewer: &Viewer,
    (patient, request): (PatientId, Uuid),
    kind: StepKind,
    answer: Answer,
) -> WebResult<Response> {
    let act = if kind == StepKind::Withdraw { Act::WithdrawRequest } else { Act::AnswerRequest };
    let note = answer.note.split_whitespace().collect::<Vec<_>>().join(" ");
    let needs_note = matches!(kind, StepKind::Deliver | StepKind::Decline);
    if needs_note && answers(viewer) && !(rules::SHORTEST_NOTE..=500).contains(&note.chars().count()) {
        let problem = Some("Write 3 to 500 characters".to_owned());
        let shown = RequestPage { note: answer.note, problem, ..request_page(app, viewer, patient, request).await? };
        return Ok(page::invalid(&shown));
    }
    let remarks = Remarks {
        detail: Some(json!({ "request": request, "step": kind.word() })),
        protected: (!note.is_empty()).then(|| json!({ "note": note })),
        ..Remarks::none()
    };
    let taken = app
        .gate
        .chart_with(viewer, act, patient, remarks, async |chart| {
            store::hold(chart, request).await?;
            let asked = store::request(chart, request, answers(viewer)).await?;
            let steps = store::steps(chart, request).await?;
            let stands = Stands::of(steps.last().map(|step| step.kind.as_str()));
            match rules::step(stands, kind, asked.asked_by == viewer.staff) {
                Err(Obstacle::OwnWork) => return Err(Error::Forbidden(Refusal::OwnWork)),
                // Pressed twice: it is done, and by the same person.
                Err(Obstacle::Meanwhile) if done_already(&steps, kind, viewer) => return Ok(()),
                Err(Obstacle::Meanwhile) => return Err(Error::Conflict),
                Ok(()) if steps.len() != answer.known => return Err(Error::Conflict),
                Ok(()) => {}
            }
            follow(chart, viewer, &asked, &steps, kind, &note).await
        })
        .await;
    match taken {
        Ok(()) => Ok(Redirect::to(&urls::request(patient, request)).into_response()),
        Err(Error::Conflict) => {
            let shown = RequestPage {
                note: answer.note,
                overtaken: true,
                ..request_page(app, viewer, patient, request).await?
            };
            Ok((StatusCode::CONFLICT, page::render(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn done_already(steps: &[Step], kind: StepKind, viewer: &Viewer) -> bool {
    steps.last().is_some_and(|step| step.kind == kind.word() && step.taken_by == viewer.staff)
}

/// The step's row, and the rights that come and go with it.
async fn follow(
    chart: &mut Chart<'_>,
    viewer: &Viewer,
    asked: &Request,
    steps: &[Step],
    kind: StepKind,
    note: &str,
) -> Result<()> {
    let words = format!("For {}: {}", asked.asker, asked.wanted);
    let mut given = None;
    if kind == StepKind::Accept {
        let right = NewRight {
            kind: "retrieval",
            staff: viewer.staff,
            document: asked.document,
            sensitive: false,
            note: &words,
            due_at: Some(asked.needed_by),
            ends_at: None,
        };
        given = Some(task::give(chart, right).await?);
    } else {
        // Delivered, declined or withdrawn: the right of whoever got it out is over.
        for accepted in steps.iter().filter_map(|step| step.task) {
            task::end(chart, TaskId(accepted), kind.word()).await?;
        }
    }
    if kind == StepKind::Deliver {
        let ends_at = chart.at() + rules::RIGHT_LASTS;
        match Role::parse(&asked.asked_role).and_then(rules::right_for) {
            Some(Right::Task(kind)) => {
                let note = format!("Chart request delivered: {}", asked.wanted);
                let right = NewRight {
                    kind,
                    staff: asked.asked_by,
                    document: asked.document,
                    sensitive: false,
                    note: &note,
                    due_at: None,
                    ends_at: Some(ends_at),
                };
                given = Some(task::give(chart, right).await?);
            }
            Some(Right::Care) => task::give_care(chart, asked.asked_by, ends_at).await?,
            None => {}
        }
    }
    store::take(chart, asked.request, kind, note, given.map(|task| task.0)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_tampered_with_begins_at_the_beginning() {
        for wrong in ["", "x", "AAAA", &URL_SAFE_NO_PAD.encode("too short"), &URL_SAFE_NO_PAD.encode([0xff; 40])] {
            assert_eq!(read_key(wrong), None, "{wrong}");
        }
    }
}
