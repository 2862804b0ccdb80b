//! The types of documents, for those who answer for them.

use axum::extract::State;
use axum::response::Response;

use super::super::pages::TypesPage;
use super::super::store::note::all_types;
use crate::access::{Act, Remarks};
use crate::web::error::WebResult;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub async fn show(State(app): State<App>, viewer: Viewer) -> WebResult<Response> {
    let types =
        app.gate.desk(&viewer, Act::ViewDocumentTypes, Remarks::none(), async |desk| all_types(desk).await).await?;
    Ok(page::render(&TypesPage { layout: viewer.layout(&app, "/admin/staff"), types }))
}
