//! What may be done with an encounter by hand, and when (ENC-1 to ENC-4, ENC-7 to ENC-10, ENC-15). Pure; each answer names the field.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{disposition_is_death, disposition_is_valid, disposition_words, origin_fits_type};
use crate::web::form_page::Problems;
use crate::web::format;

/// An encounter as it stands.
#[derive(Clone, Debug, Default)]
pub struct Stay {
    pub class: String,
    pub status: String,
    pub started_at: Option<DateTime<Utc>>,
    pub admitted_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub admission_type: Option<String>,
    pub point_of_origin: Option<String>,
    pub disposition: Option<String>,
    pub has_attending: bool,
    pub deceased: bool,
    pub deceased_at: Option<DateTime<Utc>>,
    /// When its last class, status or place began: nothing new can begin before.
    pub last_change: Option<DateTime<Utc>>,
    /// Documents filed with it that are not retracted.
    pub documents: i64,
}

impl Stay {
    /// Arrived, and not yet gone.
    pub fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "arrived" | "in-progress" | "on-leave")
    }

    pub fn is_ended(&self) -> bool {
        matches!(self.status.as_str(), "discharged" | "finished")
    }

    pub fn is_cancelled(&self) -> bool {
        matches!(self.status.as_str(), "cancelled" | "entered-in-error")
    }

    fn is_inpatient(&self) -> bool {
        is_inpatient(&self.class)
    }
}

/// Classes that occupy an inpatient bed.
pub fn is_inpatient(class: &str) -> bool {
    matches!(class, "inpatient" | "newborn")
}

/// Somebody begins an encounter.
#[derive(Clone, Debug, Default)]
pub struct Beginning {
    pub class: String,
    pub started_at: Option<DateTime<Utc>>,
    /// The inpatient order (ENC-2).
    pub admitted_at: Option<DateTime<Utc>>,
    pub admission_type: Option<String>,
    pub point_of_origin: Option<String>,
    pub deceased_at: Option<DateTime<Utc>>,
}

/// The class of those that can begin by hand.
pub const CLASSES: [&str; 10] = [
    "inpatient",
    "observation",
    "emergency",
    "ambulatory",
    "day-surgery",
    "series",
    "pre-admit",
    "newborn",
    "home-health",
    "virtual",
];

type Problem = (&'static str, String);

fn problem(field: &'static str, words: impl Into<String>) -> Problem {
    (field, words.into())
}

pub fn begin(asked: &Beginning, now: DateTime<Utc>) -> Problems {
    let mut problems = Problems::new();
    if !CLASSES.contains(&asked.class.as_str()) {
        problems.push(problem("class", "Choose a class"));
    }
    if asked.started_at.is_some_and(|at| at > now) && asked.class != "pre-admit" {
        problems.push(problem(
            "started_on",
            "That is in the future. Register it as a pre-admission, or write when it began.",
        ));
    }
    if let (Some(started), Some(died)) = (asked.started_at, asked.deceased_at)
        && started > died
    {
        problems.push(problem("started_on", "The patient had died by then."));
    }
    match (asked.class.as_str(), asked.admitted_at) {
        ("inpatient", None) => {
            problems.push(problem(
                "ordered_on",
                "Write when the inpatient order was given: admission counts from it (ENC-2).",
            ));
        }
        ("inpatient", Some(ordered)) if asked.started_at.is_some_and(|started| ordered < started) => {
            problems.push(problem("ordered_on", "The order can’t come before the arrival (ENC-2)."));
        }
        ("inpatient", Some(ordered)) if ordered > now => problems.push(problem("ordered_on", "That is in the future.")),
        ("inpatient" | "newborn", _) | (_, None) => {}
        (_, Some(_)) => problems.push(problem("ordered_on", "Only an inpatient stay has an inpatient order (ENC-2).")),
    }
    if is_inpatient(&asked.class) {
        if asked.admission_type.is_none() {
            problems.push(problem("admission_type", "Choose the type of admission (FL 14)"));
        }
        if asked.point_of_origin.is_none() {
            problems.push(problem("point_of_origin", "Choose the point of origin (FL 15)"));
        }
    }
    problems.extend(origin(&asked.class, asked.admission_type.as_deref(), asked.point_of_origin.as_deref()));
    problems
}

/// ENC-9: type and origin are one answer; 5 and 6 mean other things for a newborn.
fn origin(class: &str, admission_type: Option<&str>, point_of_origin: Option<&str>) -> Problems {
    let mut problems = Problems::new();
    if admission_type.is_some_and(|kind| !matches!(kind, "1" | "2" | "3" | "4" | "5" | "9")) {
        problems.push(problem("admission_type", "Choose a type of the list"));
    }
    if point_of_origin.is_some_and(|origin| !origin_fits_type("1", origin) && !origin_fits_type("4", origin)) {
        problems.push(problem("point_of_origin", "Choose an origin of the list"));
    }
    if !problems.is_empty() {
        return problems;
    }
    match (admission_type, point_of_origin) {
        (Some("4"), Some(origin)) if !origin_fits_type("4", origin) => problems.push(problem(
            "point_of_origin",
            "For a newborn (type 4) choose 5, born in this hospital, or 6, born outside (ENC-9).",
        )),
        (Some(kind), Some(origin)) if !origin_fits_type(kind, origin) => {
            problems.push(problem(
                "point_of_origin",
                format!("Point of origin {origin} does not go with type {kind} (ENC-9)."),
            ));
        }
        _ => {}
    }
    match (class, admission_type) {
        ("newborn", Some(kind)) if kind != "4" => {
            problems.push(problem("admission_type", "A newborn encounter has type 4 (ENC-9)."));
        }
        (class, Some("4")) if !is_inpatient(class) => {
            problems.push(problem("admission_type", "Type 4 is for newborns (ENC-9)."));
        }
        _ => {}
    }
    problems
}

/// Nothing begins before what went before, or after now.
fn moment(stay: &Stay, field: &'static str, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Option<Problem> {
    let earliest = stay.last_change.max(stay.started_at);
    match earliest {
        _ if at > now => Some(problem(field, "That is in the future.")),
        Some(earliest) if at < earliest => Some(problem(
            field,
            format!(
                "That is before {}, when the last change of this encounter was.",
                format::date_time(earliest, zone)
            ),
        )),
        _ => None,
    }
}

/// Somebody leaves.
#[derive(Clone, Debug)]
pub struct Leaving {
    pub at: DateTime<Utc>,
    pub disposition: String,
    pub has_attending: bool,
    /// The time of death, when the disposition says that the patient died.
    pub died_at: Option<DateTime<Utc>>,
}

/// ENC-3, ENC-8, ENC-10.
pub fn discharge(stay: &Stay, leaving: &Leaving, now: DateTime<Utc>, zone: Tz) -> Problems {
    let mut problems = Problems::new();
    if !stay.is_open() {
        return vec![problem("", "This encounter is not open: there is nobody to discharge.")];
    }
    if stay.started_at.is_some_and(|started| leaving.at < started) {
        problems.push(problem("on", "The discharge can’t come before the admission (ENC-3)."));
    } else {
        problems.extend(moment(stay, "on", leaving.at, now, zone));
    }
    if !leaving.has_attending {
        problems.push(problem("attending", "A discharge needs an attending provider (ENC-3)."));
    }
    let code = leaving.disposition.as_str();
    let on = leaving.at.with_timezone(&zone).date_naive();
    problems.extend(disposition(&stay.class, code, on));
    let dies = disposition_is_death(code);
    match (dies, leaving.died_at) {
        (true, None) => {
            problems.push(problem("died_on", format!("Disposition {code} needs the date and time of death (ENC-3).")));
        }
        (true, Some(died)) if died > leaving.at => {
            problems.push(problem("died_on", "The death comes after the discharge (ENC-3)."));
        }
        (true, Some(died)) if stay.started_at.is_some_and(|started| died < started) => {
            problems.push(problem("died_on", "The death comes before the arrival (ENC-3)."));
        }
        (false, Some(_)) => problems.push(problem(
            "disposition",
            "There is a time of death: choose a disposition that says so, or empty the time (ENC-3).",
        )),
        (false, None) if stay.deceased && stay.deceased_at.is_none_or(|died| died <= leaving.at) => {
            problems.push(problem(
                "disposition",
                "The record says that the patient has died: the disposition must say so too (ENC-3).",
            ));
        }
        _ => {}
    }
    problems
}

/// The code by itself: known, and valid for that class on that day.
fn disposition(class: &str, code: &str, on: NaiveDate) -> Option<Problem> {
    match code {
        "" => Some(problem("disposition", "Choose a disposition (ENC-3).")),
        "30" => Some(problem(
            "disposition",
            "30 means still a patient: it goes with an interim bill, not with a discharge (ENC-8).",
        )),
        "40" | "41" | "42" => {
            Some(problem("disposition", format!("{code} is for hospice claims only; who died here has 20 (ENC-10).")))
        }
        code if disposition_words(code).is_none() => Some(problem("disposition", "That is no disposition code.")),
        "09" if !is_inpatient(class) => None,
        code if !disposition_is_valid(code, on) => Some(problem(
            "disposition",
            format!("Disposition {code} is not valid for a discharge on {} (ENC-10).", format::date(on)),
        )),
        _ => None,
    }
}

/// ENC-8: status 30 goes only with frequency 2 or 3, and interim bills only with it.
pub fn frequency_fits(frequency: char, disposition: &str) -> bool {
    match frequency {
        '2' | '3' => disposition == "30",
        _ => disposition != "30",
    }
}

/// ENC-1, ENC-2, ENC-15.
pub fn change_class(
    stay: &Stay,
    to: &str,
    at: DateTime<Utc>,
    utilization_review: bool,
    now: DateTime<Utc>,
    zone: Tz,
) -> Problems {
    let mut problems = Problems::new();
    if stay.is_ended() && stay.is_inpatient() {
        return vec![problem(
            "",
            "The patient has left: a stay can’t be made outpatient after discharge (ENC-15). Part B inpatient billing (012x) is the way.",
        )];
    }
    let awaited = stay.class == "pre-admit" && stay.status == "planned";
    if !stay.is_open() && !awaited {
        return vec![problem("", "This encounter is not open: its class stays as it is.")];
    }
    if !CLASSES.contains(&to) || to == "pre-admit" {
        problems.push(problem("class", "Choose a class"));
    }
    if to == stay.class {
        problems.push(problem("class", "That is its class already"));
    }
    if (to == "newborn") != (stay.class == "newborn") {
        problems.push(problem("class", "A newborn has an encounter of its own"));
    }
    if stay.class == "inpatient" && !is_inpatient(to) && !utilization_review {
        problems.push(problem(
            "utilization_review",
            "Inpatient to outpatient needs the utilization review committee and the physician’s agreement, documented (ENC-15, condition code 44).",
        ));
    }
    problems.extend(moment(stay, "on", at, now, zone));
    problems
}

pub fn transfer(stay: &Stay, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Problems {
    match stay.is_open() {
        true => moment(stay, "on", at, now, zone).into_iter().collect(),
        false => vec![problem("", "This encounter is not open: nobody is there to move.")],
    }
}

pub fn leave(stay: &Stay, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Problems {
    match stay.status.as_str() {
        "in-progress" if stay.is_inpatient() => moment(stay, "on", at, now, zone).into_iter().collect(),
        "in-progress" => vec![problem("", "Only an inpatient goes on leave.")],
        "on-leave" => vec![problem("", "The patient is on leave already.")],
        _ => vec![problem("", "This encounter is not open.")],
    }
}

pub fn come_back(stay: &Stay, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Problems {
    match stay.status.as_str() {
        "on-leave" => moment(stay, "on", at, now, zone).into_iter().collect(),
        _ => vec![problem("", "The patient is not on leave.")],
    }
}

/// ENC-7: nothing is deleted, and nothing is left hanging from a cancelled encounter.
pub fn cancel(stay: &Stay) -> Problems {
    match stay {
        stay if stay.is_cancelled() => vec![problem("", "It is cancelled already.")],
        Stay { documents: 0, .. } => Problems::new(),
        Stay { documents, .. } => vec![problem(
            "",
            format!(
                "{} filed with this encounter. Move or retract first (ENC-7).",
                if *documents == 1 { "A document is".into() } else { format!("{documents} documents are") }
            ),
        )],
    }
}

/// A13: the patient never left.
pub fn cancel_discharge(stay: &Stay) -> Problems {
    if stay.is_ended() { Problems::new() } else { vec![problem("", "This encounter has no discharge to cancel.")] }
}

/// What was written wrong.
#[derive(Clone, Debug, Default)]
pub struct Correction {
    pub started_at: Option<DateTime<Utc>>,
    pub admitted_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub admission_type: Option<String>,
    pub point_of_origin: Option<String>,
    pub disposition: Option<String>,
}

/// The same rules as when it was written right the first time.
pub fn correct(
    stay: &Stay,
    right: &Correction,
    second_change: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    zone: Tz,
) -> Problems {
    let mut problems = Problems::new();
    let Some(started) = right.started_at else {
        return vec![problem("started_on", "Write when it began")];
    };
    if started > now && stay.status != "planned" {
        problems.push(problem("started_on", "That is in the future."));
    }
    if second_change.is_some_and(|second| started > second) {
        problems.push(problem("started_on", "That is after its first change of class, status or place."));
    }
    match right.admitted_at {
        None if stay.class == "inpatient" => {
            problems.push(problem("ordered_on", "Write when the inpatient order was given (ENC-2)."));
        }
        Some(ordered) if ordered < started => {
            problems.push(problem("ordered_on", "The order can’t come before the arrival (ENC-2)."));
        }
        Some(_) if !stay.is_inpatient() => {
            problems.push(problem("ordered_on", "Only an inpatient stay has an inpatient order (ENC-2)."));
        }
        _ => {}
    }
    match (right.ended_at, stay.is_ended()) {
        (Some(ended), true) => {
            if ended < started || right.admitted_at.is_some_and(|ordered| ended < ordered) {
                problems.push(problem("ended_on", "The discharge can’t come before the admission (ENC-3)."));
            } else if second_change.is_some() && stay.last_change.is_some_and(|last| ended < last) {
                problems.push(problem("ended_on", "That is before its last change of class, status or place."));
            }
            if ended > now {
                problems.push(problem("ended_on", "That is in the future."));
            }
            let code = right.disposition.as_deref().unwrap_or_default();
            problems.extend(disposition(&stay.class, code, ended.with_timezone(&zone).date_naive()));
            if disposition_is_death(code) != stay.disposition.as_deref().is_some_and(disposition_is_death) {
                problems.push(problem(
                    "disposition",
                    "A death is not corrected here: cancel the discharge and discharge again (ENC-3).",
                ));
            }
        }
        (None, true) => {
            problems.push(problem("ended_on", "Write when it ended; a discharge that never was is cancelled."));
        }
        (Some(_), false) => problems.push(problem("ended_on", "It has not ended: discharge the patient.")),
        (None, false) => {}
    }
    problems.extend(origin(&stay.class, right.admission_type.as_deref(), right.point_of_origin.as_deref()));
    problems
}

/// ENC-4: whether two stays share time; one without an end goes on.
pub fn overlap(one: (DateTime<Utc>, Option<DateTime<Utc>>), other: (DateTime<Utc>, Option<DateTime<Utc>>)) -> bool {
    let begins_before_end = |from: DateTime<Utc>, to: Option<DateTime<Utc>>| to.is_none_or(|to| from < to);
    begins_before_end(one.0, other.1) && begins_before_end(other.0, one.1)
}

/// Whole days of leave: the nights away (handbook 2.9).
pub fn leave_days(leaves: &[(DateTime<Utc>, DateTime<Utc>)], zone: Tz) -> i64 {
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    leaves.iter().map(|(out, back)| (day(*back) - day(*out)).num_days()).sum()
}

#[cfg(test)]
#[path = "by_hand_tests.rs"]
mod tests;
