//! The periods of a stay: its classes, its states and its places, each in a table of its own.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::access::{Chart, Result};
use crate::base::id::EncounterId;
use crate::encounters::rules::by_hand::{Correction, Stay};

pub(super) async fn open_class(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    class: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into encounter_class_periods (period_id, encounter_id, patient_id, original_patient_id, class, started_at)
            values ($1, $2, $3, $3, $4, $5)",
            Uuid::now_v7(),
            encounter.0,
            patient,
            class,
            at,
        ))
        .await?;
    Ok(())
}

pub(super) async fn open_status(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    status: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into encounter_status_periods (period_id, encounter_id, patient_id, original_patient_id, status, started_at)
            values ($1, $2, $3, $3, $4, $5)",
            Uuid::now_v7(),
            encounter.0,
            patient,
            status,
            at,
        ))
        .await?;
    Ok(())
}

pub(super) async fn open_place(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    place: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into encounter_locations (stay_id, encounter_id, patient_id, original_patient_id, location_id, location_name, started_at)
            values ($1, $2, $3, $3, (select location_id from locations where name = $4 order by location_id limit 1), $4, $5)",
            Uuid::now_v7(),
            encounter.0,
            patient,
            place,
            at,
        ))
        .await?;
    Ok(())
}

pub(super) async fn close_class(chart: &mut Chart<'_>, encounter: EncounterId, at: DateTime<Utc>) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update encounter_class_periods set ended_at = $2 where encounter_id = $1 and ended_at is null",
            encounter.0,
            at,
        ))
        .await?;
    Ok(())
}

pub(super) async fn close_status(chart: &mut Chart<'_>, encounter: EncounterId, at: DateTime<Utc>) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update encounter_status_periods set ended_at = $2 where encounter_id = $1 and ended_at is null",
            encounter.0,
            at,
        ))
        .await?;
    Ok(())
}

pub(super) async fn close_place(chart: &mut Chart<'_>, encounter: EncounterId, at: DateTime<Utc>) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update encounter_locations set ended_at = $2 where encounter_id = $1 and ended_at is null",
            encounter.0,
            at,
        ))
        .await?;
    Ok(())
}

/// The first period begins, and the last ends, with the encounter: a correction of its edges is one of theirs.
pub(super) async fn shift(chart: &mut Chart<'_>, encounter: EncounterId, was: &Stay, right: &Correction) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update encounter_class_periods set started_at = case when started_at is not distinct from $2 then $3 else started_at end,
                ended_at = case when ended_at is not distinct from $4 then $5 else ended_at end
            where encounter_id = $1",
            encounter.0,
            was.started_at,
            right.started_at,
            was.ended_at,
            right.ended_at,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_status_periods set started_at = case when started_at is not distinct from $2 then $3 else started_at end,
                ended_at = case when ended_at is not distinct from $4 then $5 else ended_at end
            where encounter_id = $1",
            encounter.0,
            was.started_at,
            right.started_at,
            was.ended_at,
            right.ended_at,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_locations set started_at = case when started_at is not distinct from $2 then $3 else started_at end,
                ended_at = case when ended_at is not distinct from $4 then $5 else ended_at end
            where encounter_id = $1",
            encounter.0,
            was.started_at,
            right.started_at,
            was.ended_at,
            right.ended_at,
        ))
        .await?;
    // A stay that began as an emergency: its inpatient period begins, and the one before ends, with the order (ENC-2).
    if was.admitted_at != was.started_at && was.admitted_at.is_some() && right.admitted_at.is_some() {
        chart
            .exec(sqlx::query!(
                "update encounter_class_periods set started_at = case when started_at = $2 then $3 else started_at end,
                    ended_at = case when ended_at = $2 then $3 else ended_at end
                where encounter_id = $1 and (started_at = $2 or ended_at = $2)",
                encounter.0,
                was.admitted_at,
                right.admitted_at,
            ))
            .await?;
    }
    Ok(())
}
