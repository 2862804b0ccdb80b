//! From a FHIR resource to the rows we keep: pure, total (no JSON value makes it fail), and honest about what it could not use.
//!
//! One file per noun. Every mapper answers either rows or a refusal with a reason a person can act on; whatever was left out is a note.

pub(crate) mod claim;
pub(crate) mod clinical;
pub(crate) mod condition;
pub(crate) mod contact;
pub(crate) mod coverage;
pub(crate) mod dates;
pub(crate) mod directory;
pub(crate) mod document;
pub(crate) mod encounter;
pub(crate) mod json;
pub(crate) mod labels;
pub(crate) mod narrative;
pub(crate) mod notes;
pub(crate) mod patient;
pub(crate) mod procedure;
pub(crate) mod reference;
pub(crate) mod shape;

use chrono_tz::Tz;
use serde_json::Value;

use notes::Notes;
use reference::{Reference, Target};

/// Why nothing of a resource is kept.
pub(crate) type Refusal = String;

/// What a resource becomes.
#[derive(Debug)]
pub(crate) enum Mapped {
    Organization(directory::Organization),
    Practitioner(directory::Practitioner),
    Role(directory::Role),
    Location(directory::Location),
    Patient(Box<patient::Patient>),
    Coverage(coverage::Coverage),
    Encounter(Box<encounter::Encounter>),
    Diagnosis(condition::Diagnosis),
    Procedure(procedure::Procedure),
    Item(clinical::Item),
    Charge(claim::Charge),
    Document(Box<document::Document>),
    /// A report is a document and, beside it, a clinical item.
    Report(clinical::Item, Option<Box<document::Document>>),
    /// What only the last reading looks at: how records of one kind point at each other.
    Links(Links),
}

/// References between records that may both be new: set when every record of the input is in.
#[derive(Debug, Default)]
pub(crate) struct Links {
    pub part_of: Option<Reference>,
    pub organization: Option<Reference>,
    pub diagnoses: Vec<encounter::Listed>,
    pub relations: Vec<document::Relation>,
}

impl Links {
    pub(crate) fn is_empty(&self) -> bool {
        self.part_of.is_none() && self.organization.is_none() && self.diagnoses.is_empty() && self.relations.is_empty()
    }
}

/// Which reading of the input a type belongs to: what others point at comes before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reading {
    /// Places, organisations, providers and the people themselves.
    People,
    /// Visits and coverage.
    Visits,
    /// Everything that happened in a visit.
    Chart,
    /// Links between records of one kind.
    Links,
}

impl Reading {
    pub(crate) const ALL: [Reading; 4] = [Reading::People, Reading::Visits, Reading::Chart, Reading::Links];

    /// The reading a type is kept in; `None` for a type that is not kept.
    pub(crate) fn of(resource_type: &str) -> Option<Self> {
        match resource_type {
            "Organization" | "Practitioner" | "Location" | "Patient" => Some(Reading::People),
            "PractitionerRole" | "Coverage" | "Encounter" => Some(Reading::Visits),
            "Condition" | "Procedure" | "Claim" | "DocumentReference" | "Composition" | "DiagnosticReport" => {
                Some(Reading::Chart)
            }
            kind if clinical::is_kept(kind) => Some(Reading::Chart),
            _ => None,
        }
    }
}

/// What every mapper may know beside the resource.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    /// The facility's zone: times without one are its.
    pub zone: Tz,
    pub today: chrono::NaiveDate,
}

/// Reads a resource of a kept type. `raw` is its text, kept beside clinical items as received.
pub(crate) fn map(
    resource_type: &str,
    value: &Value,
    raw: &str,
    setting: Setting,
    notes: &Notes,
) -> Result<Mapped, Refusal> {
    shape::check(resource_type, value, notes);
    match resource_type {
        "Organization" => directory::organization(value).map(Mapped::Organization),
        "Practitioner" => directory::practitioner(value, notes).map(Mapped::Practitioner),
        "PractitionerRole" => directory::role(value).map(Mapped::Role),
        "Location" => directory::location(value).map(Mapped::Location),
        "Patient" => patient::map(value, setting, notes).map(|patient| Mapped::Patient(Box::new(patient))),
        "Coverage" => coverage::map(value, notes).map(Mapped::Coverage),
        "Encounter" => encounter::map(value, setting, notes).map(|visit| Mapped::Encounter(Box::new(visit))),
        "Condition" => condition::map(value, setting, notes).map(Mapped::Diagnosis),
        "Procedure" => procedure::map(value, setting, notes).map(Mapped::Procedure),
        "Claim" => claim::map(value).map(Mapped::Charge),
        "DocumentReference" => {
            document::reference(value, setting, notes).map(|found| Mapped::Document(Box::new(found)))
        }
        "Composition" => document::composition(value, setting, notes).map(|found| Mapped::Document(Box::new(found))),
        "DiagnosticReport" => {
            let item = clinical::map(resource_type, value, raw, setting, notes)?;
            let document = document::report(value, setting, notes)?;
            Ok(Mapped::Report(item, document.map(Box::new)))
        }
        _ => clinical::map(resource_type, value, raw, setting, notes).map(Mapped::Item),
    }
}

/// How a resource points at its like.
pub(crate) fn links(resource_type: &str, value: &Value) -> Links {
    match resource_type {
        "Location" => Links {
            part_of: Reference::at(value, "partOf", Target::Location),
            organization: Reference::at(value, "managingOrganization", Target::Organization),
            ..Links::default()
        },
        "Encounter" => Links {
            part_of: Reference::at(value, "partOf", Target::Encounter),
            diagnoses: encounter::listed(value),
            ..Links::default()
        },
        "DocumentReference" => {
            Links { relations: document::relations(value, Target::DocumentReference), ..Links::default() }
        }
        "Composition" => Links { relations: document::relations(value, Target::Composition), ..Links::default() },
        _ => Links::default(),
    }
}

/// Whom a resource is about.
pub(crate) fn subject(resource_type: &str, value: &Value) -> Option<Reference> {
    let fields: &[&str] = match resource_type {
        "Coverage" => &["beneficiary", "subscriber", "patient"],
        "Claim" | "Immunization" | "AllergyIntolerance" | "FamilyMemberHistory" => &["patient", "subject"],
        _ => &["subject", "patient"],
    };
    fields.iter().find_map(|field| Reference::at(value, field, Target::Patient))
}

/// The visit a resource belongs to.
pub(crate) fn visit(resource_type: &str, value: &Value) -> Option<Reference> {
    if resource_type == "Encounter" {
        return None;
    }
    let at = |value: &Value, key: &str| Reference::at(value, key, Target::Encounter);
    at(value, "encounter")
        .or_else(|| at(json::one(value, "context"), "encounter"))
        .or_else(|| at(value, "context"))
        .or_else(|| json::many(value, "item").find_map(|item| at(item, "encounter")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TYPES: &[&str] = &[
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Location",
        "Patient",
        "Coverage",
        "Encounter",
        "Condition",
        "Procedure",
        "Claim",
        "DocumentReference",
        "Composition",
        "DiagnosticReport",
        "Observation",
        "CarePlan",
    ];

    fn setting() -> Setting {
        Setting { zone: chrono_tz::UTC, today: chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap() }
    }

    /// Any JSON, with the field names the mappers look for, so that it reaches deep into them.
    fn any_json() -> impl Strategy<Value = Value> {
        const KEYS: &[&str] = &[
            "name",
            "family",
            "given",
            "identifier",
            "system",
            "value",
            "type",
            "coding",
            "code",
            "display",
            "text",
            "div",
            "birthDate",
            "gender",
            "address",
            "line",
            "telecom",
            "extension",
            "url",
            "valueCoding",
            "valueString",
            "contact",
            "period",
            "start",
            "end",
            "class",
            "status",
            "subject",
            "patient",
            "beneficiary",
            "reference",
            "encounter",
            "participant",
            "individual",
            "hospitalization",
            "admitSource",
            "dischargeDisposition",
            "location",
            "diagnosis",
            "condition",
            "use",
            "rank",
            "content",
            "attachment",
            "data",
            "size",
            "hash",
            "contentType",
            "section",
            "title",
            "entry",
            "author",
            "presentedForm",
            "conclusion",
            "total",
            "item",
            "valueQuantity",
            "component",
            "relatesTo",
            "target",
            "statusHistory",
            "classHistory",
            "payor",
            "meta",
            "security",
            "communication",
            "language",
            "context",
            "multipleBirthInteger",
            "deceasedDateTime",
            "onsetDateTime",
            "performedPeriod",
            "medicationCodeableConcept",
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(|number| json!(number)),
            "\\PC{0,12}".prop_map(Value::from),
            Just(json!("2026-02-30")),
            Just(json!("1956-08")),
            Just(json!("Patient/7")),
            Just(json!("urn:uuid:x")),
            Just(json!("official")),
            Just(json!("IMP")),
            Just(json!("SGVsbG8=")),
            Just(json!("<div>a &amp; b")),
        ];
        leaf.prop_recursive(6, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((prop::sample::select(KEYS), inner), 0..6)
                    .prop_map(|pairs| pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_json_value_makes_a_mapper_fail(value in any_json()) {
            for kind in TYPES {
                let notes = Notes::default();
                let raw = value.to_string();
                let _ = map(kind, &value, &raw, setting(), &notes);
                let _ = (links(kind, &value), subject(kind, &value), visit(kind, &value));
            }
        }
    }

    #[test]
    fn every_kept_type_has_its_reading_and_what_is_pointed_at_comes_first() {
        for kind in TYPES {
            assert!(Reading::of(kind).is_some(), "{kind}");
        }
        assert!(Reading::of("Patient") < Reading::of("Encounter"));
        assert!(Reading::of("Encounter") < Reading::of("Observation"));
        assert_eq!(Reading::of("Goal"), None);
        assert_eq!(Reading::of("ExplanationOfBenefit"), None);
    }
}
