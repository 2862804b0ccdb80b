//! What happened within a visit: its statuses and classes by time, its places and providers, and its cancellation.

use uuid::Uuid;

use super::Touched;
use super::visits::Moment;
use crate::access::{Result, Roster};
use crate::base::id::PatientId;
use crate::interop::fhir::import::map::encounter::Period;

#[derive(Default)]
pub(super) struct Periods {
    pub id: Vec<Uuid>,
    pub encounter: Vec<Uuid>,
    pub patient: Vec<Uuid>,
    pub what: Vec<String>,
    pub started_at: Vec<Moment>,
    pub ended_at: Vec<Moment>,
}

#[derive(Default)]
pub(super) struct Places {
    pub id: Vec<Uuid>,
    pub encounter: Vec<Uuid>,
    pub patient: Vec<Uuid>,
    pub location: Vec<Option<Uuid>>,
    pub name: Vec<Option<String>>,
    pub started_at: Vec<Moment>,
    pub ended_at: Vec<Moment>,
}

#[derive(Default)]
pub(super) struct Providers {
    pub encounter: Vec<Uuid>,
    pub patient: Vec<Uuid>,
    pub practitioner: Vec<Uuid>,
    pub role: Vec<String>,
}

impl Periods {
    pub fn extend(&mut self, encounter: Uuid, patient: Uuid, periods: &[Period]) {
        for period in periods {
            self.id.push(Uuid::now_v7());
            self.encounter.push(encounter);
            self.patient.push(patient);
            self.what.push(period.what.to_owned());
            self.started_at.push(period.started_at);
            self.ended_at.push(period.ended_at);
        }
    }
}

/// A period told again gets the end it has now; a new one comes in. None goes away: each is part of what happened (ENC-1).
pub(super) async fn status_periods(roster: &mut Roster<'_>, rows: &Periods) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"with told as (
                select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[])
                    as u (id, encounter, patient, what, started, ended)),
            ended as (
                update encounter_status_periods p set ended_at = t.ended from told t
                where p.encounter_id = t.encounter and p.status = t.what and p.started_at is not distinct from t.started
                    and p.ended_at is distinct from t.ended
                returning p.period_id)
            insert into encounter_status_periods (period_id, encounter_id, patient_id, original_patient_id, status, started_at, ended_at)
            select t.id, t.encounter, t.patient, t.patient, t.what, t.started, t.ended from told t
            where not exists (select from encounter_status_periods p
                where p.encounter_id = t.encounter and p.status = t.what and p.started_at is not distinct from t.started)
            returning patient_id as "patient: PatientId""#,
            &rows.id,
            &rows.encounter,
            &rows.patient,
            &rows.what,
            &rows.started_at as &[Moment],
            &rows.ended_at as &[Moment],
        ))
        .await?;
    Ok(())
}

pub(super) async fn class_periods(roster: &mut Roster<'_>, rows: &Periods) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"with told as (
                select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[])
                    as u (id, encounter, patient, what, started, ended)),
            ended as (
                update encounter_class_periods p set ended_at = t.ended from told t
                where p.encounter_id = t.encounter and p.class = t.what and p.started_at is not distinct from t.started
                    and p.ended_at is distinct from t.ended
                returning p.period_id)
            insert into encounter_class_periods (period_id, encounter_id, patient_id, original_patient_id, class, started_at, ended_at)
            select t.id, t.encounter, t.patient, t.patient, t.what, t.started, t.ended from told t
            where not exists (select from encounter_class_periods p
                where p.encounter_id = t.encounter and p.class = t.what and p.started_at is not distinct from t.started)
            returning patient_id as "patient: PatientId""#,
            &rows.id,
            &rows.encounter,
            &rows.patient,
            &rows.what,
            &rows.started_at as &[Moment],
            &rows.ended_at as &[Moment],
        ))
        .await?;
    Ok(())
}

pub(super) async fn places(roster: &mut Roster<'_>, rows: &Places) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"with told as (
                select u.id, u.encounter, u.patient, u.location, coalesce(u.name, l.name, 'Unknown place') as name, u.started, u.ended
                from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[])
                    as u (id, encounter, patient, location, name, started, ended)
                left join locations l on l.location_id = u.location),
            known as (
                update encounter_locations p set ended_at = t.ended, location_id = coalesce(t.location, p.location_id) from told t
                where p.encounter_id = t.encounter and p.location_name = t.name and p.started_at is not distinct from t.started
                    and (p.ended_at, p.location_id) is distinct from (t.ended, coalesce(t.location, p.location_id))
                returning p.stay_id)
            insert into encounter_locations (stay_id, encounter_id, patient_id, original_patient_id, location_id, location_name, started_at, ended_at)
            select t.id, t.encounter, t.patient, t.patient, t.location, t.name, t.started, t.ended from told t
            where not exists (select from encounter_locations p
                where p.encounter_id = t.encounter and p.location_name = t.name and p.started_at is not distinct from t.started)
            returning patient_id as "patient: PatientId""#,
            &rows.id,
            &rows.encounter,
            &rows.patient,
            &rows.location as &[Option<Uuid>],
            &rows.name as &[Option<String>],
            &rows.started_at as &[Moment],
            &rows.ended_at as &[Moment],
        ))
        .await?;
    Ok(())
}

pub(super) async fn providers(roster: &mut Roster<'_>, rows: &Providers) -> Result<()> {
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into encounter_providers (encounter_id, patient_id, original_patient_id, practitioner_id, role)
            select u.encounter, u.patient, u.patient, u.practitioner, u.role
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) as u (encounter, patient, practitioner, role)
            on conflict do nothing
            returning patient_id as "patient: PatientId""#,
            &rows.encounter,
            &rows.patient,
            &rows.practitioner,
            &rows.role,
        ))
        .await?;
    Ok(())
}

pub(super) async fn cancelled(roster: &mut Roster<'_>, rows: Vec<(Uuid, Uuid)>) -> Result<()> {
    let at = roster.at();
    let (encounters, patients): (Vec<Uuid>, Vec<Uuid>) = rows.into_iter().unzip();
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into encounter_cancellations (encounter_id, patient_id, original_patient_id, cancelled_at, reason)
            select u.encounter, u.patient, u.patient, $1, 'cancelled at the source'
            from unnest($2::uuid[], $3::uuid[]) as u (encounter, patient)
            on conflict do nothing
            returning patient_id as "patient: PatientId""#,
            at,
            &encounters,
            &patients,
        ))
        .await?;
    Ok(())
}
