//! An encounter that begins.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::periods::{open_class, open_place, open_status};
use super::{Step, attend, hold, refuse_overlap, remember};
use crate::access::{Chart, Result};
use crate::base::id::{EncounterId, FacilityId, PractitionerId};
use crate::encounters::rules::by_hand::is_inpatient;

/// Somebody new comes in.
pub struct Begun {
    pub encounter: EncounterId,
    pub facility: FacilityId,
    pub class: String,
    pub started_at: DateTime<Utc>,
    pub admitted_at: Option<DateTime<Utc>>,
    pub admission_type: Option<String>,
    pub point_of_origin: Option<String>,
    pub service: Option<String>,
    pub visit_type: Option<String>,
    pub reason: Option<String>,
    pub place: Option<String>,
    pub attending: Option<PractitionerId>,
}

pub async fn begin(chart: &mut Chart<'_>, begun: &Begun) -> Result<()> {
    hold(chart).await?;
    let (patient, at, encounter) = (chart.patient().0, chart.at(), begun.encounter);
    if is_inpatient(&begun.class) {
        let from = begun.admitted_at.unwrap_or(begun.started_at);
        refuse_overlap(chart, encounter, begun.facility, from, None, begun.point_of_origin.as_deref()).await?;
    }
    let status = if begun.class == "pre-admit" { "planned" } else { "in-progress" };
    chart
        .exec(sqlx::query!(
            "insert into encounters (encounter_id, patient_id, original_patient_id, facility_id, visit_number, class, status, started_at,
                admitted_at, admission_type, point_of_origin, service, visit_type, reason, attending_id, created_at, changed_at)
            select $1, $2, $2, $3, issue_visit_number($3), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14",
            encounter.0,
            patient,
            begun.facility.0,
            begun.class,
            status,
            begun.started_at,
            begun.admitted_at,
            begun.admission_type,
            begun.point_of_origin,
            begun.service,
            begun.visit_type,
            begun.reason,
            begun.attending.map(|attending| attending.0),
            at,
        ))
        .await?;
    // The facility knows this person from now on (PRV-1).
    chart
        .exec(sqlx::query!(
            "update patients set facility_ids = array_append(facility_ids, $2) where patient_id = $1 and not $2 = any(facility_ids)",
            patient,
            begun.facility.0,
        ))
        .await?;
    open_class(chart, encounter, &begun.class, begun.started_at).await?;
    open_status(chart, encounter, status, begun.started_at).await?;
    if let Some(place) = &begun.place {
        open_place(chart, encounter, place, begun.started_at).await?;
    }
    if let Some(attending) = begun.attending {
        attend(chart, encounter, attending).await?;
    }
    let after = json!({ "class": begun.class, "start": begun.started_at, "inpatient order": begun.admitted_at });
    remember(chart, Step { encounter, key: Uuid::now_v7() }, "Added", Value::Null, after, "").await
}
