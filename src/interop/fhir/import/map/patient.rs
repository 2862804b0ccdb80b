//! Patient: every name, number and address a source holds of a person (handbook 1.1, 1.2).

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::contact::{Address, Contact, Telecom, address, contact, telecom};
use super::dates::{Edge, Precision, date, date_at, moment_at};
use super::json::{code, codings, extension, label_at, many, one, text_of, truth, whole_number, word, words};
use super::labels;
use super::notes::Notes;
use super::{Refusal, Setting};

#[derive(Debug, Default)]
pub(crate) struct Patient {
    pub names: Vec<Name>,
    pub identifiers: Vec<Identifier>,
    /// A valid social security number, nine digits; goes into the vault and nowhere else.
    pub ssn: Option<Ssn>,
    pub sex: &'static str,
    pub birth_date: Option<NaiveDate>,
    pub birth_precision: &'static str,
    pub deceased: bool,
    pub deceased_at: Option<DateTime<Utc>>,
    pub multiple_birth: bool,
    pub birth_order: Option<i16>,
    pub marital_status: Option<String>,
    pub language: Option<String>,
    pub interpreter_needed: Option<bool>,
    pub religion: Option<String>,
    pub mothers_maiden_name: Option<String>,
    pub ethnicity: Option<String>,
    pub races: Vec<(String, String)>,
    pub addresses: Vec<Address>,
    pub telecoms: Vec<Telecom>,
    pub contacts: Vec<Contact>,
    pub restricted: Option<&'static str>,
}

/// Nine digits that must never be printed.
pub(crate) struct Ssn(pub String);

impl std::fmt::Debug for Ssn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ssn(hidden)")
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Name {
    pub use_: &'static str,
    pub family: String,
    pub given: String,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identifier {
    pub type_: String,
    pub authority: String,
    pub value: String,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

pub(crate) fn map(value: &Value, setting: Setting, notes: &Notes) -> Result<Patient, Refusal> {
    let names = names(value, notes);
    let (identifiers, ssn) = identifiers(value, notes);
    let (birth_date, birth_precision) = birth(value, setting, notes);
    if names.is_empty() && identifiers.is_empty() && ssn.is_none() {
        return Err("no name and no identifier: nobody could find or recognise this person".into());
    }
    if names.is_empty() {
        notes.add("name is missing; registered without a name, to be completed");
    }
    for link in many(value, "link").filter_map(|link| word(link, "type")) {
        if link == "replaced-by" {
            notes.add("link says that another record replaced this one; both are kept, see the duplicate desk");
        }
    }
    let (deceased, deceased_at) = deceased(value, setting, notes);
    let (multiple_birth, birth_order) = multiple_birth(value);
    Ok(Patient {
        names,
        identifiers,
        ssn,
        sex: sex(value, notes),
        birth_date,
        birth_precision,
        deceased,
        deceased_at,
        multiple_birth,
        birth_order,
        marital_status: code(value, "maritalStatus").or_else(|| label_at(value, "maritalStatus")),
        language: language(value),
        interpreter_needed: interpreter(value),
        religion: extension(value, "patient-religion").and_then(|found| label_at(found, "valueCodeableConcept")),
        mothers_maiden_name: extension(value, "patient-mothersMaidenName").and_then(|found| word(found, "valueString")),
        ethnicity: categories(value, "us-core-ethnicity").into_iter().next().map(|(code, _)| code),
        races: categories(value, "us-core-race"),
        addresses: many(value, "address").filter_map(|found| address(found, notes)).collect(),
        telecoms: many(value, "telecom").filter_map(|found| telecom(found, notes)).collect(),
        contacts: many(value, "contact").filter_map(contact).collect(),
        restricted: labels::restricted(value),
    })
}

/// Every name with its use; exactly one is the one to show, `official` before `usual` before the first current one.
fn names(value: &Value, notes: &Notes) -> Vec<Name> {
    let mut names: Vec<Name> = many(value, "name").filter_map(|found| name(found, notes)).collect();
    let current = |name: &Name, use_| name.use_ == use_ && name.ended_on.is_none();
    let shown = names
        .iter()
        .position(|name| current(name, "official"))
        .or_else(|| names.iter().position(|name| current(name, "usual")))
        .or_else(|| names.iter().position(|name| !matches!(name.use_, "old" | "maiden")))
        .or(if names.is_empty() { None } else { Some(0) });
    if let Some(shown) = shown {
        for (at, name) in names.iter_mut().enumerate() {
            if at == shown {
                name.use_ = "official";
                name.ended_on = None;
            } else if name.use_ == "official" {
                name.use_ = if name.ended_on.is_some() { "old" } else { "alias" };
            }
        }
        names.swap(0, shown);
    }
    names
}

fn name(value: &Value, notes: &Notes) -> Option<Name> {
    let mut family = text_of(one(value, "family")).unwrap_or_default();
    let mut given = words(value, "given", " ");
    if family.is_empty() && given.is_empty() {
        let text = match value {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => word(value, "text"),
        }?;
        notes.add("name came as one text; its last word was taken for the family name");
        (family, given) = parted(&text);
    }
    let use_ = match word(value, "use").unwrap_or_default().to_ascii_lowercase().as_str() {
        "official" => "official",
        "temp" => "temp",
        "nickname" => "nickname",
        "anonymous" => "anonymous",
        "old" => "old",
        "maiden" => "maiden",
        "alias" => "alias",
        _ => "usual",
    };
    let period = one(value, "period");
    Some(Name {
        use_,
        family,
        given,
        prefix: Some(words(value, "prefix", " ")).filter(|text| !text.is_empty()),
        suffix: Some(words(value, "suffix", " ")).filter(|text| !text.is_empty()),
        started_on: date_at(period, "start", notes),
        ended_on: date_at(period, "end", notes),
    })
}

/// `Lee, Ann` or `Ann Lee`.
fn parted(text: &str) -> (String, String) {
    if let Some((family, given)) = text.split_once(',') {
        return (family.trim().to_owned(), given.trim().to_owned());
    }
    match text.rsplit_once(' ') {
        Some((given, family)) => (family.to_owned(), given.trim().to_owned()),
        None => (text.to_owned(), String::new()),
    }
}

fn identifiers(value: &Value, notes: &Notes) -> (Vec<Identifier>, Option<Ssn>) {
    let mut kept: Vec<Identifier> = Vec::new();
    let mut ssn = None;
    for found in many(value, "identifier") {
        let Some(number) = word(found, "value") else { continue };
        let authority = word(found, "system").unwrap_or_default();
        let kinds = codings(one(found, "type"));
        let kind = kinds.iter().map(|kind| kind.code.to_ascii_uppercase()).find(|code| is_short_code(code));
        if kind.as_deref() == Some("SS")
            || authority.ends_with("us-ssn")
            || authority.ends_with("2.16.840.1.113883.4.1")
        {
            match valid_ssn(&number) {
                Some(digits) => ssn = Some(Ssn(digits)),
                // Handbook 1.1: a reject counts as missing, and is not kept in clear under another name either.
                None => {
                    notes.add("identifier: the social security number is one that is never issued; treated as missing");
                }
            }
            continue;
        }
        let type_ = kind.unwrap_or_else(|| guessed_type(&authority, found));
        let period = one(found, "period");
        let identifier = Identifier {
            type_,
            authority: if authority.is_empty() { "unknown".into() } else { authority },
            value: number,
            started_on: date_at(period, "start", notes),
            ended_on: date_at(period, "end", notes),
        };
        let same = |other: &Identifier| {
            (&other.type_, &other.authority, &other.value)
                == (&identifier.type_, &identifier.authority, &identifier.value)
        };
        if !kept.iter().any(same) {
            kept.push(identifier);
        }
    }
    (kept, ssn)
}

fn is_short_code(code: &str) -> bool {
    (1..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Identifiers without a type: a system that calls itself a record number is one; everything else is unspecified (`U`).
fn guessed_type(authority: &str, identifier: &Value) -> String {
    let told = label_at(identifier, "type").unwrap_or_default().to_ascii_lowercase();
    let system = authority.to_ascii_lowercase();
    if told.contains("medical record") || told == "mrn" || system.ends_with("/mrn") || system.ends_with(":mrn") {
        "MR".into()
    } else {
        "U".into()
    }
}

/// Nine digits that the Social Security Administration may have issued (handbook 1.1).
pub(crate) fn valid_ssn(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let stray = text.chars().any(|c| !c.is_ascii_digit() && c != '-' && c != ' ');
    if digits.len() != 9 || stray {
        return None;
    }
    let (area, group, serial) = (&digits[..3], &digits[3..5], &digits[5..]);
    let never = area == "000"
        || area == "666"
        || area >= "900"
        || group == "00"
        || serial == "0000"
        || digits.bytes().all(|byte| byte == digits.as_bytes()[0])
        || matches!(digits.as_str(), "123456789" | "078051120" | "219099999");
    (!never).then_some(digits)
}

fn birth(value: &Value, setting: Setting, notes: &Notes) -> (Option<NaiveDate>, &'static str) {
    let Some(text) = word(value, "birthDate") else { return (None, "unknown") };
    let Some((day, precision)) = date(&text) else {
        notes.add("birthDate is not a date; left out");
        return (None, "unknown");
    };
    if day > setting.today {
        notes.add("birthDate lies in the future; left out");
        return (None, "unknown");
    }
    if setting.today.years_since(day).is_some_and(|age| age > 124) {
        notes.add("birthDate makes this person older than 124 years; please check");
    }
    let precision = match precision {
        Precision::Day => "day",
        Precision::Month => "month",
        Precision::Year => "year",
    };
    (Some(day), precision)
}

fn sex(value: &Value, notes: &Notes) -> &'static str {
    let told = word(value, "gender")
        .or_else(|| extension(value, "us-core-birthsex").and_then(|found| word(found, "valueCode")))
        .or_else(|| {
            extension(value, "us-core-sex")
                .and_then(|found| code(found, "valueCoding").or_else(|| word(found, "valueCode")))
        });
    let Some(told) = told else { return "unknown" };
    match told.to_ascii_lowercase().as_str() {
        "female" | "f" | "248152002" => "female",
        "male" | "m" | "248153007" => "male",
        "other" | "o" | "oth" | "a" => "other",
        "unknown" | "u" | "unk" | "un" => "unknown",
        "asku" | "asked-unknown" => "asked-unknown",
        "asked-declined" | "declined" => "declined",
        _ => {
            notes.add("gender is no code of FHIR; read as unknown");
            "unknown"
        }
    }
}

fn deceased(value: &Value, setting: Setting, notes: &Notes) -> (bool, Option<DateTime<Utc>>) {
    if word(value, "deceasedDateTime").is_some() {
        return (true, moment_at(value, "deceasedDateTime", setting.zone, Edge::Start, notes));
    }
    (truth(value, "deceasedBoolean").unwrap_or(false), None)
}

fn multiple_birth(value: &Value) -> (bool, Option<i16>) {
    match whole_number(value, "multipleBirthInteger") {
        Some(order @ 1..=12) => (true, i16::try_from(order).ok()),
        Some(_) => (true, None),
        None => (truth(value, "multipleBirthBoolean").unwrap_or(false), None),
    }
}

/// The preferred language, else the first.
fn language(value: &Value) -> Option<String> {
    let preferred = many(value, "communication").find(|found| truth(found, "preferred") == Some(true));
    let found = preferred.or_else(|| many(value, "communication").next())?;
    code(found, "language").or_else(|| label_at(found, "language"))
}

fn interpreter(value: &Value) -> Option<bool> {
    let found =
        extension(value, "us-core-interpreter-needed").or_else(|| extension(value, "patient-interpreterRequired"))?;
    truth(found, "valueBoolean").or_else(|| match code(found, "valueCoding").as_deref() {
        Some("373066001") => Some(true),
        Some("373067005") => Some(false),
        _ => None,
    })
}

/// Race or ethnicity: OMB and detailed codes; "declined" and "unknown" are data and stay (handbook 1.2).
fn categories(value: &Value, which: &str) -> Vec<(String, String)> {
    let Some(found) = extension(value, which) else { return Vec::new() };
    let mut kept: Vec<(String, String)> = Vec::new();
    for part in many(found, "extension") {
        if !matches!(part["url"].as_str(), Some("ombCategory" | "detailed")) {
            continue;
        }
        for coding in codings(one(part, "valueCoding")) {
            let label = coding.display.unwrap_or_else(|| coding.code.clone());
            if !kept.iter().any(|(code, _)| *code == coding.code) {
                kept.push((coding.code, label));
            }
        }
    }
    if kept.is_empty() {
        let text =
            many(found, "extension").find(|part| part["url"] == "text").and_then(|part| word(part, "valueString"));
        kept.extend(text.map(|text| ("UNK".to_owned(), text)));
        kept.extend(
            label_at(found, "valueCodeableConcept")
                .map(|text| (code(found, "valueCodeableConcept").unwrap_or("UNK".into()), text)),
        );
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapped(value: Value) -> (Patient, Vec<String>) {
        let notes = Notes::default();
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let patient = map(&value, Setting { zone: chrono_tz::UTC, today }, &notes).unwrap();
        (patient, notes.into_vec())
    }

    #[test]
    fn ssn_rejects_are_missing_handbook_1_1() {
        for never in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "999-22-1962",
            "123-00-4567",
            "123-45-0000",
            "111-11-1111",
            "123-45-6789",
            "078-05-1120",
            "219-09-9999",
            "12345678",
            "12a-45-6780",
        ] {
            assert_eq!(valid_ssn(never), None, "{never}");
        }
        assert_eq!(valid_ssn("123-45-6780").as_deref(), Some("123456780"));
        let (patient, told) = mapped(json!({
            "name": [{"family": "Koepp"}],
            "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-22-1962"}, {"type": {"coding": [{"code": "SS"}]}, "value": "123-45-6780"}]
        }));
        assert_eq!(patient.ssn.unwrap().0, "123456780");
        assert!(patient.identifiers.is_empty());
        assert!(told.iter().any(|note| note.contains("never issued") && !note.contains("999")), "{told:?}");
    }

    #[test]
    fn every_name_is_kept_and_one_is_shown() {
        let (patient, _) = mapped(json!({"name": [
            {"use": "maiden", "family": "Roe", "given": ["Ann", "May"]},
            {"use": "usual", "family": "Lee", "given": ["Ann"], "prefix": ["Dr."]},
            {"use": "official", "family": "Lee-Roe", "given": ["Ann"]},
            {"use": "official", "family": "Old", "period": {"end": "2001-05-05"}},
        ]}));
        let told: Vec<_> = patient.names.iter().map(|name| (name.use_, name.family.as_str())).collect();
        assert_eq!(told, [("official", "Lee-Roe"), ("usual", "Lee"), ("maiden", "Roe"), ("old", "Old")]);
        assert_eq!(patient.names[2].given, "Ann May");
    }

    #[test]
    fn right_to_left_and_single_text_names_are_kept() {
        let (patient, _) = mapped(json!({"name": [{"family": "כהן", "given": ["שרה"]}]}));
        assert_eq!((patient.names[0].family.as_str(), patient.names[0].given.as_str()), ("כהן", "שרה"));
        let (patient, told) = mapped(json!({"name": {"text": "Ann May Lee"}}));
        assert_eq!((patient.names[0].family.as_str(), patient.names[0].given.as_str()), ("Lee", "Ann May"));
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn birth_dates_keep_precision_and_nonsense_is_left_out() {
        let birth = |text: &str| {
            let (patient, told) = mapped(json!({"name": [{"family": "x"}], "birthDate": text}));
            (patient.birth_date.map(|day| day.to_string()), patient.birth_precision, told.len())
        };
        assert_eq!(birth("1956"), (Some("1956-01-01".into()), "year", 0));
        assert_eq!(birth("1956-08"), (Some("1956-08-01".into()), "month", 0));
        assert_eq!(birth("2026-02-30"), (None, "unknown", 1));
        assert_eq!(birth("2999-01-01"), (None, "unknown", 1));
        assert_eq!(birth("1880-01-01"), (Some("1880-01-01".into()), "day", 1));
    }

    #[test]
    fn race_ethnicity_and_the_rest_of_us_core_are_read() {
        let (patient, _) = mapped(json!({
            "name": [{"family": "x"}], "gender": "female", "multipleBirthInteger": 2, "deceasedDateTime": "2020-01-02",
            "extension": [
                {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", "extension": [
                    {"url": "ombCategory", "valueCoding": {"code": "2106-3", "display": "White"}},
                    {"url": "ombCategory", "valueCoding": {"code": "2028-9", "display": "Asian"}}, {"url": "text", "valueString": "Mixed"}]},
                {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity", "extension": [
                    {"url": "ombCategory", "valueCoding": {"code": "2135-2", "display": "Hispanic or Latino"}}]},
                {"url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", "valueString": "Jone Trantow"}],
            "communication": [{"language": {"coding": [{"code": "en"}]}}, {"language": {"coding": [{"code": "es"}]}, "preferred": true}],
        }));
        assert_eq!(patient.races.len(), 2);
        assert_eq!(patient.ethnicity.as_deref(), Some("2135-2"));
        assert_eq!(patient.mothers_maiden_name.as_deref(), Some("Jone Trantow"));
        assert_eq!(patient.language.as_deref(), Some("es"));
        assert_eq!((patient.multiple_birth, patient.birth_order), (true, Some(2)));
        assert!(patient.deceased && patient.deceased_at.is_some());
    }

    #[test]
    fn somebody_nobody_could_find_is_refused() {
        let notes = Notes::default();
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert!(map(&json!({"gender": "male"}), Setting { zone: chrono_tz::UTC, today }, &notes).is_err());
    }
}
