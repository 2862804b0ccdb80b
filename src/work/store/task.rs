//! Tasks, and what else stands on my day.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::access::{Chart, Error, Result, Roster};
use crate::base::id::{DocumentId, StaffId, TaskId};
use crate::work::model::{KindCounts, Recent, Task};

/// Open tasks of the person and their roles, of one kind or all, oldest first, after the key of the last one seen. The person's and each role's are
/// read in the order of their index, so that none but the first of each are looked at.
pub async fn open_tasks(
    roster: &mut Roster<'_>,
    kind: Option<&str>,
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
            from (
                (select t.task_id
                from tasks t
                cross join lateral (select from patients p where p.patient_id = t.patient_id and p.facility_ids && $3 offset 0) known
                where t.is_open and t.assigned_to = $1
                  and ($4::timestamptz is null or (t.opened_at, t.task_id) > ($4, $5))
                  and ($7::text is null or t.kind = $7)
                order by t.opened_at, t.task_id
                limit $6)
                union all
                select waiting.task_id
                from unnest($2::text[]) of_role
                cross join lateral (
                    select t.task_id
                    from tasks t
                    cross join lateral (select from patients p where p.patient_id = t.patient_id and p.facility_ids && $3 offset 0) known
                    where t.is_open and t.assigned_to is null and t.assigned_role = of_role
                      and ($4::timestamptz is null or (t.opened_at, t.task_id) > ($4, $5))
                      and ($7::text is null or t.kind = $7)
                    order by t.opened_at, t.task_id
                    limit $6) waiting
            ) first
            join tasks t on t.task_id = first.task_id
            join patients p on p.patient_id = t.patient_id
            join lateral (select * from patient_names n where n.patient_id = t.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            order by t.opened_at, t.task_id
            limit $6"#,
            staff,
            &roles,
            &facilities,
            opened,
            id,
            limit,
            kind,
        ))
        .await
}

/// How many tasks wait, kind by kind.
pub async fn counts(roster: &mut Roster<'_>) -> Result<KindCounts> {
    let staff = roster.staff().map(|staff| staff.0);
    let (roles, facilities, at) = (roster.role_words(), roster.facilities(), roster.at());
    roster
        .figure(sqlx::query_as!(
            KindCounts,
            r#"select coalesce(array_agg(c.kind order by c.kind), '{}') as "kinds!", coalesce(array_agg(c.waiting order by c.kind), '{}') as "waiting!",
                coalesce(array_agg(c.late order by c.kind), '{}') as "late!"
            from (
                select t.kind, count(*) as waiting, count(*) filter (where t.due_at < $4) as late
                from tasks t join patients p on p.patient_id = t.patient_id
                where (t.assigned_to = $1 or (t.assigned_to is null and t.assigned_role = any($2))) and p.facility_ids && $3
                  and t.is_open
                group by t.kind
            ) c"#,
            staff,
            &roles,
            &facilities,
            at,
        ))
        .await
}

/// The charts opened last by the reader, newest first; restricted ones without a name unless they have a reason of their own to see it.
pub async fn recent(roster: &mut Roster<'_>, most: i32) -> Result<Vec<Recent>> {
    let staff = roster.staff().map(|staff| staff.0);
    let (roles, facilities, at) = (roster.role_words(), roster.facilities(), roster.at());
    roster
        .all(sqlx::query_as!(
            Recent,
            r#"select p.patient_id as "patient!: _", r.opened_at as "opened_at!",
                case when not m.masked then n.family end as family, case when not m.masked then n.given end as given,
                case when not m.masked then (select i.value from patient_identifiers i where i.patient_id = p.patient_id and i.type = 'MR'
                    order by i.ended_on nulls first, i.identifier_id limit 1) end as mrn
            from access_recent($1, $5, $6) r
            join patients p on p.patient_id = r.patient_id
            cross join lateral (select p.restricted and not access_related($1, $2, p.patient_id, $4) as masked) m
            join lateral (select * from patient_names n where n.patient_id = p.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.facility_ids && $3
            order by r.opened_at desc"#,
            staff,
            &roles,
            &facilities,
            at,
            at - Duration::days(14),
            most,
        ))
        .await
}

/// A task that gives somebody a right in this chart, until it is done or its time is over.
pub struct NewRight<'a> {
    pub kind: &'a str,
    pub staff: StaffId,
    pub document: Option<DocumentId>,
    /// The document's segmented category is needed for the work.
    pub sensitive: bool,
    pub note: &'a str,
    pub due_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
}

pub async fn give(chart: &mut Chart<'_>, right: NewRight<'_>) -> Result<TaskId> {
    let (task, patient, at) = (TaskId::new(), chart.patient().0, chart.at());
    chart
        .exec(sqlx::query!(
            "insert into tasks (task_id, patient_id, original_patient_id, document_id, kind, assigned_to, note, opened_at, due_at, ends_at,
                needs_sensitive)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            task.0,
            patient,
            right.document.map(|document| document.0),
            right.kind,
            right.staff.0,
            right.note,
            at,
            right.due_at,
            right.ends_at,
            right.sensitive,
        ))
        .await?;
    Ok(task)
}

/// A treating relationship that ends by itself.
pub async fn give_care(chart: &mut Chart<'_>, staff: StaffId, ends_at: DateTime<Utc>) -> Result<()> {
    let (patient, at) = (chart.patient().0, chart.at());
    chart
        .exec(sqlx::query!(
            "insert into care_team_members (member_id, patient_id, original_patient_id, staff_id, reason, started_at, ended_at)
            values ($1, $2, $2, $3, 'Chart request', $4, $5)",
            Uuid::now_v7(),
            patient,
            staff.0,
            at,
            ends_at,
        ))
        .await?;
    Ok(())
}

/// Ends a task of this chart, whoever's it is.
pub async fn end(chart: &mut Chart<'_>, task: TaskId, outcome: &str) -> Result<()> {
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let (at, ids) = (chart.at(), chart.ids().to_vec());
    chart
        .exec(sqlx::query!(
            "insert into task_closures (task_id, patient_id, original_patient_id, closed_at, closed_by, outcome)
            select t.task_id, t.patient_id, t.original_patient_id, $2, $3, $4 from tasks t where t.task_id = $1 and t.patient_id = any($5)
            on conflict (task_id) do nothing",
            task.0,
            at,
            staff.0,
            outcome,
            &ids,
        ))
        .await?;
    Ok(())
}

struct Over {
    patient: crate::base::id::PatientId,
}

impl crate::access::About for Over {
    fn about(&self) -> crate::base::id::PatientId {
        self.patient
    }
}

/// Ends the rights whose time is over; answers how many. Each patient whose right ended is on the log.
pub async fn end_rights(roster: &mut Roster<'_>) -> Result<u64> {
    let at = roster.at();
    let ended: Vec<Over> = roster
        .all(sqlx::query_as!(
            Over,
            r#"insert into task_closures (task_id, patient_id, original_patient_id, closed_at, outcome)
            select t.task_id, t.patient_id, t.original_patient_id, $1, 'time over' from tasks t
            where t.is_open and t.ends_at <= $1
            on conflict (task_id) do nothing
            returning patient_id as "patient: _""#,
            at,
        ))
        .await?;
    Ok(ended.len() as u64)
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
