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
    chart
        .all(sqlx::query_as!(
            Look,
            r#"select event_id as "event!", recorded_at as "recorded_at!", actor_name as "actor!", role, act as "act!", outcome as "outcome!",
                purpose as "purpose!", grant_id is not null as "by_glass!"
            from audit_events
            where patient_id = any($1) and event_id <> $2 and ($3::timestamptz is null or (recorded_at, event_id) < ($3, $4))
            order by recorded_at desc, event_id desc
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
