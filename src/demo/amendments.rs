//! What a few people asked to have changed in their record, and how far that has come (45 CFR 164.526).

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use uuid::Uuid;

use super::dice::Dice;
use super::people::Person;
use super::stays;

/// One request, its steps oldest first.
pub struct Amendment {
    pub id: Uuid,
    pub entry: &'static str,
    pub wanted: &'static str,
    pub reason: &'static str,
    pub received_on: NaiveDate,
    pub steps: Vec<Step>,
    /// With whom it lies: the task, and whose.
    pub task: Option<(Uuid, &'static str)>,
}

pub struct Step {
    pub id: Uuid,
    pub kind: &'static str,
    pub on: NaiveDate,
    pub note: &'static str,
    pub until: Option<NaiveDate>,
    pub ground: Option<&'static str>,
}

const ASKED: &[(&str, &str, &str)] = &[
    ("Allergy list", "Take penicillin off the list", "I was tested last year and am not allergic"),
    ("Operative report", "It was the left knee, not the right", "The scar is on the left"),
    ("Social history", "I have not smoked since 2009", "The note says current smoker"),
    ("Emergency department note", "I did not fall at home but at work", "The insurer reads it the other way"),
    ("Problem list", "Remove the diagnosis of depression", "Two doctors have said since that it was grief"),
    ("Family history", "My brother had diabetes, not my father", "It was mixed up when I came by ambulance"),
];

/// A request of one person in a hundred.
pub fn amendment(person: &Person, dice: &mut Dice, now: DateTime<Utc>) -> Option<Amendment> {
    if person.restricted.is_some() || !dice.chance(1) {
        return None;
    }
    let (entry, wanted, reason) = *dice.pick(ASKED);
    // Nothing of today: the day may be young.
    let last = stays::day_of(now) - Duration::days(1);
    let received_on = (last - Duration::days(dice.between(0, 85))).max(stays::day_of(person.created_at)).min(last);
    let age = (last - received_on).num_days();
    let after = |days: i64| (received_on + Duration::days(days)).min(last);
    let mut steps = Vec::new();
    let mut step = |dice: &mut Dice, kind, on, note, until, ground| {
        steps.push(Step { id: dice.id(person.index), kind, on, note, until, ground });
    };
    let who = *dice.pick(&["privacy", "manager"]);
    let fate = dice.between(1, 100);
    let assigned = age > 3 && fate > 20;
    let told = assigned && fate > 55;
    if assigned {
        step(dice, "assigned", after(2), "", None, None);
    }
    if age > 50 && assigned && !told {
        let until = received_on.checked_add_days(Days::new(90));
        step(dice, "extended", after(45), "The films are with another hospital", until, None);
    }
    if told {
        let basis = "The report of the day and the images agree with the entry as it stands.";
        step(dice, "denied", after(20), basis, None, Some("accurate-and-complete"));
        step(dice, "told", after(22), "Letter by mail to the address on file", None, None);
    }
    if told && fate > 75 && age > 30 {
        step(
            dice,
            "disagreed",
            after(30),
            "I was there. It was as I say, and I want that to be read by everybody.",
            None,
            None,
        );
    }
    let task = (assigned && !told).then(|| (dice.id(person.index), who));
    Some(Amendment { id: dice.id(person.index), entry, wanted, reason, received_on, steps, task })
}
