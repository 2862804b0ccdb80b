//! A person as registration, an import or the sample generator hands them over: plain values, ready to be stored.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::names::{self, NameProblem};
use super::rules::Ssn;
use crate::base::id::{FacilityId, PatientId};
use crate::base::quiet::quiet;

/// Everything of one record of the master patient index.
#[derive(Clone)]
pub struct PatientRecord {
    pub patient: PatientId,
    /// Where the person was registered first.
    pub facility: FacilityId,
    /// Every facility that knows them; the first one included.
    pub facilities: Vec<FacilityId>,
    pub restricted: Option<Restriction>,
    pub sex: Sex,
    pub birth_date: Option<NaiveDate>,
    pub birth_precision: BirthPrecision,
    pub birth_time: Option<NaiveTime>,
    pub deceased: bool,
    pub deceased_at: Option<DateTime<Utc>>,
    pub multiple_birth: bool,
    pub birth_order: Option<i16>,
    pub mother: Option<PatientId>,
    pub marital_status: Option<String>,
    pub language: Option<String>,
    pub interpreter_needed: Option<bool>,
    pub religion: Option<String>,
    pub mothers_maiden_name: Option<String>,
    pub ethnicity: Option<String>,
    pub identity: Identity,
    pub ssn: Option<Ssn>,
    pub names: Vec<PersonName>,
    pub identifiers: Vec<PatientIdentifier>,
    pub addresses: Vec<PostalAddress>,
    pub telecoms: Vec<ContactPoint>,
    pub races: Vec<Race>,
    pub contacts: Vec<ContactPerson>,
    pub coverages: Vec<InsuranceCoverage>,
}

impl PatientRecord {
    /// A record of which nothing is known yet but its place.
    pub fn new(patient: PatientId, facility: FacilityId) -> Self {
        Self {
            patient,
            facility,
            facilities: vec![facility],
            restricted: None,
            sex: Sex::Unknown,
            birth_date: None,
            birth_precision: BirthPrecision::Day,
            birth_time: None,
            deceased: false,
            deceased_at: None,
            multiple_birth: false,
            birth_order: None,
            mother: None,
            marital_status: None,
            language: None,
            interpreter_needed: None,
            religion: None,
            mothers_maiden_name: None,
            ethnicity: None,
            identity: Identity::Known,
            ssn: None,
            names: Vec::new(),
            identifiers: Vec::new(),
            addresses: Vec::new(),
            telecoms: Vec::new(),
            races: Vec::new(),
            contacts: Vec::new(),
            coverages: Vec::new(),
        }
    }
}

quiet!(PatientRecord.patient);

/// Declares an enum with the word the database keeps.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident => $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($variant,)*
        }

        impl $name {
            /// The stored word.
            pub fn word(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)*
                }
            }

            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// Why lists mask a person (handbook 1.7, 7.4).
    Restriction { Vip => "vip", Employee => "employee", EmployeeFamily => "employee-family", Confidential => "confidential" }
}
words! {
    /// "Declined" and "asked, unknown" are data (handbook 1.2).
    Sex { Female => "female", Male => "male", Other => "other", Unknown => "unknown", AskedUnknown => "asked-unknown", Declined => "declined" }
}
words! {
    /// How exactly the birth date is known.
    BirthPrecision { Day => "day", Month => "month", Year => "year", Estimated => "estimated", Unknown => "unknown" }
}
words! {
    /// Whether we know who this is (handbook 1.7).
    Identity { Known => "known", Unknown => "unknown", Newborn => "newborn", Alias => "alias" }
}
words! {
    /// FHIR NameUse, and `alias` of HL7 table 0200.
    NameUse {
        Official => "official", Usual => "usual", Temporary => "temp", Nickname => "nickname", Anonymous => "anonymous", Old => "old",
        Maiden => "maiden", Alias => "alias",
    }
}
words! {
    AddressUse { Home => "home", Work => "work", Temporary => "temp", Old => "old", Billing => "billing" }
}
words! {
    ContactKind { Phone => "phone", Email => "email", Fax => "fax", Other => "other" }
}

#[derive(Clone)]
pub struct PersonName {
    pub usage: NameUse,
    pub family: String,
    pub given: String,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

impl PersonName {
    /// A name made fit to be stored.
    ///
    /// # Errors
    /// What [`names::tidy`] refuses.
    pub fn new(usage: NameUse, family: &str, given: &str) -> Result<Self, NameProblem> {
        Ok(Self {
            usage,
            family: names::tidy(family)?,
            given: names::tidy(given)?,
            prefix: None,
            suffix: None,
            started_on: None,
            ended_on: None,
        })
    }
}

/// An identifier means something only with its type (HL7 table 0203) and the authority that issued it.
#[derive(Clone)]
pub struct PatientIdentifier {
    pub kind: String,
    pub authority: String,
    pub value: String,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Clone)]
pub struct PostalAddress {
    pub usage: AddressUse,
    pub lines: String,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Clone)]
pub struct ContactPoint {
    pub kind: ContactKind,
    pub usage: Option<String>,
    pub value: String,
    pub ended_on: Option<NaiveDate>,
}

impl ContactPoint {
    /// What a search compares: the digits of a telephone, an address in lower case.
    pub fn key(&self) -> String {
        match self.kind {
            ContactKind::Phone | ContactKind::Fax => names::phone_key(&self.value),
            ContactKind::Email | ContactKind::Other => self.value.trim().to_lowercase(),
        }
    }
}

#[derive(Clone)]
pub struct Race {
    pub code: String,
    pub label: String,
}

#[derive(Clone)]
pub struct ContactPerson {
    pub relationship: Option<String>,
    pub name: String,
    pub phone: Option<String>,
}

#[derive(Clone)]
pub struct InsuranceCoverage {
    pub payer: String,
    pub plan: Option<String>,
    pub member_id: Option<String>,
    pub relationship: Option<String>,
    pub status: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}
