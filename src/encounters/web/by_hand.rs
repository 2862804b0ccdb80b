//! Encounters by hand: added, and changed one step at a time.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::super::changes::Change;
use super::super::model::{class_words, status_words};
use super::super::pages::forms;
use super::super::rules::by_hand::{self, Beginning, Correction, Leaving, Stay};
use super::super::rules::disposition_is_death;
use super::super::store::changes::{self as store, Begun, Named, Site, Standing};
use super::super::urls;
use crate::access::policy::{DataClass, matrix};
use crate::access::{Act, Chart, Error, Remarks, Result};
use crate::base::id::{EncounterId, PatientId, PractitionerId};
use crate::patients;
use crate::patients::header::Header;
use crate::patients::registration::Reader;
use crate::web::error::{WebError, WebResult};
use crate::web::errors_pages::{Difference, Hidden};
use crate::web::form::Form;
use crate::web::form_page::{FormPage, Problems, mark};
use crate::web::posted::Posted;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;
use crate::web::{format, local, page};

pub fn routes() -> Routes {
    Routes::new()
        .get("/patients/{id}/encounters/new", Act::AddEncounter, ask_new)
        .post("/patients/{id}/encounters/new", Act::AddEncounter, begin)
        .get("/encounters/{id}/{change}", Act::ChangeEncounter, ask)
        .post("/encounters/{id}/{change}", Act::ChangeEncounter, change)
}

/// Whether somebody of these roles adds encounters at all.
pub fn may_add(viewer: &Viewer) -> bool {
    viewer.roles().iter().any(|role| matrix(*role, DataClass::EncounterHeader).allows('C'))
}

fn may_change(viewer: &Viewer) -> bool {
    viewer.roles().iter().any(|role| matrix(*role, DataClass::EncounterHeader).allows('E'))
}

/// The buttons of the encounter's page.
pub fn offered(viewer: &Viewer, stay: &Stay) -> Vec<(&'static str, &'static str)> {
    if !may_change(viewer) {
        return Vec::new();
    }
    Change::ALL.into_iter().filter(|change| change.fits(stay)).map(|change| (change.word(), change.title())).collect()
}

/// A day and a time of the form, at the facility. Nothing when both are empty.
fn instant(
    reader: &mut Reader<'_>,
    posted: &Posted,
    day: &'static str,
    time: &'static str,
    zone: Tz,
    ahead: bool,
) -> Option<DateTime<Utc>> {
    let (typed_day, typed_time) = (posted.text(day), posted.text(time));
    let on = match typed_day {
        "" => None,
        // A day to come is no birth date: only written in full.
        typed if ahead => match ["%d-%b-%Y", "%Y-%m-%d", "%m/%d/%Y"]
            .iter()
            .find_map(|way| chrono::NaiveDate::parse_from_str(typed, way).ok())
        {
            Some(on) => Some(on),
            None => Some(reader.day(day)?),
        },
        _ => Some(reader.day(day)?),
    };
    match (on, typed_time) {
        (None, "") => None,
        (None, _) => {
            reader.problem(day, "Write the date too");
            None
        }
        (Some(_), "") => {
            reader.problem(time, "Write the time too");
            None
        }
        (Some(on), typed) => match local::instant(on, typed, zone) {
            Ok(at) => Some(at),
            Err(words) => {
                reader.problem(time, words);
                None
            }
        },
    }
}

fn needed(reader: &mut Reader<'_>, at: Option<DateTime<Utc>>, day: &'static str, words: &str) {
    if at.is_none() && reader.problems.is_empty() {
        reader.problem(day, words);
    }
}

/// Who was meant: nobody, one, or several to choose from.
async fn look_up(chart: &mut Chart<'_>, posted: &Posted) -> Result<(Vec<Named>, Option<PractitionerId>, Problems)> {
    let words = posted.text("attending");
    if let Ok(id) = posted.text("attending_id").parse::<PractitionerId>()
        && let Some(named) = store::provider(chart, id).await?
    {
        let id = named.practitioner;
        let found = if words.is_empty() { vec![named] } else { store::providers(chart, words).await? };
        return Ok((found, Some(id), Problems::new()));
    }
    if words.is_empty() {
        return Ok((Vec::new(), None, Problems::new()));
    }
    let found = store::providers(chart, words).await?;
    Ok(match found.as_slice() {
        [] => (found, None, vec![("attending", "No active provider has that name or NPI".to_owned())]),
        [one] => {
            let id = one.practitioner;
            (found, Some(id), Problems::new())
        }
        _ => (found, None, vec![("attending_id", "Several answer to that: choose one".to_owned())]),
    })
}

// --- adding ---

/// Whose encounter, where, and what the form looked up.
struct Ground {
    header: Header,
    sites: Vec<Site>,
    found: Vec<Named>,
    attending: Option<PractitionerId>,
    problems: Problems,
    died_at: Option<DateTime<Utc>>,
}

async fn ground(app: &App, viewer: &Viewer, patient: PatientId, posted: &Posted) -> WebResult<Ground> {
    if !may_add(viewer) {
        app.gate.chart(viewer, Act::AddEncounter, patient, async |_| Ok(())).await?;
    }
    let ground = app
        .gate
        .chart(viewer, Act::ViewChart, patient, async |chart| {
            let (found, attending, problems) = look_up(chart, posted).await?;
            Ok(Ground {
                header: patients::store::header::header(chart).await?,
                sites: store::sites(chart).await?,
                died_at: store::died_at(chart).await?,
                found,
                attending,
                problems,
            })
        })
        .await?;
    Ok(ground)
}

async fn ask_new(State(app): State<App>, viewer: Viewer, Path(patient): Path<PatientId>) -> WebResult<Response> {
    let now = app.clock.now();
    let ground = ground(&app, &viewer, patient, &Posted::default()).await?;
    let zone = zone(ground.sites.first().map_or("", |site| &site.time_zone), &app);
    let (day, time) = local::written(now, zone);
    let posted = Posted::of([("started_on", day), ("started_at", time)]);
    Ok(page::render(&begin_page(&app, &viewer, &ground, &posted, EncounterId::new(), Problems::new())))
}

fn zone(name: &str, app: &App) -> Tz {
    name.parse().unwrap_or(app.zone())
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

async fn begin(
    State(app): State<App>,
    viewer: Viewer,
    Path(patient): Path<PatientId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let posted = Posted(fields);
    let encounter: EncounterId = posted.text("encounter").parse().unwrap_or_default();
    let ground = ground(&app, &viewer, patient, &posted).await?;
    let now = app.clock.now();
    let site =
        ground.sites.iter().find(|site| site.facility.to_string() == posted.text("facility")).or(ground.sites.first());
    let zone = zone(site.map_or("", |site| &site.time_zone), &app);
    let mut reader = Reader::new(&posted, now.with_timezone(&zone).date_naive());
    let class = posted.text("class").to_owned();
    let started_at = instant(&mut reader, &posted, "started_on", "started_at", zone, class == "pre-admit");
    needed(&mut reader, started_at, "started_on", "Write when it began");
    let ordered = instant(&mut reader, &posted, "ordered_on", "ordered_at", zone, false);
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
        deceased_at: ground.died_at,
    };
    let mut problems = reader.problems;
    problems.extend(ground.problems.clone());
    if problems.is_empty() {
        problems.extend(by_hand::begin(&asked, now));
    }
    let (Some(site), Some(started_at), true) = (site, started_at, problems.is_empty()) else {
        return Ok(page::invalid(&begin_page(&app, &viewer, &ground, &posted, encounter, problems)));
    };
    let begun = Begun {
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
        attending: ground.attending,
    };
    let remarks = Remarks { detail: Some(json!({ "encounter": encounter, "class": begun.class })), ..Remarks::none() };
    let saved = app
        .gate
        .chart_with(&viewer, Act::AddEncounter, patient, remarks, async |chart| store::begin(chart, &begun).await)
        .await;
    match saved {
        Ok(()) => Ok(Redirect::to(&urls::show(encounter)).into_response()),
        // Sent twice: the first one did it.
        Err(Error::Constraint(name)) if name == "encounters_pkey" => {
            Ok(Redirect::to(&urls::show(encounter)).into_response())
        }
        Err(Error::Invalid(words)) => {
            let problems = vec![("class", words)];
            Ok(page::invalid(&begin_page(&app, &viewer, &ground, &posted, encounter, problems)))
        }
        Err(error) => Err(error.into()),
    }
}

// --- changing ---

struct Open {
    header: Header,
    standing: Standing,
    found: Vec<Named>,
    attending: Option<PractitionerId>,
    problems: Problems,
}

async fn open(app: &App, viewer: &Viewer, id: EncounterId, posted: &Posted) -> WebResult<Open> {
    if !may_change(viewer) {
        app.gate.chart(viewer, Act::ChangeEncounter, id, async |_| Ok(())).await?;
    }
    let open = app
        .gate
        .chart(viewer, Act::ViewEncounter, id, async |chart| {
            let (found, attending, problems) = look_up(chart, posted).await?;
            Ok(Open {
                header: patients::store::header::header(chart).await?,
                standing: store::standing(chart, id).await?,
                found,
                attending,
                problems,
            })
        })
        .await?;
    Ok(open)
}

async fn ask(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, what)): Path<(EncounterId, String)>,
) -> WebResult<Response> {
    let what = Change::parse(&what).ok_or(WebError::NotFound)?;
    let open = open(&app, &viewer, id, &Posted::default()).await?;
    let zone = zone(&open.standing.time_zone, &app);
    let (on, at) = local::written(app.clock.now(), zone);
    let posted = match what {
        Change::Correct => forms::of_standing(&open.standing, zone),
        Change::Discharge => {
            let died = open.standing.stay.deceased_at.map(|at| local::written(at, zone)).unwrap_or_default();
            Posted::of([("on", on), ("at", at), ("died_on", died.0), ("died_at", died.1)])
        }
        _ => Posted::of([("on", on), ("at", at)]),
    };
    Ok(page::render(&change_page(&app, &viewer, &open, id, what, &posted, Problems::new())))
}

fn change_page(
    app: &App,
    viewer: &Viewer,
    open: &Open,
    id: EncounterId,
    what: Change,
    posted: &Posted,
    problems: Problems,
) -> FormPage {
    let standing = &open.standing;
    let mut groups = forms::change(what, standing, posted, &open.found);
    mark(&mut groups, &problems);
    let facts = vec![crate::web::ui::Fact::new(
        "Encounter",
        format!("{}, {}", class_words(&standing.stay.class), status_words(&standing.stay.status).to_lowercase()),
    )];
    FormPage {
        layout: viewer.layout(app, "/patients"),
        banner: Some(open.header.banner(
            app.clock.now(),
            app.zone(),
            Some(patients::urls::chart(open.header.patient)),
            facts,
        )),
        title: what.title(),
        lead: what.lead().into(),
        back: urls::show(id),
        back_words: "Encounter",
        groups,
        action: urls::change(id, what.word()),
        hidden: vec![Hidden { name: "version".into(), value: standing.version.to_string() }],
        button: what.title(),
        danger: matches!(what, Change::Cancel | Change::CancelDischarge),
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

/// What a form asks for, once it is sound.
enum Wanted {
    Discharge(Leaving),
    Class {
        to: String,
        at: DateTime<Utc>,
        review: bool,
        admission_type: Option<String>,
        origin: Option<String>,
        why: String,
    },
    Transfer(String, DateTime<Utc>),
    Leave(DateTime<Utc>),
    Return(DateTime<Utc>),
    Correct(Correction, String),
    CancelDischarge(String),
    Cancel(String),
}

impl Wanted {
    /// The rules, with the encounter as it stands: asked before the form is taken, and again with the record held.
    fn problems(&self, standing: &Standing, now: DateTime<Utc>, zone: Tz) -> Problems {
        let stay = &standing.stay;
        match self {
            Wanted::Discharge(leaving) => by_hand::discharge(stay, leaving, now, zone),
            Wanted::Class { to, at, review, .. } => by_hand::change_class(stay, to, *at, *review, now, zone),
            Wanted::Transfer(_, at) => by_hand::transfer(stay, *at, now, zone),
            Wanted::Leave(at) => by_hand::leave(stay, *at, now, zone),
            Wanted::Return(at) => by_hand::come_back(stay, *at, now, zone),
            Wanted::Correct(right, _) => by_hand::correct(stay, right, standing.second_change, now, zone),
            Wanted::CancelDischarge(_) => by_hand::cancel_discharge(stay),
            Wanted::Cancel(_) => by_hand::cancel(stay),
        }
    }
}

/// What was typed, or problems beside its fields.
fn read(
    what: Change,
    posted: &Posted,
    open: &Open,
    now: DateTime<Utc>,
    zone: Tz,
) -> std::result::Result<Wanted, Problems> {
    let mut reader = Reader::new(posted, now.with_timezone(&zone).date_naive());
    reader.problems.extend(open.problems.clone());
    let timed = matches!(what, Change::Discharge | Change::Class | Change::Transfer | Change::Leave | Change::Return);
    let at = if timed {
        let at = instant(&mut reader, posted, "on", "at", zone, false);
        needed(&mut reader, at, "on", "Write when");
        at.unwrap_or(now)
    } else {
        now
    };
    let wanted = match what {
        Change::Discharge => {
            let died_at = instant(&mut reader, posted, "died_on", "died_at", zone, false);
            let disposition = posted.text("disposition").to_owned();
            let has_attending = open.attending.is_some() || open.standing.stay.has_attending;
            Wanted::Discharge(Leaving { at, disposition, has_attending, died_at })
        }
        Change::Class => Wanted::Class {
            to: posted.text("class").to_owned(),
            at,
            review: posted.ticked("utilization_review"),
            admission_type: posted.filled("admission_type"),
            origin: posted.filled("point_of_origin"),
            why: reader.reason("why"),
        },
        Change::Transfer => Wanted::Transfer(reader.needed("place", "Write where to"), at),
        Change::Leave => Wanted::Leave(at),
        Change::Return => Wanted::Return(at),
        Change::Correct => {
            let ahead = open.standing.stay.status == "planned";
            let right = Correction {
                started_at: instant(&mut reader, posted, "started_on", "started_at", zone, ahead),
                admitted_at: instant(&mut reader, posted, "ordered_on", "ordered_at", zone, false),
                ended_at: instant(&mut reader, posted, "ended_on", "ended_at", zone, false),
                admission_type: posted.filled("admission_type"),
                point_of_origin: posted.filled("point_of_origin"),
                disposition: posted.filled("disposition"),
            };
            Wanted::Correct(right, reader.reason("why"))
        }
        Change::CancelDischarge => Wanted::CancelDischarge(reader.reason("why")),
        Change::Cancel => Wanted::Cancel(reader.reason("why")),
    };
    if let Wanted::Class { to, admission_type, origin, .. } = &wanted
        && by_hand::is_inpatient(to)
    {
        let stay = &open.standing.stay;
        let (kind, place) = (
            admission_type.as_deref().or(stay.admission_type.as_deref()),
            origin.as_deref().or(stay.point_of_origin.as_deref()),
        );
        if kind.is_none() {
            reader.problem("admission_type", "Choose the type of admission (FL 14)");
        }
        if place.is_none() {
            reader.problem("point_of_origin", "Choose the point of origin (FL 15)");
        }
        if let (Some(kind), Some(place)) = (kind, place)
            && !super::super::rules::origin_fits_type(kind, place)
        {
            reader.problem("point_of_origin", format!("Point of origin {place} does not go with type {kind} (ENC-9)."));
        }
    }
    if reader.problems.is_empty() {
        reader.problems.extend(wanted.problems(&open.standing, now, zone));
    }
    if reader.problems.is_empty() { Ok(wanted) } else { Err(reader.problems) }
}

async fn change(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, what)): Path<(EncounterId, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let what = Change::parse(&what).ok_or(WebError::NotFound)?;
    let posted = Posted(fields);
    let opened = open(&app, &viewer, id, &posted).await?;
    let (now, zone) = (app.clock.now(), zone(&opened.standing.time_zone, &app));
    let version: i32 = posted.text("version").parse().unwrap_or(0);
    if version != opened.standing.version {
        return Ok(overtaken(&app, &viewer, &opened, id, what, &posted));
    }
    let wanted = match read(what, &posted, &opened, now, zone) {
        Ok(wanted) => wanted,
        Err(problems) => {
            return Ok(page::invalid(&change_page(&app, &viewer, &opened, id, what, &posted, problems)));
        }
    };
    let remarks = Remarks { detail: Some(json!({ "change": what.word() })), ..Remarks::none() };
    let attending = opened.attending;
    let saved = app
        .gate
        .chart_with(&viewer, Act::ChangeEncounter, id, remarks, async |chart| {
            let standing = store::take(chart, id, version).await?;
            if let Some((_, words)) = wanted.problems(&standing, now, zone).into_iter().next() {
                return Err(Error::Invalid(words));
            }
            apply(chart, id, &standing, &wanted, attending).await
        })
        .await;
    match saved {
        Ok(()) => Ok(Redirect::to(&urls::show(id)).into_response()),
        Err(Error::Invalid(words)) => {
            let problems = vec![("", words)];
            Ok(page::invalid(&change_page(&app, &viewer, &opened, id, what, &posted, problems)))
        }
        Err(Error::Conflict) => {
            let opened = open(&app, &viewer, id, &posted).await?;
            Ok(overtaken(&app, &viewer, &opened, id, what, &posted))
        }
        Err(error) => Err(error.into()),
    }
}

async fn apply(
    chart: &mut Chart<'_>,
    id: EncounterId,
    standing: &Standing,
    wanted: &Wanted,
    attending: Option<PractitionerId>,
) -> Result<()> {
    match wanted {
        Wanted::Discharge(leaving) => {
            store::discharge(chart, id, leaving, attending).await?;
            match leaving.died_at {
                Some(died) if disposition_is_death(&leaving.disposition) && standing.stay.deceased_at != Some(died) => {
                    patients::store::change::record_death_of_discharge(chart, died).await
                }
                _ => Ok(()),
            }
        }
        Wanted::Class { to, at, admission_type, origin, why, .. } => {
            store::change_class(chart, id, standing, to, *at, (admission_type.as_deref(), origin.as_deref()), why).await
        }
        Wanted::Transfer(place, at) => store::transfer(chart, id, place, *at).await,
        Wanted::Leave(at) => store::set_leave(chart, id, true, *at).await,
        Wanted::Return(at) => store::set_leave(chart, id, false, *at).await,
        Wanted::Correct(right, why) => store::correct(chart, id, standing, right, why).await,
        Wanted::CancelDischarge(why) => store::cancel_discharge(chart, id, standing, why).await,
        Wanted::Cancel(why) => store::cancel(chart, id, standing, why).await,
    }
}

/// 409: how it stands now beside what was wanted; the form keeps what was typed.
fn overtaken(app: &App, viewer: &Viewer, open: &Open, id: EncounterId, what: Change, posted: &Posted) -> Response {
    let standing = &open.standing;
    let zone = zone(&standing.time_zone, app);
    let stored = forms::of_standing(standing, zone);
    let mut differences = vec![Difference {
        label: "Encounter".into(),
        yours: what.title().into(),
        theirs: format!(
            "{}, {}",
            class_words(&standing.stay.class),
            status_words(&standing.stay.status).to_lowercase()
        ),
    }];
    let labels = [
        ("started_on", "Began"),
        ("started_at", "Began, time"),
        ("ordered_on", "Inpatient order"),
        ("ordered_at", "Inpatient order, time"),
        ("ended_on", "Ended"),
        ("ended_at", "Ended, time"),
        ("disposition", "Disposition"),
    ];
    for (name, label) in labels {
        let (yours, theirs) = (posted.text(name), stored.text(name));
        if !yours.is_empty() && yours != theirs {
            differences.push(Difference { label: label.into(), yours: yours.into(), theirs: theirs.into() });
        }
    }
    let who = standing.last_by.clone().unwrap_or_else(|| "Somebody".into());
    let when = standing.last_at.map_or_else(String::new, |at| format!(" at {}", format::time(at, app.zone())));
    let overtaken = Some(format!("{who} changed this encounter{when}."));
    let page = FormPage { overtaken, differences, ..change_page(app, viewer, open, id, what, posted, Problems::new()) };
    (StatusCode::CONFLICT, page::render(&page)).into_response()
}
