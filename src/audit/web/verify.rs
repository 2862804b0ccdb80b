//! `/audit/verify`: the state of the proof, and the button that recomputes all of it.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::super::pages::verify::{LATEST, VerifyPage};
use super::super::store::verifications;
use super::super::{urls, verification};
use crate::access::{Act, Actor, Remarks};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

/// How long the page waits for the result before it shows the progress instead.
const PATIENCE: Duration = Duration::from_secs(8);

pub async fn show(State(app): State<App>, viewer: Viewer) -> WebResult<Response> {
    let remarks = Remarks { detail: Some(json!({ "page": "verification" })), ..Remarks::none() };
    let page = app
        .gate
        .desk(&viewer, Act::ReviewLedger, remarks, async |desk| {
            Ok(VerifyPage {
                layout: viewer.layout(&app, urls::LIST),
                seal: verifications::seal(desk, &app.notary).await?,
                verified: verifications::latest(desk, LATEST).await?,
                under_way: app.notary.under_way(),
                key: app.notary.verifier().to_string(),
                now: desk.at(),
                zone: app.zone(),
            })
        })
        .await?;
    Ok(page::render(&page))
}

#[derive(Deserialize)]
pub struct Pressed {}

/// Verifies on its own: whoever leaves the page does not stop it, and a second press meanwhile joins the first.
pub async fn verify(State(app): State<App>, viewer: Viewer, _: Form<Pressed>) -> WebResult<Response> {
    let Some(turn) = app.notary.take_turn() else {
        let remarks = Remarks { detail: Some(json!({ "joined": true })), ..Remarks::none() };
        app.gate.desk(&viewer, Act::VerifyLedger, remarks, async |_| Ok(())).await?;
        return Ok(Redirect::to(urls::VERIFY).into_response());
    };
    let actor = Actor::clone(&viewer);
    let work = tokio::spawn(async move { verification::run(&app.gate, &app.notary, &actor, turn, |_| ()).await });
    match tokio::time::timeout(PATIENCE, work).await {
        // Still at it: the page says how far.
        Err(_) => {}
        Ok(Ok(found)) => {
            found?;
        }
        Ok(Err(_)) => return Err(WebError::Internal),
    }
    Ok(Redirect::to(urls::VERIFY).into_response())
}
