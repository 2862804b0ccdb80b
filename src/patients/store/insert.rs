//! Puts a new person into the index, with the keys every search needs.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{Error, Result, Roster};
use crate::base::id::PatientId;
use crate::patients::model::{PatientRecord, PersonName};
use crate::patients::{names, ssn};
use crate::vault::Vault;

/// What registration adds to a record of its own house: a number nobody has, and the first entry of its history.
pub struct Registered<'r> {
    /// Whose record number is issued.
    pub authority: &'r str,
    /// What stands in the history as known now.
    pub told: Value,
    pub reason: &'r str,
}

/// Stores one record. Its id must be new.
///
/// # Errors
/// [`Error::Constraint`] `patient_identifiers_issued_once` when a record number was issued before: numbers are never issued twice (handbook 1.1).
pub async fn insert(roster: &mut Roster<'_>, vault: &Vault, record: &PatientRecord) -> Result<()> {
    insert_as(roster, vault, record, None).await
}

/// [`insert`], as a registration.
pub async fn register(
    roster: &mut Roster<'_>,
    vault: &Vault,
    record: &PatientRecord,
    registered: Registered<'_>,
) -> Result<()> {
    insert_as(roster, vault, record, Some(registered)).await
}

/// One statement for all tables: a person has a dozen rows, and asking for each of them took longer than writing them. An identifier without a value is
/// a record number to be issued.
async fn insert_as(
    roster: &mut Roster<'_>,
    vault: &Vault,
    record: &PatientRecord,
    registered: Option<Registered<'_>>,
) -> Result<()> {
    let identifiers = identifiers(record, registered.as_ref().map(|registered| registered.authority));
    let history = registered.map(|registered| history(roster, registered)).into_iter().collect();
    let statement = sqlx::query!(
        "with person as (
            insert into patients (patient_id, original_patient_id, facility_id, facility_ids, restricted, restricted_reason, sex, birth_date,
                birth_precision, birth_time, deceased, deceased_at, multiple_birth, birth_order, mother_id, marital_status, language,
                interpreter_needed, religion, mothers_maiden_name, ethnicity, identity, ssn_sealed, ssn_index, ssn_last4_index, created_at, changed_at)
            select $1::uuid, $1::uuid, facility_id, facility_ids, restricted, restricted_reason, sex, birth_date,
                birth_precision, birth_time, deceased, deceased_at, multiple_birth, birth_order, mother_id, marital_status, language,
                interpreter_needed, religion, mothers_maiden_name, ethnicity, identity, ssn_sealed, ssn_index, ssn_last4_index, created_at, changed_at
            from jsonb_populate_record(null::patients, $2)
        ), named as (
            insert into patient_names (name_id, patient_id, original_patient_id, use, family, given, prefix, suffix, started_on, ended_on,
                family_key, given_key, family_sound, family_sound_alternate, given_sound)
            select name_id, $1::uuid, $1::uuid, use, family, given, prefix, suffix, started_on, ended_on,
                family_key, given_key, family_sound, family_sound_alternate, given_sound
            from jsonb_populate_recordset(null::patient_names, $3)
        ), misspelt as (
            insert into surname_deletions (deletion, family_key)
            select distinct deletion, family_key from jsonb_populate_recordset(null::surname_deletions, $4) order by deletion, family_key
            on conflict do nothing
        ), identified as (
            insert into patient_identifiers (identifier_id, patient_id, original_patient_id, type, authority, value, value_key, started_on, ended_on)
            select i.identifier_id, $1::uuid, $1::uuid, i.type, i.authority, coalesce(i.value, issued.number), coalesce(i.value_key, issued.number),
                i.started_on, i.ended_on
            from jsonb_populate_recordset(null::patient_identifiers, $5) i
            cross join lateral (select case when i.value is null then issue_record_number(i.authority) end as number) issued
        ), raced as (
            insert into patient_races (patient_id, original_patient_id, code, label)
            select $1::uuid, $1::uuid, code, label from jsonb_populate_recordset(null::patient_races, $6)
            on conflict do nothing
        ), housed as (
            insert into patient_addresses (address_id, patient_id, original_patient_id, use, lines, city, state, postal_code, country,
                started_on, ended_on)
            select address_id, $1::uuid, $1::uuid, use, lines, city, state, postal_code, country, started_on, ended_on
            from jsonb_populate_recordset(null::patient_addresses, $7)
        ), reached as (
            insert into patient_telecoms (telecom_id, patient_id, original_patient_id, kind, use, value, value_key, ended_on)
            select telecom_id, $1::uuid, $1::uuid, kind, use, value, value_key, ended_on from jsonb_populate_recordset(null::patient_telecoms, $8)
        ), accompanied as (
            insert into patient_contacts (contact_id, patient_id, original_patient_id, relationship, name, phone)
            select contact_id, $1::uuid, $1::uuid, relationship, name, phone from jsonb_populate_recordset(null::patient_contacts, $9)
        ), insured as (
            insert into coverages (coverage_id, patient_id, original_patient_id, payer, plan, member_id, relationship, status, started_on, ended_on)
            select coverage_id, $1::uuid, $1::uuid, payer, plan, member_id, relationship, status, started_on, ended_on
            from jsonb_populate_recordset(null::coverages, $10)
        )
        insert into patient_changes (change_id, patient_id, original_patient_id, changed_at, changed_by, changed_by_name, event_id, section, what,
            before, after, reason)
        select change_id, $1::uuid, $1::uuid, changed_at, changed_by, changed_by_name, event_id, section, what, before, after, reason
        from jsonb_populate_recordset(null::patient_changes, $11)",
        record.patient.0,
        person(vault, record, roster.at())?,
        Value::Array(record.names.iter().map(name).collect()),
        Value::Array(record.names.iter().flat_map(misspellings).collect()),
        identifiers,
        Value::Array(record.races.iter().map(|race| json!({ "code": race.code, "label": race.label })).collect()),
        addresses(record),
        telecoms(record),
        contacts(record),
        coverages(record),
        Value::Array(history),
    );
    roster.exec(record.patient, statement).await?;
    Ok(())
}

/// Bytes, as PostgreSQL reads them from text.
fn bytes(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("\\x"), |text, byte| text + &format!("{byte:02x}"))
}

fn person(vault: &Vault, record: &PatientRecord, at: DateTime<Utc>) -> Result<Value> {
    let sealed = match &record.ssn {
        Some(number) => Some(
            ssn::seal(vault, record.patient, number, record.birth_date)
                .map_err(|error| Error::Internal(error.to_string()))?,
        ),
        None => None,
    };
    Ok(json!({
        "facility_id": record.facility.0,
        "facility_ids": record.facilities.iter().map(|facility| facility.0).collect::<Vec<Uuid>>(),
        "restricted": record.restricted.is_some(),
        "restricted_reason": record.restricted.map(|why| why.word()),
        "sex": record.sex.word(),
        "birth_date": record.birth_date,
        "birth_precision": record.birth_precision.word(),
        "birth_time": record.birth_time,
        "deceased": record.deceased || record.deceased_at.is_some(),
        "deceased_at": record.deceased_at,
        "multiple_birth": record.multiple_birth,
        "birth_order": record.birth_order,
        "mother_id": record.mother.map(|mother| mother.0),
        "marital_status": record.marital_status,
        "language": record.language,
        "interpreter_needed": record.interpreter_needed,
        "religion": record.religion,
        "mothers_maiden_name": record.mothers_maiden_name,
        "ethnicity": record.ethnicity,
        "identity": record.identity.word(),
        "ssn_sealed": sealed.as_ref().map(|sealed| bytes(&sealed.sealed)),
        "ssn_index": sealed.as_ref().map(|sealed| bytes(&sealed.index)),
        "ssn_last4_index": sealed.as_ref().and_then(|sealed| sealed.last4_index.as_deref()).map(bytes),
        "created_at": at,
        "changed_at": at,
    }))
}

fn name(name: &PersonName) -> Value {
    let keys = names::NameKeys::of(&name.family, &name.given);
    json!({
        "name_id": Uuid::now_v7(),
        "use": name.usage.word(),
        "family": name.family,
        "given": name.given,
        "prefix": name.prefix,
        "suffix": name.suffix,
        "started_on": name.started_on,
        "ended_on": name.ended_on,
        "family_key": keys.family_key,
        "given_key": keys.given_key,
        "family_sound": keys.family_sound,
        "family_sound_alternate": keys.family_sound_alternate,
        "given_sound": keys.given_sound,
    })
}

/// The entries of a surname in the dictionary that finds misspellings.
fn misspellings(name: &PersonName) -> impl Iterator<Item = Value> + use<> {
    let family = names::family_key(&name.family);
    names::dictionary_keys(&name.family)
        .into_iter()
        .map(move |deletion| json!({ "deletion": deletion, "family_key": family }))
}

fn identifiers(record: &PatientRecord, issued_by: Option<&str>) -> Value {
    let issued = issued_by
        .map(|authority| json!({ "identifier_id": Uuid::now_v7(), "type": "MR", "authority": authority }))
        .into_iter();
    let known = record.identifiers.iter().map(|identifier| {
        json!({
            "identifier_id": Uuid::now_v7(),
            "type": identifier.kind,
            "authority": identifier.authority,
            "value": identifier.value,
            "value_key": names::identifier_key(&identifier.value),
            "started_on": identifier.started_on,
            "ended_on": identifier.ended_on,
        })
    });
    issued.chain(known).collect()
}

fn addresses(record: &PatientRecord) -> Value {
    let address = record.addresses.iter().map(|address| {
        json!({
            "address_id": Uuid::now_v7(),
            "use": address.usage.word(),
            "lines": address.lines,
            "city": address.city,
            "state": address.state,
            "postal_code": address.postal_code,
            "country": address.country,
            "started_on": address.started_on,
            "ended_on": address.ended_on,
        })
    });
    address.collect()
}

fn telecoms(record: &PatientRecord) -> Value {
    let telecom = record.telecoms.iter().map(|telecom| {
        json!({
            "telecom_id": Uuid::now_v7(),
            "kind": telecom.kind.word(),
            "use": telecom.usage,
            "value": telecom.value,
            "value_key": telecom.key(),
            "ended_on": telecom.ended_on,
        })
    });
    telecom.collect()
}

fn contacts(record: &PatientRecord) -> Value {
    let person = record.contacts.iter().map(|person| {
        json!({
            "contact_id": Uuid::now_v7(),
            "relationship": person.relationship,
            "name": person.name,
            "phone": person.phone,
        })
    });
    person.collect()
}

fn coverages(record: &PatientRecord) -> Value {
    let coverage = record.coverages.iter().map(|coverage| {
        json!({
            "coverage_id": Uuid::now_v7(),
            "payer": coverage.payer,
            "plan": coverage.plan,
            "member_id": coverage.member_id,
            "relationship": coverage.relationship,
            "status": coverage.status,
            "started_on": coverage.started_on,
            "ended_on": coverage.ended_on,
        })
    });
    coverage.collect()
}

fn history(roster: &Roster<'_>, registered: Registered<'_>) -> Value {
    json!({
        "change_id": Uuid::now_v7(),
        "changed_at": roster.at(),
        "changed_by": roster.staff().map(|staff| staff.0),
        "changed_by_name": roster.actor_name(),
        "event_id": roster.event().0,
        "section": "registration",
        "what": "Registered",
        "before": {},
        "after": registered.told,
        "reason": registered.reason,
    })
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
