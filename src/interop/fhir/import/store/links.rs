//! How records of one kind point at each other, set when all of them are in: parts of places and visits, the diagnoses a visit lists,
//! documents that speak of documents.

use std::collections::HashMap;

use uuid::Uuid;

use super::known::{Known, Slot};
use super::{Touched, Work};
use crate::access::{Result, Roster};
use crate::base::id::PatientId;
use crate::interop::fhir::import::map::Links;
use crate::interop::fhir::import::map::document::Relation;
use crate::interop::fhir::import::map::encounter::Listed;
use crate::interop::fhir::import::record::Incoming;
use crate::interop::fhir::import::tally::Outcome;

impl Work<'_> {
    pub(super) async fn links(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        links: &Links,
        notes: &mut Vec<String>,
    ) -> Result<Outcome> {
        // A record that was refused has nothing to link.
        let Some(own) = self.known.get(&Slot::new(&record.kind, &record.id)).copied() else {
            return Ok(Outcome::Unchanged);
        };
        if let Some(reference) = &links.part_of {
            match (self.find(reference), own.patient) {
                (None, _) => notes.push("partOf: what it is part of is not known here; left out".into()),
                (Some(whole), Some(_)) if whole.patient != own.patient => {
                    notes.push("partOf names a visit of another patient; left out".into());
                }
                (Some(whole), Some(patient)) => part_of_visit(roster, patient, own.target, whole.target).await?,
                (Some(whole), None) => part_of_place(roster, own.target, whole.target).await?,
            }
        }
        if let Some(reference) = &links.organization {
            match self.find_target(Some(reference)) {
                Some(organization) => belongs_to(roster, own.target, organization).await?,
                None => notes.push("managingOrganization is not known here; left out".into()),
            }
        }
        self.listed(own, &links.diagnoses, notes);
        for relation in &links.relations {
            self.relation(own, relation, notes);
        }
        Ok(Outcome::Unchanged)
    }

    /// The diagnoses of a visit, each with its role and rank: on the diagnosis itself where it is this visit's own, else as a row of the
    /// visit beside the problem it repeats.
    fn listed(&mut self, own: Known, listed: &[Listed], notes: &mut Vec<String>) {
        let Some(patient) = own.patient else { return };
        let mut found: Vec<(Uuid, &Listed)> = Vec::new();
        for told in listed {
            match self.find(&told.condition).filter(|known| known.patient == own.patient) {
                Some(known) => found.push((known.target, told)),
                None => notes.push("a diagnosis it lists is not known here; left out".into()),
            }
        }
        notes.dedup();
        // Of several roles of one diagnosis, the discharge diagnosis is the one its own row shows.
        found.sort_by_key(|(_, told)| told.role != "discharge");
        let mut seen: Vec<Uuid> = Vec::new();
        for (condition, told) in found {
            let main = !seen.contains(&condition);
            seen.push(condition);
            let row = Row { encounter: own.target, patient, condition, role: told.role.clone(), rank: told.rank, main };
            // The same visit twice in a batch: the later telling stays, one statement can't write a row twice.
            self.links
                .diagnoses
                .insert(Uuid::new_v5(&own.target, format!("{condition} {}", told.role).as_bytes()), row);
        }
    }

    fn relation(&mut self, own: Known, relation: &Relation, notes: &mut Vec<String>) {
        let Some(target) = self.find(&relation.target) else {
            notes.push("relatesTo names a document that is not known here; left out".into());
            return;
        };
        match own.patient {
            Some(patient) if own.patient == target.patient && own.target != target.target => {
                self.links.relations.push((own.target, target.target, relation.kind, patient));
            }
            _ => notes.push("relatesTo names a document of another patient, or itself; left out".into()),
        }
    }
}

/// A diagnosis a visit lists.
struct Row {
    encounter: Uuid,
    patient: Uuid,
    condition: Uuid,
    role: String,
    rank: Option<i32>,
    /// The one of its roles that the diagnosis itself shows.
    main: bool,
}

#[derive(Default)]
pub(super) struct Rows {
    diagnoses: HashMap<Uuid, Row>,
    relations: Vec<(Uuid, Uuid, &'static str, Uuid)>,
}

impl Rows {
    pub(super) async fn write(self, roster: &mut Roster<'_>) -> Result<()> {
        if !self.diagnoses.is_empty() {
            diagnoses(roster, self.diagnoses).await?;
        }
        if !self.relations.is_empty() {
            relations(roster, self.relations).await?;
        }
        Ok(())
    }
}

async fn diagnoses(roster: &mut Roster<'_>, rows: HashMap<Uuid, Row>) -> Result<()> {
    let (ids, rows): (Vec<Uuid>, Vec<Row>) = rows.into_iter().unzip();
    let encounters: Vec<Uuid> = rows.iter().map(|row| row.encounter).collect();
    let patients: Vec<Uuid> = rows.iter().map(|row| row.patient).collect();
    let conditions: Vec<Uuid> = rows.iter().map(|row| row.condition).collect();
    let roles: Vec<String> = rows.iter().map(|row| row.role.clone()).collect();
    let ranks: Vec<Option<i32>> = rows.iter().map(|row| row.rank).collect();
    let mains: Vec<bool> = rows.iter().map(|row| row.main).collect();
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"update source_diagnoses d set role = u.role, rank = u.rank
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::boolean[]) as u (condition, encounter, patient, role, rank, main)
            where u.main and d.diagnosis_id = u.condition and d.encounter_id = u.encounter and d.patient_id = u.patient
              and (d.role, d.rank) is distinct from (u.role, u.rank)
            returning d.patient_id as "patient: PatientId""#,
            &conditions,
            &encounters,
            &patients,
            &roles,
            &ranks as &[Option<i32>],
            &mains,
        ))
        .await?;
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into source_diagnoses (diagnosis_id, patient_id, original_patient_id, encounter_id, system, code, label, category, role, rank,
                clinical_status, verification_status, onset_at, recorded_at)
            select u.id, d.patient_id, d.patient_id, u.encounter, d.system, d.code, d.label, 'encounter-diagnosis', u.role, u.rank,
                d.clinical_status, d.verification_status, d.onset_at, d.recorded_at
            from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::integer[], $7::boolean[])
                as u (id, condition, encounter, patient, role, rank, main)
            join source_diagnoses d on d.diagnosis_id = u.condition and d.patient_id = u.patient
            where not (u.main and d.encounter_id is not distinct from u.encounter)
            on conflict (diagnosis_id) do update
                set system = excluded.system, code = excluded.code, label = excluded.label, rank = excluded.rank,
                    clinical_status = excluded.clinical_status, verification_status = excluded.verification_status,
                    onset_at = excluded.onset_at, recorded_at = excluded.recorded_at
                where (source_diagnoses.code, source_diagnoses.label, source_diagnoses.rank, source_diagnoses.clinical_status)
                    is distinct from (excluded.code, excluded.label, excluded.rank, excluded.clinical_status)
            returning patient_id as "patient: PatientId""#,
            &ids,
            &conditions,
            &encounters,
            &patients,
            &roles,
            &ranks as &[Option<i32>],
            &mains,
        ))
        .await?;
    Ok(())
}

async fn relations(roster: &mut Roster<'_>, rows: Vec<(Uuid, Uuid, &'static str, Uuid)>) -> Result<()> {
    let documents: Vec<Uuid> = rows.iter().map(|row| row.0).collect();
    let targets: Vec<Uuid> = rows.iter().map(|row| row.1).collect();
    let kinds: Vec<String> = rows.iter().map(|row| row.2.to_owned()).collect();
    let patients: Vec<Uuid> = rows.iter().map(|row| row.3).collect();
    roster
        .all(sqlx::query_as!(
            Touched,
            r#"insert into document_relations (document_id, target_id, kind, patient_id, original_patient_id)
            select u.document, u.target, u.kind, u.patient, u.patient
            from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) as u (document, target, kind, patient)
            on conflict do nothing
            returning patient_id as "patient: PatientId""#,
            &documents,
            &targets,
            &kinds,
            &patients,
        ))
        .await?;
    Ok(())
}

/// A visit becomes part of another of the same patient, unless that would close a circle.
async fn part_of_visit(roster: &mut Roster<'_>, patient: Uuid, part: Uuid, whole: Uuid) -> Result<()> {
    let statement = sqlx::query!(
        "update encounters set part_of = $2
        where encounter_id = $1 and part_of is distinct from $2 and not exists (
            with recursive above (id, depth) as (
                select $2::uuid, 1
                union all
                select e.part_of, a.depth + 1 from above a join encounters e on e.encounter_id = a.id where e.part_of is not null and a.depth < 50)
            select from above where id = $1)",
        part,
        whole,
    );
    roster.exec(PatientId(patient), statement).await?;
    Ok(())
}

async fn part_of_place(roster: &mut Roster<'_>, part: Uuid, whole: Uuid) -> Result<()> {
    roster
        .figure(sqlx::query_scalar!(
            r#"with written as (
                update locations set part_of = $2
                where location_id = $1 and part_of is distinct from $2 and not exists (
                    with recursive above (id, depth) as (
                        select $2::uuid, 1
                        union all
                        select l.part_of, a.depth + 1 from above a join locations l on l.location_id = a.id where l.part_of is not null and a.depth < 50)
                    select from above where id = $1)
                returning 1)
            select count(*) as "count!" from written"#,
            part,
            whole,
        ))
        .await?;
    Ok(())
}

async fn belongs_to(roster: &mut Roster<'_>, place: Uuid, organization: Uuid) -> Result<()> {
    roster
        .figure(sqlx::query_scalar!(
            r#"with written as (
                update locations set organization_id = $2 where location_id = $1 and organization_id is distinct from $2 returning 1)
            select count(*) as "count!" from written"#,
            place,
            organization,
        ))
        .await?;
    Ok(())
}
