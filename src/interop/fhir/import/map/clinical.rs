//! Results, medications, allergies, immunisations, plans: kept as received, shown read-only with one line that says what each is.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::dates::{Edge, moment_of, period};
use super::json::{code, label, label_at, many, one, raw, text_of, word};
use super::notes::Notes;
use super::{Refusal, Setting};

const KEPT: &[&str] = &[
    "Observation",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationAdministration",
    "MedicationDispense",
    "Immunization",
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "ImagingStudy",
    "FamilyMemberHistory",
    "ServiceRequest",
    "Specimen",
];

/// Whether a type is kept as a clinical item.
pub(crate) fn is_kept(resource_type: &str) -> bool {
    KEPT.contains(&resource_type)
}

#[derive(Debug)]
pub(crate) struct Item {
    pub kind: String,
    pub label: String,
    pub value: Option<String>,
    pub status: Option<String>,
    pub dated_at: Option<DateTime<Utc>>,
    /// The resource as received.
    pub resource: String,
}

pub(crate) fn map(kind: &str, value: &Value, resource: &str, setting: Setting, notes: &Notes) -> Result<Item, Refusal> {
    Ok(Item {
        kind: kind.to_owned(),
        label: named(kind, value).unwrap_or_else(|| {
            notes.add("nothing says what this is; kept under the name of its type");
            kind.to_owned()
        }),
        value: told(kind, value),
        status: word(value, "status").or_else(|| code(value, "clinicalStatus")),
        dated_at: dated(value, setting, notes),
        resource: resource.to_owned(),
    })
}

fn named(kind: &str, value: &Value) -> Option<String> {
    let fields: &[&str] = match kind {
        "MedicationRequest" | "MedicationStatement" | "MedicationAdministration" | "MedicationDispense" => {
            &["medicationCodeableConcept", "medication", "medicationReference"]
        }
        "Immunization" => &["vaccineCode"],
        "CarePlan" => &["title", "category", "description"],
        "CareTeam" => &["name", "category"],
        "ImagingStudy" => &["description", "procedureCode", "modality"],
        "FamilyMemberHistory" => &["relationship"],
        "Specimen" => &["type"],
        _ => &["code"],
    };
    let found = fields.iter().find_map(|field| {
        many(value, field).find_map(|found| match found {
            Value::String(_) => text_of(found),
            other => label(other),
        })
    });
    found.or_else(|| match kind {
        "ImagingStudy" => many(value, "series").find_map(|series| {
            let (modality, site) = (label_at(series, "modality"), label_at(series, "bodySite"));
            let parts: Vec<String> = [modality, site].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        }),
        _ => many(value, "category").find_map(label),
    })
}

/// The value in one line.
fn told(kind: &str, value: &Value) -> Option<String> {
    match kind {
        "Observation" => measured(value).or_else(|| {
            let parts: Vec<String> = many(value, "component")
                .filter_map(|part| Some(format!("{}: {}", label_at(part, "code")?, measured(part)?)))
                .collect();
            (!parts.is_empty()).then(|| parts.join("; "))
        }),
        "DiagnosticReport" => word(value, "conclusion"),
        "AllergyIntolerance" => {
            let reactions: Vec<String> =
                many(value, "reaction").flat_map(|found| many(found, "manifestation")).filter_map(label).collect();
            (!reactions.is_empty()).then(|| reactions.join(", "))
        }
        "FamilyMemberHistory" => {
            let conditions: Vec<String> =
                many(value, "condition").filter_map(|found| label_at(found, "code")).collect();
            (!conditions.is_empty()).then(|| conditions.join(", "))
        }
        "CarePlan" => {
            let steps: Vec<String> =
                many(value, "activity").filter_map(|found| label_at(one(found, "detail"), "code")).collect();
            (!steps.is_empty()).then(|| steps.join(", "))
        }
        _ => many(value, "dosageInstruction").chain(many(value, "dosage")).find_map(|found| word(found, "text")),
    }
}

fn measured(value: &Value) -> Option<String> {
    let quantity = one(value, "valueQuantity");
    if !raw(quantity, "value").is_null() {
        let comparator = word(quantity, "comparator").unwrap_or_default();
        let unit = word(quantity, "unit").or_else(|| word(quantity, "code")).unwrap_or_default();
        return Some(format!("{comparator}{} {unit}", amount(raw(quantity, "value"))?).trim_end().to_owned());
    }
    let range = one(value, "valueRange");
    if range.is_object() {
        let end = |key| amount(raw(one(range, key), "value")).unwrap_or_default();
        return Some(format!("{}–{}", end("low"), end("high")));
    }
    label_at(value, "valueCodeableConcept")
        .or_else(|| word(value, "valueString"))
        .or_else(|| word(value, "valueInteger"))
        .or_else(|| word(value, "valueBoolean"))
        .or_else(|| word(value, "valueDateTime"))
        .or_else(|| label_at(value, "dataAbsentReason"))
}

/// A figure as people read it: a computed one with fifteen digits is cut, one that was written short stays as written.
fn amount(value: &Value) -> Option<String> {
    let written = text_of(value)?;
    let decimals = written.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if decimals <= 4 || written.contains(['e', 'E']) {
        return Some(written);
    }
    let number: f64 = written.parse().ok()?;
    Some(match number.abs() {
        size if size >= 1.0 => format!("{number:.2}"),
        size if size >= 0.01 => format!("{number:.4}"),
        _ => written,
    })
}

fn dated(value: &Value, setting: Setting, notes: &Notes) -> Option<DateTime<Utc>> {
    const MOMENTS: &[&str] = &[
        "effectiveDateTime",
        "effectiveInstant",
        "occurrenceDateTime",
        "authoredOn",
        "recordedDate",
        "started",
        "onsetDateTime",
        "date",
        "whenHandedOver",
        "dateAsserted",
        "issued",
        "created",
        "receivedTime",
    ];
    const PERIODS: &[&str] = &["effectivePeriod", "occurrencePeriod", "period", "onsetPeriod"];
    let moment = MOMENTS
        .iter()
        .find(|field| word(value, field).is_some())
        .and_then(|field| moment_of(one(value, field), field, setting.zone, Edge::Start, notes));
    moment.or_else(|| {
        PERIODS.iter().find(|field| one(value, field).is_object()).and_then(|field| {
            let (start, end) = period(one(value, field), field, setting.zone, notes);
            start.or(end)
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapped(kind: &str, value: Value) -> Item {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        map(kind, &value, &value.to_string(), Setting { zone: chrono_tz::UTC, today }, &Notes::default()).unwrap()
    }

    #[test]
    fn an_observation_reads_in_one_line() {
        let told = |value| mapped("Observation", value).value;
        assert_eq!(
            told(json!({"valueQuantity": {"value": 176.35499866729558, "unit": "cm"}})).as_deref(),
            Some("176.35 cm")
        );
        assert_eq!(
            told(json!({"valueQuantity": {"value": 7.1, "comparator": "<", "code": "g/dL"}})).as_deref(),
            Some("<7.1 g/dL")
        );
        assert_eq!(told(json!({"valueCodeableConcept": {"text": "Never smoker"}})).as_deref(), Some("Never smoker"));
        let pressure = json!({"component": [{"code": {"text": "Systolic"}, "valueQuantity": {"value": 120, "unit": "mm[Hg]"}},
            {"code": {"text": "Diastolic"}, "valueQuantity": {"value": 80, "unit": "mm[Hg]"}}]});
        assert_eq!(told(pressure).as_deref(), Some("Systolic: 120 mm[Hg]; Diastolic: 80 mm[Hg]"));
    }

    #[test]
    fn each_kind_says_what_it_is() {
        assert_eq!(
            mapped("Immunization", json!({"vaccineCode": {"coding": [{"code": "140", "display": "Influenza"}]}})).label,
            "Influenza"
        );
        assert_eq!(
            mapped("MedicationRequest", json!({"medication": {"concept": {"text": "Aspirin"}}})).label,
            "Aspirin"
        );
        assert_eq!(
            mapped(
                "ImagingStudy",
                json!({"series": [{"modality": {"display": "Ultrasound"}, "bodySite": {"display": "Knee"}}]})
            )
            .label,
            "Ultrasound, Knee"
        );
        assert_eq!(mapped("Observation", json!({})).label, "Observation");
    }
}
