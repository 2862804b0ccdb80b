//! Encounters and their periods.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::access::{Chart, Result};
use crate::base::id::EncounterId;
use crate::encounters::model::{Cancellation, Encounter, Period, Provider, Visit};

/// The newest encounters of the chart, at most `limit`, older than `before` (start and id of the last one seen).
pub async fn visits(chart: &mut Chart<'_>, before: Option<(DateTime<Utc>, Uuid)>, limit: i64) -> Result<Vec<Visit>> {
    let sight = chart.sight();
    if !sight.encounters {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    let (started, id) = before.unzip();
    // The latest of encounters without a start sort as newest: they are planned.
    chart
        .all(sqlx::query_as!(
            Visit,
            r#"select e.encounter_id as "encounter: EncounterId", e.class, e.status, e.started_at, e.ended_at,
                case when e.sensitivity is null or $2 then coalesce(l.location_name, e.service) end as place,
                case when e.sensitivity is null or $2 then nullif(concat_ws(', ', a.family, nullif(a.given, '')), '') end as attending,
                e.visit_number, e.sensitivity is not null and not $2 as "hidden!",
                case when $2 then e.sensitivity end as sensitivity
            from encounters e
            left join practitioners a on a.practitioner_id = e.attending_id
            left join lateral (select location_name from encounter_locations l where l.encounter_id = e.encounter_id
                order by l.started_at desc nulls last limit 1) l on true
            where e.patient_id = any($1)
              and ($3::timestamptz is null or (coalesce(e.started_at, 'infinity'), e.encounter_id) < ($3, $4))
            order by coalesce(e.started_at, 'infinity') desc, e.encounter_id desc
            limit $5"#,
            &ids,
            sight.sensitive,
            started,
            id,
            limit,
        ))
        .await
}

/// One encounter of the opened chart.
pub async fn detail(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Encounter> {
    let ids = chart.ids().to_vec();
    chart
        .one(sqlx::query_as!(
            Encounter,
            r#"select e.encounter_id as "encounter: _", e.patient_id as "patient: _", f.name as facility, e.visit_number, e.account_number, e.class,
                e.status, e.started_at, e.ended_at, e.admitted_at, e.admission_type, e.point_of_origin, e.disposition, e.admit_source_text,
                e.disposition_text, e.service, e.visit_type, e.reason,
                nullif(concat_ws(', ', a.family, nullif(a.given, '')), '') as attending, e.part_of as "part_of: _", e.sensitivity
            from encounters e
            join facilities f on f.facility_id = e.facility_id
            left join practitioners a on a.practitioner_id = e.attending_id
            where e.encounter_id = $1 and e.patient_id = any($2)"#,
            encounter.0,
            &ids,
        ))
        .await
}

pub async fn status_periods(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Vec<Period>> {
    chart
        .all(sqlx::query_as!(
            Period,
            "select status as what, started_at, ended_at from encounter_status_periods where encounter_id = $1 order by started_at, period_id",
            encounter.0,
        ))
        .await
}

pub async fn class_periods(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Vec<Period>> {
    chart
        .all(sqlx::query_as!(
            Period,
            "select class as what, started_at, ended_at from encounter_class_periods where encounter_id = $1 order by started_at, period_id",
            encounter.0,
        ))
        .await
}

pub async fn locations(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Vec<Period>> {
    chart
        .all(sqlx::query_as!(
            Period,
            "select location_name as what, started_at, ended_at from encounter_locations where encounter_id = $1 order by started_at, stay_id",
            encounter.0,
        ))
        .await
}

pub async fn providers(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Vec<Provider>> {
    chart
        .all(sqlx::query_as!(
            Provider,
            r#"select concat_ws(', ', p.family, nullif(p.given, '')) as "name!", ep.role
            from encounter_providers ep
            join practitioners p on p.practitioner_id = ep.practitioner_id
            where ep.encounter_id = $1
            order by ep.role, p.family"#,
            encounter.0,
        ))
        .await
}

pub async fn cancellation(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Option<Cancellation>> {
    chart
        .optional(sqlx::query_as!(
            Cancellation,
            "select cancelled_at, reason from encounter_cancellations where encounter_id = $1",
            encounter.0,
        ))
        .await
}

/// Total charges in cents; `None` where there are none, or the viewer may not see dollars.
pub async fn charges(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Option<i64>> {
    if !chart.sight().charges {
        return Ok(None);
    }
    chart
        .one(sqlx::query_scalar!(
            r#"select sum(total_cents)::bigint from encounter_charges where encounter_id = $1"#,
            encounter.0,
        ))
        .await
}
