//! People. A new one goes into the master patient index through its own door; a known one is brought up to date, and nothing known of
//! them before is lost: a changed name stays as an old one.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::person::{address, contact_person, identifier, kept_identifier, person_name, telecom};
use super::{State, Work, own_number};
use crate::access::{About, Error, Result, Roster};
use crate::base::id::PatientId;
use crate::interop::fhir::import::map::Refusal;
use crate::interop::fhir::import::map::patient as told;
use crate::interop::fhir::import::record::Incoming;
use crate::interop::fhir::import::tally::Outcome;
use crate::patients::model::{BirthPrecision, PatientIdentifier, PatientRecord, Race, Restriction, Sex};
use crate::patients::names::{family_key, given_key, identifier_key};
use crate::patients::rules::Ssn;
use crate::patients::ssn;
use crate::patients::store::insert as index;

/// Somebody who carries a record number already.
struct Holder {
    patient: PatientId,
    birth_date: Option<NaiveDate>,
    sex: String,
}

impl About for Holder {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// A person as they are known here, to compare with.
struct Current {
    patient: PatientId,
    birth_date: Option<NaiveDate>,
    merged_into: Option<Uuid>,
    families: Vec<String>,
    givens: Vec<String>,
}

impl About for Current {
    fn about(&self) -> PatientId {
        self.patient
    }
}

impl Work<'_> {
    pub(super) async fn patient(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        told: &told::Patient,
        notes: &mut Vec<String>,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        let (state, hash) = self.state(roster, &record.kind, record, &[]).await?;
        let (patient, outcome) = match state {
            State::Same => return Ok(Ok(Outcome::Unchanged)),
            State::New => (self.register(roster, record, told, notes).await?, Outcome::Created),
            State::Changed(known) => {
                let patient = PatientId(known.patient.unwrap_or(known.target));
                if let Err(reason) = self.bring_up_to_date(roster, patient, told, notes).await? {
                    return Ok(Err(reason));
                }
                (patient, Outcome::Updated)
            }
        };
        self.settle(&record.kind, record, hash, patient.0, Some(patient.0), roster.at());
        Ok(Ok(outcome))
    }

    /// A person this source has not named before. A record number of the same authority that is held already is the same person, if birth
    /// date and sex agree (handbook 1.1: a number is unique within its authority).
    async fn register(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        told: &told::Patient,
        notes: &mut Vec<String>,
    ) -> Result<PatientId> {
        let mut new = self.as_record(PatientId::new(), told, notes);
        for holder in holders(roster, &new.identifiers).await? {
            let agrees =
                (holder.birth_date.is_none() || holder.birth_date == new.birth_date) && holder.sex == new.sex.word();
            if agrees {
                notes.push("its record number is known here already: taken for the same person".into());
                // Told apart before, so nothing is overwritten but what is added.
                let _ = self.bring_up_to_date(roster, holder.patient, told, notes).await?;
                return Ok(holder.patient);
            }
            notes.push("its record number belongs to somebody else here (birth date or sex differ); kept as an unspecified number, please check on the duplicate desk".into());
            for identifier in new.identifiers.iter_mut().filter(|identifier| identifier.kind == "MR") {
                identifier.kind = "U".into();
            }
        }
        if !new.identifiers.iter().any(|identifier| identifier.kind == "MR") {
            let number = own_number(&self.writer.source, "Patient", &record.id);
            new.identifiers.push(identifier("MR", &self.writer.facility.mrn_authority, &number));
        }
        index::insert(roster, &self.writer.vault, &new).await?;
        Ok(new.patient)
    }

    /// A person known from this source whose data changed.
    async fn bring_up_to_date(
        &mut self,
        roster: &mut Roster<'_>,
        patient: PatientId,
        told: &told::Patient,
        notes: &mut Vec<String>,
    ) -> Result<std::result::Result<(), Refusal>> {
        let Some(current) = current(roster, patient).await? else {
            return Err(Error::Internal("a known patient is not there".into()));
        };
        let new = self.as_record(patient, told, notes);
        if is_somebody_else(&current, &new) {
            return Ok(Err("this id belongs to a different person here (name and birth date both differ); \
                import a set of another system under its own --source"
                .into()));
        }
        if current.merged_into.is_some() {
            notes.push(
                "this record was merged into another; its names and numbers were added, nothing else changed".into(),
            );
        } else {
            self.scalars(roster, &new).await?;
        }
        names(roster, &new).await?;
        identifiers(roster, &new).await?;
        contact(roster, &new).await?;
        Ok(Ok(()))
    }

    async fn scalars(&self, roster: &mut Roster<'_>, new: &PatientRecord) -> Result<()> {
        let at = roster.at();
        let sealed = match &new.ssn {
            Some(number) => Some(
                ssn::seal(&self.writer.vault, new.patient, number, new.birth_date)
                    .map_err(|error| Error::Internal(error.to_string()))?,
            ),
            None => None,
        };
        let statement = sqlx::query!(
            "update patients
            set sex = case when $2 = 'unknown' then sex else $2 end,
                birth_date = coalesce($3, birth_date),
                birth_precision = case when $3::date is null then birth_precision else $4 end,
                deceased = $5, deceased_at = case when $5 then coalesce($6, deceased_at) end,
                multiple_birth = $7, birth_order = coalesce($8, birth_order), marital_status = coalesce($9, marital_status),
                language = coalesce($10, language), interpreter_needed = coalesce($11, interpreter_needed), religion = coalesce($12, religion),
                mothers_maiden_name = coalesce($13, mothers_maiden_name), ethnicity = coalesce($14, ethnicity),
                restricted = restricted or $15, restricted_reason = coalesce(restricted_reason, $16),
                ssn_sealed = coalesce($17, ssn_sealed), ssn_index = coalesce($18, ssn_index),
                ssn_last4_index = case when $17::bytea is null then ssn_last4_index else $19 end,
                facility_ids = case when $20 = any(facility_ids) then facility_ids else facility_ids || $20 end,
                changed_at = $21, version = version + 1
            where patient_id = $1",
            new.patient.0,
            new.sex.word(),
            new.birth_date,
            new.birth_precision.word(),
            new.deceased,
            new.deceased_at,
            new.multiple_birth,
            new.birth_order,
            new.marital_status,
            new.language,
            new.interpreter_needed,
            new.religion,
            new.mothers_maiden_name,
            new.ethnicity,
            new.restricted.is_some(),
            new.restricted.map(Restriction::word),
            sealed.as_ref().map(|sealed| sealed.sealed.as_slice()),
            sealed.as_ref().map(|sealed| sealed.index.as_slice()),
            sealed.as_ref().and_then(|sealed| sealed.last4_index.as_deref()),
            self.writer.facility.facility.0,
            at,
        );
        roster.exec(new.patient, statement).await?;
        Ok(())
    }

    fn as_record(&self, patient: PatientId, told: &told::Patient, notes: &mut Vec<String>) -> PatientRecord {
        PatientRecord {
            restricted: told.restricted.and_then(Restriction::parse),
            sex: Sex::parse(told.sex).unwrap_or(Sex::Unknown),
            birth_date: told.birth_date,
            birth_precision: BirthPrecision::parse(told.birth_precision).unwrap_or(BirthPrecision::Unknown),
            deceased: told.deceased,
            deceased_at: told.deceased_at,
            multiple_birth: told.multiple_birth,
            birth_order: told.birth_order,
            marital_status: told.marital_status.clone(),
            language: told.language.clone(),
            interpreter_needed: told.interpreter_needed,
            religion: told.religion.clone(),
            mothers_maiden_name: told.mothers_maiden_name.clone(),
            ethnicity: told.ethnicity.clone(),
            ssn: told.ssn.as_ref().and_then(|number| Ssn::parse(&number.0)),
            names: told.names.iter().filter_map(|name| person_name(name, notes)).collect(),
            identifiers: told.identifiers.iter().filter_map(|found| kept_identifier(found, notes)).collect(),
            addresses: told.addresses.iter().map(address).collect(),
            telecoms: told.telecoms.iter().map(telecom).collect(),
            races: told.races.iter().map(|(code, label)| Race { code: code.clone(), label: label.clone() }).collect(),
            contacts: told.contacts.iter().map(contact_person).collect(),
            ..PatientRecord::new(patient, self.writer.facility.facility)
        }
    }
}

/// A changed name, birth date and all: more likely two systems counting from the same number than one person (an overlay, handbook 1.4).
fn is_somebody_else(current: &Current, new: &PatientRecord) -> bool {
    let born_otherwise = matches!((current.birth_date, new.birth_date), (Some(known), Some(told)) if known != told);
    let families: BTreeSet<String> = new.names.iter().map(|name| family_key(&name.family)).collect();
    let givens: BTreeSet<String> = new.names.iter().map(|name| given_key(&name.given)).collect();
    let shares = |known: &[String], told: &BTreeSet<String>| known.iter().any(|key| told.contains(key));
    born_otherwise
        && !new.names.is_empty()
        && !shares(&current.families, &families)
        && !shares(&current.givens, &givens)
}

async fn current(roster: &mut Roster<'_>, patient: PatientId) -> Result<Option<Current>> {
    roster
        .optional(sqlx::query_as!(
            Current,
            r#"select p.patient_id as "patient: PatientId", p.birth_date, p.merged_into,
                array(select n.family_key from patient_names n where n.patient_id = p.patient_id) as "families!",
                array(select n.given_key from patient_names n where n.patient_id = p.patient_id) as "givens!"
            from patients p where p.patient_id = $1"#,
            patient.0,
        ))
        .await
}

async fn holders(roster: &mut Roster<'_>, identifiers: &[PatientIdentifier]) -> Result<Vec<Holder>> {
    let numbers = || identifiers.iter().filter(|identifier| identifier.kind == "MR");
    let authorities: Vec<String> = numbers().map(|identifier| identifier.authority.clone()).collect();
    let values: Vec<String> = numbers().map(|identifier| identifier.value.clone()).collect();
    if values.is_empty() {
        return Ok(Vec::new());
    }
    roster
        .all(sqlx::query_as!(
            Holder,
            r#"select distinct p.patient_id as "patient: PatientId", p.birth_date, p.sex
            from unnest($1::text[], $2::text[]) as k (authority, value)
            join patient_identifiers i on i.type = 'MR' and i.authority = k.authority and i.value = k.value
            join patients p on p.patient_id = i.patient_id"#,
            &authorities,
            &values,
        ))
        .await
}

/// Names told now come in; the one that was shown and is told no more becomes an old one.
async fn names(roster: &mut Roster<'_>, new: &PatientRecord) -> Result<()> {
    if new.names.is_empty() {
        return Ok(());
    }
    let today = roster.at().date_naive();
    let families: Vec<String> = new.names.iter().map(|name| name.family.clone()).collect();
    let givens: Vec<String> = new.names.iter().map(|name| name.given.clone()).collect();
    let statement = sqlx::query!(
        "update patient_names
        set use = case when use in ('official', 'usual') then 'old' else use end, ended_on = coalesce(ended_on, greatest(started_on, $4))
        where patient_id = $1 and use in ('official', 'usual', 'temp')
          and not exists (select from unnest($2::text[], $3::text[]) as t (family, given) where t.family = patient_names.family and t.given = patient_names.given)",
        new.patient.0,
        &families,
        &givens,
        today,
    );
    roster.exec(new.patient, statement).await?;
    for name in &new.names {
        let statement = sqlx::query!(
            "update patient_names set use = $4, prefix = $5, suffix = $6, started_on = coalesce($7, started_on), ended_on = $8
            where patient_id = $1 and family = $2 and given = $3",
            new.patient.0,
            name.family,
            name.given,
            name.usage.word(),
            name.prefix,
            name.suffix,
            name.started_on,
            name.ended_on,
        );
        if roster.exec(new.patient, statement).await? == 0 {
            index::insert_name(roster, new.patient, name).await?;
        }
    }
    Ok(())
}

async fn identifiers(roster: &mut Roster<'_>, new: &PatientRecord) -> Result<()> {
    for identifier in &new.identifiers {
        let statement = sqlx::query!(
            "insert into patient_identifiers (identifier_id, patient_id, original_patient_id, type, authority, value, value_key, started_on, ended_on)
            select $1, $2, $2, $3, $4, $5, $6, $7, $8
            where not exists (select from patient_identifiers i where i.authority = $4 and i.value = $5
                and (i.patient_id = $2 or (i.type = 'MR' and $3 = 'MR')))",
            Uuid::now_v7(),
            new.patient.0,
            identifier.kind,
            identifier.authority,
            identifier.value,
            identifier_key(&identifier.value),
            identifier.started_on,
            identifier.ended_on,
        );
        roster.exec(new.patient, statement).await?;
        let statement = sqlx::query!(
            "update patient_identifiers set ended_on = $4
            where patient_id = $1 and authority = $2 and value = $3 and ended_on is distinct from $4 and $4::date is not null",
            new.patient.0,
            identifier.authority,
            identifier.value,
            identifier.ended_on,
        );
        roster.exec(new.patient, statement).await?;
    }
    Ok(())
}

/// Addresses and numbers told now come in; the ones that were current and are told no more are past.
async fn contact(roster: &mut Roster<'_>, new: &PatientRecord) -> Result<()> {
    let (patient, today) = (new.patient, roster.at().date_naive());
    if !new.addresses.is_empty() {
        let lines: Vec<String> = new.addresses.iter().map(|address| address.lines.clone()).collect();
        let codes: Vec<Option<String>> = new.addresses.iter().map(|address| address.postal_code.clone()).collect();
        let statement = sqlx::query!(
            "update patient_addresses set use = 'old', ended_on = coalesce(ended_on, greatest(started_on, $4))
            where patient_id = $1 and use <> 'old' and not exists (select from unnest($2::text[], $3::text[]) as t (lines, code)
                where t.lines = patient_addresses.lines and t.code is not distinct from patient_addresses.postal_code)",
            patient.0,
            &lines,
            &codes as &[Option<String>],
            today,
        );
        roster.exec(patient, statement).await?;
    }
    for address in &new.addresses {
        let statement = sqlx::query!(
            "insert into patient_addresses (address_id, patient_id, original_patient_id, use, lines, city, state, postal_code, country, started_on, ended_on)
            select $1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10
            where not exists (select from patient_addresses a where a.patient_id = $2 and a.lines = $4 and a.postal_code is not distinct from $7)",
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
    for telecom in &new.telecoms {
        let statement = sqlx::query!(
            "insert into patient_telecoms (telecom_id, patient_id, original_patient_id, kind, use, value, value_key, ended_on)
            select $1, $2, $2, $3, $4, $5, $6, $7
            where not exists (select from patient_telecoms t where t.patient_id = $2 and t.kind = $3 and t.value = $5)",
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
    index::insert_races(roster, new).await?;
    for person in &new.contacts {
        let statement = sqlx::query!(
            "insert into patient_contacts (contact_id, patient_id, original_patient_id, relationship, name, phone)
            select $1, $2, $2, $3, $4, $5
            where not exists (select from patient_contacts c where c.patient_id = $2 and c.name = $4 and c.phone is not distinct from $5)",
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
