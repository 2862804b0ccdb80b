//! A request recorded and shown.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::model::{NewRequest, Requester};
use super::super::pages::CasePage;
use super::super::pages::forms::{self, Choices, LONGEST};
use super::super::{rules, store, urls};
use super::titled;
use crate::access::policy::DocumentSight;
use crate::access::{Act, Remarks};
use crate::base::id::{DocumentId, PatientId};
use crate::chart::{Frame, frame};
use crate::web::dates;
use crate::web::error::WebResult;
use crate::web::errors_pages::Hidden;
use crate::web::form::Form;
use crate::web::form_page::{FormPage, Problems, mark};
use crate::web::page;
use crate::web::posted::Posted;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path((patient, amendment)): Path<(PatientId, Uuid)>,
) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewAmendments, patient, async |chart| {
            Ok(CasePage {
                frame: frame(&app, &viewer, chart).await?,
                case: store::case(chart, amendment).await?,
                roles: viewer.roles().to_vec(),
                reader: viewer.staff,
                opens_documents: chart.sight().documents == DocumentSight::Open,
                today: chart.at().with_timezone(&app.zone()).date_naive(),
            })
        })
        .await?;
    Ok(page::render(&page))
}

/// What the form takes out of the chart.
struct Open {
    frame: Frame,
    choices: Choices,
}

async fn open(app: &App, viewer: &Viewer, patient: PatientId) -> WebResult<Open> {
    let open = app
        .gate
        .form(viewer, Act::ViewAmendments, Act::RecordAmendment, patient, Remarks::none(), async |chart| {
            let choices = Choices { documents: titled(chart).await?, ..Choices::default() };
            Ok(Open { frame: frame(app, viewer, chart).await?, choices })
        })
        .await?;
    Ok(open)
}

fn form_page(open: Open, request: Uuid, posted: &Posted, problems: Problems) -> FormPage {
    let mut groups = forms::record(&open.choices, posted);
    mark(&mut groups, &problems);
    let patient = open.frame.patient();
    FormPage {
        banner: Some(open.frame.banner(false)),
        layout: open.frame.layout,
        title: "Record a request for amendment",
        lead: "What the person handed in, as they put it. From the day of receipt there are 60 days to act.".into(),
        back: urls::of_chart(patient),
        back_words: "Requests of this patient",
        groups,
        action: urls::of_chart(patient),
        hidden: vec![Hidden { name: "request".into(), value: request.to_string() }],
        button: "Record",
        danger: false,
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct About {
    document: String,
}

/// The form; coming from a document, that one is ticked.
pub async fn form(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Query(about): Query<About>,
) -> WebResult<Response> {
    let open = open(&app, &viewer, patient).await?;
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let mut posted = forms::begins(today);
    posted.0.push(("document".into(), about.document));
    posted.0.push(("requester".into(), Requester::Patient.word().into()));
    Ok(page::render(&form_page(open, Uuid::now_v7(), &posted, Problems::new())))
}

pub async fn record(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let posted = Posted(fields);
    let open = open(&app, &viewer, patient).await?;
    let request = posted.text("request").parse().unwrap_or_else(|_| Uuid::now_v7());
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let new = match read(&posted, request, open.frame.header.birth_date, today) {
        Ok(new) => new,
        Err(problems) => return Ok(page::invalid(&form_page(open, request, &posted, problems))),
    };
    let remarks = Remarks {
        detail: Some(json!({ "request": request, "received_on": new.received_on, "documents": new.documents })),
        protected: Some(
            json!({ "wanted": new.wanted, "reason": new.reason, "entry": new.entry, "requester": new.requester_name }),
        ),
        ..Remarks::none()
    };
    app.gate
        .chart_with(&viewer, Act::RecordAmendment, patient, remarks, async |chart| store::record(chart, &new).await)
        .await?;
    Ok(Redirect::to(&urls::request(patient, request)).into_response())
}

fn read(
    posted: &Posted,
    request: Uuid,
    born: Option<chrono::NaiveDate>,
    today: chrono::NaiveDate,
) -> Result<NewRequest, Problems> {
    let mut problems = Problems::new();
    let mut words = |name: &'static str, least: usize, most: u32, problem: &str| {
        let text = posted.text(name).to_owned();
        if !(least..=most as usize).contains(&text.chars().count()) {
            problems.push((name, problem.to_owned()));
        }
        text
    };
    let wanted = words("wanted", 3, LONGEST, "Write what is to change, in 3 to 4,000 characters");
    let reason = words("reason", 3, LONGEST, "Write the person’s reason, in 3 to 4,000 characters");
    let entry = words("entry", 0, 300, "Use at most 300 characters");
    let name = words("requester_name", 0, 200, "Use at most 200 characters");
    let requester = Requester::parse(posted.text("requester"));
    if requester.is_none() {
        problems.push(("requester", "Choose who asks".into()));
    }
    if requester == Some(Requester::Representative) && name.chars().count() < 3 {
        problems.push(("requester_name", "Write who it is, and what makes them a representative".into()));
    }
    let received = dates::day(posted.text("received"), today);
    if let Some(problem) = rules::received(received, born, today) {
        problems.push(("received", problem.into()));
    }
    let documents: Vec<DocumentId> = posted.all("document").iter().filter_map(|id| id.parse().ok()).collect();
    if documents.is_empty() && entry.is_empty() {
        problems.push(("entry", "Tick a document, or write which entry it is about".into()));
    }
    match (requester, received) {
        (Some(requester), Some(received_on)) if problems.is_empty() => Ok(NewRequest {
            request,
            requester,
            requester_name: (requester == Requester::Representative).then_some(name),
            documents,
            entry,
            wanted,
            reason,
            paper: posted.text("paper").parse().ok(),
            received_on,
        }),
        _ => Err(problems),
    }
}
