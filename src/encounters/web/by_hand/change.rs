//! One change of an encounter, one step at a time.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::super::super::changes::Change;
use super::super::super::model::{class_words, status_words};
use super::super::super::pages::forms;
use super::super::super::rules::by_hand::{self, Correction, Leaving};
use super::super::super::rules::{disposition_is_death, origin_fits_type};
use super::super::super::store::changes::{self as store, Named, Standing, Step};
use super::super::super::urls;
use super::{instant, look_up, needed, zone};
use crate::access::{Act, Chart, Error, Remarks, Result};
use crate::base::id::{EncounterId, PractitionerId};
use crate::patients;
use crate::patients::header::Header;
use crate::patients::registration::Reader;
use crate::web::error::{WebError, WebResult};
use crate::web::errors_pages::{Difference, Hidden};
use crate::web::form::Form;
use crate::web::form_page::{FormPage, Problems, mark};
use crate::web::posted::Posted;
use crate::web::state::App;
use crate::web::viewer::Viewer;
use crate::web::{format, local, page};

/// What the form stands on.
struct Open {
    header: Header,
    standing: Standing,
    found: Vec<Named>,
}

async fn open(app: &App, viewer: &Viewer, id: EncounterId, posted: &Posted) -> WebResult<Open> {
    let open = app
        .gate
        .form(viewer, Act::ViewEncounter, Act::ChangeEncounter, id, Remarks::none(), async |chart| {
            let (found, ..) = look_up(chart, posted).await?;
            let header = patients::store::header::header(chart).await?;
            Ok(Open { header, standing: store::standing(chart, id).await?, found })
        })
        .await?;
    Ok(open)
}

pub async fn ask(
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
    /// The rules, with the encounter as it stands.
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
    standing: &Standing,
    (attending, unclear): (Option<PractitionerId>, Problems),
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<Wanted> {
    let mut reader = Reader::new(posted, now.with_timezone(&zone).date_naive());
    reader.problems.extend(unclear);
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
            let has_attending = attending.is_some() || standing.stay.has_attending;
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
            let ahead = standing.stay.status == "planned";
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
        let stay = &standing.stay;
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
            && !origin_fits_type(kind, place)
        {
            reader.problem("point_of_origin", format!("Point of origin {place} does not go with type {kind} (ENC-9)."));
        }
    }
    if reader.problems.is_empty() {
        reader.problems.extend(wanted.problems(standing, now, zone));
    }
    if reader.problems.is_empty() { Ok(wanted) } else { Err(Error::Fields(reader.problems)) }
}

pub async fn change(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, what)): Path<(EncounterId, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let what = Change::parse(&what).ok_or(WebError::NotFound)?;
    let posted = Posted(fields);
    let version: i32 = posted.text("version").parse().unwrap_or(0);
    let step = Step { encounter: id, key: posted.mark(id.0) };
    let remarks = Remarks { detail: Some(json!({ "change": what.word() })), ..Remarks::none() };
    let saved = app
        .gate
        .chart_with(&viewer, Act::ChangeEncounter, id, remarks, async |chart| {
            // Sent twice: the first one did it.
            let Some(standing) = store::take(chart, step, version).await? else { return Ok(()) };
            let (_, attending, unclear) = look_up(chart, &posted).await?;
            let zone = zone(&standing.time_zone, &app);
            let wanted = read(what, &posted, &standing, (attending, unclear), chart.at(), zone)?;
            apply(chart, step, &standing, &wanted, attending).await
        })
        .await;
    let problems = match saved {
        Ok(()) => return Ok(Redirect::to(&urls::show(id)).into_response()),
        Err(Error::Fields(problems)) => problems,
        Err(Error::Invalid(words)) => vec![("", words)],
        Err(Error::Conflict) => {
            let opened = open(&app, &viewer, id, &posted).await?;
            return Ok(overtaken(&app, &viewer, &opened, id, what, &posted));
        }
        Err(error) => return Err(error.into()),
    };
    let opened = open(&app, &viewer, id, &posted).await?;
    Ok(page::invalid(&change_page(&app, &viewer, &opened, id, what, &posted, problems)))
}

async fn apply(
    chart: &mut Chart<'_>,
    step: Step,
    standing: &Standing,
    wanted: &Wanted,
    attending: Option<PractitionerId>,
) -> Result<()> {
    match wanted {
        Wanted::Discharge(leaving) => {
            store::discharge(chart, step, leaving, attending).await?;
            match leaving.died_at {
                Some(died) if disposition_is_death(&leaving.disposition) && standing.stay.deceased_at != Some(died) => {
                    patients::store::change::record_death_of_discharge(chart, died).await
                }
                _ => Ok(()),
            }
        }
        Wanted::Class { to, at, admission_type, origin, why, .. } => {
            store::change_class(chart, step, standing, to, *at, (admission_type.as_deref(), origin.as_deref()), why)
                .await
        }
        Wanted::Transfer(place, at) => store::transfer(chart, step, place, *at).await,
        Wanted::Leave(at) => store::set_leave(chart, step, true, *at).await,
        Wanted::Return(at) => store::set_leave(chart, step, false, *at).await,
        Wanted::Correct(right, why) => store::correct(chart, step, standing, right, why).await,
        Wanted::CancelDischarge(why) => store::cancel_discharge(chart, step, standing, why).await,
        Wanted::Cancel(why) => store::cancel(chart, step, standing, why).await,
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
