//! Every statement of the room.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::model::Task;
use crate::access::{Chart, Result, Roster};
use crate::base::id::TaskId;

/// Open tasks of the person and their roles, oldest first, after the key of the last one seen.
pub async fn open_tasks(
    roster: &mut Roster<'_>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Task>> {
    let staff = roster.staff().map(|staff| staff.0);
    let roles = roster.role_words();
    let facilities = roster.facilities();
    let (opened, id) = after.unzip();
    roster
        .all(sqlx::query_as!(
            Task,
            r#"select t.task_id as "task: _", t.patient_id as "patient: _", t.kind, t.note, t.encounter_id as "encounter: _",
                t.document_id as "document: _", t.opened_at, t.due_at, n.family as "family!", n.given as "given!",
                (select i.value from patient_identifiers i where i.patient_id = t.patient_id and i.type = 'MR'
                    order by i.ended_on nulls first, i.identifier_id limit 1) as mrn,
                p.birth_date, p.restricted, t.assigned_to is not null as "own!"
            from tasks t
            join patients p on p.patient_id = t.patient_id
            join lateral (select * from patient_names n where n.patient_id = t.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where (t.assigned_to = $1 or (t.assigned_to is null and t.assigned_role = any($2)))
              and p.facility_ids && $3
              and not exists (select from task_closures c where c.task_id = t.task_id)
              and ($4::timestamptz is null or (t.opened_at, t.task_id) > ($4, $5))
            order by t.opened_at, t.task_id
            limit $6"#,
            staff,
            &roles,
            &facilities,
            opened,
            id,
            limit,
        ))
        .await
}

/// How many tasks wait in all.
pub async fn waiting(roster: &mut Roster<'_>) -> Result<i64> {
    let staff = roster.staff().map(|staff| staff.0);
    let roles = roster.role_words();
    let facilities = roster.facilities();
    roster
        .figure(sqlx::query_scalar!(
            r#"select count(*) as "count!" from tasks t join patients p on p.patient_id = t.patient_id
            where (t.assigned_to = $1 or (t.assigned_to is null and t.assigned_role = any($2))) and p.facility_ids && $3
              and not exists (select from task_closures c where c.task_id = t.task_id)"#,
            staff,
            &roles,
            &facilities,
        ))
        .await
}

/// Finishes a task of the opened chart that is the person's own or their role's. A second press changes nothing.
pub async fn close(chart: &mut Chart<'_>, task: TaskId, outcome: &str) -> Result<()> {
    let staff = chart.staff().map(|staff| staff.0);
    let roles = chart.role_words();
    let at = chart.at();
    let ids = chart.ids().to_vec();
    chart
        .exec(sqlx::query!(
            "insert into task_closures (task_id, patient_id, original_patient_id, closed_at, closed_by, outcome)
            select t.task_id, t.patient_id, t.original_patient_id, $2, $3, $4 from tasks t
            where t.task_id = $1 and t.patient_id = any($6) and (t.assigned_to = $3 or (t.assigned_to is null and t.assigned_role = any($5)))
            on conflict (task_id) do nothing",
            task.0,
            at,
            staff,
            outcome,
            &roles,
            &ids,
        ))
        .await?;
    Ok(())
}
