//! Rows of encounters, what was coded and measured in them, and their documents.

use chrono::Duration;
use serde_json::json;

use super::super::dice::Dice;
use super::super::papers::{Content, Paper, results};
use super::super::people::Person;
use super::super::stays::Stay;
use super::super::world::{self, FACILITIES, PRACTITIONERS};
use super::load::{Into, Load};
use crate::blobs::Stored;

const ICD_10_CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
const ICD_10_PCS: &str = "http://www.cms.gov/Medicare/Coding/ICD10";

/// Puts a stay's rows on the load; results and medications only where the chart is kept in full.
pub fn stay(load: &mut Load, seed: u64, person: &Person, stay: &Stay, in_full: bool) {
    let ids = &mut Dice::new(seed, "stay rows", stay.number);
    let (patient, encounter) = (person.id.0, stay.id.0);
    load.row(
        Into::Encounters,
        &[
            &encounter,
            &patient,
            &patient,
            &FACILITIES[stay.facility].id().0,
            &stay.visit_number,
            &stay.account_number,
            &stay.class,
            &stay.status,
            &stay.started_at,
            &stay.ended_at,
            &stay.admitted_at,
            &stay.admission_type,
            &stay.point_of_origin,
            &stay.disposition,
            &stay.scenario.service,
            &None::<String>,
            &stay.scenario.reason,
            &PRACTITIONERS[stay.attending].id().0,
            &stay.scenario.sensitivity,
            &stay.created_at,
            &stay.created_at,
            &1_i32,
        ],
    );
    for (into, periods) in [(Into::Statuses, &stay.statuses), (Into::Classes, &stay.classes)] {
        for period in periods {
            load.row(
                into,
                &[&ids.id(person.index), &encounter, &patient, &patient, &period.what, &period.from, &period.to],
            );
        }
    }
    for place in &stay.places {
        let row = ids.id(person.index);
        load.row(
            Into::Locations,
            &[&row, &encounter, &patient, &patient, &place.bed, &place.name, &place.from, &place.to],
        );
    }
    for (who, role) in &stay.providers {
        load.row(Into::Providers, &[&encounter, &patient, &patient, &PRACTITIONERS[*who].id().0, role]);
    }
    if let Some((at, reason)) = stay.cancellation {
        let registrar = world::staff_id("registrar").0;
        load.row(Into::Cancellations, &[&encounter, &patient, &patient, &at, &registrar, &reason]);
    }
    if let Some(cents) = stay.charges_cents {
        let claim = format!("C{}", stay.visit_number);
        load.row(Into::Charges, &[&ids.id(person.index), &encounter, &patient, &patient, &claim, &"USD", &cents]);
    }
    if stay.took_place() {
        coded(load, person, stay, ids);
        if in_full {
            measured(load, seed, person, stay, ids);
        }
    }
}

/// Source diagnoses and procedures: what registration and the clinicians' system sent, not a coder's work.
fn coded(load: &mut Load, person: &Person, stay: &Stay, ids: &mut Dice) {
    let (patient, encounter) = (person.id.0, stay.id.0);
    let at = stay.ended_at.unwrap_or(stay.started_at);
    let closed = stay.ended_at.is_some();
    for (rank, diagnosis) in stay.scenario.diagnoses.iter().enumerate() {
        // in the house only the working diagnosis is known
        if !closed && rank > 0 {
            break;
        }
        let role = match (closed, rank) {
            (false, _) => "admitting",
            (true, 0) => "discharge",
            (true, _) => "comorbidity",
        };
        let status = if closed { "confirmed" } else { "provisional" };
        load.row(
            Into::Diagnoses,
            &[
                &ids.id(person.index),
                &patient,
                &patient,
                &encounter,
                &ICD_10_CM,
                &diagnosis.code,
                &diagnosis.label,
                &"encounter-diagnosis",
                &role,
                &(rank as i32 + 1),
                &"active",
                &status,
                &at,
            ],
        );
    }
    for procedure in stay.scenario.procedures {
        let done = stay.started_at + Duration::days(procedure.day) + Duration::hours(3);
        if stay.ended_at.is_none() || stay.ended_at.is_some_and(|end| done > end) {
            continue;
        }
        let who = stay
            .providers
            .iter()
            .find(|(_, role)| *role == "primary-performer")
            .map_or(stay.attending, |(who, _)| *who);
        load.row(
            Into::Procedures,
            &[
                &ids.id(person.index),
                &patient,
                &patient,
                &encounter,
                &ICD_10_PCS,
                &procedure.code,
                &procedure.label,
                &"completed",
                &done,
                &PRACTITIONERS[who].signed(),
            ],
        );
    }
}

/// Results and medications as clinical items.
fn measured(load: &mut Load, seed: u64, person: &Person, stay: &Stay, ids: &mut Dice) {
    let (patient, encounter) = (person.id.0, stay.id.0);
    let at = stay.started_at + Duration::minutes(50);
    for (lab, value) in results::values(seed, stay) {
        let shown = format!("{value} {}", lab.unit);
        let resource = json!({
            "resourceType": "Observation", "status": "final", "code": { "text": lab.name }, "valueString": shown.trim(),
            "referenceRange": [{ "text": lab.reference }], "effectiveDateTime": at,
        });
        load.row(
            Into::Items,
            &[
                &ids.id(person.index),
                &patient,
                &patient,
                &encounter,
                &"Observation",
                &lab.name,
                &shown.trim(),
                &"final",
                &at,
                &resource,
            ],
        );
    }
    for medication in stay.scenario.medications.iter().filter(|one| !matches!(**one, "None" | "Not known")) {
        let resource = json!({
            "resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": { "text": medication },
            "effectiveDateTime": stay.started_at,
        });
        load.row(
            Into::Items,
            &[
                &ids.id(person.index),
                &patient,
                &patient,
                &encounter,
                &"MedicationStatement",
                medication,
                &None::<String>,
                &"active",
                &stay.started_at,
                &resource,
            ],
        );
    }
}

/// What is known of a version's bytes once they are stored.
pub struct Kept {
    pub stored: Stored,
    pub content_type: &'static str,
    pub pages: i32,
}

/// Puts a document's rows on the load, its versions stored before.
pub fn paper(load: &mut Load, person: &Person, paper: &Paper, kept: &[Kept]) {
    let (patient, document) = (person.id.0, paper.id.0);
    load.row(
        Into::Documents,
        &[
            &document,
            &patient,
            &patient,
            &paper.encounter.0,
            &paper.kind.code,
            &paper.title,
            &paper.status,
            &paper.sensitivity,
            &paper.author.map(|who| PRACTITIONERS[who].id().0),
            &paper.author_name,
            &paper.authored_at,
            &paper.service_date,
            &paper.filed_at,
            &(kept.len() as i32),
            &"local",
        ],
    );
    let mut before = None;
    for (place, (version, kept)) in paper.versions.iter().zip(kept).enumerate() {
        load.row(
            Into::Versions,
            &[
                &version.id.0,
                &document,
                &patient,
                &patient,
                &(place as i32 + 1),
                &before,
                &version.reason,
                &version.by,
                &version.at,
                &kept.content_type,
                &(kept.stored.size as i64),
                &kept.stored.sha256.to_vec(),
                &kept.stored.name,
                &kept.pages,
            ],
        );
        if let Content::Text(text) = &version.content {
            load.row(Into::Texts, &[&version.id.0, &document, &patient, &patient, text]);
        }
        before = Some(version.id.0);
    }
}
