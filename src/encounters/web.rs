//! `/encounters/{id}`.

mod by_hand;

pub use by_hand::may_add;

use axum::extract::{Path, State};
use axum::response::Response;

use super::pages::EncounterPage;
use super::store;
use crate::access::Act;
use crate::base::id::EncounterId;
use crate::patients;
use crate::web::error::WebResult;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new().get("/encounters/{id}", Act::ViewEncounter, show).and(by_hand::routes())
}

/// The most codes an encounter page lists; more than any claim can carry.
const CODES: i64 = 100;

async fn show(State(app): State<App>, viewer: Viewer, Path(id): Path<EncounterId>) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewEncounter, id, async |chart| {
            let header = patients::store::header::header(chart).await?;
            let encounter = store::detail(chart, id).await?;
            let standing = store::changes::standing(chart, id).await?;
            let changes = by_hand::offered(&viewer, &standing.stay);
            Ok(EncounterPage {
                layout: viewer.layout_about(&app, "/patients", header.patient, &header.name()),
                now: chart.at(),
                // A stay keeps its facility's hours.
                zone: standing.time_zone.parse().unwrap_or(app.zone()),
                sight: chart.sight(),
                statuses: store::status_periods(chart, id).await?,
                classes: store::class_periods(chart, id).await?,
                locations: store::locations(chart, id).await?,
                providers: store::providers(chart, id).await?,
                cancellation: store::cancellation(chart, id).await?,
                charges: store::charges(chart, id).await?,
                diagnoses: store::diagnoses(chart, id, CODES).await?,
                procedures: store::procedures(chart, Some(id), CODES).await?,
                history: store::changes::history(chart, id).await?,
                leave_days: standing.leave_days,
                changes,
                header,
                encounter,
            })
        })
        .await?;
    Ok(page::render(&page))
}
