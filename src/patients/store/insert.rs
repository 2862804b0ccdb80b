//! Puts a new person into the index, with the keys every search needs.

use uuid::Uuid;

use crate::access::{Error, Result, Roster};
use crate::base::id::PatientId;
use crate::patients::model::{PatientRecord, PersonName};
use crate::patients::{names, ssn};
use crate::vault::Vault;

/// Stores one record. Its id must be new.
///
/// # Errors
/// [`Error::Constraint`] `patient_identifiers_issued_once` when a record number was issued before: numbers are never issued twice (handbook 1.1).
pub async fn insert(roster: &mut Roster<'_>, vault: &Vault, record: &PatientRecord) -> Result<()> {
    patient(roster, vault, record).await?;
    for name in &record.names {
        insert_name(roster, record.patient, name).await?;
    }
    identifiers(roster, record).await?;
    contact(roster, record).await?;
    coverage(roster, record).await
}

async fn patient(roster: &mut Roster<'_>, vault: &Vault, record: &PatientRecord) -> Result<()> {
    let sealed = match &record.ssn {
        Some(number) => Some(
            ssn::seal(vault, record.patient, number, record.birth_date)
                .map_err(|error| Error::Internal(error.to_string()))?,
        ),
        None => None,
    };
    let facilities: Vec<Uuid> = record.facilities.iter().map(|facility| facility.0).collect();
    let at = roster.at();
    let statement = sqlx::query!(
        "insert into patients (patient_id, original_patient_id, facility_id, facility_ids, restricted, restricted_reason, sex, birth_date,
            birth_precision, birth_time, deceased, deceased_at, multiple_birth, birth_order, mother_id, marital_status, language,
            interpreter_needed, religion, mothers_maiden_name, ethnicity, identity, ssn_sealed, ssn_index, ssn_last4_index, created_at, changed_at)
        values ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $25)",
        record.patient.0,
        record.facility.0,
        &facilities,
        record.restricted.is_some(),
        record.restricted.map(|why| why.word()),
        record.sex.word(),
        record.birth_date,
        record.birth_precision.word(),
        record.birth_time,
        record.deceased || record.deceased_at.is_some(),
        record.deceased_at,
        record.multiple_birth,
        record.birth_order,
        record.mother.map(|mother| mother.0),
        record.marital_status,
        record.language,
        record.interpreter_needed,
        record.religion,
        record.mothers_maiden_name,
        record.ethnicity,
        record.identity.word(),
        sealed.as_ref().map(|sealed| sealed.sealed.as_slice()),
        sealed.as_ref().map(|sealed| sealed.index.as_slice()),
        sealed.as_ref().and_then(|sealed| sealed.last4_index.as_deref()),
        at,
    );
    roster.exec(record.patient, statement).await?;
    Ok(())
}

/// Adds a name with its keys, and its surname to the dictionary that finds misspellings.
pub async fn insert_name(roster: &mut Roster<'_>, patient: PatientId, name: &PersonName) -> Result<()> {
    let keys = names::NameKeys::of(&name.family, &name.given);
    let statement = sqlx::query!(
        "insert into patient_names (name_id, patient_id, original_patient_id, use, family, given, prefix, suffix, started_on, ended_on,
            family_key, given_key, family_sound, family_sound_alternate, given_sound)
        values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        Uuid::now_v7(),
        patient.0,
        name.usage.word(),
        name.family,
        name.given,
        name.prefix,
        name.suffix,
        name.started_on,
        name.ended_on,
        keys.family_key,
        keys.given_key,
        keys.family_sound,
        keys.family_sound_alternate,
        keys.given_sound,
    );
    roster.exec(patient, statement).await?;
    let deletions: Vec<String> = names::dictionary_keys(&name.family).into_iter().collect();
    let statement = sqlx::query!(
        "insert into surname_deletions (deletion, family_key) select d, $2 from unnest($1::text[]) d on conflict do nothing",
        &deletions,
        keys.family_key,
    );
    roster.exec(patient, statement).await?;
    Ok(())
}

async fn identifiers(roster: &mut Roster<'_>, record: &PatientRecord) -> Result<()> {
    for identifier in &record.identifiers {
        let statement = sqlx::query!(
            "insert into patient_identifiers (identifier_id, patient_id, original_patient_id, type, authority, value, value_key, started_on, ended_on)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8)",
            Uuid::now_v7(),
            record.patient.0,
            identifier.kind,
            identifier.authority,
            identifier.value,
            names::identifier_key(&identifier.value),
            identifier.started_on,
            identifier.ended_on,
        );
        roster.exec(record.patient, statement).await?;
    }
    insert_races(roster, record).await
}

/// Adds the races a record tells that are not there yet.
pub async fn insert_races(roster: &mut Roster<'_>, record: &PatientRecord) -> Result<()> {
    for race in &record.races {
        let statement = sqlx::query!(
            "insert into patient_races (patient_id, original_patient_id, code, label) values ($1, $1, $2, $3) on conflict do nothing",
            record.patient.0,
            race.code,
            race.label,
        );
        roster.exec(record.patient, statement).await?;
    }
    Ok(())
}

async fn contact(roster: &mut Roster<'_>, record: &PatientRecord) -> Result<()> {
    let patient = record.patient;
    for address in &record.addresses {
        let statement = sqlx::query!(
            "insert into patient_addresses (address_id, patient_id, original_patient_id, use, lines, city, state, postal_code, country,
                started_on, ended_on)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            Uuid::now_v7(),
            patient.0,
            address.usage.word(),
            address.lines,
            address.city,
            address.state,
            address.postal_code,
            address.country,
            address.started_on,
            address.ended_on,
        );
        roster.exec(patient, statement).await?;
    }
    for telecom in &record.telecoms {
        let statement = sqlx::query!(
            "insert into patient_telecoms (telecom_id, patient_id, original_patient_id, kind, use, value, value_key, ended_on)
            values ($1, $2, $2, $3, $4, $5, $6, $7)",
            Uuid::now_v7(),
            patient.0,
            telecom.kind.word(),
            telecom.usage,
            telecom.value,
            telecom.key(),
            telecom.ended_on,
        );
        roster.exec(patient, statement).await?;
    }
    for person in &record.contacts {
        let statement = sqlx::query!(
            "insert into patient_contacts (contact_id, patient_id, original_patient_id, relationship, name, phone) values ($1, $2, $2, $3, $4, $5)",
            Uuid::now_v7(),
            patient.0,
            person.relationship,
            person.name,
            person.phone,
        );
        roster.exec(patient, statement).await?;
    }
    Ok(())
}

async fn coverage(roster: &mut Roster<'_>, record: &PatientRecord) -> Result<()> {
    for coverage in &record.coverages {
        let statement = sqlx::query!(
            "insert into coverages (coverage_id, patient_id, original_patient_id, payer, plan, member_id, relationship, status, started_on, ended_on)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)",
            Uuid::now_v7(),
            record.patient.0,
            coverage.payer,
            coverage.plan,
            coverage.member_id,
            coverage.relationship,
            coverage.status,
            coverage.started_on,
            coverage.ended_on,
        );
        roster.exec(record.patient, statement).await?;
    }
    Ok(())
}
