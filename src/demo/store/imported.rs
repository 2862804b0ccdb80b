//! Work on charts that came from elsewhere (`--patients`): a share of them gets tasks and the demo physician's care, one is made restricted.

use uuid::Uuid;

use super::super::world::staff_id;
use crate::access::{About, Result, Roster};
use crate::base::id::PatientId;

struct Chosen {
    patient: PatientId,
}

impl About for Chosen {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// Imported patients without work, in the order of their ids; those who have work were met before.
async fn without_work(roster: &mut Roster<'_>) -> Result<Vec<PatientId>> {
    let rows = roster
        .all(sqlx::query_as!(
            Chosen,
            r#"select p.patient_id as "patient: PatientId" from patients p
            where p.merged_into is null
              and exists (select from source_records r where r.patient_id = p.patient_id)
              and not exists (select from tasks t where t.patient_id = p.patient_id)
              and not exists (select from care_team_members c where c.patient_id = p.patient_id)
            order by p.patient_id limit 5000"#
        ))
        .await?;
    Ok(rows.into_iter().map(|row| row.patient).collect())
}

/// Hands out work on every imported chart that has none; answers how many got some.
///
/// # Errors
/// What the database says.
pub async fn hand_out(roster: &mut Roster<'_>) -> Result<usize> {
    let patients = without_work(roster).await?;
    for (place, patient) in patients.iter().enumerate() {
        match place % 4 {
            0 => task(roster, *patient, "coding", "coder", "Imported stay: code it").await?,
            1 => task(roster, *patient, "retrieval", "clerk", "Imported chart asked for: is it complete?").await?,
            2 => care(roster, *patient).await?,
            _ => {
                task(roster, *patient, "coding", "coder", "Imported visit: code it").await?;
                care(roster, *patient).await?;
            }
        }
    }
    // the first one is somebody confidential, and the coder's by name
    if let Some(patient) = patients.first() {
        let restrict = sqlx::query!(
            "update patients set restricted = true, restricted_reason = 'confidential', version = version + 1 where patient_id = $1 and not restricted",
            patient.0,
        );
        roster.exec(*patient, restrict).await?;
    }
    Ok(patients.len())
}

async fn task(roster: &mut Roster<'_>, patient: PatientId, kind: &str, role: &str, note: &str) -> Result<()> {
    let at = roster.at();
    let statement = sqlx::query!(
        "insert into tasks (task_id, patient_id, original_patient_id, encounter_id, kind, assigned_to, note, opened_at, due_at)
        values ($1, $2, $2, (select e.encounter_id from encounters e where e.patient_id = $2
            order by e.started_at desc nulls last, e.encounter_id limit 1), $3, $4, $5, $6::timestamptz, $6::timestamptz + interval '4 days')",
        Uuid::now_v7(),
        patient.0,
        kind,
        staff_id(role).0,
        note,
        at,
    );
    roster.exec(patient, statement).await?;
    Ok(())
}

async fn care(roster: &mut Roster<'_>, patient: PatientId) -> Result<()> {
    let at = roster.at();
    let statement = sqlx::query!(
        "insert into care_team_members (member_id, patient_id, original_patient_id, staff_id, reason, started_at)
        values ($1, $2, $2, $3, 'Primary care', $4)",
        Uuid::now_v7(),
        patient.0,
        staff_id("physician").0,
        at,
    );
    roster.exec(patient, statement).await?;
    Ok(())
}
