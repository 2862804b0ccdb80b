//! `/audit/{event}`: one entry, whole.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::pages::entry::{EntryPage, PATIENTS, SESSION};
use super::super::store::entry as store;
use super::super::urls;
use crate::access::{Act, Remarks};
use crate::web::error::{WebError, WebResult};
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

/// Where the patients of a list go on: after this one.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    patients: String,
}

pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(event): Path<String>,
    Query(asked): Query<Asked>,
) -> WebResult<Response> {
    let event: Uuid = event.parse().map_err(|_| WebError::NotFound)?;
    let after: Option<Uuid> = asked.patients.parse().ok();
    let remarks = Remarks { detail: Some(json!({ "event": event })), ..Remarks::none() };
    let page = app
        .gate
        .desk(&viewer, Act::ReviewLedger, remarks, async |desk| {
            let key = store::key(desk, event).await?;
            let entry = store::entry(desk, key).await?;
            let shown = store::shown(desk, key, after, PATIENTS + 1).await?;
            let (shown, pager) = EntryPage::patients(shown, event, entry.subjects, after.is_some());
            Ok(EntryPage {
                layout: viewer.layout(&app, urls::LIST),
                more: store::particulars(desk, key).await?,
                shown,
                pager,
                session: store::session(desk, &entry, SESSION).await?,
                month: store::month(desk, &entry).await?,
                proof: store::proof(desk, event, &app.notary).await?,
                entry,
                zone: app.zone(),
            })
        })
        .await?;
    Ok(page::render(&page))
}
