//! What a registrar takes down about somebody new: identifiers, telephone, insurance, languages.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::super::dice::Dice;
use super::super::names::{self, BACKGROUNDS, Background};
use super::street::Home;
use super::{Coverage, Fate, Identifier, Name, Part, Person, Telecom, numbers};
use crate::base::id::PatientId;

/// The first day on which areas 800 to 899 could be issued.
fn areas_given_up() -> NaiveDate {
    NaiveDate::from_ymd_opt(2011, 6, 25).unwrap_or_default()
}

/// Somebody new, with a record of their own.
pub fn register(
    seed: u64,
    index: u64,
    home: &Home,
    woman: bool,
    born: NaiveDate,
    family: &str,
    now: DateTime<Utc>,
) -> Person {
    let dice = &mut Dice::new(seed, "person", index);
    let background = &BACKGROUNDS[home.background];
    let today = now.date_naive();
    let age = i64::from(today.years_since(born).unwrap_or(0));
    let mut person = Person {
        index,
        id: PatientId(dice.id(index)),
        facilities: Vec::new(),
        names: names_of(background, woman, born, family, dice),
        woman,
        sex: sex(woman, dice),
        born,
        birth_precision: if dice.chance(98) { "day" } else { dice.pick::<&str>(&["month", "year"]) },
        birth_time: None,
        fate: if age > 74 && dice.chance(9) { Fate::DiedAtHome(dice.between(5, 500)) } else { Fate::Living },
        died_at: None,
        multiple_birth: false,
        birth_order: None,
        mother: None,
        marital_status: marital_status(age, dice),
        language: "en",
        interpreter_needed: dice.chance(70).then_some(false),
        religion: religion(dice),
        mothers_maiden_name: dice.chance(55).then(|| names::surname(background, dice)),
        ethnicity: ethnicity(background, dice),
        races: races(background, dice),
        identity: "known",
        restricted: None,
        ssn: (born < areas_given_up() && dice.chance(82)).then(|| numbers::social_security_number(dice)),
        identifiers: Vec::new(),
        addresses: vec![home.address.clone()],
        telecoms: Vec::new(),
        contacts: Vec::new(),
        coverages: Vec::new(),
        part: Part::Ordinary,
        created_at: now,
    };
    language(&mut person, background, dice);
    person.attend(*dice.weighted(&[(0, 62), (1, 24), (2, 14)]));
    if dice.chance(12) {
        person.attend(dice.below(3));
    }
    telecoms(&mut person, home, age, dice);
    coverage(&mut person, age, today, dice);
    if age > 17 && dice.chance(30) {
        let letters = [dice.between(0, 25), dice.between(0, 25)].map(|n| char::from(b'A' + n as u8));
        let value = format!("{}{}{}", letters[0], letters[1], dice.digits(6));
        person.identifiers.push(Identifier { kind: "DL", authority: "OH", value });
    }
    person
}

fn names_of(background: &Background, woman: bool, born: NaiveDate, family: &str, dice: &mut Dice) -> Vec<Name> {
    let first = names::given(background, woman, born.year(), dice);
    let middle = match dice.between(1, 100) {
        1..=34 => format!(" {}", char::from(b'A' + dice.below(26) as u8)),
        35..=52 => format!(" {}", names::common(woman, born.year(), dice)),
        _ => String::new(),
    };
    let second_surname = background.name == "hispanic" && dice.chance(30);
    let family =
        if second_surname { format!("{family} {}", dice.skewed(&background.surnames)) } else { family.to_string() };
    let mut all = vec![Name::new("official", family.clone(), format!("{first}{middle}"))];
    if let Some(short) = names::nickname(first).filter(|_| dice.chance(22)) {
        all.push(Name::new("nickname", family.clone(), short));
    }
    let other = names::surname(background, dice);
    if dice.chance(2) && other != family {
        all.push(Name::new("alias", other, first));
    }
    all
}

fn sex(woman: bool, dice: &mut Dice) -> &'static str {
    match (dice.between(1, 1000), woman) {
        (1..=2, _) => "other",
        (3, _) => "unknown",
        (4, _) => "declined",
        (_, true) => "female",
        (_, false) => "male",
    }
}

/// HL7 table 0002.
fn marital_status(age: i64, dice: &mut Dice) -> Option<&'static str> {
    match age {
        ..18 => Some("S"),
        18..30 => dice.chance(90).then(|| *dice.weighted(&[("S", 80), ("M", 18), ("D", 2)])),
        30..65 => dice.chance(93).then(|| *dice.weighted(&[("S", 28), ("M", 50), ("D", 18), ("A", 2), ("W", 2)])),
        _ => dice.chance(93).then(|| *dice.weighted(&[("M", 46), ("W", 32), ("D", 15), ("S", 7)])),
    }
}

fn religion(dice: &mut Dice) -> Option<&'static str> {
    const RELIGIONS: &[(&str, u32)] = &[
        ("None", 28),
        ("Roman Catholic", 20),
        ("Baptist", 14),
        ("Methodist", 8),
        ("Lutheran", 6),
        ("Nondenominational Christian", 12),
        ("Jewish", 3),
        ("Muslim", 3),
        ("Hindu", 2),
        ("Buddhist", 2),
        ("Jehovah's Witness", 1),
        ("Orthodox Christian", 1),
    ];
    dice.chance(62).then(|| *dice.weighted(RELIGIONS))
}

/// CDC ethnicity, or that they were asked and did not say: that is data too (handbook 1.2).
fn ethnicity(background: &Background, dice: &mut Dice) -> Option<&'static str> {
    match dice.between(1, 100) {
        1..=4 => Some("ASKU"),
        5..=8 => None,
        _ if background.hispanic => Some("2135-2"),
        _ => Some("2186-5"),
    }
}

fn races(background: &Background, dice: &mut Dice) -> Vec<(&'static str, &'static str)> {
    match dice.between(1, 100) {
        1..=3 => vec![("ASKU", "Asked but unknown")],
        4..=6 => Vec::new(),
        7..=10 => {
            let mut both = background.races.to_vec();
            both.push(*dice.pick(&[names::WHITE, names::BLACK, names::ASIAN, names::NATIVE, names::PACIFIC]));
            both.sort_unstable();
            both.dedup();
            both
        }
        _ => background.races.to_vec(),
    }
}

fn language(person: &mut Person, background: &Background, dice: &mut Dice) {
    if let Some(language) = background.language.filter(|_| dice.chance(36)) {
        person.language = language;
        person.interpreter_needed = Some(dice.chance(55));
    }
}

fn telecoms(person: &mut Person, home: &Home, age: i64, dice: &mut Dice) {
    let phone = |usage, value| Telecom { kind: "phone", usage, value };
    if age < 12 || dice.chance(45) {
        person.telecoms.push(phone("home", home.phone.clone()));
    }
    if age >= 12 && (person.telecoms.is_empty() || dice.chance(60)) {
        let areas = if dice.chance(70) { numbers::LOCAL_AREAS } else { numbers::DISTANT_AREAS };
        let area = *dice.pick(areas);
        person.telecoms.push(phone("mobile", numbers::telephone(area, dice)));
    }
    if age >= 14 && dice.chance(if age > 75 { 30 } else { 68 }) {
        let name = &person.names[0];
        let plain = |text: &str| {
            let ascii = deunicode::deunicode(text).to_lowercase();
            ascii.chars().filter(char::is_ascii_alphanumeric).take(16).collect::<String>()
        };
        let first = plain(name.given.split(' ').next().unwrap_or_default());
        let family = plain(&name.family);
        let tail = person.index % 1000;
        let value = format!("{first}.{family}{tail}@example.org").replace("..", ".");
        person.telecoms.push(Telecom { kind: "email", usage: "home", value: value.trim_start_matches('.').into() });
    }
}

/// Payers are made up but for the public ones.
fn coverage(person: &mut Person, age: i64, today: NaiveDate, dice: &mut Dice) {
    const COMMERCIAL: &[(&str, &str)] = &[
        ("Great Basin Mutual", "Choice PPO"),
        ("Heron Lake Health Plan", "Select HMO"),
        ("Allied Millworkers Benefit Trust", "Union Plan B"),
        ("Northgate Employers Health", "High Deductible 3000"),
        ("Copper State Assurance", "Open Access"),
    ];
    let start = |years: i64| NaiveDate::from_ymd_opt(today.year() - years as i32, 1, 1).unwrap_or(today);
    let mut add = |payer, plan, member_id: String, relationship, years| {
        person.coverages.push(Coverage { payer, plan, member_id, relationship, started_on: start(years) });
    };
    let relationship = if age < 19 { "child" } else { "self" };
    if age >= 65 && dice.chance(96) {
        let number = numbers::medicare_identifier(dice);
        add("Medicare", "Part A and Part B", number.clone(), "self", (age - 65).min(20));
        if dice.chance(40) {
            let (payer, _) = *dice.pick(COMMERCIAL);
            add(payer, "Medicare supplement", format!("MS{}", dice.digits(9)), "self", 1);
        }
        person.identifiers.push(Identifier { kind: "MC", authority: "CMS", value: number });
        return;
    }
    match dice.between(1, 100) {
        1..=60 => {
            let (payer, plan) = *dice.skewed(COMMERCIAL);
            add(payer, plan, format!("{}{}", &payer[..1], dice.digits(9)), relationship, dice.between(0, 6));
        }
        61..=88 => {
            let number = dice.digits(12);
            add("State Medicaid", "Managed care", number.clone(), relationship, dice.between(0, 3));
            person.identifiers.push(Identifier { kind: "MA", authority: "OH-MEDICAID", value: number });
        }
        89..=92 => add("Veterans Affairs", "Community care", format!("V{}", dice.digits(9)), "self", 2),
        _ => {}
    }
}
