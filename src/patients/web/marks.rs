//! What marks a whole record: a death withdrawn, and a restriction. Both say why, and both ask for the password once more.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;

use super::edit::{Now, now};
use crate::access::{Act, Error, Remarks, Role};
use crate::base::id::PatientId;
use crate::patients::model::Restriction;
use crate::patients::registration::Reader;
use crate::patients::store::change;
use crate::patients::urls;
use crate::people::rules::lock_out::again_in;
use crate::people::store::door::{Verdict, WRONG_CODE, check_own, settle};
use crate::web::error::{WebError, WebResult};
use crate::web::errors_pages::Hidden;
use crate::web::form::{Form, ONE_TIME_CODE};
use crate::web::form_page::{FormPage, Group, Problems, mark};
use crate::web::page;
use crate::web::posted::Posted;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::ui::{Choice, Field};
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .form("/patients/{id}/death", Act::ViewChart, Act::UndoDeath, ask_undo)
        .post("/patients/{id}/death", Act::UndoDeath, undo)
        .form("/patients/{id}/restriction", Act::ViewRestriction, Act::RestrictRecord, ask_restriction)
        .post("/patients/{id}/restriction", Act::RestrictRecord, restrict)
}

/// What one of the two forms is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Death,
    Restriction,
}

impl Mark {
    fn acts(self) -> (Act, Act) {
        match self {
            Mark::Death => (Act::ViewChart, Act::UndoDeath),
            Mark::Restriction => (Act::ViewRestriction, Act::RestrictRecord),
        }
    }
}

async fn look(app: &App, viewer: &Viewer, patient: PatientId, of: Mark) -> WebResult<Now> {
    let (look, send) = of.acts();
    now(app, viewer, patient, look, send).await
}

fn form(app: &App, viewer: &Viewer, now: &Now, posted: &Posted, problems: Problems, of: Mark) -> FormPage {
    let patient = now.header.patient;
    let mut fields = match of {
        Mark::Death => Vec::new(),
        Mark::Restriction => {
            let choices = RESTRICTIONS.iter().map(|(word, label)| Choice::new(*word, *label)).collect();
            vec![Field::select("restriction", "This record is", choices).value(posted.text("restriction"))]
        }
    };
    fields.push(Field::text("reason", "Why").value(posted.text("reason")).longest(300).required());
    if !viewer.stepped_up {
        fields.push(Field::password("password", "Your password").required());
        fields.extend(viewer.has_second_factor.then(|| Field::one_time_code("Code from your device").required()));
    }
    let undo = of == Mark::Death;
    let mut groups = vec![Group::new(if undo { "Withdraw" } else { "Restriction" }, fields)];
    mark(&mut groups, &problems);
    FormPage {
        layout: viewer.layout(app, urls::SEARCH),
        banner: Some(now.header.banner(app.clock.now(), app.zone(), Some(urls::chart(patient)), Vec::new())),
        title: if undo { "Withdraw a recorded death" } else { "Restrict this record" },
        lead: if undo {
            "The patient is shown as living again. What was recorded stays in the history.".into()
        } else {
            "A restricted record is masked in lists, and everybody without a task gives a reason before it opens."
                .into()
        },
        back: urls::chart(patient),
        back_words: "Chart",
        groups,
        action: if undo { urls::undo_death(patient) } else { urls::restriction(patient) },
        hidden: vec![Hidden { name: "version".into(), value: now.stored.version.to_string() }],
        button: if undo { "Withdraw the death" } else { "Save" },
        danger: undo,
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

async fn ask_undo(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let now = look(&app, &viewer, id, Mark::Death).await?;
    Ok(page::render(&form(&app, &viewer, &now, &Posted::default(), Problems::new(), Mark::Death)))
}

async fn undo(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let posted = Posted(fields);
    let mut reader = Reader::new(&posted, app.clock.now().date_naive());
    let reason = reader.reason("reason");
    let mut problems = reader.problems;
    if problems.is_empty() {
        problems = confirmed(&app, &viewer, &posted).await?;
    }
    if problems.is_empty() {
        let change = (posted.mark(id.0), posted.text("version").parse().unwrap_or(0));
        let remarks = Remarks { protected: Some(json!({ "reason": reason })), ..Remarks::none() };
        let done = app
            .gate
            .chart_with(&viewer, Act::UndoDeath, id, remarks, async |chart| {
                change::undo_death(chart, change, &reason).await
            })
            .await;
        match done {
            Ok(()) => return Ok(Redirect::to(&urls::chart(id)).into_response()),
            Err(Error::Invalid(words)) => problems.push(("", words)),
            Err(Error::Conflict) => return overtaken(&app, &viewer, id, &posted, Mark::Death).await,
            Err(error) => return Err(error.into()),
        }
    }
    let now = look(&app, &viewer, id, Mark::Death).await?;
    Ok(page::invalid(&form(&app, &viewer, &now, &posted, problems, Mark::Death)))
}

/// The password once more, unless it was given a moment ago; asked of nobody who may not send the form at all.
async fn confirmed(app: &App, viewer: &Viewer, posted: &Posted) -> WebResult<Problems> {
    if viewer.stepped_up || !viewer.roles().iter().any(|role| matches!(role, Role::Manager | Role::Privacy)) {
        return Ok(Problems::new());
    }
    match check_own(app, viewer, posted.text("password"), posted.text(ONE_TIME_CODE)).await? {
        Verdict::Right(proof) => {
            settle(app, viewer, &proof).await?;
            Ok(Problems::new())
        }
        Verdict::Wrong => Ok(vec![("password", "That is not your password".into())]),
        Verdict::WrongCode => Ok(vec![(ONE_TIME_CODE, WRONG_CODE.into())]),
        Verdict::Wait(wait) => Err(WebError::TooMany(again_in(wait))),
    }
}

async fn overtaken(app: &App, viewer: &Viewer, id: PatientId, posted: &Posted, of: Mark) -> WebResult<Response> {
    let now = look(app, viewer, id, of).await?;
    let who = now.stored.last_by.clone().unwrap_or_else(|| "Somebody".into());
    let overtaken = Some(format!("{who} changed this record meanwhile."));
    let page = FormPage { overtaken, ..form(app, viewer, &now, posted, Problems::new(), of) };
    Ok((StatusCode::CONFLICT, page::render(&page)).into_response())
}

const RESTRICTIONS: [(&str, &str); 5] = [
    ("", "Not restricted"),
    ("vip", "VIP"),
    ("employee", "Employee"),
    ("employee-family", "Family of an employee"),
    ("confidential", "Confidential by the patient’s wish"),
];

async fn ask_restriction(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let now = look(&app, &viewer, id, Mark::Restriction).await?;
    let posted = Posted::of([("restriction", now.stored.restricted_reason.clone().unwrap_or_default())]);
    Ok(page::render(&form(&app, &viewer, &now, &posted, Problems::new(), Mark::Restriction)))
}

async fn restrict(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let posted = Posted(fields);
    let mut reader = Reader::new(&posted, app.clock.now().date_naive());
    let reason = reader.reason("reason");
    let why = Restriction::parse(posted.text("restriction"));
    if why.is_none() && !posted.text("restriction").is_empty() {
        reader.problem("restriction", "Choose one of the list");
    }
    let mut problems = reader.problems;
    if problems.is_empty() {
        problems = confirmed(&app, &viewer, &posted).await?;
    }
    if !problems.is_empty() {
        let now = look(&app, &viewer, id, Mark::Restriction).await?;
        return Ok(page::invalid(&form(&app, &viewer, &now, &posted, problems, Mark::Restriction)));
    }
    let change = (posted.mark(id.0), posted.text("version").parse().unwrap_or(0));
    let remarks = Remarks {
        detail: Some(json!({ "restriction": posted.text("restriction") })),
        protected: Some(json!({ "reason": reason })),
        ..Remarks::none()
    };
    let done = app
        .gate
        .chart_with(&viewer, Act::RestrictRecord, id, remarks, async |chart| {
            change::restrict(chart, change, why, &reason).await
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&urls::chart(id)).into_response()),
        Err(Error::Conflict) => overtaken(&app, &viewer, id, &posted, Mark::Restriction).await,
        Err(error) => Err(error.into()),
    }
}
