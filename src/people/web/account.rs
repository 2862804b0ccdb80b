//! One's own account: display choices and open sessions.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::sign_in::gone;
use crate::access::{Act, Remarks, session};
use crate::base::id::SessionId;
use crate::people::pages::account::AccountPage;
use crate::people::store;
use crate::people::urls;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    done: String,
}

pub async fn show(State(app): State<App>, viewer: Viewer, Query(asked): Query<Asked>) -> WebResult<Response> {
    let mut layout = viewer.layout(&app, "");
    layout.notice = match asked.done.as_str() {
        "password" => Some("Your password is changed. Your other sessions have ended.".into()),
        "display" => Some("Saved.".into()),
        "session" => Some("That session has ended.".into()),
        _ => None,
    };
    let idle = app.limits().idle;
    let page = app
        .gate
        .desk(&viewer, Act::ViewAccount, Remarks::none(), async |desk| {
            Ok(AccountPage {
                account: store::account::account(desk, viewer.staff).await?,
                sessions: store::account::sessions(desk, viewer.staff, idle).await?,
                current: viewer.session,
                second_factor: store::second_factor::state(desk, viewer.staff).await?,
                roles: viewer.roles().to_vec(),
                now: desk.at(),
                zone: app.zone(),
                layout,
            })
        })
        .await?;
    Ok(page::render(&page))
}

#[derive(Deserialize)]
pub struct Display {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    density: String,
    #[serde(default)]
    shortcuts: String,
}

pub async fn prefer(State(app): State<App>, viewer: Viewer, Form(display): Form<Display>) -> WebResult<Response> {
    let theme = Some(display.theme.as_str()).filter(|theme| matches!(*theme, "light" | "dark"));
    let density = match display.density.as_str() {
        known @ ("compact" | "roomy") => known,
        _ => "normal",
    };
    let shortcuts = !display.shortcuts.is_empty();
    let remarks = Remarks { detail: Some(json!({ "changed": "display" })), ..Remarks::none() };
    app.gate
        .desk(&viewer, Act::ChangeAccount, remarks, async |desk| {
            store::account::prefer(desk, viewer.staff, theme, density, shortcuts).await
        })
        .await?;
    Ok(Redirect::to("/account?done=display").into_response())
}

/// "Still there": the request itself has slid the session's limit; there is nothing to add.
pub async fn present(_: State<App>, _: Viewer, _: Form<Vec<(String, String)>>) -> StatusCode {
    StatusCode::NO_CONTENT
}

pub async fn end_session(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<SessionId>,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let remarks = Remarks { detail: Some(json!({ "ended": id })), ..Remarks::none() };
    app.gate
        .desk(&viewer, Act::ChangeAccount, remarks, async |desk| store::account::end_own(desk, viewer.staff, id).await)
        .await?;
    if id == viewer.session {
        return Ok(gone());
    }
    Ok(Redirect::to(&format!("{}?done=session", urls::ACCOUNT)).into_response())
}

/// Sign out everywhere, here too.
pub async fn end_all_sessions(
    State(app): State<App>,
    viewer: Viewer,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let remarks = Remarks { detail: Some(json!({ "ended": "all" })), ..Remarks::none() };
    app.gate
        .desk(&viewer, Act::ChangeAccount, remarks, async |desk| session::end_all(desk, viewer.staff).await)
        .await?;
    Ok(gone())
}
