//! Visits with their periods, places and providers, and who pays.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::stays::{Periods, Places, Providers, cancelled, class_periods, places, providers, status_periods};
use super::{Place, State, Touched, Work, own_number};
use crate::access::{About, Result, Roster};
use crate::base::id::{FacilityId, PatientId};
use crate::interop::fhir::import::map::Refusal;
use crate::interop::fhir::import::map::coverage::Coverage;
use crate::interop::fhir::import::map::encounter::Encounter;
use crate::interop::fhir::import::record::Incoming;
use crate::interop::fhir::import::tally::Outcome;

pub(super) type Moment = Option<DateTime<Utc>>;

/// New visits of a batch in columns, one statement for each table.
#[derive(Default)]
pub(super) struct Rows {
    encounter: Vec<Uuid>,
    patient: Vec<Uuid>,
    facility: Vec<Uuid>,
    visit_number: Vec<String>,
    account_number: Vec<Option<String>>,
    class: Vec<String>,
    status: Vec<String>,
    started_at: Vec<Moment>,
    ended_at: Vec<Moment>,
    admitted_at: Vec<Moment>,
    admission_type: Vec<Option<String>>,
    point_of_origin: Vec<Option<String>>,
    disposition: Vec<Option<String>>,
    admit_source_text: Vec<Option<String>>,
    disposition_text: Vec<Option<String>>,
    service: Vec<Option<String>>,
    visit_type: Vec<Option<String>>,
    reason: Vec<Option<String>>,
    attending: Vec<Option<Uuid>>,
    sensitivity: Vec<Option<String>>,

    statuses: Periods,
    classes: Periods,
    places: Places,
    providers: Providers,
    cancelled: Vec<(Uuid, Uuid)>,
    coverages: Coverages,
}

#[derive(Default)]
struct Coverages {
    id: Vec<Uuid>,
    patient: Vec<Uuid>,
    payer: Vec<Option<Uuid>>,
    payer_text: Vec<Option<String>>,
    plan: Vec<Option<String>>,
    member_id: Vec<Option<String>>,
    relationship: Vec<Option<String>>,
    status: Vec<Option<String>>,
    started_on: Vec<Option<NaiveDate>>,
    ended_on: Vec<Option<NaiveDate>>,
}

impl Coverages {
    /// The same id again replaces what was told before: one statement can't write a row twice.
    fn push(&mut self, id: Uuid, patient: Uuid, payer: Option<Uuid>, told: &Coverage) {
        if let Some(at) = self.id.iter().position(|known| *known == id) {
            self.remove(at);
        }
        self.id.push(id);
        self.patient.push(patient);
        self.payer.push(payer);
        self.payer_text.push(told.payer_text.clone());
        self.plan.push(told.plan.clone());
        self.member_id.push(told.member_id.clone());
        self.relationship.push(told.relationship.clone());
        self.status.push(told.status.clone());
        self.started_on.push(told.started_on);
        self.ended_on.push(told.ended_on);
    }

    fn remove(&mut self, at: usize) {
        self.id.remove(at);
        self.patient.remove(at);
        self.payer.remove(at);
        self.payer_text.remove(at);
        self.plan.remove(at);
        self.member_id.remove(at);
        self.relationship.remove(at);
        self.status.remove(at);
        self.started_on.remove(at);
        self.ended_on.remove(at);
    }

    async fn write(&self, roster: &mut Roster<'_>) -> Result<()> {
        roster
            .all(sqlx::query_as!(
                Touched,
                r#"insert into coverages (coverage_id, patient_id, original_patient_id, payer, plan, member_id, relationship, status, started_on, ended_on)
                select u.id, u.patient, u.patient, coalesce(o.name, u.payer_text, 'Unknown payer'), u.plan, u.member, u.relationship, u.status,
                    u.started, u.ended
                from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[], $10::date[])
                    as u (id, patient, payer, payer_text, plan, member, relationship, status, started, ended)
                left join organizations o on o.organization_id = u.payer
                on conflict (coverage_id) do update set payer = excluded.payer, plan = excluded.plan, member_id = excluded.member_id,
                    relationship = excluded.relationship, status = excluded.status, started_on = excluded.started_on, ended_on = excluded.ended_on
                returning patient_id as "patient: PatientId""#,
                &self.id,
                &self.patient,
                &self.payer as &[Option<Uuid>],
                &self.payer_text as &[Option<String>],
                &self.plan as &[Option<String>],
                &self.member_id as &[Option<String>],
                &self.relationship as &[Option<String>],
                &self.status as &[Option<String>],
                &self.started_on as &[Option<NaiveDate>],
                &self.ended_on as &[Option<NaiveDate>],
            ))
            .await?;
        Ok(())
    }
}

struct Numbered {
    patient: PatientId,
    number: String,
}

impl About for Numbered {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// Which of these visit numbers are in use at the facility.
pub(super) async fn taken_numbers(
    roster: &mut Roster<'_>,
    facility: FacilityId,
    numbers: &[String],
) -> Result<HashSet<String>> {
    if numbers.is_empty() {
        return Ok(HashSet::new());
    }
    let taken = roster
        .all(sqlx::query_as!(
            Numbered,
            r#"select patient_id as "patient: PatientId", visit_number as number from encounters where facility_id = $1 and visit_number = any($2)"#,
            facility.0,
            numbers,
        ))
        .await?;
    Ok(taken.into_iter().map(|row| row.number).collect())
}

impl Work<'_> {
    pub(super) async fn encounter(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        place: Place,
        told: &Encounter,
        notes: &mut Vec<String>,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        let providers: Vec<Option<Uuid>> =
            told.providers.iter().map(|provider| self.find_target(Some(&provider.practitioner))).collect();
        let locations: Vec<Option<Uuid>> =
            told.places.iter().map(|place| self.find_target(place.location.as_ref())).collect();
        if providers.iter().any(Option::is_none) {
            notes.push("a participant it names is not known here; left out".into());
        }
        let nameless = |(place, found): (&crate::interop::fhir::import::map::encounter::Place, &Option<Uuid>)| {
            found.is_none() && place.name.is_none()
        };
        if told.places.iter().zip(&locations).any(nameless) {
            notes.push("a location it names is not known here; left out".into());
        }
        let links: Vec<bool> = providers.iter().chain(&locations).map(Option::is_some).collect();
        let (state, hash) = self.state(roster, &record.kind, record, &links).await?;
        let (encounter, patient, outcome) = match state {
            State::Same => return Ok(Ok(Outcome::Unchanged)),
            State::New => (Uuid::now_v7(), place.patient.0, Outcome::Created),
            State::Changed(known) => (known.target, known.patient.unwrap_or(place.patient.0), Outcome::Updated),
        };
        let attending = attending(told, &providers);
        if outcome == Outcome::Created {
            let number = self.number(record, told, notes);
            let facility = self.writer.facility.facility.0;
            self.visits.add(encounter, patient, facility, number, attending, told);
        } else {
            if self.visits.encounter.contains(&encounter) {
                // A row of this very batch can't be updated before it is written.
                std::mem::take(&mut self.visits).write(roster).await?;
            }
            update(roster, encounter, patient, attending, told).await?;
        }
        self.visits.add_parts(encounter, patient, told, &providers, &locations);
        self.settle(&record.kind, record, hash, encounter, Some(patient), roster.at());
        Ok(Ok(outcome))
    }

    /// The source's visit number if nobody has it here, else one of our own.
    fn number(&mut self, record: &Incoming, told: &Encounter, notes: &mut Vec<String>) -> String {
        if let Some(number) = &told.visit_number {
            if self.taken_numbers.insert(number.clone()) {
                return number.clone();
            }
            notes.push("its visit number is another visit's here; a number of our own was given".into());
        }
        own_number(&self.writer.source, "Encounter", &record.id)
    }

    pub(super) async fn coverage(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        place: Place,
        told: &Coverage,
        notes: &mut Vec<String>,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        let payer = self.find_target(told.payer.as_ref());
        if payer.is_none() && told.payer.is_some() {
            notes.push("the payer it names is not known here; shown by the name of its plan".into());
        }
        if payer.is_none() && told.payer_text.is_none() {
            return Ok(Err("the payer it names is not known here, and it names no plan".into()));
        }
        let (state, hash) = self.state(roster, &record.kind, record, &[payer.is_some()]).await?;
        let (coverage, patient, outcome) = match state {
            State::Same => return Ok(Ok(Outcome::Unchanged)),
            State::New => (Uuid::now_v7(), place.patient.0, Outcome::Created),
            State::Changed(known) => (known.target, known.patient.unwrap_or(place.patient.0), Outcome::Updated),
        };
        self.visits.coverages.push(coverage, patient, payer, told);
        self.settle(&record.kind, record, hash, coverage, Some(patient), roster.at());
        Ok(Ok(outcome))
    }
}

/// Who attends: said so, else the primary performer, else the first named.
fn attending(told: &Encounter, providers: &[Option<Uuid>]) -> Option<Uuid> {
    let of = |role: &str| {
        told.providers.iter().zip(providers).find_map(|(provider, found)| (provider.role == role).then_some(*found)?)
    };
    of("attending").or_else(|| of("primary-performer")).or_else(|| providers.iter().flatten().next().copied())
}

async fn update(
    roster: &mut Roster<'_>,
    encounter: Uuid,
    patient: Uuid,
    attending: Option<Uuid>,
    told: &Encounter,
) -> Result<()> {
    let at = roster.at();
    let statement = sqlx::query!(
        "update encounters
        set class = $3, status = $4, started_at = $5, ended_at = $6, admitted_at = $7, admission_type = $8, point_of_origin = $9,
            disposition = $10, admit_source_text = $11, disposition_text = $12, service = $13, visit_type = $14, reason = $15,
            attending_id = coalesce($16, attending_id), sensitivity = coalesce($17, sensitivity),
            account_number = coalesce($18, account_number), changed_at = $19, version = version + 1
        where encounter_id = $1 and patient_id = $2",
        encounter,
        patient,
        told.class,
        told.status,
        told.started_at,
        told.ended_at,
        told.admitted_at,
        told.admission_type,
        told.point_of_origin,
        told.disposition,
        told.admit_source_text,
        told.disposition_text,
        told.service,
        told.visit_type,
        told.reason,
        attending,
        told.sensitivity,
        told.account_number,
        at,
    );
    roster.exec(PatientId(patient), statement).await?;
    Ok(())
}

impl Rows {
    fn add(
        &mut self,
        encounter: Uuid,
        patient: Uuid,
        facility: Uuid,
        number: String,
        attending: Option<Uuid>,
        told: &Encounter,
    ) {
        self.encounter.push(encounter);
        self.patient.push(patient);
        self.facility.push(facility);
        self.visit_number.push(number);
        self.account_number.push(told.account_number.clone());
        self.class.push(told.class.to_owned());
        self.status.push(told.status.to_owned());
        self.started_at.push(told.started_at);
        self.ended_at.push(told.ended_at);
        self.admitted_at.push(told.admitted_at);
        self.admission_type.push(told.admission_type.map(str::to_owned));
        self.point_of_origin.push(told.point_of_origin.clone());
        self.disposition.push(told.disposition.clone());
        self.admit_source_text.push(told.admit_source_text.clone());
        self.disposition_text.push(told.disposition_text.clone());
        self.service.push(told.service.clone());
        self.visit_type.push(told.visit_type.clone());
        self.reason.push(told.reason.clone());
        self.attending.push(attending);
        self.sensitivity.push(told.sensitivity.map(str::to_owned));
    }

    fn add_parts(
        &mut self,
        encounter: Uuid,
        patient: Uuid,
        told: &Encounter,
        providers: &[Option<Uuid>],
        locations: &[Option<Uuid>],
    ) {
        self.statuses.extend(encounter, patient, &told.status_periods);
        self.classes.extend(encounter, patient, &told.class_periods);
        for (place, location) in told.places.iter().zip(locations) {
            if location.is_none() && place.name.is_none() {
                continue;
            }
            self.places.id.push(Uuid::now_v7());
            self.places.encounter.push(encounter);
            self.places.patient.push(patient);
            self.places.location.push(*location);
            self.places.name.push(place.name.clone());
            self.places.started_at.push(place.started_at);
            self.places.ended_at.push(place.ended_at);
        }
        for (provider, practitioner) in told.providers.iter().zip(providers) {
            let Some(practitioner) = practitioner else { continue };
            self.providers.encounter.push(encounter);
            self.providers.patient.push(patient);
            self.providers.practitioner.push(*practitioner);
            self.providers.role.push(provider.role.to_owned());
        }
        if told.status == "cancelled" {
            self.cancelled.push((encounter, patient));
        }
    }

    pub(super) async fn write(self, roster: &mut Roster<'_>) -> Result<()> {
        if !self.encounter.is_empty() {
            self.encounters(roster).await?;
        }
        if !self.statuses.id.is_empty() {
            status_periods(roster, &self.statuses).await?;
            class_periods(roster, &self.classes).await?;
        }
        if !self.places.id.is_empty() {
            places(roster, &self.places).await?;
        }
        if !self.providers.role.is_empty() {
            providers(roster, &self.providers).await?;
        }
        if !self.coverages.id.is_empty() {
            self.coverages.write(roster).await?;
        }
        if !self.cancelled.is_empty() {
            cancelled(roster, self.cancelled).await?;
        }
        Ok(())
    }

    async fn encounters(&self, roster: &mut Roster<'_>) -> Result<()> {
        let at = roster.at();
        roster
            .all(sqlx::query_as!(
                Touched,
                r#"insert into encounters (encounter_id, patient_id, original_patient_id, facility_id, visit_number, account_number, class, status,
                    started_at, ended_at, admitted_at, admission_type, point_of_origin, disposition, admit_source_text, disposition_text,
                    service, visit_type, reason, attending_id, sensitivity, created_at, changed_at)
                select u.encounter, u.patient, u.patient, u.facility, u.number, u.account, u.class, u.status,
                    u.started, u.ended, u.admitted, u.type, u.origin, u.disposition, u.source_text, u.disposition_text,
                    u.service, u.visit_type, u.reason, u.attending, u.sensitivity, $1, $1
                from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
                    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                    $17::text[], $18::text[], $19::text[], $20::uuid[], $21::text[])
                    as u (encounter, patient, facility, number, account, class, status, started, ended, admitted, type, origin, disposition,
                        source_text, disposition_text, service, visit_type, reason, attending, sensitivity)
                returning patient_id as "patient: PatientId""#,
                at,
                &self.encounter,
                &self.patient,
                &self.facility,
                &self.visit_number,
                &self.account_number as &[Option<String>],
                &self.class,
                &self.status,
                &self.started_at as &[Moment],
                &self.ended_at as &[Moment],
                &self.admitted_at as &[Moment],
                &self.admission_type as &[Option<String>],
                &self.point_of_origin as &[Option<String>],
                &self.disposition as &[Option<String>],
                &self.admit_source_text as &[Option<String>],
                &self.disposition_text as &[Option<String>],
                &self.service as &[Option<String>],
                &self.visit_type as &[Option<String>],
                &self.reason as &[Option<String>],
                &self.attending as &[Option<Uuid>],
                &self.sensitivity as &[Option<String>],
            ))
            .await?;
        Ok(())
    }
}
