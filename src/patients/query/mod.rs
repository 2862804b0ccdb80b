//! What somebody at the front desk typed, as criteria. One box takes everything (`smi,jo`, `smith 3/4/57`, a record number, a telephone
//! number); five fields take one thing each. What can mean two things is read both ways, and both are searched.
//!
//! Pure: no database, no clock. Handbook 1.3, MPI-S3.

pub mod dates;
mod pieces;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::dates::Born;
use self::pieces::Piece;
use super::names;
use super::rules::Ssn;

/// MPI-S3: what a name alone needs.
const FEWEST_LETTERS: usize = 3;
const LONGEST_LINE: usize = 200;
/// More ways to read one line than this help nobody.
const MOST_READINGS: usize = 12;
const SUFFIXES: &[&str] = &["jr", "sr", "ii", "iii", "iv", "md", "mr", "mrs", "ms", "dr"];

/// The form as typed; kept sealed behind the search's id.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Takes everything in one line; the top bar's box is this one.
    pub name: String,
    pub born: String,
    pub mrn: String,
    pub ssn4: String,
    pub phone: String,
}

/// Something in the form that can't be searched for; `field` is empty for the form as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub field: &'static str,
    pub words: String,
}

fn problem(field: &'static str, words: impl Into<String>) -> Problem {
    Problem { field, words: words.into() }
}

/// The criteria, in every way they can be read. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub readings: Vec<Reading>,
}

/// One way to read them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    pub name: Option<Name>,
    pub born: Option<Born>,
    /// A record, account, visit or policy number, as typed.
    pub number: Option<String>,
    pub ssn: Option<Ssn>,
    /// The end of an SSN; only ever together with a day of birth.
    pub last4: Option<String>,
    /// Seven or ten digits.
    pub phone: Option<String>,
}

/// What can be left out of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    Number,
    Ssn,
    Phone,
}

/// A name to look for: keys of the beginning of a surname and of given names; one of them may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    pub family: String,
    /// The first given name, the one searched for.
    pub given: String,
    /// All given names together, for ranking.
    pub given_all: String,
}

impl Name {
    fn of(family: &[String], given: &[String]) -> Self {
        let (family, given) = (family.join(" "), given.join(" "));
        Self {
            family: names::family_key(&family),
            given: names::first_given_key(&given),
            given_all: names::given_key(&given),
        }
    }

    fn letters(&self) -> usize {
        self.family.len() + self.given_all.len()
    }
}

impl Query {
    /// Reads a form.
    ///
    /// # Errors
    /// Every problem of it, in words for the person who typed.
    pub fn read(typed: &Typed, today: NaiveDate) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let fields = fields(typed, today, &mut problems);
        let mut readings = vec![fields];
        match line_readings(typed.name.trim(), today) {
            Ok(alternatives) => readings = combine(&readings, &alternatives),
            Err(words) => problems.push(problem("name", words)),
        }
        if problems.is_empty() {
            problems.extend(too_little(&readings));
        }
        if problems.is_empty() {
            readings.retain(|reading| enough(reading).is_ok());
            Ok(Self { readings })
        } else {
            Err(problems)
        }
    }

    /// What was understood, most likely first, for the line above the results.
    pub fn words(&self) -> Vec<String> {
        self.readings.iter().map(Reading::words).collect()
    }

    /// The criteria as the ledger keeps them (protected); of an SSN only its end.
    pub fn for_ledger(&self) -> Value {
        json!({ "criteria": self.readings.iter().map(Reading::words).collect::<Vec<_>>() })
    }
}

impl Reading {
    fn words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(name) = &self.name {
            parts.push(match (name.family.as_str(), name.given_all.as_str()) {
                (family, "") => format!("surname {}", family.to_uppercase()),
                ("", given) => format!("given name {}", given.to_uppercase()),
                (family, given) => format!("surname {}, given name {}", family.to_uppercase(), given.to_uppercase()),
            });
        }
        parts.extend(self.born.map(|born| format!("born {}", born.words())));
        parts.extend(self.number.as_ref().map(|number| format!("number {number}")));
        parts.extend(self.ssn.as_ref().map(|ssn| format!("SSN ending {}", ssn.last4())));
        parts.extend(self.last4.as_ref().map(|last4| format!("SSN ending {last4}")));
        parts.extend(self.phone.as_ref().map(|phone| format!("phone {phone}")));
        parts.join(" · ")
    }

    /// The rest of it, when that is still enough to search by: for roles that may not use a criterion, and for numbers nobody has.
    pub fn leaving_out(&self, criteria: &[Criterion]) -> Option<Reading> {
        let mut rest = self.clone();
        for criterion in criteria {
            match criterion {
                Criterion::Number => rest.number = None,
                Criterion::Ssn => (rest.ssn, rest.last4) = (None, None),
                Criterion::Phone => rest.phone = None,
            }
        }
        enough(&rest).is_ok().then_some(rest)
    }

    /// Both, when they don't speak of the same thing.
    fn with(&self, other: &Reading) -> Option<Reading> {
        fn either<T: Clone>(one: &Option<T>, other: &Option<T>) -> Option<Option<T>> {
            match (one, other) {
                (Some(_), Some(_)) => None,
                (one, other) => Some(one.clone().or_else(|| other.clone())),
            }
        }
        Some(Reading {
            name: either(&self.name, &other.name)?,
            born: either(&self.born, &other.born)?,
            number: either(&self.number, &other.number)?,
            ssn: either(&self.ssn, &other.ssn)?,
            last4: either(&self.last4, &other.last4)?,
            phone: either(&self.phone, &other.phone)?,
        })
    }
}

/// The four fields that take one thing each.
fn fields(typed: &Typed, today: NaiveDate, problems: &mut Vec<Problem>) -> Reading {
    let mut reading = Reading::default();
    if let Some(text) = filled(&typed.born) {
        match dates::read_field(text, today) {
            Ok(born) => reading.born = Some(born),
            Err(words) => problems.push(problem("born", words)),
        }
    }
    if let Some(text) = filled(&typed.mrn) {
        match text {
            text if names::identifier_key(text).is_empty()
                || text.contains('\0')
                || text.chars().count() > LONGEST_LINE =>
            {
                problems.push(problem("mrn", "A record or account number has letters or digits."));
            }
            text => reading.number = Some(text.to_owned()),
        }
    }
    if let Some(text) = filled(&typed.ssn4) {
        match text.chars().filter(|c| !"- ".contains(*c)).collect::<String>() {
            digits if digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) => reading.last4 = Some(digits),
            digits => match Ssn::parse(&digits) {
                Some(ssn) => reading.ssn = Some(ssn),
                None => problems.push(problem("ssn4", "Type the last 4 digits of the SSN, for example 4419.")),
            },
        }
    }
    if let Some(text) = filled(&typed.phone) {
        let digits = names::phone_key(text);
        match digits.len() {
            7 | 10 => reading.phone = Some(digits),
            _ => problems.push(problem("phone", "Type a phone number of 7 or 10 digits, for example 555-010-7734.")),
        }
    }
    reading
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn combine(these: &[Reading], those: &[Reading]) -> Vec<Reading> {
    let mut both: Vec<Reading> = Vec::new();
    for reading in these.iter().flat_map(|one| those.iter().filter_map(|other| one.with(other))) {
        if both.len() < MOST_READINGS && !both.contains(&reading) {
            both.push(reading);
        }
    }
    both
}

/// Every way to read one line; one empty reading when nothing was typed.
fn line_readings(line: &str, today: NaiveDate) -> Result<Vec<Reading>, String> {
    if line.contains('\0') {
        return Err("The text holds a character that can't be stored (NUL). Remove it and search again.".into());
    }
    if line.chars().count() > LONGEST_LINE {
        return Err("That is longer than any name or number. Type only what you search for.".into());
    }
    let pieces = pieces::cut(line, today);
    if let Some(Piece::BadDate(words)) = pieces.iter().find(|piece| matches!(piece, Piece::BadDate(_))) {
        return Err(words.clone());
    }
    if pieces.contains(&Piece::BadSsn) {
        return Err("That number was never issued as a Social Security number. Check its digits.".into());
    }
    let (family, given, comma) = spoken(&pieces);
    // A word with a digit in it is a name only among other words.
    let lone = family.is_empty() && given.is_empty();
    let mut readings = names_of(&family, &given, comma);
    let has_day = pieces.iter().any(|piece| matches!(piece, Piece::Born(born) if born.day().is_some()));
    for piece in pieces.iter().filter(|piece| !matches!(piece, Piece::Word(_) | Piece::Comma)) {
        let ways = ways(piece, lone, has_day, today);
        if !ways.is_empty() {
            readings = combine(&readings, &ways);
        }
    }
    if readings.is_empty() {
        return Err("The line holds the same kind of number twice. Search for one person at a time.".into());
    }
    if !line.is_empty() && readings.iter().all(|reading| *reading == Reading::default()) {
        return Err("There are no letters or digits to search for.".into());
    }
    Ok(readings)
}

/// The words of the line, before and after its comma.
fn spoken(pieces: &[Piece]) -> (Vec<String>, Vec<String>, bool) {
    let (mut family, mut given, mut comma) = (Vec::new(), Vec::new(), false);
    let mut anything = false;
    let words = pieces.iter().filter(|piece| word_of(piece).is_some()).count();
    for piece in pieces {
        match piece {
            Piece::Comma if !family.is_empty() || !anything => comma = true,
            Piece::Word(word) if !names::family_key(word).is_empty() => {
                let is_suffix = !family.is_empty() && SUFFIXES.contains(&names::family_key(word).as_str());
                if !is_suffix {
                    if comma { given.push(word.clone()) } else { family.push(word.clone()) }
                }
            }
            // Several: a person's name with a number in it, as aliases and samples have.
            Piece::Several(_) if words > 1 => {
                if let Some(word) = word_of(piece) {
                    if comma { given.push(word.to_owned()) } else { family.push(word.to_owned()) }
                }
            }
            _ => {}
        }
        anything = true;
    }
    (family, given, comma)
}

fn word_of(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Word(word) => Some(word),
        Piece::Several(both) => both.iter().find_map(word_of),
        _ => None,
    }
}

/// Every way to part the words into surname and given names. With a comma there is one.
fn names_of(family: &[String], given: &[String], comma: bool) -> Vec<Reading> {
    let reading = |name: Name| Reading { name: (name.letters() > 0).then_some(name), ..Reading::default() };
    if comma || family.is_empty() {
        return vec![reading(Name::of(family, given))];
    }
    let words = family;
    let mut ways = Vec::new();
    // "jo smi" and "smi jo"; "anna van der hoef" and "hoef anna"
    for at in (1..words.len()).filter(|at| words.len() <= 4 || *at == 1 || at + 1 == words.len()) {
        let (first, rest) = words.split_at(at);
        ways.push(Name::of(rest, first));
        ways.push(Name::of(first, rest));
    }
    ways.push(Name::of(words, &[]));
    ways.into_iter().map(reading).collect()
}

/// What a number can mean.
fn ways(piece: &Piece, lone: bool, has_day: bool, today: NaiveDate) -> Vec<Reading> {
    let empty = Reading::default;
    match piece {
        Piece::Born(born) => vec![Reading { born: Some(*born), ..empty() }],
        Piece::Ssn(ssn) => vec![Reading { ssn: Some(ssn.clone()), ..empty() }],
        Piece::Phone(phone) => vec![Reading { phone: Some(phone.clone()), ..empty() }],
        Piece::Number(number) => vec![Reading { number: Some(number.clone()), ..empty() }],
        Piece::Four(digits) if has_day => vec![Reading { last4: Some(digits.clone()), ..empty() }],
        Piece::Four(digits) => match dates::read_year(digits, today) {
            Some(born) if !lone => vec![Reading { born: Some(born), ..empty() }],
            _ => vec![Reading { number: Some(digits.clone()), ..empty() }],
        },
        Piece::Several(both) if lone => both
            .iter()
            .flat_map(|piece| match piece {
                Piece::Word(word) => names_of(std::slice::from_ref(word), &[], false),
                piece => ways(piece, lone, has_day, today),
            })
            .collect(),
        Piece::Several(both) if both.iter().any(|piece| matches!(piece, Piece::Word(_))) => Vec::new(),
        Piece::Several(both) => both.iter().flat_map(|piece| ways(piece, lone, has_day, today)).collect(),
        Piece::Word(_) | Piece::Comma | Piece::BadDate(_) | Piece::BadSsn => Vec::new(),
    }
}

/// What is missing for a search (MPI-S3).
enum Missing {
    Everything,
    BirthDate,
    Letters,
    Number,
    Second,
}

/// MPI-S3: two criteria, or three letters; a whole number or a whole birth date points at few people by itself.
fn enough(reading: &Reading) -> Result<(), Missing> {
    let name = reading.name.as_ref();
    let name_parts = name.map_or(0, |name| usize::from(!name.family.is_empty()) + usize::from(!name.given.is_empty()));
    let others = [reading.born.is_some(), reading.number.is_some(), reading.ssn.is_some(), reading.phone.is_some()];
    let criteria =
        name_parts + others.into_iter().filter(|given| *given).count() + usize::from(reading.last4.is_some());
    let whole =
        reading.ssn.is_some() || reading.phone.is_some() || reading.born.is_some_and(|born| born.day().is_some());
    match reading {
        _ if criteria == 0 => Err(Missing::Everything),
        Reading { last4: Some(_), born, .. } if born.is_none_or(|born| born.day().is_none()) => Err(Missing::BirthDate),
        Reading { number: Some(number), .. }
            if criteria == 1 && names::identifier_key(number).len() < FEWEST_LETTERS =>
        {
            Err(Missing::Number)
        }
        _ if criteria >= 2 || whole || reading.number.is_some() => Ok(()),
        _ if name.is_some_and(|name| name.letters() >= FEWEST_LETTERS) => Ok(()),
        _ if name.is_some() => Err(Missing::Letters),
        _ => Err(Missing::Second),
    }
}

/// The problem, when no reading has enough to go by.
fn too_little(readings: &[Reading]) -> Option<Problem> {
    let mut missing = readings.iter().map(enough);
    let Some(first) = missing.next() else {
        return Some(problem("", "The fields contradict each other: the same thing was typed twice."));
    };
    if first.is_ok() || missing.any(|other| other.is_ok()) {
        return None;
    }
    Some(match first {
        Err(Missing::BirthDate) => {
            problem("born", "Add the whole date of birth: the last 4 of the SSN are searched together with it.")
        }
        Err(Missing::Letters) => {
            problem("name", "Type at least 3 letters of the name, or add something else, such as the date of birth.")
        }
        Err(Missing::Number) => problem("mrn", "Type at least 3 characters of the number, or add the name."),
        Err(Missing::Second) => problem("name", "Add a second thing, such as the name or the whole date of birth."),
        Err(Missing::Everything) | Ok(()) => {
            problem("name", "Type a name, a date of birth, a record or account number, or a phone number.")
        }
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
