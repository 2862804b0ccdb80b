//! Condition: a diagnosis as the source coded it. Never mixed with a coder's work; it is shown beside it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::dates::{Edge, moment_at};
use super::encounter::performed;
use super::json::{Coding, code, codings, label, many, one, word};
use super::notes::Notes;
use super::{Refusal, Setting};

#[derive(Debug)]
pub(crate) struct Diagnosis {
    pub system: String,
    pub code: String,
    pub label: String,
    pub category: Option<String>,
    pub clinical_status: Option<String>,
    pub verification_status: Option<String>,
    pub onset_at: Option<DateTime<Utc>>,
    pub recorded_at: Option<DateTime<Utc>>,
}

pub(crate) fn map(value: &Value, setting: Setting, notes: &Notes) -> Result<Diagnosis, Refusal> {
    let concept = one(value, "code");
    let (coding, words) = coded(concept).ok_or("neither a code nor words for the diagnosis")?;
    Ok(Diagnosis {
        system: coding.system,
        code: coding.code,
        label: words,
        category: many(value, "category")
            .find_map(|found| codings(found).into_iter().next().map(|coding| coding.code).or_else(|| label(found))),
        clinical_status: code(value, "clinicalStatus"),
        verification_status: code(value, "verificationStatus"),
        onset_at: performed(value, "onset", setting, notes).0,
        recorded_at: ["recordedDate", "assertedDate", "dateRecorded"]
            .iter()
            .find(|field| word(value, field).is_some())
            .and_then(|field| moment_at(value, field, setting.zone, Edge::Start, notes)),
    })
}

/// The code to keep, ICD before others (it is what coders compare with), and its words. Words alone are kept under the system `text`.
pub(crate) fn coded(concept: &Value) -> Option<(Coding, String)> {
    let codings = codings(concept);
    let label = label(concept);
    let best = codings
        .iter()
        .find(|coding| {
            coding.system.contains("icd-10")
                || coding.system.contains("2.16.840.1.113883.6.90")
                || coding.system.contains("2.16.840.1.113883.6.4")
        })
        .or_else(|| codings.first());
    match (best, label) {
        (Some(coding), label) => {
            let mut coding = coding.clone();
            if coding.system.is_empty() {
                coding.system = "unknown".into();
            }
            let label = coding.display.clone().or(label).unwrap_or_else(|| coding.code.clone());
            Some((coding, label))
        }
        (None, Some(label)) => Some((Coding { system: "text".into(), code: String::new(), display: None }, label)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn icd_is_kept_before_other_codes_and_words_alone_are_kept_too() {
        let both = json!({"coding": [{"system": "http://snomed.info/sct", "code": "38341003", "display": "Hypertension"},
            {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10", "display": "Essential (primary) hypertension"}]});
        let (coding, label) = coded(&both).unwrap();
        assert_eq!((coding.code.as_str(), label.as_str()), ("I10", "Essential (primary) hypertension"));
        let (coding, label) = coded(&json!({"text": "Fall"})).unwrap();
        assert_eq!((coding.system.as_str(), coding.code.as_str(), label.as_str()), ("text", "", "Fall"));
        assert!(coded(&json!({})).is_none());
    }
}
