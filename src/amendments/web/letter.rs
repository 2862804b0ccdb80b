//! A letter on the screen, for print: opening it is recorded as a print.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;
use uuid::Uuid;

use super::super::model::{Letter, StepKind};
use super::super::pages::LetterPage;
use super::super::store;
use crate::access::{Act, Error, Remarks};
use crate::base::id::PatientId;
use crate::chart::frame;
use crate::patients::store::demographics::reachable;
use crate::web::error::WebResult;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path((patient, amendment, letter)): Path<(PatientId, Uuid, String)>,
) -> WebResult<Response> {
    let detail = json!({ "request": amendment, "letter": Letter::parse(&letter).map(Letter::word) });
    let remarks = Remarks { detail: Some(detail), ..Remarks::none() };
    let shown = app
        .gate
        .chart_with(&viewer, Act::PrintAmendment, patient, remarks, async |chart| {
            let letter = Letter::parse(&letter).ok_or(Error::NotFound)?;
            let case = store::case(chart, amendment).await?;
            let step = match letter {
                Letter::Extension => case.step(StepKind::Extended),
                Letter::Decision => case.decision(),
                Letter::Rebuttal => case.step(StepKind::Rebutted),
            };
            let step = step.cloned().ok_or(Error::NotFound)?;
            let address = reachable(chart).await?.addresses.into_iter().find(|address| address.ended_on.is_none());
            Ok(LetterPage {
                frame: frame(&app, &viewer, chart).await?,
                case,
                letter,
                step,
                address: address.map(|address| address.line()),
                contact: app.config.privacy_contact.clone(),
                complaints_to: app.config.complaints_to.clone(),
                today: chart.at().with_timezone(&app.zone()).date_naive(),
            })
        })
        .await?;
    Ok(page::render(&shown))
}
