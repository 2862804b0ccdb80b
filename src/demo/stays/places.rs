//! Where a stay takes place: the facility, then ward by ward.

use chrono::{DateTime, Duration, Utc};

use super::super::dice::Dice;
use super::super::people::Person;
use super::super::scenarios::{Route, Scenario};
use super::super::world::{self, Ward};
use super::course::bed;
use super::{Place, Stay};

/// Which facility. The clinic has no beds; births, behavioral health, dialysis and infusions are at the first hospital only.
pub fn facility(person: &Person, scenario: &Scenario, dice: &mut Dice) -> usize {
    const FIRST_ONLY: &[&str] = &["Behavioral health", "Dialysis", "Infusion center", "Obstetrics", "Newborn nursery"];
    let home = person.facilities[0];
    match scenario.route {
        _ if FIRST_ONLY.contains(&scenario.service) => 0,
        Route::Clinic | Route::Virtual if dice.chance(55) => 2,
        Route::Clinic | Route::Virtual | Route::HomeHealth => home,
        _ if home == 2 => usize::from(dice.chance(20)),
        _ => home,
    }
}

/// Wards and beds in turn.
pub fn places(person: &Person, stay: &Stay, dice: &mut Dice) -> Vec<Place> {
    let mut all = Vec::new();
    for period in &stay.classes {
        let service = match period.what {
            "emergency" => "Emergency",
            "observation" => "Observation",
            "ambulatory" | "pre-admit" => "Primary care",
            _ => stay.scenario.service,
        };
        let end = period.to.or(stay.ended_at);
        match period.what {
            "virtual" => {}
            "home-health" => all.push(Place { bed: None, name: "At home".into(), from: period.from, to: end }),
            "inpatient" => ward_stay(person, stay, period.from, end, dice, &mut all),
            _ => all.extend(world::ward_of(stay.facility, service).map(|ward| lying(person, ward, period.from, end))),
        }
    }
    all
}

fn lying(person: &Person, ward: &'static Ward, from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Place {
    let bed = bed(person, ward);
    Place { bed: Some(ward.bed_id(bed)), name: ward.bed(bed), from, to }
}

/// Some begin in intensive care, mothers in labor and delivery; then the ward.
fn ward_stay(
    person: &Person,
    stay: &Stay,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    dice: &mut Dice,
    all: &mut Vec<Place>,
) {
    let first = match stay.scenario.key {
        "cesarean" | "vaginal-birth" => Some("Delivery"),
        "sepsis" | "stroke" | "heart-attack" | "ketoacidosis" if stay.facility == 0 && dice.chance(45) => {
            Some("Intensive care")
        }
        _ => None,
    };
    let mut begin = from;
    if let Some(ward) = first.and_then(|service| world::ward_of(0, service)) {
        let moved = from + Duration::hours(if first == Some("Delivery") { 16 } else { dice.between(14, 40) });
        let moved_already = to.is_none_or(|to| moved < to) && moved < from + Duration::days(30);
        if moved_already && (stay.ended_at.is_some() || moved < stay_now(stay)) {
            all.push(lying(person, ward, from, Some(moved)));
            begin = moved;
        } else {
            all.push(lying(person, ward, from, to));
            return;
        }
    }
    if let Some(ward) =
        world::ward_of(stay.facility, stay.scenario.service).or_else(|| world::ward_of(stay.facility, "Medicine"))
    {
        all.push(lying(person, ward, begin, to));
    }
}

/// For one still in the house the latest instant known is when they were last classed; a day is left for the first ward.
fn stay_now(stay: &Stay) -> DateTime<Utc> {
    stay.classes.last().map_or(stay.started_at, |period| period.from) + Duration::hours(20)
}
