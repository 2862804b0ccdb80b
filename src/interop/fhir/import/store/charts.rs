//! What happened in the visits: source diagnoses and procedures, clinical items, charges. New rows go in by columns; changed ones one by one.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Place, State, Touched, Work};
use crate::access::{Result, Roster};
use crate::base::id::PatientId;
use crate::interop::fhir::import::map::Refusal;
use crate::interop::fhir::import::map::claim::Charge;
use crate::interop::fhir::import::map::clinical::Item;
use crate::interop::fhir::import::map::condition::Diagnosis;
use crate::interop::fhir::import::map::procedure::Procedure;
use crate::interop::fhir::import::record::Incoming;
use crate::interop::fhir::import::tally::Outcome;

type Moment = Option<DateTime<Utc>>;

#[derive(Default)]
pub(super) struct Rows {
    items: Items,
    diagnoses: Diagnoses,
    procedures: Procedures,
    charges: Charges,
}

/// Whose each row is.
#[derive(Default)]
struct Owned {
    id: Vec<Uuid>,
    patient: Vec<Uuid>,
    encounter: Vec<Option<Uuid>>,
}

impl Owned {
    fn push(&mut self, id: Uuid, place: Place) {
        self.id.push(id);
        self.patient.push(place.patient.0);
        self.encounter.push(place.visit);
    }
}

#[derive(Default)]
struct Items {
    owned: Owned,
    kind: Vec<String>,
    label: Vec<String>,
    value: Vec<Option<String>>,
    status: Vec<Option<String>>,
    dated_at: Vec<Moment>,
    resource: Vec<String>,
}

#[derive(Default)]
struct Diagnoses {
    owned: Owned,
    system: Vec<String>,
    code: Vec<String>,
    label: Vec<String>,
    category: Vec<Option<String>>,
    clinical_status: Vec<Option<String>>,
    verification_status: Vec<Option<String>>,
    onset_at: Vec<Moment>,
    recorded_at: Vec<Moment>,
}

#[derive(Default)]
struct Procedures {
    owned: Owned,
    system: Vec<String>,
    code: Vec<String>,
    label: Vec<String>,
    status: Vec<Option<String>>,
    performed_at: Vec<Moment>,
    performed_until: Vec<Moment>,
    performer: Vec<Option<String>>,
}

#[derive(Default)]
struct Charges {
    owned: Owned,
    claim: Vec<String>,
    currency: Vec<String>,
    cents: Vec<i64>,
}

/// What to do with a record: the row's id, whose it stays, and how it counts.
struct Step {
    id: Uuid,
    place: Place,
    outcome: Outcome,
    hash: [u8; 32],
}

impl Work<'_> {
    /// The usual course of a record with one row of its own. `None`: it is as it was.
    async fn step(&mut self, roster: &mut Roster<'_>, record: &Incoming, place: Place) -> Result<Option<Step>> {
        let (state, hash) = self.state(roster, &record.kind, record, &[place.visit.is_some()]).await?;
        Ok(match state {
            State::Same => None,
            State::New => Some(Step { id: Uuid::now_v7(), place, outcome: Outcome::Created, hash }),
            State::Changed(known) => {
                // It may have been moved to another chart since; it stays there.
                let patient = known.patient.map_or(place.patient, PatientId);
                let visit = place.visit.filter(|_| patient == place.patient);
                Some(Step { id: known.target, place: Place { patient, visit }, outcome: Outcome::Updated, hash })
            }
        })
    }

    fn done(&mut self, roster: &Roster<'_>, record: &Incoming, step: &Step) -> Outcome {
        self.settle(&record.kind, record, step.hash, step.id, Some(step.place.patient.0), roster.at());
        step.outcome
    }

    /// A row of this very batch can't be updated before it is written.
    async fn flush(&mut self, roster: &mut Roster<'_>, id: Uuid) -> Result<()> {
        if self.charts.holds(id) {
            std::mem::take(&mut self.charts).write(roster).await?;
        }
        Ok(())
    }

    pub(super) async fn item(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        place: Place,
        told: &Item,
    ) -> Result<Outcome> {
        let Some(step) = self.step(roster, record, place).await? else { return Ok(Outcome::Unchanged) };
        if step.outcome == Outcome::Created {
            self.charts.items.push(step.id, step.place, told);
        } else {
            self.flush(roster, step.id).await?;
            let statement = sqlx::query!(
                "update clinical_items set encounter_id = coalesce($3, encounter_id), kind = $4, label = $5, value = $6, status = $7, dated_at = $8,
                    resource = ($9::text)::jsonb
                where item_id = $1 and patient_id = $2",
                step.id,
                step.place.patient.0,
                step.place.visit,
                told.kind,
                told.label,
                told.value,
                told.status,
                told.dated_at,
                told.resource,
            );
            roster.exec(step.place.patient, statement).await?;
        }
        Ok(self.done(roster, record, &step))
    }

    pub(super) async fn diagnosis(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        place: Place,
        told: &Diagnosis,
    ) -> Result<Outcome> {
        let Some(step) = self.step(roster, record, place).await? else { return Ok(Outcome::Unchanged) };
        if step.outcome == Outcome::Created {
            self.charts.diagnoses.push(step.id, step.place, told);
        } else {
            self.flush(roster, step.id).await?;
            let statement = sqlx::query!(
                "update source_diagnoses set encounter_id = coalesce($3, encounter_id), system = $4, code = $5, label = $6, category = $7,
                    clinical_status = $8, verification_status = $9, onset_at = $10, recorded_at = $11
                where diagnosis_id = $1 and patient_id = $2",
                step.id,
                step.place.patient.0,
                step.place.visit,
                told.system,
                told.code,
                told.label,
                told.category,
                told.clinical_status,
                told.verification_status,
                told.onset_at,
                told.recorded_at,
            );
            roster.exec(step.place.patient, statement).await?;
        }
        Ok(self.done(roster, record, &step))
    }

    pub(super) async fn procedure(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        place: Place,
        told: &Procedure,
    ) -> Result<Outcome> {
        let Some(step) = self.step(roster, record, place).await? else { return Ok(Outcome::Unchanged) };
        if step.outcome == Outcome::Created {
            self.charts.procedures.push(step.id, step.place, told);
        } else {
            self.flush(roster, step.id).await?;
            let statement = sqlx::query!(
                "update source_procedures set encounter_id = coalesce($3, encounter_id), system = $4, code = $5, label = $6, status = $7,
                    performed_at = $8, performed_until = $9, performer = $10
                where procedure_id = $1 and patient_id = $2",
                step.id,
                step.place.patient.0,
                step.place.visit,
                told.system,
                told.code,
                told.label,
                told.status,
                told.performed_at,
                told.performed_until,
                told.performer,
            );
            roster.exec(step.place.patient, statement).await?;
        }
        Ok(self.done(roster, record, &step))
    }

    pub(super) async fn charge(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        place: Place,
        told: &Charge,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        if place.visit.is_none() {
            return Ok(Err("names no encounter known here: charges are kept with their visit".into()));
        }
        let Some(step) = self.step(roster, record, place).await? else { return Ok(Ok(Outcome::Unchanged)) };
        if step.outcome == Outcome::Created {
            let charges = &mut self.charts.charges;
            charges.owned.push(step.id, step.place);
            charges.claim.push(told.claim.clone());
            charges.currency.push(told.currency.clone());
            charges.cents.push(told.total_cents);
        } else {
            self.flush(roster, step.id).await?;
            let statement = sqlx::query!(
                "update encounter_charges set claim = $3, currency = $4, total_cents = $5 where charge_id = $1 and patient_id = $2",
                step.id,
                step.place.patient.0,
                told.claim,
                told.currency,
                told.total_cents,
            );
            roster.exec(step.place.patient, statement).await?;
        }
        Ok(Ok(self.done(roster, record, &step)))
    }
}

impl Items {
    fn push(&mut self, id: Uuid, place: Place, told: &Item) {
        self.owned.push(id, place);
        self.kind.push(told.kind.clone());
        self.label.push(told.label.clone());
        self.value.push(told.value.clone());
        self.status.push(told.status.clone());
        self.dated_at.push(told.dated_at);
        self.resource.push(told.resource.clone());
    }
}

impl Diagnoses {
    fn push(&mut self, id: Uuid, place: Place, told: &Diagnosis) {
        self.owned.push(id, place);
        self.system.push(told.system.clone());
        self.code.push(told.code.clone());
        self.label.push(told.label.clone());
        self.category.push(told.category.clone());
        self.clinical_status.push(told.clinical_status.clone());
        self.verification_status.push(told.verification_status.clone());
        self.onset_at.push(told.onset_at);
        self.recorded_at.push(told.recorded_at);
    }
}

impl Procedures {
    fn push(&mut self, id: Uuid, place: Place, told: &Procedure) {
        self.owned.push(id, place);
        self.system.push(told.system.clone());
        self.code.push(told.code.clone());
        self.label.push(told.label.clone());
        self.status.push(told.status.clone());
        self.performed_at.push(told.performed_at);
        self.performed_until.push(told.performed_until);
        self.performer.push(told.performer.clone());
    }
}

impl Rows {
    fn holds(&self, id: Uuid) -> bool {
        [&self.items.owned, &self.diagnoses.owned, &self.procedures.owned, &self.charges.owned]
            .iter()
            .any(|owned| owned.id.contains(&id))
    }

    pub(super) async fn write(self, roster: &mut Roster<'_>) -> Result<()> {
        if !self.items.kind.is_empty() {
            items(roster, &self.items).await?;
        }
        if !self.diagnoses.code.is_empty() {
            diagnoses(roster, &self.diagnoses).await?;
        }
        if !self.procedures.code.is_empty() {
            procedures(roster, &self.procedures).await?;
        }
        if !self.charges.claim.is_empty() {
            charges(roster, &self.charges).await?;
        }
        Ok(())
    }
}

async fn items(roster: &mut Roster<'_>, rows: &Items) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into clinical_items (item_id, patient_id, original_patient_id, encounter_id, kind, label, value, status, dated_at, resource)
            select u.id, u.patient, u.patient, u.encounter, u.kind, u.label, u.value, u.status, u.dated, u.resource::jsonb
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[])
                as u (id, patient, encounter, kind, label, value, status, dated, resource)
            returning patient_id as "patient: PatientId""#,
            &rows.owned.id,
            &rows.owned.patient,
            &rows.owned.encounter as &[Option<Uuid>],
            &rows.kind,
            &rows.label,
            &rows.value as &[Option<String>],
            &rows.status as &[Option<String>],
            &rows.dated_at as &[Moment],
            &rows.resource,
        ))
        .await?;
    Ok(())
}

async fn diagnoses(roster: &mut Roster<'_>, rows: &Diagnoses) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into source_diagnoses (diagnosis_id, patient_id, original_patient_id, encounter_id, system, code, label, category,
                clinical_status, verification_status, onset_at, recorded_at)
            select u.id, u.patient, u.patient, u.encounter, u.system, u.code, u.label, u.category, u.clinical, u.verification, u.onset, u.recorded
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                $10::timestamptz[], $11::timestamptz[])
                as u (id, patient, encounter, system, code, label, category, clinical, verification, onset, recorded)
            returning patient_id as "patient: PatientId""#,
            &rows.owned.id,
            &rows.owned.patient,
            &rows.owned.encounter as &[Option<Uuid>],
            &rows.system,
            &rows.code,
            &rows.label,
            &rows.category as &[Option<String>],
            &rows.clinical_status as &[Option<String>],
            &rows.verification_status as &[Option<String>],
            &rows.onset_at as &[Moment],
            &rows.recorded_at as &[Moment],
        ))
        .await?;
    Ok(())
}

async fn procedures(roster: &mut Roster<'_>, rows: &Procedures) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into source_procedures (procedure_id, patient_id, original_patient_id, encounter_id, system, code, label, status,
                performed_at, performed_until, performer)
            select u.id, u.patient, u.patient, u.encounter, u.system, u.code, u.label, u.status, u.performed, u.until, u.performer
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[],
                $10::text[])
                as u (id, patient, encounter, system, code, label, status, performed, until, performer)
            returning patient_id as "patient: PatientId""#,
            &rows.owned.id,
            &rows.owned.patient,
            &rows.owned.encounter as &[Option<Uuid>],
            &rows.system,
            &rows.code,
            &rows.label,
            &rows.status as &[Option<String>],
            &rows.performed_at as &[Moment],
            &rows.performed_until as &[Moment],
            &rows.performer as &[Option<String>],
        ))
        .await?;
    Ok(())
}

async fn charges(roster: &mut Roster<'_>, rows: &Charges) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into encounter_charges (charge_id, encounter_id, patient_id, original_patient_id, claim, currency, total_cents)
            select u.id, u.encounter, u.patient, u.patient, u.claim, u.currency, u.cents
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[])
                as u (id, encounter, patient, claim, currency, cents)
            returning patient_id as "patient: PatientId""#,
            &rows.owned.id,
            &rows.owned.encounter as &[Option<Uuid>],
            &rows.owned.patient,
            &rows.claim,
            &rows.currency,
            &rows.cents,
        ))
        .await?;
    Ok(())
}
