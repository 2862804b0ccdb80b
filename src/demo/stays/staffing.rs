//! Who looked after them.

use super::super::dice::Dice;
use super::super::people::Person;
use super::super::scenarios::Route;
use super::super::world;
use super::Stay;

/// Patients the demo physician may have: in a demonstration of a million she still has a practice of some hundreds.
const PHYSICIAN_SEES_UP_TO: u64 = 2000;

/// Providers with their roles; exactly one attends.
pub fn providers(person: &Person, stay: &Stay, dice: &mut Dice) -> Vec<(usize, &'static str)> {
    let scenario = stay.scenario;
    let attending = one_of(person, scenario.specialty, dice);
    let mut all = vec![(attending, "attending")];
    let through_emergency = stay.classes.first().is_some_and(|period| period.what == "emergency");
    if through_emergency && scenario.route != Route::Emergency {
        all.push((one_of(person, "Emergency medicine", dice), "admitting"));
    } else if stay.is_bedded() {
        all.push((attending, "admitting"));
    }
    if stay.ended_at.is_some() && stay.is_bedded() {
        all.push((attending, "discharging"));
    }
    if let Some((specialty, _)) = scenario.consult {
        all.push((one_of(person, specialty, dice), "consulting"));
    }
    if let Some(operation) = &scenario.operation {
        let surgeon = if operation.specialty == scenario.specialty {
            attending
        } else {
            one_of(person, operation.specialty, dice)
        };
        all.push((surgeon, "primary-performer"));
    }
    if matches!(scenario.route, Route::Elective | Route::DaySurgery) {
        all.push((one_of(person, "Family medicine", dice), "referring"));
    }
    all
}

/// One of a specialty; the demo physician takes two of five of general medicine.
fn one_of(person: &Person, specialty: &str, dice: &mut Dice) -> usize {
    if specialty == "Internal medicine" && person.index < PHYSICIAN_SEES_UP_TO && dice.chance(40) {
        return 0;
    }
    *dice.pick(&world::practitioners_of(specialty))
}

/// Whether the demo physician is among the providers.
pub fn physician_attends(stay: &Stay) -> bool {
    stay.providers.iter().any(|(who, _)| *who == 0)
}
