//! Requests as lists show them: the queue, and one patient's.

use chrono::NaiveDate;
use uuid::Uuid;

use super::super::model::{Listed, Shown, With};
use crate::access::{Chart, Result, Roster};

/// Which requests, in which order, from where.
pub struct Wanted {
    pub shown: Shown,
    pub with: With,
    pub late_only: bool,
    /// Newest receipt first; else what is due first.
    pub newest_first: bool,
    pub after: Option<(NaiveDate, Uuid)>,
    pub today: NaiveDate,
    pub limit: i64,
}

/// The queue. Of a masked patient it has neither name nor words.
pub async fn queue(roster: &mut Roster<'_>, wanted: &Wanted) -> Result<Vec<Listed>> {
    let staff = roster.staff().map(|staff| staff.0);
    let (roles, facilities, at) = (roster.role_words(), roster.facilities(), roster.at());
    let (after, after_id) = wanted.after.unzip();
    roster
        .all(sqlx::query_as!(
            Listed,
            r#"select r.request_id as request, r.patient_id as "patient: _",
                case when not m.masked then n.family end as family, case when not m.masked then n.given end as given,
                case when not m.masked then (select i.value from patient_identifiers i where i.patient_id = r.patient_id and i.type = 'MR'
                    order by i.ended_on nulls first, i.identifier_id limit 1) end as mrn,
                p.restricted, case when not m.masked then r.wanted end as wanted, r.received_on, s.due_on as "due_on!", s.extended as "extended!",
                s.decision, s.acted as "acted!", s.state as "state!",
                (select a.full_name from staff a where a.staff_id = s.assigned_to) as assignee
            from amendment_requests r
            join patients p on p.patient_id = r.patient_id
            cross join lateral amendment_standing(r.request_id) s
            cross join lateral (select p.restricted and not access_related($1, $2, p.patient_id, $4) as masked) m
            join lateral (select * from patient_names n where n.patient_id = r.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.facility_ids && $3
              and not exists (select from staff own where own.staff_id = $1 and own.patient_id = r.patient_id)
              and case $5 when 'all' then true when 'closed' then s.state in ('closed', 'withdrawn') else s.state = $5 end
              and case $6 when 'me' then s.assigned_to = $1 when 'nobody' then s.assigned_to is null else true end
              and (not $7 or (not s.acted and s.due_on < $8))
              and ($9::date is null
                or (not $11 and (s.due_on, r.request_id) > ($9, $10::uuid))
                or ($11 and (r.received_on, r.request_id) < ($9, $10::uuid)))
            order by case when not $11 then s.due_on end, case when not $11 then r.request_id end, r.received_on desc, r.request_id desc
            limit $12"#,
            staff,
            &roles,
            &facilities,
            at,
            wanted.shown.word(),
            wanted.with.word(),
            wanted.late_only,
            wanted.today,
            after,
            after_id,
            wanted.newest_first,
            wanted.limit,
        ))
        .await
}

/// How many are not acted on yet; and how many of these past their day.
pub async fn open_count(roster: &mut Roster<'_>, late_only: bool, today: NaiveDate) -> Result<i64> {
    let (staff, facilities) = (roster.staff().map(|staff| staff.0), roster.facilities());
    roster
        .figure(sqlx::query_scalar!(
            r#"select count(*) as "count!"
            from amendment_requests r
            join patients p on p.patient_id = r.patient_id
            cross join lateral amendment_standing(r.request_id) s
            where p.facility_ids && $2 and not s.acted and (not $3 or s.due_on < $4)
              and not exists (select from staff own where own.staff_id = $1 and own.patient_id = r.patient_id)"#,
            staff,
            &facilities,
            late_only,
            today,
        ))
        .await
}

/// The requests of this patient, newest first.
pub async fn of_chart(chart: &mut Chart<'_>) -> Result<Vec<Listed>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Listed,
            r#"select r.request_id as request, r.patient_id as "patient: _", null::text as family, null::text as given, null::text as mrn,
                false as "restricted!", r.wanted as "wanted?", r.received_on, s.due_on as "due_on!", s.extended as "extended!", s.decision,
                s.acted as "acted!", s.state as "state!", (select a.full_name from staff a where a.staff_id = s.assigned_to) as assignee
            from amendment_requests r
            cross join lateral amendment_standing(r.request_id) s
            where r.patient_id = any($1)
            order by r.received_on desc, r.request_id desc
            limit 500"#,
            &ids,
        ))
        .await
}
