//! Who looked at the opened chart, and under which grant it is open.

use super::model::{Look, LookKey};
use crate::access::{Chart, Result};

/// The latest events about the opened patient, charts and lists alike, older than `before`. Row-level security shows these rows to no one else.
pub async fn looks(chart: &mut Chart<'_>, before: Option<LookKey>, limit: i64) -> Result<Vec<Look>> {
    if !chart.sight().access_history {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    let own = chart.event().0;
    let (recorded, event) = before.unzip();
    // Record by record, so that each is read from the newest look on and no further: some are looked at thousands of times.
    chart
        .all(sqlx::query_as!(
            Look,
            r#"select e.event_id as "event!", e.recorded_at as "recorded_at!", e.actor_name as "actor!", e.role, e.act as "act!",
                e.outcome as "outcome!", e.purpose as "purpose!", e.grant_id is not null as "by_glass!"
            from unnest($1::uuid[]) as record (id)
            cross join lateral (
                select *
                from audit_events l
                where l.patient_id = record.id and l.event_id <> $2 
                  and (l.recorded_at, l.event_id)
                    < (coalesce($3, 'infinity'::timestamptz), coalesce($4, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
                order by l.recorded_at desc, l.event_id desc
                limit $5) e
            order by e.recorded_at desc, e.event_id desc
            limit $5"#,
            &ids,
            own,
            recorded,
            event,
            limit,
        ))
        .await
}

/// How often the patient was shown in lists: searches, worklists, exports.
pub async fn shown_in_lists(chart: &mut Chart<'_>) -> Result<i64> {
    if !chart.sight().access_history {
        return Ok(0);
    }
    let ids = chart.ids().to_vec();
    chart
        .one(sqlx::query_scalar!(r#"select count(*) as "count!" from audit_subjects where patient_id = any($1)"#, &ids))
        .await
}
