//! What the benchmarks ask for themselves.

use chrono::NaiveDate;

use crate::access::{About, Result, Roster};
use crate::base::id::{PatientId, StaffId};

/// A patient as a searcher may know them.
#[derive(Clone)]
pub struct Sampled {
    pub patient: PatientId,
    pub family: String,
    pub given: String,
    pub born: Option<NaiveDate>,
    pub mrn: Option<String>,
}

impl About for Sampled {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// The same patients each time, from everywhere in the table.
pub async fn sample(roster: &mut Roster<'_>, limit: i64) -> Result<Vec<Sampled>> {
    roster
        .all(sqlx::query_as!(
            Sampled,
            r#"select p.patient_id as "patient: PatientId", n.family as "family!", n.given as "given!", p.birth_date as born,
                (select i.value from patient_identifiers i where i.patient_id = p.patient_id and i.type = 'MR'
                    order by i.identifier_id limit 1) as mrn
            from (
                select patient_id, birth_date
                from patients
                where merged_into is null and not restricted
                order by md5(patient_id::text)
                limit $1
            ) p
            join lateral (select * from patient_names n where n.patient_id = p.patient_id and n.use = 'official'
                order by n.name_id limit 1) n on true"#,
            limit,
        ))
        .await
}

pub async fn people(roster: &mut Roster<'_>) -> Result<i64> {
    roster.figure(sqlx::query_scalar!(r#"select count(*) as "count!" from patients"#)).await
}

/// Writes `count` events of looks that were none: what `seal` works on. Each is a row of its own; one statement writes many.
pub async fn events(roster: &mut Roster<'_>, staff: StaffId, patients: &[uuid::Uuid], count: i16) -> Result<()> {
    let statement = sqlx::query!(
        "select access_open(gen_random_uuid(), place::smallint, 'chart', 'chart.view', 'R', 'success', 'person', $1, 'Bench Mark', 'manager', null,
            '127.0.0.1', 'custodian bench', gen_random_uuid(), 'HOPERAT', 'role', null, null, 'link', null,
            ($2::uuid[])[1 + place % cardinality($2::uuid[])], '0-000', '{}', 'patient', ($2::uuid[])[1 + place % cardinality($2::uuid[])], 1, '{}', null)
        from generate_series(1, $3::integer) place",
        staff.0,
        patients,
        i32::from(count),
    );
    roster.exec_all(&[], statement).await?;
    Ok(())
}
