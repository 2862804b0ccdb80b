//! "You had typed this; nothing was lost."

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use crate::access::{Act, Remarks};
use crate::people::kept::{KEPT_FOR, opened};
use crate::people::pages::kept::KeptPage;
use crate::people::{store, urls};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub async fn show(State(app): State<App>, viewer: Viewer, Path(id): Path<Uuid>) -> WebResult<Response> {
    let since = app.clock.now() - KEPT_FOR;
    let form = app
        .gate
        .desk(&viewer, Act::KeepForm, Remarks::none(), async |desk| {
            store::kept::find(desk, id, viewer.staff, since).await
        })
        .await?;
    Ok(page::render(&KeptPage {
        layout: viewer.layout(&app, ""),
        fields: opened(&app, id, &form.sealed)?,
        // Stored by us from a request to us; checked all the same before a button leads there.
        action: urls::local(&form.path).unwrap_or("/").to_owned(),
        discard: format!("{}/discard", urls::kept(id)),
        kept_at: form.parked_at,
        zone: app.zone(),
    }))
}

pub async fn discard(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<Uuid>,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    app.gate
        .desk(&viewer, Act::KeepForm, Remarks::none(), async |desk| store::kept::discard(desk, id, viewer.staff).await)
        .await?;
    Ok(Redirect::to("/").into_response())
}
