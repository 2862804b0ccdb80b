//! Providers, organisations and places: workforce and directory data, no patient's.

use serde_json::Value;

use super::Refusal;
use super::json::{code, codings, label, label_at, many, one, text_of, truth, word, words};
use super::notes::Notes;
use super::reference::{Reference, Target, identifier_id};

#[derive(Debug)]
pub(crate) struct Organization {
    pub name: String,
    pub kind: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Practitioner {
    pub npi: Option<String>,
    pub family: String,
    pub given: String,
    pub prefix: Option<String>,
    pub credential: Option<String>,
    pub active: bool,
}

/// What a PractitionerRole adds to its practitioner.
#[derive(Debug)]
pub(crate) struct Role {
    pub practitioner: Reference,
    pub specialty: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Location {
    pub name: String,
    pub kind: Option<String>,
}

/// The keys under which others may ask for a directory record by its business identifiers.
pub(crate) fn identifier_keys(value: &Value) -> Vec<String> {
    many(value, "identifier")
        .filter_map(|found| Some(identifier_id(&word(found, "system").unwrap_or_default(), &word(found, "value")?)))
        .take(4)
        .collect()
}

pub(crate) fn organization(value: &Value) -> Result<Organization, Refusal> {
    let name = word(value, "name").or_else(|| many(value, "alias").find_map(text_of));
    Ok(Organization {
        name: name.ok_or("an organisation without a name")?,
        kind: many(value, "type").find_map(label),
        phone: many(value, "telecom")
            .find(|found| word(found, "system").as_deref() == Some("phone"))
            .and_then(|found| word(found, "value")),
        address: many(value, "address").find_map(one_line),
    })
}

fn one_line(address: &Value) -> Option<String> {
    let parts = [
        words(address, "line", ", "),
        word(address, "city").unwrap_or_default(),
        [word(address, "state").unwrap_or_default(), word(address, "postalCode").unwrap_or_default()]
            .join(" ")
            .trim()
            .to_owned(),
    ];
    let line = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    if line.is_empty() { word(address, "text") } else { Some(line) }
}

pub(crate) fn practitioner(value: &Value, notes: &Notes) -> Result<Practitioner, Refusal> {
    let name = many(value, "name").find(|name| word(name, "use").as_deref() != Some("old")).unwrap_or(&Value::Null);
    let (mut family, mut given) = (word(name, "family").unwrap_or_default(), words(name, "given", " "));
    if family.is_empty() && given.is_empty() {
        let text = word(name, "text").ok_or("a practitioner without a name")?;
        (given, family) =
            text.rsplit_once(' ').map_or((String::new(), text.clone()), |(g, f)| (g.to_owned(), f.to_owned()));
    }
    let told =
        many(value, "identifier").find(|found| word(found, "system").is_some_and(|system| system.ends_with("us-npi")));
    let npi = told.and_then(|found| word(found, "value"));
    if npi.as_deref().is_some_and(|npi| !is_npi(npi)) {
        notes.add("identifier: the NPI is not valid (10 digits with a check digit); left out");
    }
    Ok(Practitioner {
        npi: npi.filter(|npi| is_npi(npi)),
        family,
        given,
        prefix: Some(words(name, "prefix", " ")).filter(|text| !text.is_empty()),
        credential: credential(value, name),
        active: truth(value, "active").unwrap_or(true),
    })
}

fn credential(value: &Value, name: &Value) -> Option<String> {
    let suffix = Some(words(name, "suffix", ", ")).filter(|text| !text.is_empty());
    suffix.or_else(|| {
        many(value, "qualification").find_map(|found| {
            let concept = one(found, "code");
            codings(concept)
                .into_iter()
                .next()
                .map(|coding| coding.code)
                .filter(|code| code.len() <= 8)
                .or_else(|| label(concept))
        })
    })
}

/// Ten digits whose Luhn sum over `80840` and them comes out (handbook 1.1).
pub(crate) fn is_npi(text: &str) -> bool {
    if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = text
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 1 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    // 80840 adds 24 to every number.
    (sum + 24).is_multiple_of(10)
}

pub(crate) fn role(value: &Value) -> Result<Role, Refusal> {
    let practitioner = Reference::at(value, "practitioner", Target::Practitioner)
        .ok_or("a practitioner role that names no practitioner")?;
    let specialty = many(value, "specialty").find_map(label).or_else(|| many(value, "code").find_map(label));
    Ok(Role { practitioner, specialty })
}

pub(crate) fn location(value: &Value) -> Result<Location, Refusal> {
    let name =
        word(value, "name").or_else(|| many(value, "alias").find_map(text_of)).or_else(|| word(value, "description"));
    let kind = label_at(value, "physicalType")
        .or_else(|| label_at(value, "form"))
        .or_else(|| many(value, "type").find_map(label))
        .or_else(|| code(value, "type"));
    Ok(Location { name: name.ok_or("a location without a name")?, kind })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn npi_check_digit_handbook_1_1() {
        assert!(is_npi("1234567893"));
        for wrong in ["1234567890", "160", "12345678934", "abcdefghij", ""] {
            assert!(!is_npi(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_invalid_npi_costs_the_number_not_the_provider() {
        let notes = Notes::default();
        let value = json!({"identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "160"}],
            "name": [{"family": "Hilpert", "given": ["Sharyl"], "prefix": ["Dr."]}], "qualification": [{"code": {"coding": [{"code": "MD"}]}}]});
        let found = practitioner(&value, &notes).unwrap();
        assert_eq!((found.npi, found.credential.as_deref()), (None, Some("MD")));
        assert_eq!(notes.into_vec().len(), 1);
        assert_eq!(identifier_keys(&value), ["identifier:http://hl7.org/fhir/sid/us-npi|160"]);
    }

    #[test]
    fn places_and_organisations_need_a_name() {
        assert!(location(&json!({})).is_err());
        assert!(organization(&json!({"type": []})).is_err());
        assert_eq!(
            location(&json!({"name": "3E", "physicalType": {"coding": [{"code": "wa", "display": "Ward"}]}}))
                .unwrap()
                .kind
                .as_deref(),
            Some("Ward")
        );
    }
}
