//! The access policy, for those who answer for it.

use axum::extract::State;
use axum::response::Response;

use crate::access::{Act, Remarks};
use crate::people::pages::roles::RolesPage;
use crate::people::urls;
use crate::web::error::WebResult;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub async fn show(State(app): State<App>, viewer: Viewer) -> WebResult<Response> {
    app.gate.desk(&viewer, Act::ViewPolicy, Remarks::none(), async |_| Ok(())).await?;
    Ok(page::render(&RolesPage { layout: viewer.layout(&app, urls::STAFF) }))
}
