//! The course of one stay: its periods, times and the fields of a hospital bill that go with them (handbook 2.3 to 2.6).

use chrono::{DateTime, Duration, Utc};

use super::super::dice::Dice;
use super::super::people::{Fate, Part, Person};
use super::super::scenarios::{Route, Scenario};
use super::super::world::WARDS;
use super::{Period, Stay, When, day_of, local, places, staffing};
use crate::base::id::EncounterId;

/// The most stays of one person: their numbers are made of the person's index and their own.
const MOST: u64 = 64;

/// The instants a stay turns on, with the class that begins at each; and its end.
struct Timeline {
    turns: Vec<(DateTime<Utc>, &'static str)>,
    end: Option<DateTime<Utc>>,
}

/// Tells one stay.
pub fn stay(
    seed: u64,
    person: &Person,
    ordinal: u64,
    scenario: &'static Scenario,
    when: When,
    now: DateTime<Utc>,
) -> Stay {
    let number = person.index * MOST + ordinal;
    let dice = &mut Dice::new(seed, "stay", number);
    let timeline = timeline(person, scenario, when, now, dice);
    let happened = !matches!(when, When::Planned(_) | When::Cancelled(_) | When::Mistaken(_));
    let started_at = timeline.turns[0].0;
    let ended_at = timeline.end;
    let class = timeline.turns.last().map_or("ambulatory", |turn| turn.1);
    // 48,271,003 shares no factor with ten thousand million: each stay has a number of its own that tells nothing.
    let scrambled = u128::from(number) * 48_271_003 % 10_000_000_000;
    let facility = places::facility(person, scenario, dice);
    let inpatient = |turn: &&(DateTime<Utc>, &str)| matches!(turn.1, "inpatient" | "newborn");
    let admission_type = admission_type(scenario, dice);
    let mut stay = Stay {
        id: EncounterId(dice.id(person.index)),
        number,
        facility,
        visit_number: format!("{scrambled:010}"),
        account_number: happened.then(|| format!("A{scrambled:010}")),
        class,
        status: status(scenario, when, ended_at, now, dice),
        started_at,
        ended_at,
        admitted_at: timeline.turns.iter().find(inpatient).filter(|_| happened).map(|turn| turn.0),
        admission_type,
        point_of_origin: point_of_origin(person, scenario, started_at, dice),
        disposition: ended_at.filter(|_| happened).map(|_| disposition(person, scenario, ordinal, dice)),
        attending: 0,
        providers: Vec::new(),
        statuses: Vec::new(),
        classes: Vec::new(),
        places: Vec::new(),
        cancellation: cancellation(when, started_at, now, dice),
        scenario,
        when,
        created_at: started_at.min(now),
        charges_cents: None,
    };
    let booked = matches!(scenario.route, Route::Elective | Route::DaySurgery | Route::Clinic | Route::PreAdmit);
    if booked || matches!(when, When::Planned(_) | When::Cancelled(_)) {
        stay.created_at = (started_at - Duration::days(dice.between(2, 40))).min(now - Duration::hours(3));
        let within = |(at, why): (DateTime<Utc>, &'static str)| (at.max(stay.created_at + Duration::hours(1)), why);
        stay.cancellation = stay.cancellation.map(within);
    }
    if happened {
        stay.classes = classes(&timeline);
        stay.places = places::places(person, &stay, dice);
    }
    stay.statuses = statuses(&stay, now, dice);
    stay.providers = staffing::providers(person, &stay, dice);
    stay.attending = stay.providers.iter().find(|(_, role)| *role == "attending").map_or(1, |(who, _)| *who);
    stay.charges_cents = charges(&stay, now, dice);
    stay
}

/// Hours of each class before the last, by route.
fn earlier_classes(route: Route, dice: &mut Dice) -> Vec<(&'static str, i64)> {
    match route {
        Route::EmergencyToInpatient => vec![("emergency", dice.between(180, 560))],
        Route::EmergencyToObservation => vec![("emergency", dice.between(150, 420))],
        Route::ThroughObservation => {
            vec![("emergency", dice.between(150, 420)), ("observation", dice.between(600, 1500))]
        }
        _ => Vec::new(),
    }
}

fn last_class(route: Route) -> &'static str {
    match route {
        Route::Emergency => "emergency",
        Route::EmergencyToObservation => "observation",
        Route::EmergencyToInpatient | Route::ThroughObservation | Route::Elective | Route::Delivery => "inpatient",
        Route::DaySurgery => "day-surgery",
        Route::Clinic => "ambulatory",
        Route::Virtual => "virtual",
        Route::Series => "series",
        Route::HomeHealth => "home-health",
        Route::PreAdmit => "pre-admit",
        Route::Birth => "newborn",
    }
}

fn timeline(person: &Person, scenario: &Scenario, when: When, now: DateTime<Utc>, dice: &mut Dice) -> Timeline {
    let route = scenario.route;
    let before = earlier_classes(route, dice);
    let minutes_before: i64 = before.iter().map(|(_, minutes)| minutes).sum();
    let days = dice.between(scenario.days.0, scenario.days.1);
    let (mut start, end) = match (&person.part, when) {
        (Part::Mother { born_at, cesarean }, When::InHouse) => {
            let start = *born_at - Duration::minutes(if *cesarean { 150 } else { dice.between(200, 900) });
            (start, Some(leaving(*born_at, scenario)))
        }
        (Part::Newborn { born_at, .. }, When::InHouse) => (*born_at, Some(leaving(*born_at, scenario))),
        (_, When::InHouse | When::OnLeave) => (in_house_since(route, days, minutes_before, now, dice), None),
        (_, When::JustArrived) => (now - Duration::minutes(dice.between(6, 55)), None),
        (_, When::Running) => (now - Duration::days(dice.between(8, (7 * days - 2).max(9))), None),
        (_, When::Planned(ahead)) => (local(day_of(now) + Duration::days(ahead), opening(route, dice)), None),
        (_, When::Cancelled(ahead)) => (local(day_of(now) + Duration::days(ahead), opening(route, dice)), None),
        (_, When::Mistaken(ago)) => (local(day_of(now) - Duration::days(ago), opening(route, dice)), None),
        (_, When::Left(ago)) => left(route, ago, days, minutes_before, now, dice),
    };
    if matches!(when, When::Planned(_)) && start <= now {
        start = now + Duration::minutes(dice.between(40, 200));
    }
    let end = end.filter(|end| *end <= now);
    let mut turns = Vec::new();
    let mut at = start;
    let happened = !matches!(when, When::Planned(_) | When::Cancelled(_) | When::Mistaken(_));
    for (class, minutes) in before.iter().filter(|_| happened) {
        turns.push((at, *class));
        at += Duration::minutes(*minutes);
    }
    // one who came an hour ago has not got as far as the ward
    if turns.is_empty() || at < end.unwrap_or(now) {
        turns.push((at, last_class(route)));
    }
    Timeline { turns, end }
}

/// Mother and child go home together, some days after the birth.
fn leaving(born_at: DateTime<Utc>, scenario: &Scenario) -> DateTime<Utc> {
    local(day_of(born_at) + Duration::days(scenario.days.0), 11 * 60 + 20)
}

fn in_house_since(route: Route, days: i64, minutes_before: i64, now: DateTime<Utc>, dice: &mut Dice) -> DateTime<Utc> {
    let minutes = match route {
        Route::Emergency => dice.between(40, 300),
        Route::EmergencyToObservation => minutes_before + dice.between(90, 1400),
        _ => minutes_before + 120 + 1440 * dice.between(0, (days - 1).max(0)) + dice.between(0, 900),
    };
    now - Duration::minutes(minutes)
}

/// Minutes after midnight at which such a visit begins.
fn opening(route: Route, dice: &mut Dice) -> i64 {
    match route {
        Route::DaySurgery | Route::Elective => dice.between(6 * 60, 10 * 60),
        Route::Clinic | Route::Virtual | Route::PreAdmit => 5 * (dice.between(8 * 60, 16 * 60) / 5),
        Route::Series | Route::HomeHealth => dice.between(8 * 60, 14 * 60),
        _ => dice.between(0, 1439),
    }
}

fn left(
    route: Route,
    ago: i64,
    days: i64,
    minutes_before: i64,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
    let day = day_of(now) - Duration::days(ago);
    let short = |minutes: i64, dice: &mut Dice| {
        let start = local(day, opening(route, dice)).min(now - Duration::minutes(minutes + 20));
        (start, Some(start + Duration::minutes(minutes)))
    };
    match route {
        Route::Emergency => {
            let minutes = dice.between(95, 480);
            short(minutes, dice)
        }
        Route::Clinic | Route::Virtual | Route::PreAdmit => {
            let minutes = dice.between(15, 50);
            short(minutes, dice)
        }
        Route::DaySurgery => {
            let minutes = dice.between(240, 520);
            short(minutes, dice)
        }
        _ => {
            let end = local(day, dice.between(10 * 60, 16 * 60 + 30)).min(now - Duration::minutes(25));
            let start = match route {
                Route::EmergencyToObservation => {
                    end - Duration::minutes(minutes_before + dice.between(14 * 60, 40 * 60))
                }
                Route::Series | Route::HomeHealth => end - Duration::days(7 * days),
                Route::Elective => local(day - Duration::days(days), opening(route, dice)),
                _ => end - Duration::minutes(minutes_before + 1440 * days + dice.between(-300, 420)),
            };
            (start, Some(end))
        }
    }
}

fn classes(timeline: &Timeline) -> Vec<Period> {
    let ends = timeline.turns.iter().skip(1).map(|turn| Some(turn.0)).chain([timeline.end]);
    timeline.turns.iter().zip(ends).map(|((from, what), to)| Period { what, from: *from, to }).collect()
}

fn status(
    scenario: &Scenario,
    when: When,
    end: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> &'static str {
    match (when, end) {
        (When::Planned(_), _) => "planned",
        (When::Cancelled(_), _) => "cancelled",
        (When::Mistaken(_), _) => "entered-in-error",
        (When::OnLeave, _) => "on-leave",
        (When::JustArrived, _) => "arrived",
        (_, None) => "in-progress",
        (_, Some(end)) => {
            let days = (now - end).num_days();
            let bedded = scenario.days.1 > 0 || scenario.route == Route::EmergencyToObservation;
            match days {
                0..=30 if bedded => "discharged",
                31..=60 if bedded && dice.chance(45) => "discharged",
                0..=1 if scenario.route == Route::Emergency => "discharged",
                _ => "finished",
            }
        }
    }
}

fn statuses(stay: &Stay, now: DateTime<Utc>, dice: &mut Dice) -> Vec<Period> {
    let period = |what, from, to| Period { what, from, to };
    let mut all = Vec::new();
    let planned_until = match stay.status {
        "planned" => None,
        "cancelled" | "entered-in-error" => stay.cancellation.map(|(at, _)| at),
        _ => Some(stay.started_at),
    };
    if stay.created_at < stay.started_at || stay.status == "planned" {
        all.push(period("planned", stay.created_at, planned_until));
    }
    if let (Some((at, _)), "cancelled" | "entered-in-error") = (stay.cancellation, stay.status) {
        all.push(period(stay.status, at, None));
        return all;
    }
    if stay.status == "planned" {
        return all;
    }
    let seen = stay.started_at + Duration::minutes(dice.between(3, 25));
    let seen = seen.min(stay.ended_at.unwrap_or(now));
    if stay.status == "arrived" {
        all.push(period("arrived", stay.started_at, None));
        return all;
    }
    all.push(period("arrived", stay.started_at, Some(seen)));
    if stay.status == "on-leave" {
        let out = (now - Duration::hours(dice.between(2, 6))).max(seen);
        all.push(period("in-progress", seen, Some(out)));
        all.push(period("on-leave", out, None));
        return all;
    }
    all.push(period("in-progress", seen, stay.ended_at));
    if let Some(end) = stay.ended_at {
        let closed = (end + Duration::days(dice.between(4, 30))).min(now);
        all.push(period("discharged", end, (stay.status == "finished").then_some(closed)));
        if stay.status == "finished" {
            all.push(period("finished", closed, None));
        }
    }
    all
}

/// UB-04 FL 14.
fn admission_type(scenario: &Scenario, dice: &mut Dice) -> Option<&'static str> {
    Some(match scenario.route {
        Route::Birth => "4",
        Route::Elective | Route::DaySurgery | Route::PreAdmit => "3",
        Route::Delivery if scenario.key == "cesarean" => "3",
        Route::Delivery => "1",
        Route::Clinic | Route::Series | Route::HomeHealth => return dice.chance(40).then_some("3"),
        Route::Virtual => return None,
        _ if matches!(scenario.key, "hip-fracture" | "head-injury") && dice.chance(25) => "5",
        _ => *dice.weighted(&[("1", 68), ("2", 30), ("9", 2)]),
    })
}

/// UB-04 FL 15; 5 and 6 mean something else for the newborn (ENC-9), who here was always born in this hospital.
fn point_of_origin(person: &Person, scenario: &Scenario, at: DateTime<Utc>, dice: &mut Dice) -> Option<&'static str> {
    let old = person.age_on(day_of(at)) > 74;
    Some(match scenario.route {
        Route::Birth => "5",
        Route::Virtual | Route::HomeHealth => return None,
        Route::Elective | Route::DaySurgery | Route::PreAdmit => *dice.weighted(&[("1", 45), ("2", 53), ("E", 2)]),
        Route::Clinic | Route::Series | Route::Delivery => *dice.weighted(&[("1", 88), ("2", 12)]),
        _ if old => *dice.weighted(&[("1", 66), ("5", 22), ("4", 6), ("2", 4), ("F", 2)]),
        _ => *dice.weighted(&[("1", 84), ("2", 7), ("4", 4), ("6", 2), ("8", 2), ("9", 1)]),
    })
}

/// UB-04 FL 17. Death is a disposition only of those who die, and of them always (ENC-3).
fn disposition(person: &Person, scenario: &Scenario, ordinal: u64, dice: &mut Dice) -> &'static str {
    let dies = person.fate == Fate::DiedInHospital && ordinal == 0;
    let may_die = scenario.dispositions.iter().any(|(code, _)| *code == "20");
    if dies && may_die {
        return "20";
    }
    let others: Vec<(&'static str, u32)> =
        scenario.dispositions.iter().copied().filter(|(code, _)| *code != "20").collect();
    dice.weighted::<&'static str>(&others)
}

fn cancellation(
    when: When,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
    dice: &mut Dice,
) -> Option<(DateTime<Utc>, &'static str)> {
    const REASONS: &[&str] = &[
        "Patient called to cancel",
        "No show",
        "Provider away; rescheduled",
        "Insurance did not approve",
        "Patient unwell; to be rescheduled",
        "Weather",
    ];
    match when {
        When::Cancelled(_) => Some(((start - Duration::hours(dice.between(2, 70))).min(now), *dice.pick(REASONS))),
        When::Mistaken(_) => {
            Some((start + Duration::minutes(dice.between(20, 300)), "Registered on the wrong patient"))
        }
        _ => None,
    }
}

/// A total, once the bill would be out: coders never see it.
fn charges(stay: &Stay, now: DateTime<Utc>, dice: &mut Dice) -> Option<i64> {
    let end = stay.ended_at.filter(|end| *end < now - Duration::days(4))?;
    let days = (end - stay.started_at).num_days().clamp(1, 30);
    let (base, daily) = match stay.class {
        "inpatient" => (620_000, 340_000),
        "observation" => (390_000, 120_000),
        "emergency" => (190_000, 0),
        "day-surgery" => (540_000, 0),
        "newborn" => (150_000, 90_000),
        "series" => (30_000, 22_000),
        "home-health" => (20_000, 9_000),
        _ => (14_000, 0),
    };
    Some((base + daily * days) * dice.between(70, 150) / 100)
}

/// Beds of a ward are given out by the person's index, so that those in the house today lie in beds of their own.
pub(super) fn bed(person: &Person, ward: &super::super::world::Ward) -> usize {
    debug_assert!(WARDS.iter().any(|known| known.name == ward.name));
    (person.index % 40 + person.index / 40 * 7) as usize % ward.beds
}
