//! Encounters by hand: added, and changed one step at a time.

mod begin;
mod change;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::changes::Change;
use super::super::rules::by_hand::Stay;
use super::super::store::changes::{self as store, Named};
use crate::access::policy::{DataClass, matrix};
use crate::access::{Act, Chart, Result};
use crate::base::id::PractitionerId;
use crate::patients::registration::Reader;
use crate::web::form_page::Problems;
use crate::web::local;
use crate::web::posted::Posted;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .form("/patients/{id}/encounters/new", Act::ViewChart, Act::AddEncounter, begin::ask)
        .post("/patients/{id}/encounters/new", Act::AddEncounter, begin::begin)
        .form("/encounters/{id}/{change}", Act::ViewEncounter, Act::ChangeEncounter, change::ask)
        .post("/encounters/{id}/{change}", Act::ChangeEncounter, change::change)
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

fn zone(name: &str, app: &App) -> Tz {
    name.parse().unwrap_or(app.zone())
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
