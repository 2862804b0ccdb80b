//! The steps of a stay, each with what it does to the periods.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::periods::{close_class, close_place, close_status, open_class, open_place, open_status};
use super::{Standing, Step, attend, refuse_overlap, remember};
use crate::access::{Chart, Result};
use crate::base::id::PractitionerId;
use crate::encounters::rules::by_hand::{Leaving, is_inpatient};

pub async fn discharge(
    chart: &mut Chart<'_>,
    step: Step,
    leaving: &Leaving,
    attending: Option<PractitionerId>,
) -> Result<()> {
    let encounter = step.encounter;
    let row = chart
        .one(sqlx::query_scalar!(
            r#"update encounters set status = case when class in ('inpatient', 'observation', 'emergency', 'newborn', 'day-surgery')
                    then 'discharged' else 'finished' end,
                ended_at = $2, disposition = $3, attending_id = coalesce($4, attending_id)
            where encounter_id = $1 returning status"#,
            encounter.0,
            leaving.at,
            leaving.disposition,
            attending.map(|attending| attending.0),
        ))
        .await?;
    close_class(chart, encounter, leaving.at).await?;
    close_status(chart, encounter, leaving.at).await?;
    close_place(chart, encounter, leaving.at).await?;
    if let Some(attending) = attending {
        attend(chart, encounter, attending).await?;
    }
    let after = json!({ "status": row, "end": leaving.at, "disposition": leaving.disposition });
    remember(chart, step, "Discharged", Value::Null, after, "").await
}

/// A13: date and disposition go; the last class, status and place go on.
pub async fn cancel_discharge(chart: &mut Chart<'_>, step: Step, was: &Standing, reason: &str) -> Result<()> {
    let encounter = step.encounter;
    if is_inpatient(&was.stay.class)
        && let Some(from) = was.stay.admitted_at.or(was.stay.started_at)
    {
        refuse_overlap(chart, encounter, was.facility, from, None, was.stay.point_of_origin.as_deref()).await?;
    }
    chart
        .exec(sqlx::query!(
            "update encounters set status = 'in-progress', ended_at = null, disposition = null where encounter_id = $1",
            encounter.0,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_class_periods set ended_at = null where period_id = (select period_id from encounter_class_periods
                where encounter_id = $1 order by started_at desc nulls last, period_id desc limit 1)",
            encounter.0,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_status_periods set ended_at = null where period_id = (select period_id from encounter_status_periods
                where encounter_id = $1 and status = 'in-progress' order by started_at desc nulls last, period_id desc limit 1)",
            encounter.0,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_locations set ended_at = null where stay_id = (select stay_id from encounter_locations
                where encounter_id = $1 order by started_at desc nulls last, stay_id desc limit 1)",
            encounter.0,
        ))
        .await?;
    let before = json!({ "status": was.stay.status, "end": was.stay.ended_at, "disposition": was.stay.disposition });
    remember(chart, step, "Cancelled the discharge", before, json!({ "status": "in-progress" }), reason).await
}

/// ENC-1: one stay, with each class in its period. ENC-2: becoming an inpatient is the order.
pub async fn change_class(
    chart: &mut Chart<'_>,
    step: Step,
    was: &Standing,
    to: &str,
    at: DateTime<Utc>,
    types: (Option<&str>, Option<&str>),
    reason: &str,
) -> Result<()> {
    let encounter = step.encounter;
    let ordered = is_inpatient(to).then_some(at);
    let origin = types.1.or(was.stay.point_of_origin.as_deref());
    if is_inpatient(to) {
        refuse_overlap(chart, encounter, was.facility, at, None, origin).await?;
    }
    chart
        .exec(sqlx::query!(
            "update encounters set class = $2, status = case when status = 'planned' then 'in-progress' else status end,
                started_at = case when status = 'planned' then $3 else started_at end,
                admitted_at = $4, admission_type = coalesce($5, admission_type), point_of_origin = coalesce($6, point_of_origin)
            where encounter_id = $1",
            encounter.0,
            to,
            at,
            ordered,
            types.0,
            types.1,
        ))
        .await?;
    if was.stay.status == "planned" {
        // Planned for another hour than the arrival: what was planned ends where it is overtaken.
        let until = was.stay.started_at.map_or(at, |planned| planned.max(at));
        close_class(chart, encounter, until).await?;
        close_status(chart, encounter, until).await?;
        open_status(chart, encounter, "in-progress", at).await?;
    } else {
        close_class(chart, encounter, at).await?;
    }
    open_class(chart, encounter, to, at).await?;
    let before = json!({ "class": was.stay.class, "inpatient order": was.stay.admitted_at });
    remember(
        chart,
        step,
        "Changed the class",
        before,
        json!({ "class": to, "inpatient order": ordered, "from": at }),
        reason,
    )
    .await
}

pub async fn transfer(chart: &mut Chart<'_>, step: Step, place: &str, at: DateTime<Utc>) -> Result<()> {
    let encounter = step.encounter;
    close_place(chart, encounter, at).await?;
    open_place(chart, encounter, place, at).await?;
    remember(chart, step, "Transferred", Value::Null, json!({ "place": place, "from": at }), "").await
}

/// Out on leave, or back from it.
pub async fn set_leave(chart: &mut Chart<'_>, step: Step, out: bool, at: DateTime<Utc>) -> Result<()> {
    let encounter = step.encounter;
    let (status, what) = if out { ("on-leave", "Left on leave") } else { ("in-progress", "Returned from leave") };
    chart.exec(sqlx::query!("update encounters set status = $2 where encounter_id = $1", encounter.0, status)).await?;
    close_status(chart, encounter, at).await?;
    open_status(chart, encounter, status, at).await?;
    remember(chart, step, what, Value::Null, json!({ "from": at }), "").await
}

/// ENC-7: the row stays, with who, when and why.
pub async fn cancel(chart: &mut Chart<'_>, step: Step, was: &Standing, reason: &str) -> Result<()> {
    let encounter = step.encounter;
    let (patient, at, staff) = (chart.patient().0, chart.at(), chart.staff().map(|staff| staff.0));
    chart.exec(sqlx::query!("update encounters set status = 'cancelled' where encounter_id = $1", encounter.0)).await?;
    chart
        .exec(sqlx::query!(
            "insert into encounter_cancellations (encounter_id, patient_id, original_patient_id, cancelled_at, cancelled_by, reason)
            values ($1, $2, $2, $3, $4, $5)",
            encounter.0,
            patient,
            at,
            staff,
            reason,
        ))
        .await?;
    let before = json!({ "status": was.stay.status });
    remember(chart, step, "Cancelled", before, json!({ "status": "cancelled" }), reason).await
}
