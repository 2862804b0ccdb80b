//! Who stands first, and what is marked.

use super::*;
use crate::patients::query::{Query, Typed};

fn known(usage: &str, family: &str, given: &str) -> KnownName {
    KnownName {
        usage: usage.into(),
        family: family.into(),
        given: given.into(),
        prefix: None,
        suffix: None,
        ended: false,
    }
}

fn person(names: Vec<KnownName>, born: &str) -> Candidate {
    Candidate {
        patient_id: PatientId::new(),
        hidden: false,
        restricted: false,
        names: Json(names),
        sex: Some("female".into()),
        birth_date: born.parse().ok(),
        birth_year: Some(1957),
        deceased: false,
        identity: Some("known".into()),
        mrn: Some("0071-5530".into()),
        ssn_sealed: None,
        phone: None,
        town: None,
        last_visit: None,
        number_kind: None,
        number_value: None,
        ssn_hit: false,
        last4_hit: false,
        phone_hit: false,
    }
}

fn named(family: &str, given: &str) -> Candidate {
    person(vec![known("official", family, given)], "1957-04-03")
}

fn readings(line: &str) -> Vec<Reading> {
    let typed = Typed { name: line.into(), ..Typed::default() };
    Query::read(&typed, "2026-11-22".parse().unwrap()).unwrap().readings
}

/// The surnames in the order they are shown, with their points.
fn order(line: &str, people: Vec<Candidate>) -> Vec<(String, u8)> {
    let hits = rank(people, &readings(line));
    hits.iter().map(|hit| (hit.person.names[0].family.clone(), hit.points.unwrap_or(0))).collect()
}

fn falls(order: &[(String, u8)], expected: &[&str]) {
    let families: Vec<_> = order.iter().map(|(family, _)| family.as_str()).collect();
    assert_eq!(families, expected, "{order:?}");
    assert!(order.windows(2).all(|pair| pair[0].1 > pair[1].1), "{order:?}");
}

#[test]
fn whole_names_stand_before_beginnings_typos_and_sounds() {
    let people =
        || vec![named("Schmidt", "John"), named("Smithson", "John"), named("Smiht", "John"), named("Smith", "John")];
    falls(&order("smith, john", people()), &["Smith", "Smithson", "Smiht", "Schmidt"][..]);
    falls(&order("john smith", people()), &["Smith", "Smithson", "Smiht", "Schmidt"][..]);
}

#[test]
fn a_birth_date_that_agrees_outweighs_one_that_is_near_or_differs() {
    let born = |family: &str, day: &str| person(vec![known("official", family, "John")], day);
    let people = vec![born("Three", "1980-01-01"), born("Two", "1957-03-04"), born("One", "1957-04-03")];
    let mut readings = readings("x, john 4/3/57");
    for reading in &mut readings {
        reading.name = None;
    }
    let hits = rank(people, &readings);
    let shown: Vec<_> = hits.iter().map(|hit| (hit.person.names[0].family.as_str(), hit.marks.born)).collect();
    assert_eq!(shown, [("One", Agreement::Same), ("Two", Agreement::Near), ("Three", Agreement::Differs)]);
}

#[test]
fn a_maiden_name_finds_and_says_which_name_it_was() {
    let woman =
        person(vec![known("official", "Okafor", "Grace"), known("maiden", "Vanderhoef", "Grace")], "1957-04-03");
    let hits = rank(vec![woman, named("Vanderhoef", "Grace")], &readings("vanderhoef, gr"));
    assert_eq!(hits[0].person.names[0].family, "Vanderhoef", "the name of today first");
    let mark = hits[1].marks.name.as_ref().unwrap();
    assert_eq!((mark.at, mark.family_key.as_str(), mark.given_key.as_str()), (1, "vanderhoef", "gr"));
}

#[test]
fn a_number_leads_and_a_name_that_contradicts_it_lowers_it() {
    let numbered = |family: &str| Candidate { number_kind: Some("MR".into()), ..named(family, "John") };
    assert_eq!(order("0071-5530", vec![numbered("Smith")])[0].1, 100);
    assert_eq!(order("smith 0071-5530", vec![numbered("Smith")])[0].1, 100);
    assert_eq!(order("jones 0071-5530", vec![numbered("Smith")])[0].1, 70);
}

#[test]
fn more_that_agrees_is_more_points() {
    let found = || Candidate { phone_hit: true, ..named("Smith", "John") };
    let points: Vec<u8> = ["smith", "smith, john", "smith, john 4/3/57", "smith, john 4/3/57 555-010-7734"]
        .iter()
        .map(|line| order(line, vec![found()])[0].1)
        .collect();
    assert!(points.windows(2).all(|pair| pair[0] < pair[1]), "{points:?}");
    assert!(*points.last().unwrap() >= 98, "{points:?}");
}

#[test]
fn mpi_s2_masked_people_stand_last_without_points() {
    let hidden = Candidate { hidden: true, names: Json(Vec::new()), ..named("", "") };
    let hits = rank(vec![hidden, named("Smyth", "Zoe")], &readings("smith"));
    assert_eq!(hits[0].points.map(|points| points > 0), Some(true));
    assert_eq!((hits[1].points, &hits[1].marks), (None, &Marks::default()));
}

#[test]
fn one_word_of_a_double_surname_and_a_slip_in_the_given_name_still_count() {
    let hit = &rank(vec![named("García-López", "Jonathan")], &readings("lopez, jonahtan"))[0];
    let mark = hit.marks.name.as_ref().unwrap();
    assert_eq!(mark.how, Likeness::Part);
    assert_eq!(mark.given_key, "jonathan");
}
