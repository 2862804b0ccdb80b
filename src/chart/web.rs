//! `/patients/{id}` and the pages below it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::pages::{
    AccessPage, ClinicalPage, DemographicsPage, DocumentsPage, EncountersPage, Frame, OverviewPage, once_each,
};
use super::store;
use crate::access::policy::{DocumentSight, Refusal};
use crate::access::{Act, Chart, Error, Result};
use crate::base::id::PatientId;
use crate::documents::store as documents;
use crate::encounters::store as encounters;
use crate::patients;
use crate::vault::Use;
use crate::web::error::WebResult;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .get("/patients/{id}", Act::ViewChart, overview)
        .get("/patients/{id}/demographics", Act::ViewChart, demographics)
        .get("/patients/{id}/encounters", Act::ViewChart, visits)
        .get("/patients/{id}/documents", Act::ViewChart, documents)
        .get("/patients/{id}/clinical", Act::ViewClinicalItems, clinical)
        .get("/patients/{id}/access", Act::ViewChartAccess, access)
}

/// Rows of a section on the overview, and of a full list.
const FEW: i64 = 12;
const PAGE: i64 = 50;

/// The key of the last row seen, as list addresses carry it: an instant and an id, never anything of the patient.
#[derive(Deserialize)]
struct Before {
    before: Option<DateTime<Utc>>,
    id: Option<Uuid>,
    #[serde(default)]
    kind: String,
}

impl Before {
    fn key(&self) -> Option<(DateTime<Utc>, Uuid)> {
        self.before.zip(self.id)
    }
}

/// Whose chart, and under what it is open: the same on every page of it.
pub async fn frame(app: &App, viewer: &Viewer, chart: &mut Chart<'_>) -> Result<Frame> {
    let header = patients::store::header::header(chart).await?;
    let layout = viewer.layout_about(app, "/patients", header.patient, &header.name());
    Ok(Frame { layout, header, sight: chart.sight(), now: chart.at(), zone: app.zone() })
}

async fn overview(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewChart, id, async |chart| {
            let frame = frame(&app, &viewer, chart).await?;
            let visits = encounters::visits(chart, None, FEW).await?;
            let mut received = encounters::received(chart, PAGE).await?;
            received.diagnoses = once_each(received.diagnoses, FEW);
            let reachable = patients::store::demographics::reachable(chart).await?;
            let looks = store::looks(chart, None, FEW).await?;
            Ok(OverviewPage { frame, visits, received, reachable, looks })
        })
        .await?;
    Ok(page::render(&page))
}

async fn demographics(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewChart, id, async |chart| {
            let frame = frame(&app, &viewer, chart).await?;
            let demographics = patients::store::demographics::demographics(chart).await?;
            let ssn = demographics.personal.ssn_sealed.as_deref();
            let ssn = ssn.and_then(|sealed| {
                app.vault.open(Use::SocialSecurityNumber, chart.patient().0.as_bytes(), sealed).ok()
            });
            let may_edit = patients::may_edit(&viewer);
            Ok(DemographicsPage { frame, ssn_last4: ssn.and_then(|digits| last_four(&digits)), demographics, may_edit })
        })
        .await?;
    Ok(page::render(&page))
}

fn last_four(digits: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(digits).ok()?;
    text.get(text.len().checked_sub(4)?..).map(str::to_owned)
}

async fn visits(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Query(before): Query<Before>,
) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewChart, id, async |chart| {
            let frame = frame(&app, &viewer, chart).await?;
            let visits = encounters::visits(chart, before.key(), PAGE + 1).await?;
            let adds = crate::encounters::may_add(&viewer);
            Ok(EncountersPage::new(frame, visits, PAGE, before.key().is_some(), adds))
        })
        .await?;
    Ok(page::render(&page))
}

/// Titles only, for those who have no more: the store cuts the list. A role without documents has no such page.
async fn documents(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Query(before): Query<Before>,
) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewChart, id, async |chart| {
            if chart.sight().documents == DocumentSight::None {
                return Err(Error::Forbidden(Refusal::Role));
            }
            let frame = frame(&app, &viewer, chart).await?;
            let wanted = documents::Page { encounter: None, before: before.key(), limit: PAGE + 1 };
            let listed = documents::list(chart, &wanted).await?;
            let total = documents::count(chart).await?;
            Ok(DocumentsPage::new(frame, listed, total, PAGE, before.key().is_some()).doing(viewer.roles()))
        })
        .await?;
    Ok(page::render(&page))
}

async fn clinical(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Query(before): Query<Before>,
) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewClinicalItems, id, async |chart| {
            let frame = frame(&app, &viewer, chart).await?;
            let kinds = encounters::kinds(chart).await?;
            let kind = match kinds.iter().find(|known| known.kind == before.kind).or(kinds.first()) {
                Some(known) => known.kind.clone(),
                None => String::new(),
            };
            let wanted = encounters::ItemPage { kind, before: before.key(), limit: PAGE + 1 };
            let items = encounters::items(chart, &wanted).await?;
            Ok(ClinicalPage::new(frame, kinds, wanted.kind, items, PAGE, before.key().is_some()))
        })
        .await?;
    Ok(page::render(&page))
}

async fn access(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Query(before): Query<Before>,
) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewChartAccess, id, async |chart| {
            let frame = frame(&app, &viewer, chart).await?;
            let looks = store::looks(chart, before.key(), PAGE + 1).await?;
            Ok(AccessPage::new(frame, looks, store::shown_in_lists(chart).await?, PAGE, before.key().is_some()))
        })
        .await?;
    Ok(page::render(&page))
}
