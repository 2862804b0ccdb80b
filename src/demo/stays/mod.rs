//! What happened to people: visits and stays of every class in every state, at times relative to the day the demonstration is prepared.

mod agenda;
mod course;
mod places;
#[cfg(test)]
mod rules_tests;
mod staffing;

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};

use super::dice::Dice;
use super::people::{Fate, Person};
use super::scenarios::Scenario;
use super::world;
use crate::base::id::EncounterId;

pub use staffing::physician_attends;

/// A stretch of time in one status or class; open when it has no end (ENC-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub what: &'static str,
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
}

/// Where somebody lay, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub bed: Option<uuid::Uuid>,
    pub name: String,
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
}

/// When it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In a bed now.
    InHouse,
    /// In a bed, away on leave for the day.
    OnLeave,
    /// Came through the door within the hour.
    JustArrived,
    /// Under way for weeks.
    Running,
    /// Ended so many days ago.
    Left(i64),
    /// In so many days.
    Planned(i64),
    /// Was planned for so many days from now, and will not be.
    Cancelled(i64),
    /// Entered on the wrong patient.
    Mistaken(i64),
}

/// One encounter.
#[derive(Clone)]
pub struct Stay {
    pub id: EncounterId,
    /// Distinct for every stay there is: dice of its papers are thrown by it.
    pub number: u64,
    pub facility: usize,
    pub visit_number: String,
    pub account_number: Option<String>,
    pub class: &'static str,
    pub status: &'static str,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub admitted_at: Option<DateTime<Utc>>,
    pub admission_type: Option<&'static str>,
    pub point_of_origin: Option<&'static str>,
    pub disposition: Option<&'static str>,
    pub attending: usize,
    pub providers: Vec<(usize, &'static str)>,
    pub statuses: Vec<Period>,
    pub classes: Vec<Period>,
    pub places: Vec<Place>,
    /// When and why.
    pub cancellation: Option<(DateTime<Utc>, &'static str)>,
    pub scenario: &'static Scenario,
    pub when: When,
    pub created_at: DateTime<Utc>,
    pub charges_cents: Option<i64>,
}

impl Stay {
    /// Whether anything was done: planned, cancelled and mistaken ones leave no papers.
    pub fn took_place(&self) -> bool {
        !matches!(self.when, When::Planned(_) | When::Cancelled(_) | When::Mistaken(_))
    }

    /// Whether it was spent in a bed.
    pub fn is_bedded(&self) -> bool {
        matches!(self.class, "inpatient" | "observation" | "newborn")
    }

    /// Whole days since it ended.
    pub fn days_since(&self, now: DateTime<Utc>) -> Option<i64> {
        self.ended_at.map(|ended| (now - ended).num_days())
    }
}

/// An instant by the clock on the wall; in the gap of daylight saving an hour later.
pub fn local(day: NaiveDate, minutes: i64) -> DateTime<Utc> {
    let wall = day.and_time(chrono::NaiveTime::MIN) + Duration::minutes(minutes);
    let found = world::TIME_ZONE.from_local_datetime(&wall);
    let later = || world::TIME_ZONE.from_local_datetime(&(wall + Duration::hours(1)));
    match found.earliest().or_else(|| later().earliest()) {
        Some(instant) => instant.with_timezone(&Utc),
        None => wall.and_utc(),
    }
}

/// The day an instant falls on here.
pub fn day_of(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&world::TIME_ZONE).date_naive()
}

/// All that happened to somebody, latest first. Registers them where they went, and lets those die who do.
pub fn stays(seed: u64, person: &mut Person, now: DateTime<Utc>) -> Vec<Stay> {
    let mut dice = Dice::new(seed, "stays", person.index);
    let mut all = Vec::new();
    let (scenario, when) = agenda::main_event(person, now, &mut dice);
    let first = course::stay(seed, person, 0, scenario, when, now);
    if person.fate == Fate::DiedInHospital {
        // the plan is kept only where the story can end so
        match first.disposition {
            Some("20") => person.died_at = first.ended_at,
            _ => person.fate = Fate::Living,
        }
    }
    if let Fate::DiedAtHome(days) = person.fate {
        person.died_at = Some(local(day_of(now) - Duration::days(days), dice.between(60, 1300)).min(now));
    }
    all.push(first);
    earlier(seed, person, now, &mut dice, &mut all);
    for stay in &all {
        person.attend(stay.facility);
    }
    person.created_at = all.iter().map(|stay| stay.created_at).min().unwrap_or(now) - Duration::minutes(2);
    all
}

/// Earlier visits, each before the one that came after it (ENC-4).
fn earlier(seed: u64, person: &Person, now: DateTime<Utc>, dice: &mut Dice, all: &mut Vec<Stay>) {
    let mut before = all[0].started_at.min(now);
    for ordinal in 1..=dice.between(0, 3) as u64 {
        let gap = *dice.weighted(&[((4, 28), 25), ((29, 180), 45), ((181, 700), 30)]);
        let day = day_of(before) - Duration::days(dice.between(gap.0, gap.1));
        let ago = (day_of(now) - day).num_days();
        if day < person.born + Duration::days(400) || ago > 2500 {
            return;
        }
        let Some(scenario) = agenda::past_event(person, day, dice) else { return };
        let stay = course::stay(seed, person, ordinal, scenario, When::Left(ago), now);
        before = stay.started_at;
        all.push(stay);
    }
}
