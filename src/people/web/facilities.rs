//! Facilities: listed, added, renamed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::staff::insist;
use crate::access::policy::role_may;
use crate::access::{Act, Error, Remarks};
use crate::base::id::FacilityId;
use crate::people::model::Facility;
use crate::people::pages::facilities::{FacilitiesPage, FacilityForm, FacilityPage};
use crate::people::{store, urls};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

fn may_change(viewer: &Viewer) -> bool {
    viewer.roles().iter().any(|role| role_may(*role, Act::ChangeFacilities))
}

async fn listed(app: &App, viewer: &Viewer, form: Option<FacilityForm>) -> WebResult<FacilitiesPage> {
    let facilities = app
        .gate
        .desk(viewer, Act::ViewFacilities, Remarks::none(), async |desk| store::facilities::all(desk).await)
        .await?;
    Ok(FacilitiesPage { layout: viewer.layout(app, urls::STAFF), facilities, form })
}

pub async fn list(State(app): State<App>, viewer: Viewer) -> WebResult<Response> {
    let form = may_change(&viewer).then(|| FacilityForm::new("", "", "", app.zone().name()));
    Ok(page::render(&listed(&app, &viewer, form).await?))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Typed {
    code: String,
    name: String,
    mrn_authority: String,
    time_zone: String,
    was_name: String,
    was_time_zone: String,
}

/// The form with what is wrong beside its fields.
fn judged(typed: &Typed, is_new: bool) -> FacilityForm {
    let mut form =
        FacilityForm::new(typed.code.trim(), typed.name.trim(), typed.mrn_authority.trim(), typed.time_zone.trim());
    let code = typed.code.trim();
    let code_is_sound = (2..=16).contains(&code.len())
        && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
    if is_new && !code_is_sound {
        form.code.error = Some("Enter a code of 2 to 16 capitals, digits or hyphens".into());
    }
    if typed.name.trim().is_empty() {
        form.name.error = Some("Enter a name".into());
    }
    if is_new && typed.mrn_authority.trim().is_empty() {
        form.mrn_authority.error = Some("Enter who issues its record numbers".into());
    }
    if typed.time_zone.trim().parse::<chrono_tz::Tz>().is_err() {
        form.time_zone.error = Some("Enter a time zone such as America/Chicago".into());
    }
    form
}

pub async fn add(State(app): State<App>, viewer: Viewer, Form(typed): Form<Typed>) -> WebResult<Response> {
    insist(&app, &viewer, Act::ChangeFacilities).await?;
    let mut form = judged(&typed, true);
    if !form.is_sound() {
        return Ok(page::invalid(&listed(&app, &viewer, Some(form)).await?));
    }
    let facility = Facility {
        facility: FacilityId::new(),
        code: typed.code.trim().into(),
        name: typed.name.trim().into(),
        mrn_authority: typed.mrn_authority.trim().into(),
        time_zone: typed.time_zone.trim().into(),
    };
    let remarks = Remarks { detail: Some(json!({ "facility": facility.facility })), ..Remarks::none() };
    let added = app
        .gate
        .desk(&viewer, Act::ChangeFacilities, remarks, async |desk| store::facilities::add(desk, &facility).await)
        .await;
    match added {
        Err(Error::Constraint(name)) if name.contains("code") => {
            form.code.error = Some("Another facility has this code".into());
            Ok(page::invalid(&listed(&app, &viewer, Some(form)).await?))
        }
        Err(Error::Constraint(name)) if name.contains("authority") => {
            form.mrn_authority.error = Some("Another facility's record numbers are issued by it".into());
            Ok(page::invalid(&listed(&app, &viewer, Some(form)).await?))
        }
        other => {
            other?;
            Ok(Redirect::to(urls::FACILITIES).into_response())
        }
    }
}

pub async fn show(State(app): State<App>, viewer: Viewer, Path(id): Path<FacilityId>) -> WebResult<Response> {
    let facility = one(&app, &viewer, id).await?;
    let form = FacilityForm::new(&facility.code, &facility.name, &facility.mrn_authority, &facility.time_zone);
    Ok(page::render(&FacilityPage {
        layout: viewer.layout(&app, urls::STAFF),
        may_change: may_change(&viewer),
        stored_now: None,
        facility,
        form,
    }))
}

async fn one(app: &App, viewer: &Viewer, id: FacilityId) -> WebResult<Facility> {
    Ok(app
        .gate
        .desk(viewer, Act::ViewFacilities, Remarks::none(), async |desk| store::facilities::one(desk, id).await)
        .await?)
}

pub async fn change(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<FacilityId>,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    insist(&app, &viewer, Act::ChangeFacilities).await?;
    let form = judged(&typed, false);
    if !form.is_sound() {
        let facility = one(&app, &viewer, id).await?;
        let layout = viewer.layout(&app, urls::STAFF);
        return Ok(page::invalid(&FacilityPage { layout, facility, form, may_change: true, stored_now: None }));
    }
    let remarks = Remarks { detail: Some(json!({ "facility": id })), ..Remarks::none() };
    let changed = app
        .gate
        .desk(&viewer, Act::ChangeFacilities, remarks, async |desk| {
            let stored = store::facilities::one(desk, id).await?;
            let was = Facility { name: typed.was_name.clone(), time_zone: typed.was_time_zone.clone(), ..stored };
            store::facilities::change(desk, &was, typed.name.trim(), typed.time_zone.trim()).await
        })
        .await;
    if let Err(Error::Conflict) = changed {
        let facility = one(&app, &viewer, id).await?;
        let stored_now = Some(format!("{}, {}", facility.name, facility.time_zone));
        let layout = viewer.layout(&app, urls::STAFF);
        let shown = FacilityPage { layout, facility, form, may_change: true, stored_now };
        return Ok((StatusCode::CONFLICT, page::render(&shown)).into_response());
    }
    changed?;
    Ok(Redirect::to(urls::FACILITIES).into_response())
}
