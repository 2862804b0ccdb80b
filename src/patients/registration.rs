//! What a registrar typed, as a record or as problems beside their fields (handbook 1.1, 1.2). Pure; the same readers serve the form of a new
//! person and the forms that change one thing.

use chrono::{NaiveDate, NaiveTime};

use super::model::{
    AddressUse, BirthPrecision, ContactKind, ContactPerson, ContactPoint, InsuranceCoverage, NameUse,
    PatientIdentifier, PatientRecord, PersonName, PostalAddress, Race, Sex,
};
use super::query::{Query, Typed, dates};
use super::rules::{BirthDateProblem, Ssn, birth_date_problem, mbi_is_valid};
use super::value_sets::{self as sets, Value};
use super::{likeness, names};
use crate::base::id::{FacilityId, PatientId};
use crate::web::form_page::Problems;
use crate::web::posted::Posted;

/// The shortest reason that is one.
pub const SHORTEST_REASON: usize = 5;

/// Reads fields and collects what is wrong with them.
pub struct Reader<'p> {
    posted: &'p Posted,
    today: NaiveDate,
    /// Codes that are stored, by field: one from another system may stay where it stands.
    stored: Vec<(&'static str, String)>,
    pub problems: Problems,
}

/// Everything of the person's own part of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub sex: Sex,
    pub birth_date: Option<NaiveDate>,
    pub birth_precision: BirthPrecision,
    pub birth_time: Option<NaiveTime>,
    pub multiple_birth: bool,
    pub birth_order: Option<i16>,
    pub marital_status: Option<String>,
    pub language: Option<String>,
    pub interpreter_needed: Option<bool>,
    pub religion: Option<String>,
    pub mothers_maiden_name: Option<String>,
    pub ethnicity: Option<String>,
    /// Codes of [`sets::RACES`].
    pub races: Vec<String>,
    /// Why an impossible-looking birth date was kept.
    pub born_reason: String,
}

impl<'p> Reader<'p> {
    pub fn new(posted: &'p Posted, today: NaiveDate) -> Self {
        Self { posted, today, stored: Vec::new(), problems: Problems::new() }
    }

    /// Reads the form of a record that has these codes.
    #[must_use]
    pub fn over(self, stored: Vec<(&'static str, String)>) -> Self {
        Self { stored, ..self }
    }

    fn is_stored(&self, field: &str, code: &str) -> bool {
        self.stored.iter().any(|(known, stored)| *known == field && stored == code)
    }

    pub fn problem(&mut self, field: &'static str, words: impl Into<String>) {
        self.problems.push((field, words.into()));
    }

    /// A text as it may be kept; blank is nothing.
    pub fn text(&mut self, field: &'static str) -> Option<String> {
        match names::tidy(self.posted.text(field)) {
            Ok(text) => Some(text).filter(|text| !text.is_empty()),
            Err(problem) => {
                self.problem(field, format!("This {problem}"));
                None
            }
        }
    }

    /// A text that must be there.
    pub fn needed(&mut self, field: &'static str, words: &str) -> String {
        let before = self.problems.len();
        let text = self.text(field);
        if text.is_none() && self.problems.len() == before {
            self.problem(field, words);
        }
        text.unwrap_or_default()
    }

    /// A reason, for changes that must say why.
    pub fn reason(&mut self, field: &'static str) -> String {
        let reason = self.needed(field, "Say why");
        if !reason.is_empty() && reason.chars().count() < SHORTEST_REASON {
            self.problem(field, format!("Write at least {SHORTEST_REASON} characters"));
        }
        reason
    }

    /// One of a set, or what is stored.
    fn chosen(&mut self, field: &'static str, set: &[Value]) -> Option<String> {
        let chosen = self.text(field)?;
        if set.iter().any(|(code, _)| *code == chosen) || self.is_stored(field, &chosen) {
            return Some(chosen);
        }
        self.problem(field, "Choose one of the list");
        None
    }

    /// A day that is over or begins today.
    pub fn day(&mut self, field: &'static str) -> Option<NaiveDate> {
        let typed = self.posted.text(field);
        if typed.is_empty() {
            return None;
        }
        match dates::read_field(typed, self.today) {
            Ok(born) if born.day().is_some() => born.day(),
            Ok(_) => {
                self.problem(field, "Write a whole date, like 22-Jul-2026");
                None
            }
            Err(words) => {
                self.problem(field, words);
                None
            }
        }
    }

    pub fn time(&mut self, field: &'static str) -> Option<NaiveTime> {
        let typed = self.posted.text(field);
        if typed.is_empty() {
            return None;
        }
        let time = ["%H:%M", "%H%M", "%I:%M %p"].iter().find_map(|way| NaiveTime::parse_from_str(typed, way).ok());
        if time.is_none() {
            self.problem(field, "Write a time like 14:30");
        }
        time
    }

    pub fn person(&mut self) -> Person {
        let sex = Sex::parse(self.posted.text("sex"));
        if sex.is_none() {
            self.problem("sex", "Choose a sex, or what the person answered");
        }
        let (birth_date, birth_precision, born_reason) = self.birth_date();
        let multiple_birth = self.posted.ticked("multiple_birth");
        let order = self.posted.filled("birth_order").map(|order| order.parse::<i16>());
        let birth_order = match order {
            None => None,
            Some(Ok(order @ 1..=12)) if multiple_birth => Some(order),
            Some(Ok(1..=12)) => {
                self.problem("birth_order", "Only children of a multiple birth have an order");
                None
            }
            Some(_) => {
                self.problem("birth_order", "Write a number from 1 to 12");
                None
            }
        };
        let mut races: Vec<String> = self.posted.all("race").into_iter().map(str::to_owned).collect();
        races.sort_unstable();
        races.dedup();
        if races.iter().any(|race| !sets::RACES.iter().any(|(code, _)| code == race) && !self.is_stored("race", race)) {
            self.problem("race", "Choose from the list");
        }
        let no_answer = |race: &String| race == sets::DECLINED || race == sets::ASKED_UNKNOWN;
        if races.len() > 1 && races.iter().any(no_answer) {
            self.problem("race", "“Declined” and “Asked, unknown” stand alone");
        }
        Person {
            sex: sex.unwrap_or(Sex::Unknown),
            birth_date,
            birth_precision,
            birth_time: self.time("birth_time"),
            multiple_birth,
            birth_order,
            marital_status: self.chosen("marital_status", sets::MARITAL_STATUSES),
            language: self.chosen("language", sets::LANGUAGES),
            interpreter_needed: match self.posted.text("interpreter") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            religion: self.text("religion"),
            mothers_maiden_name: self.text("mothers_maiden_name"),
            ethnicity: self.chosen("ethnicity", sets::ETHNICITIES),
            races,
            born_reason,
        }
    }

    /// A birth date with how exactly it is known. Tomorrow and 125 years ago need a reason (handbook 1.2).
    fn birth_date(&mut self) -> (Option<NaiveDate>, BirthPrecision, String) {
        let typed = self.posted.text("born");
        let reason = names::tidy(self.posted.text("born_reason")).unwrap_or_default();
        let known = self.posted.ticked("born_unknown");
        let (day, exact) = match (typed, known) {
            ("", true) => return (None, BirthPrecision::Unknown, reason),
            ("", false) => {
                self.problem("born", "Write the date of birth, or tick that it is not known");
                return (None, BirthPrecision::Unknown, reason);
            }
            (_, true) => {
                self.problem("born_unknown", "There is a date of birth: clear one of the two");
                return (None, BirthPrecision::Unknown, reason);
            }
            (typed, false) => match dates::read_field(typed, self.today) {
                Ok(born) => (born.from, precision(born)),
                Err(words) => match overridden(typed) {
                    Some(day) if reason.chars().count() >= SHORTEST_REASON => {
                        return (Some(day), BirthPrecision::Day, reason);
                    }
                    Some(_) => {
                        self.problem("born", format!("{words} If it is right all the same, say why."));
                        return (None, BirthPrecision::Day, reason);
                    }
                    None => {
                        self.problem("born", words);
                        return (None, BirthPrecision::Day, reason);
                    }
                },
            },
        };
        if let Some(problem) = birth_date_problem(day, self.today)
            && reason.chars().count() < SHORTEST_REASON
        {
            let words = match problem {
                BirthDateProblem::Future => "That day is in the future.",
                BirthDateProblem::TooOld => "That makes the person older than 124.",
            };
            self.problem("born", format!("{words} If it is right all the same, say why."));
        }
        let estimated = self.posted.ticked("born_estimated");
        (Some(day), if estimated { BirthPrecision::Estimated } else { exact }, reason)
    }

    pub fn name(&mut self) -> Option<PersonName> {
        let family = self.needed("family", "Write the family name");
        let given = self.text("given").unwrap_or_default();
        let usage = match self.posted.text("name_use") {
            "" => NameUse::Official,
            word => match NameUse::parse(word) {
                Some(usage) => usage,
                None => {
                    self.problem("name_use", "Choose one of the list");
                    return None;
                }
            },
        };
        let (prefix, suffix, started_on) = (self.text("prefix"), self.text("suffix"), self.day("name_from"));
        if !family.is_empty() && names::words(&family).is_empty() && names::words(&given).is_empty() {
            self.problem("family", "A name has letters");
        }
        Some(PersonName { usage, family, given, prefix, suffix, started_on, ended_on: None })
    }

    /// Another name the person goes by, when one was typed.
    fn other_name(&mut self) -> Option<PersonName> {
        let (family, given) = (self.text("other_family"), self.text("other_given"));
        if family.is_none() && given.is_none() {
            return None;
        }
        let usage = NameUse::parse(self.posted.text("other_use")).unwrap_or(NameUse::Alias);
        let (family, given) = (family.unwrap_or_default(), given.unwrap_or_default());
        let family = if family.is_empty() { self.text("family").unwrap_or_default() } else { family };
        Some(PersonName { usage, family, given, prefix: None, suffix: None, started_on: None, ended_on: None })
    }

    /// Nothing when no part of it was typed.
    pub fn address(&mut self) -> Option<PostalAddress> {
        let fields = ["lines", "city", "state", "postal_code", "country"].map(|field| self.text(field));
        if fields.iter().all(Option::is_none) {
            return None;
        }
        let [lines, city, state, postal_code, country] = fields;
        if lines.is_none() && city.is_none() {
            self.problem("lines", "Write a street or a town");
        }
        let usage = AddressUse::parse(self.posted.text("address_use")).unwrap_or(AddressUse::Home);
        let started_on = self.day("address_from");
        let lines = lines.unwrap_or_default();
        Some(PostalAddress { usage, lines, city, state, postal_code, country, started_on, ended_on: None })
    }

    pub fn telecom(&mut self, kind: ContactKind, field: &'static str, usage: &'static str) -> Option<ContactPoint> {
        let value = self.text(field)?;
        match kind {
            ContactKind::Phone | ContactKind::Fax if names::phone_key(&value).len() < 7 => {
                self.problem(field, "Write a number of at least 7 digits");
            }
            ContactKind::Email if !looks_like_email(&value) => {
                self.problem(field, "Write an address like name@example.org");
            }
            ContactKind::Phone | ContactKind::Fax | ContactKind::Email | ContactKind::Other => {}
        }
        let usage = self.posted.filled(usage).filter(|word| sets::CONTACT_USES.iter().any(|(code, _)| code == word));
        Some(ContactPoint { kind, usage, value, ended_on: None })
    }

    pub fn contact(&mut self) -> Option<ContactPerson> {
        let (name, phone) = (self.text("contact_name"), self.text("contact_phone"));
        if name.is_none() && phone.is_none() {
            return None;
        }
        if name.is_none() {
            self.problem("contact_name", "Write who this is");
        }
        let relationship = self.chosen("contact_relationship", sets::RELATIONSHIPS);
        Some(ContactPerson { relationship, name: name.unwrap_or_default(), phone })
    }

    pub fn coverage(&mut self) -> Option<InsuranceCoverage> {
        let fields = ["payer", "plan", "member_id", "subscriber"].map(|field| self.text(field));
        if fields.iter().all(Option::is_none) {
            return None;
        }
        let [payer, plan, member_id, relationship] = fields;
        if payer.is_none() {
            self.problem("payer", "Write who pays");
        }
        let started_on = self.day("coverage_from");
        let status = Some("active".to_owned());
        let payer = payer.unwrap_or_default();
        Some(InsuranceCoverage { payer, plan, member_id, relationship, status, started_on, ended_on: None })
    }

    /// An identifier of another issuer. A Medicare number must look like one (handbook 1.1).
    pub fn identifier(&mut self, own_authority: &str) -> Option<PatientIdentifier> {
        let (kind, value, authority) = (self.text("identifier_type"), self.text("identifier"), self.text("issuer"));
        let (Some(value), Some(kind)) = (value.clone(), kind.clone()) else {
            if value.is_some() {
                self.problem("identifier_type", "Choose what number this is");
            }
            return None;
        };
        if !sets::IDENTIFIER_TYPES.iter().any(|(code, _)| *code == kind) {
            self.problem("identifier_type", "Choose one of the list");
        }
        if kind == "MC" && !mbi_is_valid(&value) {
            self.problem("identifier", "A Medicare number has 11 places, like 1EG4-TE5-MK73");
        }
        if names::identifier_key(&value).is_empty() {
            self.problem("identifier", "A number has letters or digits");
        }
        let authority = match (authority, kind.as_str()) {
            (Some(authority), _) => authority,
            (None, "MC") => "CMS".into(),
            (None, _) => {
                self.problem("issuer", "Say who issued it: a number means nothing without its issuer");
                String::new()
            }
        };
        if kind == "MR" && authority == own_authority {
            self.problem("issuer", "Record numbers of this facility are issued, not typed");
        }
        Some(PatientIdentifier { kind, authority, value, started_on: None, ended_on: None })
    }

    /// A number that was never issued is told, so that nobody takes it for one (handbook 1.1).
    pub fn ssn(&mut self) -> Option<Ssn> {
        let typed = self.posted.text("ssn");
        if typed.is_empty() {
            return None;
        }
        let ssn = Ssn::parse(typed);
        if ssn.is_none() {
            let words = if typed.trim_start().starts_with('9') {
                "Numbers from 900 are no SSN; a taxpayer number (ITIN) goes under other numbers. Leave this empty."
            } else {
                "That number was never issued as an SSN. Check its digits, or leave this empty."
            };
            self.problem("ssn", words);
        }
        ssn
    }

    /// The whole form of somebody new.
    pub fn record(&mut self, patient: PatientId, facility: FacilityId, authority: &str) -> PatientRecord {
        let mut record = PatientRecord::new(patient, facility);
        let name = self.name();
        let other = self.other_name();
        record.names = name.into_iter().chain(other).collect();
        let person = self.person();
        record.ssn = self.ssn();
        record.addresses = self.address().into_iter().collect();
        record.telecoms = [
            self.telecom(ContactKind::Phone, "phone", "phone_use"),
            self.telecom(ContactKind::Phone, "second_phone", "second_phone_use"),
            self.telecom(ContactKind::Email, "email", ""),
        ]
        .into_iter()
        .flatten()
        .collect();
        record.contacts = self.contact().into_iter().collect();
        if let Some(name) = self.text("primary_care") {
            record.contacts.push(ContactPerson {
                relationship: Some("primary care provider".into()),
                name,
                phone: None,
            });
        }
        record.coverages = self.coverage().into_iter().collect();
        record.identifiers = self.identifier(authority).into_iter().collect();
        person.put_into(&mut record);
        record
    }
}

impl Person {
    /// Puts these values into a record.
    pub fn put_into(self, record: &mut PatientRecord) {
        record.sex = self.sex;
        record.birth_date = self.birth_date;
        record.birth_precision = self.birth_precision;
        record.birth_time = self.birth_time;
        record.multiple_birth = self.multiple_birth;
        record.birth_order = self.birth_order;
        record.marital_status = self.marital_status;
        record.language = self.language;
        record.interpreter_needed = self.interpreter_needed;
        record.religion = self.religion;
        record.mothers_maiden_name = self.mothers_maiden_name;
        record.ethnicity = self.ethnicity;
        record.races = self.races.iter().map(|code| race(code)).collect();
    }
}

pub fn race(code: &str) -> Race {
    Race { code: code.to_owned(), label: sets::words(sets::RACES, code).to_owned() }
}

fn precision(born: dates::Born) -> BirthPrecision {
    match born {
        born if born.day().is_some() => BirthPrecision::Day,
        born if born.from.format("%Y-%m").to_string() == born.to.format("%Y-%m").to_string() => BirthPrecision::Month,
        _ => BirthPrecision::Year,
    }
}

/// A date that no search would read, written in full.
fn overridden(typed: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d-%b-%Y", "%m/%d/%Y"].iter().find_map(|way| NaiveDate::parse_from_str(typed, way).ok())
}

fn looks_like_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
        && !text.contains(char::is_whitespace)
}

/// MPI-S1: whether the search that came before was for this person: a name, birth date, phone or number of theirs was in it.
pub fn was_searched_for(query: &Query, record: &PatientRecord) -> bool {
    let described = describe(record);
    query.readings.iter().any(|reading| {
        let name = reading.name.as_ref().is_some_and(|typed| {
            described.names.iter().any(|name| {
                let keys = names::NameKeys::of(&name.family, &name.given);
                let surname = keys.family_key.starts_with(&typed.family)
                    || names::one_typo_apart(&keys.family_key, &typed.family)
                    || names::parts(&name.family).contains(&typed.family)
                    || names::sounds(&typed.family).0 == keys.family_sound && !keys.family_sound.is_empty();
                if typed.family.is_empty() { keys.given_key.starts_with(&typed.given) } else { surname }
            })
        });
        let born = reading.born.zip(record.birth_date).is_some_and(|(born, day)| born.covers(day));
        let phone = reading
            .phone
            .as_ref()
            .is_some_and(|phone| record.telecoms.iter().any(|telecom| telecom.key().ends_with(phone.as_str())));
        let number = reading.number.as_deref().map(names::identifier_key).is_some_and(|key| {
            record.identifiers.iter().any(|identifier| names::identifier_key(&identifier.value) == key)
                || record
                    .coverages
                    .iter()
                    .filter_map(|c| c.member_id.as_deref())
                    .any(|id| names::identifier_key(id) == key)
        });
        let ssn = reading.ssn.is_some() && reading.ssn == record.ssn;
        name || born || phone || number || ssn
    })
}

/// The form of a new person as far as the search says it: the registrar types nothing twice.
pub fn prefilled(typed: &Typed, today: NaiveDate) -> Posted {
    let first = Query::read(typed, today).ok().and_then(|query| query.readings.into_iter().next()).unwrap_or_default();
    let only_letters = |word: &&str| !word.chars().any(|c| c.is_ascii_digit()) && !names::words(word).is_empty();
    let words = |text: &str| text.split_whitespace().filter(only_letters).map(capitalised).collect::<Vec<_>>();
    let (family, given) = match typed.name.split_once(',') {
        Some((family, given)) => (words(family).join(" "), words(given).join(" ")),
        None => {
            let mut all = words(&typed.name);
            let last_is_family = first.name.as_ref().is_some_and(|name| {
                all.len() > 1 && all.last().is_some_and(|last| names::family_key(last) == name.family)
            });
            match (last_is_family, all.is_empty()) {
                (_, true) => Default::default(),
                (true, _) => {
                    let family = all.pop().unwrap_or_default();
                    (family, all.join(" "))
                }
                (false, _) => {
                    let family = all.remove(0);
                    (family, all.join(" "))
                }
            }
        }
    };
    let born = first.born.map(dates::Born::words).unwrap_or_default();
    let phone = first.phone.as_deref().map(crate::web::format::phone).unwrap_or_default();
    Posted::of([("family", family), ("given", given), ("born", born), ("phone", phone)])
}

/// "o'brien" as "O'brien": a start for the registrar, who sees the card.
fn capitalised(word: &str) -> String {
    if word.chars().any(char::is_uppercase) {
        return word.to_owned();
    }
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The record as likely duplicates are compared with it.
pub fn describe(record: &PatientRecord) -> likeness::Described {
    likeness::Described {
        names: record
            .names
            .iter()
            .map(|name| likeness::Called {
                family: name.family.clone(),
                given: name.given.clone(),
                suffix: name.suffix.clone(),
            })
            .collect(),
        born: record.birth_date,
        sex: Some(record.sex),
    }
}

/// Words a radio operator tells apart (ICAO).
const ALPHABET: [&str; 26] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo", "Lima",
    "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor", "Whiskey", "Xray",
    "Yankee", "Zulu",
];

/// A name nobody else ever gets, for somebody who can't say theirs: never a shared "John Doe" (handbook 1.7). Neighbours in time share no word.
pub fn phonetic_alias(number: u64) -> String {
    let (round, place) = (number / 676, number % 676);
    // 209 shares no factor with 676, so each pair comes once a round.
    let pair = usize::try_from(place * 209 % 676).unwrap_or(0);
    let (first, second) = (ALPHABET[pair / 26], ALPHABET[pair % 26]);
    if round == 0 { format!("{first} {second}") } else { format!("{first} {second} {round}") }
}

/// The name of a newborn until the parents give one: "Judysgirl", and "Judysgirl A" of several (handbook 1.7, NPSG.01.01.01).
pub fn newborn_given(mother: &str, sex: Sex, order: Option<i16>) -> String {
    let mother = mother.split_whitespace().next().unwrap_or("Mother");
    let child = match sex {
        Sex::Female => "girl",
        Sex::Male => "boy",
        Sex::Other | Sex::Unknown | Sex::AskedUnknown | Sex::Declined => "baby",
    };
    let letter = order.and_then(|order| u8::try_from(order).ok()).filter(|order| (1..=12).contains(order));
    match letter {
        Some(order) => format!("{mother}s{child} {}", char::from(b'A' + order - 1)),
        None => format!("{mother}s{child}"),
    }
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
