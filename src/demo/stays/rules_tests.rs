//! The rules of the handbook's second chapter, over two thousand made-up people.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};

use super::super::people::{Fate, Part, Person, STREET, street};
use super::super::scenarios::Route;
use super::*;

const PEOPLE: u64 = 2000;

fn now() -> DateTime<Utc> {
    "2026-11-22T15:20:00Z".parse().unwrap()
}

fn lives() -> Vec<(Person, Vec<Stay>)> {
    (0..PEOPLE / STREET as u64)
        .flat_map(|number| street(11, number, now()))
        .map(|mut person| {
            let stays = stays(11, &mut person, now());
            (person, stays)
        })
        .collect()
}

#[test]
fn enc_rules_hold() {
    for (person, stays) in lives() {
        for stay in &stays {
            let what = format!("person {} {} {:?}", person.index, stay.scenario.key, stay.when);
            // ENC-1: periods follow each other without a gap and cover the stay
            for pair in stay.classes.windows(2).chain(stay.statuses.windows(2)) {
                assert_eq!(pair[0].to, Some(pair[1].from), "{what}");
            }
            for period in stay.classes.iter().chain(&stay.statuses) {
                assert!(period.to.is_none_or(|to| to >= period.from), "{what}");
            }
            if let Some(last) = stay.classes.last() {
                assert_eq!((last.what, last.to), (stay.class, stay.ended_at), "{what}");
                assert_eq!(stay.classes[0].from, stay.started_at, "{what}");
            }
            assert_eq!(stay.statuses.last().map(|period| period.what), Some(stay.status), "{what}");
            for place in &stay.places {
                assert!(place.from >= stay.started_at && place.to.is_none_or(|to| to >= place.from), "{what}");
                assert!(place.to.is_none_or(|to| stay.ended_at.is_none_or(|end| to <= end)), "{what}");
            }
            // ENC-2: admitted with the inpatient order
            let order = stay.classes.iter().find(|period| matches!(period.what, "inpatient" | "newborn"));
            assert_eq!(stay.admitted_at, order.map(|period| period.from), "{what}");
            // ENC-3: an end has a disposition and an attending, death is dated
            let closed = matches!(stay.status, "discharged" | "finished");
            assert_eq!(closed, stay.ended_at.is_some() && stay.disposition.is_some(), "{what}");
            assert!(stay.ended_at.is_none_or(|end| end >= stay.started_at && end <= now()), "{what}");
            assert_eq!(
                stay.disposition == Some("20"),
                person.died_at.is_some() && person.died_at == stay.ended_at,
                "{what}"
            );
            assert!(person.died_at.is_none_or(|died| stay.ended_at.is_some_and(|end| end <= died)), "{what}");
            assert_eq!(stay.providers.iter().filter(|(_, role)| *role == "attending").count(), 1, "{what}");
            let mut roles = stay.providers.clone();
            roles.sort_unstable();
            roles.dedup();
            assert_eq!(roles.len(), stay.providers.len(), "{what}");
            // ENC-9: newborns are born here; the rest come from elsewhere
            assert_eq!(stay.admission_type == Some("4"), stay.class == "newborn", "{what}");
            if stay.admission_type == Some("4") {
                assert_eq!(stay.point_of_origin, Some("5"), "{what}");
            }
            // ENC-10: 09 never on an inpatient stay, retired codes never
            assert!(!matches!(stay.disposition, Some("08" | "09" | "71" | "72" | "40" | "41" | "42")), "{what}");
            // ENC-7: cancelled keeps who, when and why
            assert_eq!(stay.cancellation.is_some(), matches!(stay.status, "cancelled" | "entered-in-error"), "{what}");
            assert!(stay.cancellation.is_none_or(|(at, _)| at <= now()), "{what}");
            assert!(stay.status == "planned" || stay.when_is_cancelled() || stay.started_at <= now(), "{what}");
            assert!(stay.status != "planned" || stay.started_at > now(), "{what}");
            assert!(stay.created_at <= now(), "{what}");
            assert!(person.mrn_at(stay.facility).is_some(), "{what}");
        }
        // ENC-4: never twice in a bed
        let mut beds: Vec<_> = stays.iter().filter(|stay| stay.is_bedded() && stay.took_place()).collect();
        beds.sort_by_key(|stay| stay.started_at);
        assert!(
            beds.windows(2).all(|pair| pair[0].ended_at.is_some_and(|end| end <= pair[1].started_at)),
            "{}",
            person.index
        );
        assert!(person.created_at <= now() && stays.iter().all(|stay| stay.created_at >= person.created_at));
    }
}

#[test]
fn every_class_in_many_states() {
    let lives = lives();
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for stay in lives.iter().flat_map(|(_, stays)| stays) {
        seen.entry(stay.class).or_default().insert(stay.status);
    }
    let classes = [
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
    assert_eq!(seen.keys().copied().collect::<BTreeSet<_>>(), classes.into_iter().collect());
    let statuses: BTreeSet<_> = seen.values().flatten().copied().collect();
    let all =
        ["planned", "arrived", "in-progress", "on-leave", "discharged", "finished", "cancelled", "entered-in-error"];
    assert_eq!(statuses, all.into_iter().collect());
    let three = lives.iter().flat_map(|(_, stays)| stays).filter(|stay| stay.classes.len() == 3).count();
    assert!(three > 20, "{three} stays through emergency and observation");
    let yesterday = |stay: &&Stay| stay.is_bedded() && stay.ended_at.is_some_and(|end| now() - end < Duration::days(2));
    assert!(lives.iter().flat_map(|(_, stays)| stays).filter(yesterday).count() > 40);
    let in_house = |stay: &&Stay| stay.is_bedded() && matches!(stay.status, "in-progress" | "on-leave");
    let in_house = lives.iter().flat_map(|(_, stays)| stays).filter(in_house).count();
    assert!((80..400).contains(&in_house), "{in_house} in the house");
}

#[test]
fn mothers_and_children_belong_together() {
    let lives = lives();
    let mut babies = 0;
    for (person, stays) in &lives {
        if let Part::Newborn { born_at, .. } = &person.part {
            babies += 1;
            let birth = stays.iter().find(|stay| stay.scenario.route == Route::Birth).expect("a birth");
            assert_eq!(birth.started_at, *born_at);
            let (_, mothers) = lives.iter().find(|(other, _)| Some(other.id) == person.mother).expect("a mother");
            let delivery = mothers.iter().find(|stay| stay.scenario.route == Route::Delivery).expect("a delivery");
            assert!(delivery.started_at <= *born_at && delivery.ended_at.is_none_or(|end| end > *born_at));
        }
    }
    assert!(babies >= 45, "{babies}");
    let dead = lives.iter().filter(|(person, _)| person.fate == Fate::DiedInHospital).count();
    assert!(dead > 5, "{dead} died in hospital");
}

#[test]
fn a_bigger_demonstration_continues_a_smaller_one() {
    let visit_numbers: BTreeSet<String> = lives()
        .into_iter()
        .flat_map(|(_, stays)| stays)
        .map(|stay| format!("{} {}", stay.facility, stay.visit_number))
        .collect();
    let count: usize = lives().iter().map(|(_, stays)| stays.len()).sum();
    assert_eq!(visit_numbers.len(), count);
    let alone = street(11, 37, now());
    let among = lives();
    assert_eq!(alone[5].id, among[37 * STREET + 5].0.id);
}

impl Stay {
    fn when_is_cancelled(&self) -> bool {
        matches!(self.when, When::Cancelled(_))
    }
}
