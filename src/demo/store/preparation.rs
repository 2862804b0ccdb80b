//! How far the demonstration is prepared, so that a broken-off start goes on where it stopped and a finished one is opened as it is.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::access::{Desk, Result, Roster};
use crate::base::id::PatientId;

/// The one preparation of this database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preparation {
    pub seed: i64,
    /// The instant everything is told relative to.
    pub told_at: DateTime<Utc>,
    /// People written so far.
    pub people: i64,
}

pub async fn preparation(desk: &mut Desk<'_>) -> Result<Option<Preparation>> {
    desk.optional(sqlx::query_as!(Preparation, "select seed, told_at, people from demo_preparations")).await
}

/// Whether anybody but the demo staff signs in here: a house of real work is never made a demonstration.
pub async fn is_someones_house(desk: &mut Desk<'_>) -> Result<bool> {
    desk.one(sqlx::query_scalar!(r#"select exists (select from staff where not is_demo) as "exists!""#)).await
}

pub async fn begin(desk: &mut Desk<'_>, preparation: &Preparation) -> Result<()> {
    desk.exec(sqlx::query!(
        "insert into demo_preparations (seed, told_at, people) values ($1, $2, $3) on conflict do nothing",
        preparation.seed,
        preparation.told_at,
        preparation.people,
    ))
    .await?;
    Ok(())
}

/// Notes progress in the transaction that wrote the people.
pub async fn advance(roster: &mut Roster<'_>, people: i64) -> Result<()> {
    roster.exec_all(&[], sqlx::query!("update demo_preparations set people = $1", people)).await?;
    Ok(())
}

/// The member of staff who is a patient here (PRV-5).
pub async fn link_staff(roster: &mut Roster<'_>, staff: Uuid, patient: PatientId) -> Result<()> {
    let link = sqlx::query!("update staff set patient_id = $2 where staff_id = $1", staff, patient.0);
    roster.exec(patient, link).await?;
    Ok(())
}
