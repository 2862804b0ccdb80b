//! Who does what today: so that every class and every state is on the board each morning, in the proportions of a busy house.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::dice::Dice;
use super::super::people::{Fate, Part, Person, STREET};
use super::super::scenarios::{self, Route, Scenario};
use super::{When, day_of};

const BEDS: &[Route] = &[Route::EmergencyToInpatient, Route::ThroughObservation, Route::Elective];
const OBSERVATION: &[Route] = &[Route::EmergencyToObservation];
const EMERGENCY: &[Route] = &[Route::Emergency];
const CLINIC: &[Route] = &[Route::Clinic];
const BOOKABLE: &[Route] = &[Route::Clinic, Route::Virtual];
const ANY_CARE: &[Route] = &[Route::Clinic, Route::Virtual, Route::Emergency];

/// The event a person's record is about today.
pub fn main_event(person: &Person, now: DateTime<Utc>, dice: &mut Dice) -> (&'static Scenario, When) {
    let named = |key: &str| scenarios::named(key).unwrap_or_else(|| unreachable!("the scenario {key} is one of ours"));
    match &person.part {
        Part::Mother { cesarean: true, .. } => return (named("cesarean"), When::InHouse),
        Part::Mother { .. } => return (named("vaginal-birth"), When::InHouse),
        Part::Newborn { cesarean: true, .. } => return (named("newborn-cesarean"), When::InHouse),
        Part::Newborn { .. } => return (named("newborn"), When::InHouse),
        Part::Unknown if (person.index / STREET as u64).is_multiple_of(4) => {
            return (named("found-down"), When::JustArrived);
        }
        Part::Unknown => return (named("found-down"), When::Left(dice.between(1, 20))),
        Part::Ordinary | Part::Again { .. } => {}
    }
    let (routes, when) = match person.fate {
        Fate::DiedInHospital => (BEDS, When::Left(dice.between(2, 120))),
        Fate::DiedAtHome(days) => (if dice.chance(60) { BEDS } else { CLINIC }, When::Left(days + dice.between(2, 50))),
        Fate::Living => slot(person, dice),
    };
    let today = day_of(now);
    let fitting = |routes: &[Route], dice: &mut Dice| choose(person, today, routes, person.fate, dice);
    if let Some(scenario) = fitting(routes, dice) {
        return (scenario, when);
    }
    let when = match when {
        When::InHouse | When::OnLeave | When::Running => When::Left(dice.between(0, 40)),
        other => other,
    };
    // every age has something: a cold seen by video, a fall, a check; nobody books an emergency
    let booked = matches!(when, When::Planned(_) | When::Cancelled(_));
    let scenario = fitting(if booked { BOOKABLE } else { ANY_CARE }, dice).unwrap_or_else(|| named("well-child"));
    (scenario, when)
}

/// Forty places in a street, forty things to do.
fn slot(person: &Person, dice: &mut Dice) -> (&'static [Route], When) {
    let street = person.index / STREET as u64;
    match (person.index + 11 * street) % STREET as u64 {
        0..=3 => (BEDS, When::InHouse),
        4 => (&[Route::ThroughObservation], When::InHouse),
        5 => (OBSERVATION, When::InHouse),
        6 => (EMERGENCY, When::InHouse),
        7 => (EMERGENCY, When::JustArrived),
        8 => (BEDS, When::OnLeave),
        9 | 10 => (BEDS, When::Left(1)),
        11..=13 => (BEDS, When::Left(dice.between(2, 6))),
        14..=17 => (BEDS, When::Left(dice.between(7, 29))),
        18 | 19 => (BEDS, When::Left(dice.between(31, 75))),
        20 | 21 => (EMERGENCY, When::Left(dice.between(0, 10))),
        22 => (OBSERVATION, When::Left(dice.between(1, 14))),
        23 | 24 => (&[Route::DaySurgery], When::Left(dice.between(0, 20))),
        25 if street.is_multiple_of(2) => (&[Route::DaySurgery], When::Planned(dice.between(1, 20))),
        25 => (&[Route::DaySurgery], When::Cancelled(dice.between(-10, 10))),
        26 => (&[Route::Series], When::Running),
        27 => (&[Route::Series], When::Left(dice.between(3, 60))),
        28 => (&[Route::PreAdmit], When::Planned(dice.between(1, 12))),
        29 => (CLINIC, When::Cancelled(dice.between(-20, 6))),
        30 => (&[Route::HomeHealth], When::Running),
        31 => (&[Route::Virtual], When::Left(dice.between(0, 30))),
        32 => (&[Route::Virtual], When::Planned(dice.between(0, 9))),
        33 => (EMERGENCY, When::Mistaken(dice.between(1, 40))),
        34 => (CLINIC, When::Planned(dice.between(1, 40))),
        35 => (CLINIC, When::JustArrived),
        _ => (CLINIC, When::Left(dice.between(0, 90))),
    }
}

/// Something that happened on an earlier day.
pub fn past_event(person: &Person, day: NaiveDate, dice: &mut Dice) -> Option<&'static Scenario> {
    let routes: &[Route] = match dice.between(1, 100) {
        1..=50 => CLINIC,
        51..=64 => EMERGENCY,
        65..=77 => BEDS,
        78..=83 => OBSERVATION,
        84..=88 => &[Route::DaySurgery],
        89..=96 => &[Route::Virtual],
        97..=98 => &[Route::Series],
        _ => &[Route::HomeHealth],
    };
    choose(person, day, routes, Fate::Living, dice)
        // nobody comes back from hospice to a yearly check
        .filter(|scenario| scenario.key != "lung-cancer")
        .or_else(|| choose(person, day, ANY_CARE, Fate::Living, dice))
}

fn choose(person: &Person, day: NaiveDate, routes: &[Route], fate: Fate, dice: &mut Dice) -> Option<&'static Scenario> {
    let age = person.age_on(day);
    let could_end_so =
        |s: &&Scenario| fate != Fate::DiedInHospital || s.dispositions.iter().any(|(code, _)| *code == "20");
    let fitting: Vec<(&'static Scenario, u32)> = scenarios::all()
        .filter(|s| routes.contains(&s.route) && s.key != "found-down" && s.fits(person.woman, age))
        .filter(could_end_so)
        .map(|scenario| (scenario, scenario.weight))
        .collect();
    (!fitting.is_empty()).then(|| *dice.weighted(&fitting))
}
