//! The person's own values and the SSN: one row, so one version.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Entry, Stored, remember, stored, take};
use crate::access::{Chart, Error, Result};
use crate::patients::registration::{self, Person};
use crate::patients::rules::Ssn;
use crate::patients::ssn;
use crate::vault::{Use, Vault};

/// The person's own values, whole.
pub async fn save_person(
    chart: &mut Chart<'_>,
    vault: &Vault,
    (key, version): (Uuid, i32),
    person: &Person,
) -> Result<()> {
    if !take(chart, key, version).await? {
        return Ok(());
    }
    let was = stored(chart).await?;
    let patient = chart.patient();
    // The index of the last four digits is bound to the birth date.
    let last4_index = match (&was.ssn_sealed, person.birth_date) {
        (Some(sealed), Some(born)) => {
            ssn::last4(vault, patient, sealed).map(|last4| ssn::last4_index(vault, &last4, born))
        }
        _ => None,
    };
    chart
        .exec(sqlx::query!(
            "update patients set sex = $2, birth_date = $3, birth_precision = $4, birth_time = $5, multiple_birth = $6, birth_order = $7,
                marital_status = $8, language = $9, interpreter_needed = $10, religion = $11, mothers_maiden_name = $12, ethnicity = $13,
                ssn_last4_index = $14
            where patient_id = $1",
            patient.0,
            person.sex.word(),
            person.birth_date,
            person.birth_precision.word(),
            person.birth_time,
            person.multiple_birth,
            person.birth_order,
            person.marital_status,
            person.language,
            person.interpreter_needed,
            person.religion,
            person.mothers_maiden_name,
            person.ethnicity,
            last4_index,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "delete from patient_races where patient_id = $1 and code <> all($2)",
            patient.0,
            &person.races
        ))
        .await?;
    for code in &person.races {
        let race = registration::race(code);
        chart
            .exec(sqlx::query!(
                "insert into patient_races (patient_id, original_patient_id, code, label) values ($1, $1, $2, $3) on conflict do nothing",
                patient.0,
                race.code,
                race.label,
            ))
            .await?;
    }
    let (before, after) = changed(&told(&was), &told_of(person));
    let entry = Entry {
        key,
        section: "person",
        what: "Changed the person’s values",
        before,
        after,
        reason: &person.born_reason,
    };
    remember(chart, entry).await
}

fn told(was: &Stored) -> Value {
    json!({
        "sex": was.sex, "born": was.birth_date, "birth precision": was.birth_precision, "birth time": was.birth_time,
        "multiple birth": was.multiple_birth, "birth order": was.birth_order, "marital status": was.marital_status,
        "language": was.language, "interpreter": was.interpreter_needed, "religion": was.religion,
        "mother’s maiden name": was.mothers_maiden_name, "ethnicity": was.ethnicity, "race": was.races,
    })
}

fn told_of(person: &Person) -> Value {
    json!({
        "sex": person.sex.word(), "born": person.birth_date, "birth precision": person.birth_precision.word(),
        "birth time": person.birth_time, "multiple birth": person.multiple_birth, "birth order": person.birth_order,
        "marital status": person.marital_status, "language": person.language, "interpreter": person.interpreter_needed,
        "religion": person.religion, "mother’s maiden name": person.mothers_maiden_name, "ethnicity": person.ethnicity,
        "race": person.races,
    })
}

/// Only what differs, on both sides.
fn changed(before: &Value, after: &Value) -> (Value, Value) {
    let (mut was, mut is) = (serde_json::Map::new(), serde_json::Map::new());
    for (name, value) in before.as_object().into_iter().flatten() {
        let now = after.get(name).unwrap_or(&Value::Null);
        if now != value {
            was.insert(name.clone(), value.clone());
            is.insert(name.clone(), now.clone());
        }
    }
    (Value::Object(was), Value::Object(is))
}
/// Replaces or clears the number. History shows its end; the old one is kept whole, but sealed as it was.
pub async fn save_ssn(
    chart: &mut Chart<'_>,
    vault: &Vault,
    (key, version): (Uuid, i32),
    number: Option<&Ssn>,
    reason: &str,
) -> Result<()> {
    if !take(chart, key, version).await? {
        return Ok(());
    }
    let was = stored(chart).await?;
    let patient = chart.patient();
    let sealed = number
        .map(|number| ssn::seal(vault, patient, number, was.birth_date))
        .transpose()
        .map_err(|error| Error::Internal(error.to_string()))?;
    chart
        .exec(sqlx::query!(
            "update patients set ssn_sealed = $2, ssn_index = $3, ssn_last4_index = $4 where patient_id = $1",
            patient.0,
            sealed.as_ref().map(|sealed| sealed.sealed.as_slice()),
            sealed.as_ref().map(|sealed| sealed.index.as_slice()),
            sealed.as_ref().and_then(|sealed| sealed.last4_index.as_deref()),
        ))
        .await?;
    let old = was
        .ssn_sealed
        .as_deref()
        .and_then(|sealed| vault.open(Use::SocialSecurityNumber, patient.0.as_bytes(), sealed).ok());
    let masked =
        |digits: Option<&str>| digits.and_then(|digits| digits.get(5..)).map(|last4| format!("••• •• {last4}"));
    let kept = was.ssn_sealed.as_deref().map(|sealed| STANDARD.encode(sealed));
    let before = json!({ "SSN": masked(old.as_deref().and_then(|old| std::str::from_utf8(old).ok())), "sealed": kept });
    let after = json!({ "SSN": masked(number.map(Ssn::expose)) });
    remember(chart, Entry { key, section: "ssn", what: "Changed the SSN", before, after, reason }).await
}
