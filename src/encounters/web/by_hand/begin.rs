//! An encounter added by hand.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::json;

use super::super::super::pages::forms;
use super::super::super::rules::by_hand::{self, Beginning, CLASSES};
use super::super::super::store::changes::{self as store, Begun, Named, Site};
use super::super::super::urls;
use super::{instant, look_up, needed, zone};
use crate::access::{Act, Chart, Error, Remarks, Result};
use crate::base::id::{EncounterId, PatientId};
use crate::patients;
use crate::patients::header::Header;
use crate::patients::registration::Reader;
use crate::web::error::WebResult;
use crate::web::errors_pages::Hidden;
use crate::web::form::Form;
use crate::web::form_page::{FormPage, Problems, mark};
use crate::web::posted::Posted;
use crate::web::state::App;
use crate::web::viewer::Viewer;
use crate::web::{local, page};

/// What the form stands on: whose encounter, where, and whom the typed name may mean.
struct Ground {
    header: Header,
    sites: Vec<Site>,
    found: Vec<Named>,
}

async fn ground(app: &App, viewer: &Viewer, patient: PatientId, posted: &Posted) -> WebResult<Ground> {
    let ground = app
        .gate
        .form(viewer, Act::ViewChart, Act::AddEncounter, patient, Remarks::none(), async |chart| {
            let (found, ..) = look_up(chart, posted).await?;
            let header = patients::store::header::header(chart).await?;
            Ok(Ground { header, sites: store::sites(chart).await?, found })
        })
        .await?;
    Ok(ground)
}

pub async fn ask(State(app): State<App>, viewer: Viewer, Path(patient): Path<PatientId>) -> WebResult<Response> {
    let now = app.clock.now();
    let ground = ground(&app, &viewer, patient, &Posted::default()).await?;
    let zone = zone(ground.sites.first().map_or("", |site| &site.time_zone), &app);
    let (day, time) = local::written(now, zone);
    let posted = Posted::of([("started_on", day), ("started_at", time)]);
    Ok(page::render(&begin_page(&app, &viewer, &ground, &posted, EncounterId::new(), Problems::new())))
}

fn begin_page(
    app: &App,
    viewer: &Viewer,
    ground: &Ground,
    posted: &Posted,
    encounter: EncounterId,
    problems: Problems,
) -> FormPage {
    let patient = ground.header.patient;
    let mut groups = forms::begin(posted, &ground.sites, &ground.found);
    mark(&mut groups, &problems);
    FormPage {
        layout: viewer.layout(app, "/patients"),
        banner: Some(ground.header.banner(
            app.clock.now(),
            app.zone(),
            Some(patients::urls::chart(patient)),
            Vec::new(),
        )),
        title: "Add encounter",
        lead: "The visit number is issued when you save. Times are the facility’s own.".into(),
        back: format!("/patients/{patient}/encounters"),
        back_words: "Encounters",
        groups,
        action: urls::add(patient),
        hidden: vec![Hidden { name: "encounter".into(), value: encounter.to_string() }],
        button: "Add encounter",
        danger: false,
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

pub async fn begin(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let posted = Posted(fields);
    let encounter: EncounterId = posted.text("encounter").parse().unwrap_or_default();
    let remarks =
        Remarks { detail: Some(json!({ "encounter": encounter, "class": class_of(&posted) })), ..Remarks::none() };
    let saved = app
        .gate
        .chart_with(&viewer, Act::AddEncounter, patient, remarks, async |chart| {
            let begun = read(&app, chart, &posted, encounter).await?;
            store::begin(chart, &begun).await
        })
        .await;
    let problems = match saved {
        Ok(()) => return Ok(Redirect::to(&urls::show(encounter)).into_response()),
        // Sent twice: the first one did it.
        Err(Error::Constraint(name)) if name == "encounters_pkey" => {
            return Ok(Redirect::to(&urls::show(encounter)).into_response());
        }
        Err(Error::Fields(problems)) => problems,
        Err(Error::Invalid(words)) => vec![("class", words)],
        Err(error) => return Err(error.into()),
    };
    let ground = ground(&app, &viewer, patient, &posted).await?;
    Ok(page::invalid(&begin_page(&app, &viewer, &ground, &posted, encounter, problems)))
}

/// The class, when it is one of ours: nothing else that was typed stands in an event's open part.
fn class_of(posted: &Posted) -> Option<&str> {
    Some(posted.text("class")).filter(|class| CLASSES.contains(class))
}

/// What was typed, read in the chart it is for.
async fn read(app: &App, chart: &mut Chart<'_>, posted: &Posted, encounter: EncounterId) -> Result<Begun> {
    let now = chart.at();
    let (_, attending, unclear) = look_up(chart, posted).await?;
    let sites = store::sites(chart).await?;
    let site = sites.iter().find(|site| site.facility.to_string() == posted.text("facility")).or(sites.first());
    let zone = zone(site.map_or("", |site| &site.time_zone), app);
    let mut reader = Reader::new(posted, now.with_timezone(&zone).date_naive());
    let class = posted.text("class").to_owned();
    let started_at = instant(&mut reader, posted, "started_on", "started_at", zone, class == "pre-admit");
    needed(&mut reader, started_at, "started_on", "Write when it began");
    let ordered = instant(&mut reader, posted, "ordered_on", "ordered_at", zone, false);
    // A newborn's stay begins with the birth.
    let admitted_at = if class == "newborn" { ordered.or(started_at) } else { ordered };
    let (admission_type, point_of_origin) = (posted.filled("admission_type"), posted.filled("point_of_origin"));
    let [service, visit_type, reason, place] =
        ["service", "visit_type", "reason", "place"].map(|field| reader.text(field));
    let asked = Beginning {
        class: class.clone(),
        started_at,
        admitted_at,
        admission_type: admission_type.clone(),
        point_of_origin: point_of_origin.clone(),
        deceased_at: store::died_at(chart).await?,
    };
    let mut problems = reader.problems;
    problems.extend(unclear);
    if problems.is_empty() {
        problems.extend(by_hand::begin(&asked, now));
    }
    let (Some(site), Some(started_at), true) = (site, started_at, problems.is_empty()) else {
        return Err(Error::Fields(problems));
    };
    Ok(Begun {
        encounter,
        facility: site.facility,
        class,
        started_at,
        admitted_at,
        admission_type,
        point_of_origin,
        service,
        visit_type,
        reason,
        place,
        attending,
    })
}
