//! `/`, my day, and finishing a task.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::pages::MyDayPage;
use super::{store, urls};
use crate::access::{Act, Remarks};
use crate::base::id::TaskId;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new().get("/", Act::ViewMyDay, my_day).post("/tasks/{id}/closure", Act::CloseTask, close)
}

const PAGE: i64 = 50;

#[derive(Deserialize)]
struct After {
    after: Option<DateTime<Utc>>,
    id: Option<Uuid>,
}

async fn my_day(State(app): State<App>, viewer: Viewer, Query(after): Query<After>) -> WebResult<Response> {
    let layout = viewer.layout(&app, urls::my_day());
    if !layout.may_search {
        // Administrators and analysts have no patients waiting; their day is their areas.
        app.gate.desk(&viewer, Act::ViewAccount, Remarks::none(), async |_| Ok(())).await?;
        return Ok(page::render(&MyDayPage::without_patients(layout, app.clock.now(), app.zone())));
    }
    let key = after.after.zip(after.id);
    let page = app
        .gate
        .roster(&viewer, Act::ViewMyDay, Remarks::none(), async |roster| {
            let tasks = store::open_tasks(roster, key, PAGE + 1).await?;
            Ok(MyDayPage::new(
                layout,
                tasks,
                store::waiting(roster).await?,
                PAGE,
                key.is_some(),
                roster.at(),
                app.zone(),
            ))
        })
        .await?;
    Ok(page::render(&page))
}

#[derive(Deserialize)]
struct Closure {}

async fn close(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<TaskId>,
    _: Form<Closure>,
) -> WebResult<Response> {
    app.gate.chart(&viewer, Act::CloseTask, id, async |chart| store::close(chart, id, "done").await).await?;
    Ok(Redirect::to(urls::my_day()).into_response())
}
