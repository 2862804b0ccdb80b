//! What was written wrong, put right.

use serde_json::json;

use super::{Standing, Step, periods, refuse_overlap, remember};
use crate::access::{Chart, Result};
use crate::encounters::rules::by_hand::{Correction, is_inpatient};

pub async fn correct(
    chart: &mut Chart<'_>,
    step: Step,
    was: &Standing,
    right: &Correction,
    reason: &str,
) -> Result<()> {
    let encounter = step.encounter;
    if is_inpatient(&was.stay.class)
        && let Some(from) = right.admitted_at.or(right.started_at)
    {
        refuse_overlap(chart, encounter, was.facility, from, right.ended_at, right.point_of_origin.as_deref()).await?;
    }
    chart
        .exec(sqlx::query!(
            "update encounters set started_at = $2, admitted_at = $3, ended_at = $4, admission_type = $5, point_of_origin = $6, disposition = $7
            where encounter_id = $1",
            encounter.0,
            right.started_at,
            right.admitted_at,
            right.ended_at,
            right.admission_type,
            right.point_of_origin,
            right.disposition,
        ))
        .await?;
    periods::shift(chart, encounter, &was.stay, right).await?;
    let stay = &was.stay;
    let before = json!({ "start": stay.started_at, "inpatient order": stay.admitted_at, "end": stay.ended_at, "type": stay.admission_type,
        "origin": stay.point_of_origin, "disposition": stay.disposition });
    let after = json!({ "start": right.started_at, "inpatient order": right.admitted_at, "end": right.ended_at,
        "type": right.admission_type, "origin": right.point_of_origin, "disposition": right.disposition });
    remember(chart, step, "Corrected", before, after, reason).await
}
