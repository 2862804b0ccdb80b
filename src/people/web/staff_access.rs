//! Somebody's access as a whole: a new password, an end, a new beginning (PRV-4). Nobody does these to themselves (PRV-2).

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::staff::{conflict, insist, member_page};
use crate::access::ledger::record::Outcome;
use crate::access::policy::Refusal;
use crate::access::{Act, Error, Remarks};
use crate::base::id::StaffId;
use crate::people::pages::staff::OneTimePage;
use crate::people::password::{self, Password};
use crate::people::rules::duties;
use crate::people::{store, urls};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

#[derive(Deserialize)]
pub struct Versioned {
    /// Left out, it fits nobody's: the answer is "changed meanwhile".
    #[serde(default)]
    version: i32,
    #[serde(default)]
    reason: String,
}

/// Nobody does these to themselves.
async fn refuse_self(app: &App, viewer: &Viewer, act: Act, id: StaffId) -> WebResult<()> {
    if !duties::concerns_self(Some(viewer.staff), id) {
        return Ok(());
    }
    app.gate.note(viewer, act, Outcome::Refused, "own-work", json!({ "staff": id })).await?;
    Err(WebError::Forbidden(Refusal::OwnWork))
}

pub async fn reset_password(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<StaffId>,
    Form(sent): Form<Versioned>,
) -> WebResult<Response> {
    refuse_self(&app, &viewer, Act::ResetPassword, id).await?;
    let one_time = password::make_one_time();
    let hash = password::hash(Password::typed(&one_time)).await?;
    let remarks = Remarks { detail: Some(json!({ "staff": id })), ..Remarks::none() };
    let reset = app
        .gate
        .desk(&viewer, Act::ResetPassword, remarks, async |desk| {
            store::staff::reset_password(desk, id, sent.version, &hash).await?;
            store::staff::one(desk, id).await
        })
        .await;
    let member = match reset {
        Err(Error::Conflict) => return Ok(conflict(member_page(&app, &viewer, id, None, "").await?)),
        other => other?,
    };
    Ok(page::render(&OneTimePage {
        layout: viewer.layout(&app, urls::STAFF),
        full_name: member.full_name,
        sign_in_name: member.sign_in_name,
        password: one_time,
        back: urls::staff(id),
        is_new: false,
    }))
}

/// A lost device: the password of the administrator first, because this opens somebody else's door.
pub async fn remove_second_factor(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<StaffId>,
    Form(sent): Form<Versioned>,
) -> WebResult<Response> {
    insist(&app, &viewer, Act::RemoveSecondFactor).await?;
    refuse_self(&app, &viewer, Act::RemoveSecondFactor, id).await?;
    if !viewer.stepped_up {
        return Ok(Redirect::to(&urls::confirm(&urls::staff(id))).into_response());
    }
    let remarks = Remarks { detail: Some(json!({ "staff": id })), ..Remarks::none() };
    let removed = app
        .gate
        .desk(&viewer, Act::RemoveSecondFactor, remarks, async |desk| {
            store::staff::remove_second_factor(desk, id, sent.version).await
        })
        .await;
    after(&app, &viewer, id, removed).await
}

/// Signs somebody else out everywhere; their own sessions people end on their account page.
pub async fn end_sessions(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<StaffId>,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    insist(&app, &viewer, Act::EndSessions).await?;
    refuse_self(&app, &viewer, Act::EndSessions, id).await?;
    let remarks = Remarks { detail: Some(json!({ "staff": id })), ..Remarks::none() };
    let ended = app
        .gate
        .desk(&viewer, Act::EndSessions, remarks, async |desk| crate::access::session::end_all(desk, id).await)
        .await;
    after(&app, &viewer, id, ended).await
}

pub async fn disable(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<StaffId>,
    Form(sent): Form<Versioned>,
) -> WebResult<Response> {
    insist(&app, &viewer, Act::DisableStaff).await?;
    refuse_self(&app, &viewer, Act::DisableStaff, id).await?;
    let reason = sent.reason.trim();
    if reason.chars().count() < 3 {
        let mut shown = member_page(&app, &viewer, id, None, "").await?;
        shown.disabling = Some("Say why".into());
        return Ok(page::invalid(&shown));
    }
    let remarks = Remarks { detail: Some(json!({ "staff": id, "disabled": true })), ..Remarks::none() };
    let disabled = app
        .gate
        .desk(&viewer, Act::DisableStaff, remarks, async |desk| {
            store::staff::disable(desk, id, sent.version, reason).await
        })
        .await;
    after(&app, &viewer, id, disabled).await
}

pub async fn enable(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<StaffId>,
    Form(sent): Form<Versioned>,
) -> WebResult<Response> {
    refuse_self(&app, &viewer, Act::DisableStaff, id).await?;
    let remarks = Remarks { detail: Some(json!({ "staff": id, "disabled": false })), ..Remarks::none() };
    let enabled = app
        .gate
        .desk(&viewer, Act::DisableStaff, remarks, async |desk| store::staff::enable(desk, id, sent.version).await)
        .await;
    after(&app, &viewer, id, enabled).await
}

async fn after(app: &App, viewer: &Viewer, id: StaffId, result: crate::access::Result<()>) -> WebResult<Response> {
    match result {
        Err(Error::Conflict) => Ok(conflict(member_page(app, viewer, id, None, "").await?)),
        other => {
            other?;
            Ok(Redirect::to(&urls::staff(id)).into_response())
        }
    }
}
