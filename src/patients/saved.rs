//! A search under a name: kept from its results, run again and thrown away from my day.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::query::Query;
use super::store::{kept, saved};
use super::urls;
use crate::access::{Act, Error, Remarks};
use crate::base::id::SearchId;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .post("/patients/searches/{id}/saved", Act::SaveSearch, save)
        .post("/patients/saved/{id}", Act::SearchPatients, run)
        .post("/patients/saved/{id}/removal", Act::SaveSearch, remove)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    name: String,
}

async fn save(
    State(app): State<App>,
    viewer: Viewer,
    Path(search): Path<SearchId>,
    Form(named): Form<Named>,
) -> WebResult<Response> {
    let name = named.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let named_well = (1..=80).contains(&name.chars().count());
    let remarks = Remarks { detail: Some(json!({ "step": "save", "search": search })), ..Remarks::none() };
    app.gate
        .roster(&viewer, Act::SaveSearch, remarks, async |roster| {
            if !named_well {
                return Err(Error::Invalid("Give the search a name of up to 80 characters.".into()));
            }
            let typed = kept::kept(roster, &app.vault, search).await?;
            saved::save(roster, &app.vault, &name, typed).await
        })
        .await?;
    Ok(Redirect::to("/").into_response())
}

/// The same as typing it again: another search, with its own event.
async fn run(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<Uuid>,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let remarks = Remarks { detail: Some(json!({ "step": "asked", "saved": id })), ..Remarks::none() };
    let search = app
        .gate
        .roster(&viewer, Act::SearchPatients, remarks, async |roster| {
            let typed = saved::typed(roster, &app.vault, id).await?;
            Query::read(&typed, today).map_err(|_| Error::NotFound)?;
            kept::keep(roster, &app.vault, &typed).await
        })
        .await
        .map_err(WebError::from)?;
    Ok(Redirect::to(&urls::results(search)).into_response())
}

async fn remove(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<Uuid>,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let remarks = Remarks { detail: Some(json!({ "step": "remove", "saved": id })), ..Remarks::none() };
    app.gate.roster(&viewer, Act::SaveSearch, remarks, async |roster| saved::remove(roster, id).await).await?;
    Ok(Redirect::to("/").into_response())
}
