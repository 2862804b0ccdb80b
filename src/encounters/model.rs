//! An encounter and what belongs to it, as read from the record.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::base::id::{EncounterId, PatientId};
use crate::base::quiet::quiet;

/// One line of the encounter list.
#[derive(Clone)]
pub struct Visit {
    pub encounter: EncounterId,
    pub class: String,
    pub status: String,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub place: Option<String>,
    pub attending: Option<String>,
    pub visit_number: String,
    /// A segmented category the viewer may not see: only that it exists is shown.
    pub hidden: bool,
    pub sensitivity: Option<String>,
}

/// The encounter itself, whole.
#[derive(Clone)]
pub struct Encounter {
    pub encounter: EncounterId,
    pub patient: PatientId,
    pub facility: String,
    pub visit_number: String,
    pub account_number: Option<String>,
    pub class: String,
    pub status: String,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub admitted_at: Option<DateTime<Utc>>,
    pub admission_type: Option<String>,
    pub point_of_origin: Option<String>,
    pub disposition: Option<String>,
    pub admit_source_text: Option<String>,
    pub disposition_text: Option<String>,
    pub service: Option<String>,
    pub visit_type: Option<String>,
    pub reason: Option<String>,
    pub attending: Option<String>,
    pub part_of: Option<EncounterId>,
    pub sensitivity: Option<String>,
}

/// A stretch of time in one status or class (ENC-1).
#[derive(Clone)]
pub struct Period {
    pub what: String,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(Clone)]
pub struct Provider {
    pub name: String,
    pub role: String,
}

/// Who cancelled, when, why (ENC-7).
#[derive(Clone)]
pub struct Cancellation {
    pub cancelled_at: DateTime<Utc>,
    pub reason: String,
}

/// A diagnosis or procedure as its source recorded it.
#[derive(Clone, Deserialize)]
pub struct SourceCode {
    pub system: String,
    pub code: String,
    pub label: String,
    pub role: Option<String>,
    pub rank: Option<i32>,
    pub status: Option<String>,
    pub dated_at: Option<DateTime<Utc>>,
}

/// What people call a code system that came as an address.
pub fn system_words(system: &str) -> &str {
    match system {
        "http://hl7.org/fhir/sid/icd-10-cm" => "ICD-10-CM",
        "http://www.cms.gov/Medicare/Coding/ICD10" | "http://hl7.org/fhir/sid/icd-10-pcs" => "ICD-10-PCS",
        "http://hl7.org/fhir/sid/icd-9-cm" => "ICD-9-CM",
        "http://snomed.info/sct" => "SNOMED CT",
        "http://loinc.org" => "LOINC",
        "http://www.nlm.nih.gov/research/umls/rxnorm" => "RxNorm",
        "http://www.ama-assn.org/go/cpt" => "CPT",
        other => other,
    }
}

/// How many results, medications … of one kind a chart holds.
#[derive(Clone, Deserialize)]
pub struct ItemKind {
    pub kind: String,
    pub count: i64,
}

/// What sources sent about a chart, for its overview.
pub struct Received {
    pub diagnoses: Vec<SourceCode>,
    pub kinds: Vec<ItemKind>,
}

/// One result, medication, allergy …, as received.
#[derive(Clone)]
pub struct ClinicalItem {
    pub item: uuid::Uuid,
    /// Where its words or scan are kept, for those who open documents (DOC-6).
    pub document: Option<crate::base::id::DocumentId>,
    pub label: String,
    pub value: Option<String>,
    pub status: Option<String>,
    pub dated_at: Option<DateTime<Utc>>,
}

quiet!(Visit, Encounter, SourceCode, Received, ClinicalItem);

/// What people read for a stored class (handbook 2.1).
pub fn class_words(class: &str) -> &'static str {
    match class {
        "inpatient" => "Inpatient",
        "observation" => "Observation",
        "emergency" => "Emergency",
        "ambulatory" => "Ambulatory",
        "day-surgery" => "Day surgery",
        "series" => "Recurring series",
        "pre-admit" => "Pre-admission",
        "newborn" => "Newborn",
        "home-health" => "Home health",
        "virtual" => "Virtual",
        _ => "Encounter",
    }
}

/// What people read for a stored status.
pub fn status_words(status: &str) -> &'static str {
    match status {
        "planned" => "Planned",
        "arrived" => "Arrived",
        "in-progress" => "In progress",
        "on-leave" => "On leave",
        "discharged" => "Discharged",
        "finished" => "Finished",
        "cancelled" => "Cancelled",
        "entered-in-error" => "Entered in error",
        _ => "Unknown",
    }
}

/// What people read for a segmented category.
pub fn sensitivity_words(sensitivity: &str) -> &'static str {
    match sensitivity {
        "psychiatric" => "Behavioural health",
        "substance-use" => "Substance use (42 CFR Part 2)",
        "hiv" => "HIV",
        "genetic" => "Genetic",
        "minor-consented" => "Minor-consented",
        "psychotherapy" => "Psychotherapy notes",
        _ => "Specially protected",
    }
}

/// Type of a clinical item in the words of the chart.
pub fn kind_words(kind: &str) -> &str {
    match kind {
        "Observation" => "Results and vital signs",
        "MedicationRequest" => "Medication orders",
        "MedicationStatement" => "Medications taken",
        "MedicationAdministration" => "Medications given",
        "Immunization" => "Immunizations",
        "AllergyIntolerance" => "Allergies",
        "CarePlan" => "Care plans",
        "DiagnosticReport" => "Diagnostic reports",
        "ImagingStudy" => "Imaging studies",
        "ServiceRequest" => "Orders",
        other => other,
    }
}
