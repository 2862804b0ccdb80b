//! People a search found: how well each fits what was typed (0 to 100), by which of their names, and which columns to mark.
//!
//! Pure. The database finds and cuts; this file gives the few that are left their points and their order.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;

use super::names::{self, NameKeys};
use super::query::{Name, Reading};
use crate::access::scope::About;
use crate::base::id::PatientId;
use crate::base::quiet::quiet;

/// One person as the search read them. Columns the role may not see, and everything of a masked person, were never read.
#[derive(sqlx::FromRow)]
pub struct Candidate {
    pub patient_id: PatientId,
    /// Restricted, and the viewer has no reason of their own to see the name (MPI-S2).
    pub hidden: bool,
    pub restricted: bool,
    pub names: Json<Vec<KnownName>>,
    pub sex: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub birth_year: Option<i32>,
    pub deceased: bool,
    pub identity: Option<String>,
    /// Whole, or its last four places when hidden.
    pub mrn: Option<String>,
    pub ssn_sealed: Option<Vec<u8>>,
    pub phone: Option<String>,
    pub town: Option<String>,
    pub last_visit: Option<DateTime<Utc>>,
    /// What the typed number is of this person: `MR`, `MR former`, another type of HL7 table 0203, `visit` or `policy`.
    pub number_kind: Option<String>,
    pub number_value: Option<String>,
    pub ssn_hit: bool,
    pub last4_hit: bool,
    pub phone_hit: bool,
}

impl About for Candidate {
    fn about(&self) -> PatientId {
        self.patient_id
    }
}

quiet!(Candidate.patient_id);

/// A name of that person, the one to show first.
#[derive(Clone, Deserialize)]
pub struct KnownName {
    pub usage: String,
    pub family: String,
    pub given: String,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub ended: bool,
}

impl KnownName {
    /// Maiden, old and alias names find a person but don't stand first.
    pub fn is_former(&self) -> bool {
        self.ended || matches!(self.usage.as_str(), "old" | "maiden" | "alias" | "nickname")
    }
}

/// What a search answers.
#[derive(Debug)]
pub struct Hits {
    pub rows: Vec<Hit>,
    /// There are more than are shown (MPI-S3: said, never silent).
    pub more: bool,
    /// What was left out of the search and why, in sentences.
    pub notes: Vec<String>,
}

/// One person found.
#[derive(Debug)]
pub struct Hit {
    pub person: Candidate,
    /// None for a masked person: points would tell how near a guess came.
    pub points: Option<u8>,
    pub marks: Marks,
}

/// Which parts matched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    /// Which of the names matched, and how much of it.
    pub name: Option<NameMark>,
    pub born: Agreement,
    pub number: bool,
    pub ssn: bool,
    pub phone: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NameMark {
    pub at: usize,
    /// The key that the surname begins with; the whole surname's when only its sound or spelling is near. Empty: no match.
    pub family_key: String,
    pub given_key: String,
    pub how: Likeness,
}

/// How a surname matched, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    Whole,
    Beginning,
    Part,
    Typo,
    Sound,
    None,
}

impl Likeness {
    fn weight(self) -> f32 {
        match self {
            Likeness::Whole => 1.0,
            Likeness::Beginning => 0.94,
            Likeness::Part => 0.9,
            Likeness::Typo => 0.82,
            Likeness::Sound => 0.72,
            Likeness::None => 0.0,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Agreement {
    #[default]
    NotAsked,
    Same,
    Near,
    Differs,
}

impl Agreement {
    fn weight(self) -> f32 {
        match self {
            Agreement::Same => 1.0,
            Agreement::Near => 0.6,
            Agreement::NotAsked | Agreement::Differs => 0.0,
        }
    }
}

/// Gives each person their points and puts the best first; masked people stand last, in no telling order.
pub fn rank(people: Vec<Candidate>, readings: &[Reading]) -> Vec<Hit> {
    let mut hits: Vec<Hit> = people
        .into_iter()
        .map(|person| {
            if person.hidden {
                return Hit { person, points: None, marks: Marks::default() };
            }
            let best = readings
                .iter()
                .map(|reading| fit(&person, reading))
                .reduce(|one, other| if other.0 > one.0 { other } else { one });
            let (points, marks) = best.unwrap_or_default();
            Hit { person, points: Some(points), marks }
        })
        .collect();
    hits.sort_by(|one, other| {
        other
            .points
            .cmp(&one.points)
            .then_with(|| shown_key(one).cmp(&shown_key(other)))
            .then_with(|| one.person.patient_id.cmp(&other.person.patient_id))
    });
    hits
}

fn shown_key(hit: &Hit) -> String {
    hit.person
        .names
        .first()
        .map(|name| format!("{} {}", names::family_key(&name.family), names::given_key(&name.given)))
        .unwrap_or_default()
}

/// The points of one person under one reading, and what of them matched.
fn fit(person: &Candidate, reading: &Reading) -> (u8, Marks) {
    let (name_weight, name) = match &reading.name {
        Some(typed) => best_name(&person.names, typed),
        None => (0.0, None),
    };
    let born = match (reading.born, person.birth_date) {
        (None, _) => Agreement::NotAsked,
        (Some(typed), Some(day)) if typed.covers(day) => Agreement::Same,
        (Some(typed), Some(day)) if typed.near().contains(&day) => Agreement::Near,
        _ => Agreement::Differs,
    };
    let marks = Marks {
        name,
        born,
        number: reading.number.is_some() && person.number_kind.is_some(),
        ssn: reading.ssn.is_some() && person.ssn_hit || reading.last4.is_some() && person.last4_hit,
        phone: reading.phone.is_some() && person.phone_hit,
    };
    // How much each thing that was typed says about who it is, and how far it agrees.
    let mut said = 0.0;
    let mut agreed = 0.0;
    let mut most: f32 = 60.0;
    if let Some(typed) = &reading.name {
        let both = !typed.family.is_empty() && !typed.given.is_empty();
        let weight = if both { 55.0 } else { 40.0 };
        said += weight;
        agreed += weight * name_weight;
        most += if both { 20.0 } else { 10.0 };
    }
    if let Some(typed) = reading.born {
        said += 35.0;
        agreed += 35.0 * born.weight();
        most += if typed.day().is_some() { 14.0 } else { 5.0 };
    }
    if reading.phone.is_some() {
        said += 25.0;
        agreed += if marks.phone { 25.0 } else { 0.0 };
        most += 10.0;
    }
    let share: f32 = if said > 0.0 { agreed / said } else { 1.0 };
    let exact = match () {
        () if marks.number => Some(if person.number_kind.as_deref() == Some("MR") { 100.0 } else { 98.0 }),
        () if marks.ssn && reading.ssn.is_some() => Some(97.0),
        () if marks.ssn => Some(94.0),
        () => None,
    };
    let points = match exact {
        // The number leads; what contradicts it takes away, because a mistyped digit leads to somebody else.
        Some(most) => most - 30.0 * (1.0 - share),
        None => most.min(99.0) * share,
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    let points = points.round().clamp(0.0, 100.0) as u8;
    (points, marks)
}

fn best_name(known: &[KnownName], typed: &Name) -> (f32, Option<NameMark>) {
    let mut best = (0.0, None);
    for (at, name) in known.iter().enumerate() {
        let (weight, mark) = compare(name, typed, at);
        let weight = if name.is_former() { weight * 0.97 } else { weight };
        if weight > best.0 {
            best = (weight, Some(mark));
        }
    }
    best
}

/// How one name compares with what was typed.
fn compare(name: &KnownName, typed: &Name, at: usize) -> (f32, NameMark) {
    let keys = NameKeys::of(&name.family, &name.given);
    let family = surname(name, &keys, &typed.family);
    let given = given(&name.given, &keys, typed);
    let weight = match (typed.family.is_empty(), typed.given.is_empty()) {
        (false, false) => 0.6 * family.weight() + 0.4 * given.weight(),
        (false, true) => family.weight(),
        (true, _) => given.weight(),
    };
    let marked = |how: Likeness, typed: &str, whole: &str| match how {
        Likeness::Beginning | Likeness::Whole => typed.to_owned(),
        Likeness::None => String::new(),
        Likeness::Part | Likeness::Typo | Likeness::Sound => whole.to_owned(),
    };
    let mark = NameMark {
        at,
        family_key: marked(family, &typed.family, &keys.family_key),
        given_key: marked(given, &typed.given, &names::first_given_key(&name.given)),
        how: if typed.family.is_empty() { given } else { family },
    };
    (weight, mark)
}

fn surname(name: &KnownName, keys: &NameKeys, typed: &str) -> Likeness {
    match () {
        () if typed.is_empty() => Likeness::None,
        () if keys.family_key == typed => Likeness::Whole,
        () if keys.family_key.starts_with(typed) => Likeness::Beginning,
        () if names::parts(&name.family).iter().any(|part| part == typed) => Likeness::Part,
        () if names::one_typo_apart(&keys.family_key, typed) => Likeness::Typo,
        () if sound_alike(&names::sounds(typed), &(keys.family_sound.clone(), keys.family_sound_alternate.clone())) => {
            Likeness::Sound
        }
        () => Likeness::None,
    }
}

fn sound_alike(one: &(String, String), other: &(String, String)) -> bool {
    [&one.0, &one.1].into_iter().any(|sound| !sound.is_empty() && (*sound == other.0 || *sound == other.1))
}

fn given(shown: &str, keys: &NameKeys, typed: &Name) -> Likeness {
    let first = names::first_given_key(shown);
    match () {
        () if typed.given.is_empty() => Likeness::None,
        () if keys.given_key == typed.given_all || first == typed.given_all => Likeness::Whole,
        () if keys.given_key.starts_with(&typed.given_all) => Likeness::Beginning,
        () if keys.given_key.starts_with(&typed.given) => Likeness::Part,
        () if names::one_typo_apart(&first, &typed.given) => Likeness::Typo,
        () if !keys.given_sound.is_empty() && names::sounds(&typed.given).0 == keys.given_sound => Likeness::Sound,
        () => Likeness::None,
    }
}

#[cfg(test)]
#[path = "hits_tests.rs"]
mod tests;
