//! Chart requests: asked, listed, answered.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::access::{Chart, Error, Result, Roster};
use crate::base::id::DocumentId;
use crate::work::model::{Asked, Line, Listed, Request, Shown, Step, StepKind};

/// Puts a request on file; sent twice, it is there once. A document of another chart is as good as none.
pub async fn ask(chart: &mut Chart<'_>, asked: &Asked) -> Result<()> {
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let (patient, ids, at) = (chart.patient().0, chart.ids().to_vec(), chart.at());
    chart
        .exec(sqlx::query!(
            "insert into chart_requests (request_id, patient_id, original_patient_id, document_id, asked_by, asked_role, purpose, wanted, asked_at, needed_by)
            values ($1, $2, $2, (select d.document_id from documents d where d.document_id = $3 and d.patient_id = any($10)), $4, $5, $6, $7, $8, $9)
            on conflict (request_id) do nothing",
            asked.request,
            patient,
            asked.document.map(|document| document.0),
            staff.0,
            asked.role,
            asked.because.0.code(),
            asked.wanted,
            at,
            asked.needed_by,
            &ids,
        ))
        .await?;
    Ok(())
}

/// The requests about this patient, newest first: all of them for those who answer, else one's own.
pub async fn of_chart(chart: &mut Chart<'_>, all: bool) -> Result<Vec<Line>> {
    let (ids, staff) = (chart.ids().to_vec(), chart.staff().map(|staff| staff.0));
    chart
        .all(sqlx::query_as!(
            Line,
            r#"select r.request_id as request, s.full_name as asker, r.asked_role, r.purpose, r.wanted, r.asked_at, r.needed_by,
                (select x.kind from chart_request_steps x where x.request_id = r.request_id order by x.taken_at desc, x.step_id desc limit 1) as latest
            from chart_requests r
            join staff s on s.staff_id = r.asked_by
            where r.patient_id = any($1) and ($2 or r.asked_by = $3)
            order by r.asked_at desc, r.request_id desc
            limit 200"#,
            &ids,
            all,
            staff,
        ))
        .await
}

/// One request of this chart, for those who answer or for whoever asked.
pub async fn request(chart: &mut Chart<'_>, request: Uuid, all: bool) -> Result<Request> {
    let (ids, staff) = (chart.ids().to_vec(), chart.staff().map(|staff| staff.0));
    let titles = chart.is_inside() && chart.sight().documents > crate::access::policy::DocumentSight::None;
    chart
        .one(sqlx::query_as!(
            Request,
            r#"select r.request_id as request, r.document_id as "document: DocumentId",
                (select d.title from documents d where d.document_id = r.document_id and $5 and d.sensitivity is null) as document_title,
                r.asked_by as "asked_by: _", s.full_name as asker, r.asked_role, r.purpose, r.wanted, r.asked_at, r.needed_by
            from chart_requests r
            join staff s on s.staff_id = r.asked_by
            where r.request_id = $1 and r.patient_id = any($2) and ($3 or r.asked_by = $4)"#,
            request,
            &ids,
            all,
            staff,
            titles,
        ))
        .await
}

/// What became of it, oldest first.
pub async fn steps(chart: &mut Chart<'_>, request: Uuid) -> Result<Vec<Step>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Step,
            r#"select x.kind, x.taken_by as "taken_by: _", s.full_name as taker, x.taken_at, x.note, x.task_id as task
            from chart_request_steps x
            join staff s on s.staff_id = x.taken_by
            where x.request_id = $1 and x.patient_id = any($2)
            order by x.taken_at, x.step_id"#,
            request,
            &ids,
        ))
        .await
}

/// Holds the request until the commit, so that of two who answer at once one sees the other's step.
pub async fn hold(chart: &mut Chart<'_>, request: Uuid) -> Result<()> {
    let ids = chart.ids().to_vec();
    let _held: Uuid = chart
        .one(sqlx::query_scalar!(
            "select request_id from chart_requests where request_id = $1 and patient_id = any($2) for update",
            request,
            &ids,
        ))
        .await?;
    Ok(())
}

/// Adds a step.
pub async fn take(chart: &mut Chart<'_>, request: Uuid, kind: StepKind, note: &str, task: Option<Uuid>) -> Result<()> {
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let at = chart.at();
    chart
        .exec(sqlx::query!(
            "insert into chart_request_steps (step_id, request_id, patient_id, original_patient_id, kind, taken_by, taken_at, note, task_id)
            select $2, r.request_id, r.patient_id, r.original_patient_id, $3, $4, $5, $6, $7 from chart_requests r where r.request_id = $1",
            request,
            Uuid::now_v7(),
            kind.word(),
            staff.0,
            at,
            note,
            task,
        ))
        .await?;
    Ok(())
}

/// Which requests, and from where.
pub struct Wanted {
    pub shown: Shown,
    /// Everybody's, for those who answer.
    pub all: bool,
    pub late_only: bool,
    pub after: Option<(DateTime<Utc>, Uuid)>,
    pub limit: i64,
}

/// The queue, the most urgent first; what is over, the latest first.
pub async fn queue(roster: &mut Roster<'_>, wanted: &Wanted) -> Result<Vec<Listed>> {
    let staff = roster.staff().map(|staff| staff.0);
    let (roles, facilities, at) = (roster.role_words(), roster.facilities(), roster.at());
    let (after, after_id) = wanted.after.unzip();
    let newest_first = matches!(wanted.shown, Shown::Over | Shown::All);
    roster
        .all(sqlx::query_as!(
            Listed,
            r#"select r.request_id as request, r.patient_id as "patient: _",
                case when not m.masked then n.family end as family, case when not m.masked then n.given end as given,
                case when not m.masked then (select i.value from patient_identifiers i where i.patient_id = r.patient_id and i.type = 'MR'
                    order by i.ended_on nulls first, i.identifier_id limit 1) end as mrn,
                p.restricted, r.asked_by as "asked_by: _", s.full_name as asker, r.asked_role, r.purpose, r.wanted, r.asked_at, r.needed_by,
                x.kind as "latest?", x.taken_at as "latest_at?", x.taker as "latest_by?"
            from chart_requests r
            join patients p on p.patient_id = r.patient_id
            join staff s on s.staff_id = r.asked_by
            cross join lateral (select p.restricted and not access_related($1, $2, p.patient_id, $4) as masked) m
            join lateral (select * from patient_names n where n.patient_id = r.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            left join lateral (select x.kind, x.taken_at, t.full_name as taker from chart_request_steps x join staff t on t.staff_id = x.taken_by
                where x.request_id = r.request_id order by x.taken_at desc, x.step_id desc limit 1) x on true
            where p.facility_ids && $3
              and not exists (select from staff own where own.staff_id = $1 and own.patient_id = r.patient_id)
              and ($5 or r.asked_by = $1)
              and case $6 when 'waiting' then x.kind is null when 'accepted' then x.kind = 'accepted'
                  when 'over' then x.kind in ('delivered', 'declined', 'withdrawn') else true end
              and (not $7 or (r.needed_by < $4 and coalesce(x.kind, 'accepted') = 'accepted'))
              and ($8::timestamptz is null
                or (not $10 and (r.needed_by, r.request_id) > ($8, $9::uuid))
                or ($10 and (r.asked_at, r.request_id) < ($8, $9::uuid)))
            order by case when not $10 then r.needed_by end, case when not $10 then r.request_id end, r.asked_at desc, r.request_id desc
            limit $11"#,
            staff,
            &roles,
            &facilities,
            at,
            wanted.all,
            wanted.shown.word(),
            wanted.late_only,
            after,
            after_id,
            newest_first,
            wanted.limit,
        ))
        .await
}

/// How many wait, or are being got out; and how many of these are late.
pub async fn open_count(roster: &mut Roster<'_>, all: bool, late_only: bool) -> Result<i64> {
    let staff = roster.staff().map(|staff| staff.0);
    let (facilities, at) = (roster.facilities(), roster.at());
    roster
        .figure(sqlx::query_scalar!(
            r#"select count(*) as "count!" from chart_requests r join patients p on p.patient_id = r.patient_id
            where p.facility_ids && $2 and ($3 or r.asked_by = $1) and (not $4 or r.needed_by < $5)
              and not exists (select from staff own where own.staff_id = $1 and own.patient_id = r.patient_id)
              and not exists (select from chart_request_steps x where x.request_id = r.request_id and x.kind <> 'accepted')"#,
            staff,
            &facilities,
            all,
            late_only,
            at,
        ))
        .await
}

/// One's own requests that are open, or were answered in the last days: what my day tells whoever asked.
pub async fn own_news(roster: &mut Roster<'_>) -> Result<Vec<Listed>> {
    let at = roster.at();
    let wanted = Wanted { shown: Shown::All, all: false, late_only: false, after: None, limit: 30 };
    let mut news = queue(roster, &wanted).await?;
    news.retain(|line| !line.state().is_over() || line.latest_at.is_some_and(|then| then > at - Duration::days(3)));
    news.truncate(8);
    Ok(news)
}
