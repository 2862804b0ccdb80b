//! What a source tells of a person, as the master patient index keeps it.

use crate::interop::fhir::import::map::{contact, patient};
use crate::patients::model::{
    AddressUse, ContactKind, ContactPerson, ContactPoint, NameUse, PatientIdentifier, PersonName, PostalAddress,
};

/// Values that stand in an index.
const LONGEST_VALUE: usize = 200;

pub(super) fn person_name(told: &patient::Name, notes: &mut Vec<String>) -> Option<PersonName> {
    let usage = NameUse::parse(told.use_).unwrap_or(NameUse::Usual);
    match PersonName::new(usage, &told.family, &told.given) {
        Ok(name) => Some(PersonName {
            prefix: told.prefix.clone(),
            suffix: told.suffix.clone(),
            started_on: told.started_on,
            ended_on: told.ended_on.filter(|end| told.started_on.is_none_or(|start| start <= *end)),
            ..name
        }),
        Err(problem) => {
            notes.push(format!("name {problem}; left out"));
            None
        }
    }
}

pub(super) fn kept_identifier(told: &patient::Identifier, notes: &mut Vec<String>) -> Option<PatientIdentifier> {
    if told.value.chars().count() > LONGEST_VALUE || told.authority.chars().count() > LONGEST_VALUE {
        notes.push("an identifier longer than 200 characters was left out".into());
        return None;
    }
    Some(PatientIdentifier {
        started_on: told.started_on,
        ended_on: told.ended_on,
        ..identifier(&told.type_, &told.authority, &told.value)
    })
}

pub(super) fn identifier(kind: &str, authority: &str, value: &str) -> PatientIdentifier {
    PatientIdentifier {
        kind: kind.to_owned(),
        authority: authority.to_owned(),
        value: value.to_owned(),
        started_on: None,
        ended_on: None,
    }
}

pub(super) fn address(told: &contact::Address) -> PostalAddress {
    PostalAddress {
        usage: AddressUse::parse(told.use_).unwrap_or(AddressUse::Home),
        lines: told.lines.clone(),
        city: told.city.clone(),
        state: told.state.clone(),
        postal_code: told.postal_code.clone(),
        country: told.country.clone(),
        started_on: told.started_on,
        ended_on: told.ended_on,
    }
}

pub(super) fn telecom(told: &contact::Telecom) -> ContactPoint {
    ContactPoint {
        kind: ContactKind::parse(told.kind).unwrap_or(ContactKind::Other),
        usage: told.use_.clone(),
        value: told.value.chars().take(LONGEST_VALUE).collect(),
        ended_on: told.ended_on,
    }
}

pub(super) fn contact_person(told: &contact::Contact) -> ContactPerson {
    ContactPerson { relationship: told.relationship.clone(), name: told.name.clone(), phone: told.phone.clone() }
}
