//! What R4 does not allow but sources send all the same. Read past, and told, so that somebody can have the source mended.

use serde_json::Value;

use super::notes::Notes;

/// Fields of a later or earlier release that are read as their R4 counterpart: (type, field, what it is read as).
const OTHER_RELEASES: &[(&str, &str, &str)] = &[
    ("Encounter", "actualPeriod", "period"),
    ("Encounter", "admission", "hospitalization"),
    ("Encounter", "reason", "reasonCode"),
    ("Encounter", "classification", "class"),
    ("Procedure", "occurrenceDateTime", "performedDateTime"),
    ("Procedure", "occurrencePeriod", "performedPeriod"),
    ("Procedure", "performedOn", "performedDateTime"),
    ("MedicationRequest", "medication", "medicationCodeableConcept"),
    ("MedicationStatement", "medication", "medicationCodeableConcept"),
    ("Immunization", "date", "occurrenceDateTime"),
    ("Condition", "dateRecorded", "recordedDate"),
    ("Condition", "assertedDate", "recordedDate"),
    ("DocumentReference", "indexed", "date"),
    ("DocumentReference", "created", "date"),
    ("Coverage", "insurer", "payor"),
    ("Coverage", "paymentBy", "payor"),
];

/// Fields that are lists in R4 (of the types and fields we read).
const LISTS: &[(&str, &[&str])] = &[
    ("Patient", &["name", "identifier", "telecom", "address", "communication", "contact", "extension", "link"]),
    ("Practitioner", &["name", "identifier", "qualification"]),
    ("PractitionerRole", &["specialty", "code", "location"]),
    ("Organization", &["type", "identifier", "telecom", "address"]),
    ("Location", &["type", "identifier"]),
    (
        "Encounter",
        &["type", "participant", "location", "diagnosis", "reasonCode", "statusHistory", "classHistory", "identifier"],
    ),
    ("Condition", &["category", "bodySite"]),
    ("Procedure", &["performer", "reasonCode"]),
    ("Coverage", &["payor", "class", "identifier"]),
    ("DocumentReference", &["content", "author", "relatesTo", "category", "securityLabel"]),
    ("Composition", &["section", "author", "relatesTo"]),
    ("DiagnosticReport", &["presentedForm", "category", "performer"]),
    ("Claim", &["item"]),
];

/// Fields that hold one value in R4.
const SINGLES: &[(&str, &[&str])] = &[
    ("Encounter", &["class", "subject", "period", "hospitalization", "serviceType", "priority"]),
    ("Condition", &["subject", "code", "encounter"]),
    ("Procedure", &["subject", "code", "encounter", "category"]),
    ("Composition", &["subject", "type", "encounter"]),
    ("DocumentReference", &["subject", "type", "context"]),
    ("DiagnosticReport", &["subject", "code", "encounter"]),
    ("Patient", &["gender", "birthDate", "maritalStatus"]),
    ("Observation", &["subject", "code"]),
];

/// Notes every place where the resource leaves R4 in a way that may cost something.
pub(crate) fn check(resource_type: &str, value: &Value, notes: &Notes) {
    empties(value, "", 0, notes);
    for (kind, field, read_as) in OTHER_RELEASES {
        if *kind == resource_type && value.get(field).is_some_and(|found| !found.is_null()) {
            notes.add(format!("{field} belongs to another FHIR release; read as {read_as}"));
        }
    }
    let fields = |table: &'static [(&str, &[&str])]| {
        table.iter().filter(move |(kind, _)| *kind == resource_type).flat_map(|(_, fields)| fields.iter())
    };
    for field in fields(LISTS) {
        if value.get(field).is_some_and(|found| !found.is_array() && !found.is_null()) {
            notes.add(format!("{field} is not a list, as R4 has it; read as a list of one"));
        }
    }
    for field in fields(SINGLES) {
        if let Some(Value::Array(items)) = value.get(field) {
            let more = if items.len() > 1 { ": the first was read, the others left out" } else { "" };
            notes.add(format!("{field} is a list, which R4 does not allow{more}"));
        }
    }
}

fn empties(value: &Value, path: &str, depth: usize, notes: &Notes) {
    if depth > 64 {
        return;
    }
    let here = || if path.is_empty() { "the resource" } else { path };
    match value {
        Value::Array(items) if items.is_empty() => {
            notes.add(format!("{} is an empty list, which FHIR does not allow; left out", here()));
        }
        Value::Array(items) => {
            // Lists of primitive extensions (_given) may hold null.
            let padded = path.rsplit('.').next().is_some_and(|last| last.starts_with('_'));
            if !padded
                && items.iter().any(Value::is_null)
                && !items.iter().any(|item| !item.is_null() && !item.is_object())
            {
                notes.add(format!("{} has empty places in its list; left out", here()));
            }
            for item in items {
                empties(item, path, depth + 1, notes);
            }
        }
        Value::Object(fields) if fields.is_empty() => {
            notes.add(format!("{} is an empty object, which FHIR does not allow; left out", here()));
        }
        Value::Object(fields) => {
            for (key, inner) in fields {
                // Long paths and odd keys are not worth a report line, and a key may be anything.
                let known = key.len() <= 40 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                let key = if known { key.as_str() } else { "(odd field)" };
                let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                empties(inner, &path, depth + 1, notes);
            }
        }
        Value::String(text) if text.trim().is_empty() => {
            notes.add(format!("{} is empty text, which FHIR does not allow; left out", here()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(kind: &str, value: Value) -> Vec<String> {
        let notes = Notes::default();
        check(kind, &value, &notes);
        notes.into_vec()
    }

    #[test]
    fn empties_are_told_once_with_their_path() {
        let value = json!({"extension": [], "name": [{"given": [""]}, {"given": [""]}], "meta": {}});
        assert_eq!(
            told("Patient", value),
            [
                "extension is an empty list, which FHIR does not allow; left out",
                "name.given is empty text, which FHIR does not allow; left out",
                "meta is an empty object, which FHIR does not allow; left out",
            ]
        );
    }

    #[test]
    fn fields_of_another_release_and_wrong_plurals_are_told() {
        let told = told(
            "Encounter",
            json!({"class": [{"code": "IMP"}], "actualPeriod": {"start": "2026"}, "type": {"text": "x"}}),
        );
        assert_eq!(told.len(), 3, "{told:?}");
    }

    #[test]
    fn a_sound_resource_is_told_nothing() {
        let value = json!({"resourceType": "Patient", "name": [{"given": ["A", null], "_given": [null, {"id": "x"}]}]});
        assert_eq!(told("Patient", value), Vec::<String>::new());
    }
}
