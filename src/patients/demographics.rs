//! What is known of a person besides their illness (handbook 1.2).

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use crate::base::quiet::quiet;

/// The whole of it, as far as the viewer may see.
pub struct Demographics {
    pub personal: Personal,
    pub names: Vec<Name>,
    pub reachable: Reachable,
    pub contacts: Vec<Contact>,
    pub coverages: Vec<Coverage>,
}

/// By which numbers the person is known, and where they are reached.
pub struct Reachable {
    pub identifiers: Vec<Identifier>,
    pub addresses: Vec<Address>,
    pub telecoms: Vec<Telecom>,
}

quiet!(Demographics, Reachable);

pub struct Personal {
    pub marital_status: Option<String>,
    pub language: Option<String>,
    pub interpreter_needed: Option<bool>,
    pub religion: Option<String>,
    pub mothers_maiden_name: Option<String>,
    pub ethnicity: Option<String>,
    pub multiple_birth: bool,
    pub birth_order: Option<i16>,
    pub birth_time: Option<NaiveTime>,
    /// Absent for roles without masked sight of it.
    pub ssn_sealed: Option<Vec<u8>>,
    pub races: Vec<String>,
}

pub struct Name {
    pub usage: String,
    pub family: String,
    pub given: String,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
pub struct Identifier {
    /// HL7 table 0203.
    pub kind: String,
    pub authority: String,
    pub value: String,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
pub struct Address {
    pub usage: String,
    pub lines: String,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
    pub ended_on: Option<NaiveDate>,
}

impl Address {
    /// One line: street, town, state and postal code.
    pub fn line(&self) -> String {
        let town = [self.city.as_deref(), self.state.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let town = [town.as_str(), self.postal_code.as_deref().unwrap_or_default()].join(" ");
        [self.lines.replace('\n', ", "), town.trim().to_owned()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

#[derive(Deserialize)]
pub struct Telecom {
    pub kind: String,
    pub usage: Option<String>,
    pub value: String,
    pub ended_on: Option<NaiveDate>,
}

pub struct Contact {
    pub relationship: Option<String>,
    pub name: String,
    pub phone: Option<String>,
}

pub struct Coverage {
    pub payer: String,
    pub plan: Option<String>,
    pub member_id: Option<String>,
    pub relationship: Option<String>,
    pub status: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

/// What people read for an identifier type of HL7 table 0203.
pub fn identifier_words(kind: &str) -> &str {
    match kind {
        "MR" => "MRN",
        "PI" => "Internal number",
        "AN" => "Account",
        "MC" => "Medicare",
        "MA" => "Medicaid",
        "DL" => "Driver’s licence",
        "PPN" => "Passport",
        "U" | "RI" => "Other number",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_words_and_strange_ones_as_they_stand() {
        assert_eq!(identifier_words("XX"), "XX");
        assert_eq!(identifier_words("U"), "Other number");
    }
}
