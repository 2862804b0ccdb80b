//! Whom a filter means: staff by what was typed, patients by record number.

use uuid::Uuid;

use super::super::model::Staff;
use crate::access::{Desk, Result};

/// The staff that a text means: by id, by sign-in name, else everybody whose name contains it.
pub async fn staff(desk: &mut Desk<'_>, typed: &str) -> Result<Vec<Staff>> {
    let exactly = desk
        .all(sqlx::query_as!(
            Staff,
            "select staff_id as staff, sign_in_name, full_name
            from staff
            where staff_id = $1 or sign_in_name = lower($2)",
            typed.parse::<Uuid>().ok(),
            typed,
        ))
        .await?;
    if !exactly.is_empty() {
        return Ok(exactly);
    }
    desk.all(sqlx::query_as!(
        Staff,
        "select staff_id as staff, sign_in_name, full_name
        from staff
        where position(lower($1) in lower(full_name)) > 0
        order by full_name, staff_id
        limit 200",
        typed,
    ))
    .await
}

/// Whether anybody without a staff id (an operator, a job, a visitor) ever acted under this name.
pub async fn acted_under(desk: &mut Desk<'_>, name: &str) -> Result<bool> {
    desk.one(sqlx::query_scalar!(
        r#"select exists (select from audit_events where actor_id is null and lower(actor_name) = lower($1)) as "acted!""#,
        name,
    ))
    .await
}

/// The records that bear this number; several when facilities issue the same one.
pub async fn patients(desk: &mut Desk<'_>, mrn: &str) -> Result<Vec<Uuid>> {
    desk.all(sqlx::query_scalar!(
        r#"select patient as "patient!" from access_ledger_patients($1) patient order by 1"#,
        mrn
    ))
    .await
}

/// These records and all merged with them; a record that is gone is still itself.
pub async fn merged(desk: &mut Desk<'_>, patients: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut all: Vec<Uuid> =
        desk.one(sqlx::query_scalar!(r#"select access_ledger_merged($1) as "ids!""#, patients)).await?;
    all.extend(patients);
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// The number the log last knew one of these records by.
pub async fn last_mrn(desk: &mut Desk<'_>, patients: &[Uuid]) -> Result<Option<String>> {
    desk.optional(sqlx::query_scalar!(
        r#"select patient_mrn as "mrn!"
        from audit_events
        where patient_id = any($1) and patient_mrn is not null
        order by recorded_at desc, event_id desc
        limit 1"#,
        patients,
    ))
    .await
}
