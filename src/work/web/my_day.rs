//! `/`, my day, and finishing a task.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::access::policy::answers_requests;
use crate::access::{Act, Remarks};
use crate::base::id::TaskId;
use crate::patients::store::saved;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::Pager;
use crate::web::viewer::Viewer;
use crate::work::pages::my_day::MyDayPage;
use crate::work::{store, urls};

const PAGE: usize = 50;
const RECENT: i32 = 8;

#[derive(Deserialize)]
pub struct Asked {
    after: Option<DateTime<Utc>>,
    id: Option<Uuid>,
    #[serde(default)]
    kind: String,
}

pub async fn show(State(app): State<App>, viewer: Viewer, Query(asked): Query<Asked>) -> WebResult<Response> {
    let layout = viewer.layout(&app, urls::my_day());
    if !layout.may_search {
        // Administrators and analysts have no patients waiting; their day is their areas.
        app.gate.desk(&viewer, Act::ViewAccount, Remarks::none(), async |_| Ok(())).await?;
        return Ok(page::render(&MyDayPage::without_patients(layout, app.clock.now(), app.zone())));
    }
    let key = asked.after.zip(asked.id);
    let kind =
        Some(asked.kind).filter(|kind| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    let answers = viewer.roles().iter().any(|role| answers_requests(*role));
    let page = app
        .gate
        .roster(&viewer, Act::ViewMyDay, Remarks::none(), async |roster| {
            let queue = match answers {
                true => Some((
                    store::request::open_count(roster, true, false).await?,
                    store::request::open_count(roster, true, true).await?,
                )),
                false => None,
            };
            Ok(MyDayPage {
                layout,
                has_worklist: true,
                tasks: store::task::open_tasks(roster, kind.as_deref(), key, PAGE as i64 + 1).await?,
                counts: store::task::counts(roster).await?,
                kind,
                pager: Pager::default(),
                queue,
                asked: store::request::own_news(roster).await?,
                recent: store::task::recent(roster, RECENT).await?,
                saved: saved::list(roster, &app.vault).await?,
                now: roster.at(),
                zone: app.zone(),
            }
            .paged(PAGE, key.is_some()))
        })
        .await?;
    Ok(page::render(&page))
}

#[derive(Deserialize)]
pub struct Closure {}

pub async fn close(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<TaskId>,
    _: Form<Closure>,
) -> WebResult<Response> {
    app.gate.chart(&viewer, Act::CloseTask, id, async |chart| store::task::close(chart, id, "done").await).await?;
    Ok(Redirect::to(urls::my_day()).into_response())
}
