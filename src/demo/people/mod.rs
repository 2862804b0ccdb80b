//! The people: who they are, what they are called, where they live, how they are insured. They come in streets of forty records.

pub mod numbers;
mod places;
mod registration;
mod street;
mod variants;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::world;
use crate::base::id::PatientId;

pub use street::{STREET, street};

/// One name with its use and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub usage: &'static str,
    pub family: String,
    pub given: String,
    pub prefix: Option<&'static str>,
    pub suffix: Option<&'static str>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

impl Name {
    pub fn new(usage: &'static str, family: impl Into<String>, given: impl Into<String>) -> Self {
        Self {
            usage,
            family: family.into(),
            given: given.into(),
            prefix: None,
            suffix: None,
            started_on: None,
            ended_on: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// HL7 table 0203.
    pub kind: &'static str,
    pub authority: &'static str,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub usage: &'static str,
    pub lines: String,
    pub city: String,
    pub postal_code: String,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telecom {
    pub kind: &'static str,
    pub usage: &'static str,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub relationship: &'static str,
    pub name: String,
    pub phone: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub payer: &'static str,
    pub plan: &'static str,
    pub member_id: String,
    pub relationship: &'static str,
    pub started_on: NaiveDate,
}

/// What makes somebody's story different from everybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Ordinary,
    /// Gave birth here.
    Mother {
        born_at: DateTime<Utc>,
        cesarean: bool,
    },
    /// Was born here.
    Newborn {
        born_at: DateTime<Utc>,
        cesarean: bool,
        mother: String,
    },
    /// Nobody knows who this is.
    Unknown,
    /// A second record of the person with this index.
    Again {
        of: u64,
    },
}

/// How it ended, if it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Living,
    /// Died at home so many days ago.
    DiedAtHome(i64),
    /// The last stay ended in death.
    DiedInHospital,
}

/// One record of the master patient index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub index: u64,
    pub id: PatientId,
    /// Places in [`world::FACILITIES`]; the first is the one that registered them.
    pub facilities: Vec<usize>,
    pub names: Vec<Name>,
    pub woman: bool,
    pub sex: &'static str,
    pub born: NaiveDate,
    pub birth_precision: &'static str,
    pub birth_time: Option<NaiveTime>,
    pub fate: Fate,
    pub died_at: Option<DateTime<Utc>>,
    pub multiple_birth: bool,
    pub birth_order: Option<i16>,
    pub mother: Option<PatientId>,
    pub marital_status: Option<&'static str>,
    pub language: &'static str,
    pub interpreter_needed: Option<bool>,
    pub religion: Option<&'static str>,
    pub mothers_maiden_name: Option<String>,
    pub ethnicity: Option<&'static str>,
    pub races: Vec<(&'static str, &'static str)>,
    pub identity: &'static str,
    pub restricted: Option<&'static str>,
    pub ssn: Option<String>,
    pub identifiers: Vec<Identifier>,
    pub addresses: Vec<Address>,
    pub telecoms: Vec<Telecom>,
    pub contacts: Vec<Contact>,
    pub coverages: Vec<Coverage>,
    pub part: Part,
    /// Set when their first visit is known.
    pub created_at: DateTime<Utc>,
}

impl Person {
    /// The name to show.
    pub fn name(&self) -> &Name {
        self.names.iter().find(|name| matches!(name.usage, "official" | "temp")).unwrap_or(&self.names[0])
    }

    /// As written at the head of a paper: "OKAFOR, Rosalind M".
    pub fn written(&self) -> String {
        let name = self.name();
        let suffix = name.suffix.map(|suffix| format!(" {suffix}")).unwrap_or_default();
        match name.family.is_empty() {
            true => name.given.clone(),
            false => format!("{}{suffix}, {}", name.family.to_uppercase(), name.given),
        }
    }

    /// Full years on a day.
    pub fn age_on(&self, day: NaiveDate) -> i64 {
        i64::from(day.years_since(self.born).unwrap_or(0))
    }

    /// The record number at a facility.
    pub fn mrn_at(&self, facility: usize) -> Option<&str> {
        let authority = world::FACILITIES[facility].mrn_authority;
        let issued = |identifier: &&Identifier| identifier.kind == "MR" && identifier.authority == authority;
        self.identifiers.iter().find(issued).map(|identifier| identifier.value.as_str())
    }

    /// Registers the person at a facility where they were not known.
    pub fn attend(&mut self, facility: usize) {
        if self.facilities.contains(&facility) {
            return;
        }
        self.facilities.push(facility);
        let place = &world::FACILITIES[facility];
        // 7,368,787 has no factor in common with ten million: every index gets its own number, in no order a reader could count by.
        let number = (self.index * 7_368_787 + 1_234_567) % 10_000_000;
        self.identifiers.push(Identifier {
            kind: "MR",
            authority: place.mrn_authority,
            value: format!("{}{number:07}", place.mrn_prefix),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T15:00:00Z".parse().unwrap()
    }

    fn people(streets: u64) -> Vec<Person> {
        (0..streets).flat_map(|number| street(7, number, now())).collect()
    }

    #[test]
    fn a_street_is_the_same_again_and_full() {
        assert_eq!(street(7, 3, now()), street(7, 3, now()));
        assert_ne!(street(7, 3, now()), street(8, 3, now()));
        for number in 0..50 {
            let people = street(7, number, now());
            assert_eq!(people.len(), STREET);
            assert!(people.iter().enumerate().all(|(n, p)| p.index == number * STREET as u64 + n as u64));
        }
    }

    #[test]
    fn record_numbers_and_ids_are_issued_once() {
        let people = people(50);
        let ids: BTreeSet<_> = people.iter().map(|person| person.id).collect();
        assert_eq!(ids.len(), people.len());
        let numbers: Vec<_> = people
            .iter()
            .flat_map(|p| p.identifiers.iter().filter(|i| i.kind == "MR").map(|i| (i.authority, i.value.clone())))
            .collect();
        let distinct: BTreeSet<_> = numbers.iter().collect();
        assert_eq!(distinct.len(), numbers.len());
        assert!(people.iter().all(|person| person.identifiers.iter().any(|i| i.kind == "MR")));
    }

    #[test]
    fn special_people_live_here_at_believable_rates() {
        let people = people(50);
        let share = |count: usize| count * 1000 / people.len();
        let count = |test: &dyn Fn(&Person) -> bool| people.iter().filter(|person| test(person)).count();
        let rates: BTreeMap<&str, usize> = [
            ("second record", share(count(&|p| matches!(p.part, Part::Again { .. })))),
            ("newborn", share(count(&|p| p.identity == "newborn"))),
            ("born here", share(count(&|p| matches!(p.part, Part::Newborn { .. })))),
            ("unknown", share(count(&|p| p.part == Part::Unknown))),
            ("twin", share(count(&|p| p.multiple_birth))),
            ("restricted", share(count(&|p| p.restricted.is_some()))),
            ("dead", share(count(&|p| p.fate != Fate::Living))),
            ("suffix", share(count(&|p| p.name().suffix.is_some()))),
            ("maiden", share(count(&|p| p.names.iter().any(|n| n.usage == "maiden")))),
            ("nickname", share(count(&|p| p.names.iter().any(|n| n.usage == "nickname")))),
            ("interpreter", share(count(&|p| p.interpreter_needed == Some(true)))),
        ]
        .into();
        let within = |name: &str, low: usize, high: usize| {
            assert!((low..=high).contains(&rates[name]), "{name}: {} of a thousand", rates[name]);
        };
        within("second record", 30, 120);
        within("newborn", 4, 30);
        within("born here", 20, 60);
        within("unknown", 5, 30);
        within("twin", 10, 60);
        within("restricted", 10, 60);
        within("dead", 10, 80);
        within("suffix", 10, 80);
        within("maiden", 40, 250);
        within("nickname", 20, 200);
        within("interpreter", 10, 120);
    }

    #[test]
    fn names_come_in_every_way_people_write_them() {
        let people = people(15);
        let written: Vec<String> =
            people.iter().flat_map(|p| p.names.iter().map(|n| format!("{}|{}", n.family, n.given))).collect();
        let any = |test: &dyn Fn(&str) -> bool| written.iter().any(|name| test(name));
        assert!(any(&|n| n.contains("van der") || n.contains("de la")), "particles");
        assert!(any(&|n| n.starts_with("O'")), "apostrophes");
        assert!(any(&|n| n.split('|').next().is_some_and(|f| f.contains('-'))), "hyphens");
        assert!(any(&|n| n.contains(['é', 'í', 'ñ', 'á'])), "accents");
        assert!(any(&|n| n.chars().any(|c| ('\u{600}'..'\u{700}').contains(&c))), "Arabic");
        assert!(any(&|n| n.chars().any(|c| ('\u{590}'..'\u{600}').contains(&c))), "Hebrew");
        assert!(any(&|n| n.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c))), "Chinese");
        assert!(any(&|n| n.chars().any(|c| u32::from(c) > 0x1F300)), "emoji");
        assert!(any(&|n| n.starts_with('|')), "one name only");
    }

    #[test]
    fn what_belongs_together_does() {
        for person in people(50) {
            assert!(person.born <= now().date_naive());
            assert!(person.age_on(now().date_naive()) <= 110);
            let young = person.age_on(now().date_naive()) < 15;
            assert!(!young || person.marital_status.is_none_or(|status| status == "S"));
            assert!(person.names.iter().filter(|name| matches!(name.usage, "official" | "temp")).count() >= 1);
            for telecom in person.telecoms.iter().filter(|telecom| telecom.kind == "phone") {
                assert_eq!(&telecom.value[5..10], "55501", "{}", telecom.value);
            }
            for telecom in person.telecoms.iter().filter(|telecom| telecom.kind == "email") {
                assert!(telecom.value.ends_with("@example.org") && telecom.value.is_ascii(), "{}", telecom.value);
            }
            if let Part::Newborn { born_at, .. } = &person.part {
                assert!(person.mother.is_some() && born_at <= &now() && person.ssn.is_none());
            }
        }
    }
}
