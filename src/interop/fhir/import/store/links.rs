//! How records of one kind point at each other, set when all of them are in: parts of places and visits, the diagnoses a visit lists,
//! documents that speak of documents.

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
                (Some(whole), Some(_)) => part_of_visit(roster, own, whole).await?,
                (Some(whole), None) => part_of_place(roster, own.target, whole.target).await?,
            }
        }
        if let Some(reference) = &links.organization {
            match self.find_target(Some(reference)) {
                Some(organization) => belongs_to(roster, own.target, organization).await?,
                None => notes.push("managingOrganization is not known here; left out".into()),
            }
        }
        if !links.diagnoses.is_empty() {
            self.listed(roster, own, &links.diagnoses, notes).await?;
        }
        for relation in &links.relations {
            self.relation(roster, own, relation, notes).await?;
        }
        Ok(Outcome::Unchanged)
    }

    /// The diagnoses of a visit, each with its role and rank: on the diagnosis itself where it is this visit's own, else as a row of the
    /// visit beside the problem it repeats.
    async fn listed(
        &mut self,
        roster: &mut Roster<'_>,
        own: Known,
        listed: &[Listed],
        notes: &mut Vec<String>,
    ) -> Result<()> {
        let Some(patient) = own.patient.map(PatientId) else { return Ok(()) };
        let mut rows = Rows::default();
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
        for (condition, told) in found {
            let main = !rows.condition.contains(&condition);
            rows.id.push(Uuid::new_v5(&own.target, format!("{condition} {}", told.role).as_bytes()));
            rows.condition.push(condition);
            rows.role.push(told.role.clone());
            rows.rank.push(told.rank);
            rows.main.push(main);
        }
        if !rows.id.is_empty() {
            rows.write(roster, patient, own.target).await?;
        }
        Ok(())
    }

    async fn relation(
        &mut self,
        roster: &mut Roster<'_>,
        own: Known,
        relation: &Relation,
        notes: &mut Vec<String>,
    ) -> Result<()> {
        let Some(target) = self.find(&relation.target) else {
            notes.push("relatesTo names a document that is not known here; left out".into());
            return Ok(());
        };
        let (Some(patient), true) = (own.patient, own.patient == target.patient && own.target != target.target) else {
            notes.push("relatesTo names a document of another patient, or itself; left out".into());
            return Ok(());
        };
        let statement = sqlx::query!(
            "insert into document_relations (document_id, target_id, kind, patient_id, original_patient_id) values ($1, $2, $3, $4, $4)
            on conflict do nothing",
            own.target,
            target.target,
            relation.kind,
            patient,
        );
        roster.exec(PatientId(patient), statement).await?;
        Ok(())
    }
}

#[derive(Default)]
struct Rows {
    id: Vec<Uuid>,
    condition: Vec<Uuid>,
    role: Vec<String>,
    rank: Vec<Option<i32>>,
    main: Vec<bool>,
}

impl Rows {
    async fn write(&self, roster: &mut Roster<'_>, patient: PatientId, encounter: Uuid) -> Result<()> {
        let statement = sqlx::query!(
            "update source_diagnoses d set role = u.role, rank = u.rank
            from unnest($1::uuid[], $2::text[], $3::integer[], $4::boolean[]) as u (condition, role, rank, main)
            where u.main and d.diagnosis_id = u.condition and d.encounter_id = $5 and d.patient_id = $6
              and (d.role, d.rank) is distinct from (u.role, u.rank)",
            &self.condition,
            &self.role,
            &self.rank as &[Option<i32>],
            &self.main,
            encounter,
            patient.0,
        );
        roster.exec(patient, statement).await?;
        roster
            .all(sqlx::query_as!(
                Touched,
                r#"insert into source_diagnoses (diagnosis_id, patient_id, original_patient_id, encounter_id, system, code, label, category, role, rank,
                    clinical_status, verification_status, onset_at, recorded_at)
                select u.id, d.patient_id, d.patient_id, $6, d.system, d.code, d.label, 'encounter-diagnosis', u.role, u.rank,
                    d.clinical_status, d.verification_status, d.onset_at, d.recorded_at
                from unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::boolean[]) as u (id, condition, role, rank, main)
                join source_diagnoses d on d.diagnosis_id = u.condition and d.patient_id = $7
                where not (u.main and d.encounter_id is not distinct from $6)
                on conflict (diagnosis_id) do update
                    set system = excluded.system, code = excluded.code, label = excluded.label, rank = excluded.rank,
                        clinical_status = excluded.clinical_status, verification_status = excluded.verification_status,
                        onset_at = excluded.onset_at, recorded_at = excluded.recorded_at
                    where (source_diagnoses.code, source_diagnoses.label, source_diagnoses.rank, source_diagnoses.clinical_status)
                        is distinct from (excluded.code, excluded.label, excluded.rank, excluded.clinical_status)
                returning patient_id as "patient: PatientId""#,
                &self.id,
                &self.condition,
                &self.role,
                &self.rank as &[Option<i32>],
                &self.main,
                encounter,
                patient.0,
            ))
            .await?;
        Ok(())
    }
}

/// A visit becomes part of another of the same patient, unless that would close a circle.
async fn part_of_visit(roster: &mut Roster<'_>, own: Known, whole: Known) -> Result<()> {
    let Some(patient) = own.patient.filter(|_| own.patient == whole.patient) else { return Ok(()) };
    let statement = sqlx::query!(
        "update encounters set part_of = $2
        where encounter_id = $1 and part_of is distinct from $2 and not exists (
            with recursive above (id, depth) as (
                select $2::uuid, 1
                union all
                select e.part_of, a.depth + 1 from above a join encounters e on e.encounter_id = a.id where e.part_of is not null and a.depth < 50)
            select from above where id = $1)",
        own.target,
        whole.target,
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
