//! Every SQL statement of the room.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::model::{Finding, Grant, GrantLine, Review, Shown, Use};
use crate::access::{Chart, Error, Result, Roster};
use crate::base::id::{GrantId, StaffId};

/// The grants of the reader's facilities, from a key on. Nobody is shown who opened their own record: somebody else reviews that.
pub async fn grants(
    roster: &mut Roster<'_>,
    shown: Shown,
    after: Option<(DateTime<Utc>, GrantId)>,
    limit: i64,
) -> Result<Vec<GrantLine>> {
    let (at, id) = after.map(|(at, id)| (at, id.0)).unzip();
    let facilities = roster.facilities();
    let staff = roster.staff().map(|staff| staff.0);
    roster
        .all(sqlx::query_as!(
            GrantLine,
            r#"select g.grant_id as "grant: GrantId", g.patient_id as "patient: _", coalesce(n.family, '') as "family!", coalesce(n.given, '') as "given!",
                (select i.value from patient_identifiers i where i.patient_id = g.patient_id and i.type = 'MR'
                    order by i.ended_on nulls first, i.identifier_id limit 1) as mrn,
                p.restricted, g.staff_id as "staff: StaffId", s.full_name as staff_name,
                array(select r.role from staff_roles r where r.staff_id = g.staff_id order by r.role) as "roles!",
                g.emergency, g.data_class, g.reason_code, g.reason, g.granted_at, g.expires_at, x.ended_at as "ended_at?",
                v.finding as "finding?", v.reviewed_at as "reviewed_at?",
                (select b.full_name from staff b where b.staff_id = v.reviewed_by) as reviewer,
                coalesce((select u.uses from access_grant_uses(array[g.grant_id]) u), 0) as "uses!"
            from glass_grants g
            join patients p on p.patient_id = g.patient_id
            join staff s on s.staff_id = g.staff_id
            left join glass_endings x on x.grant_id = g.grant_id
            left join lateral (select r.finding, r.reviewed_at, r.reviewed_by from glass_reviews r where r.grant_id = g.grant_id
                order by r.reviewed_at desc, r.review_id desc limit 1) v on true
            left join lateral (select n.family, n.given from patient_names n where n.patient_id = g.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.facility_ids && $1
              and not exists (select from staff own where own.staff_id = $2 and own.patient_id = g.patient_id)
              and ($3 = 'all' or ($3 = 'closed') = (coalesce(v.finding, 'none') in ('appropriate', 'not-appropriate')))
              and ($4::timestamptz is null
                or ($3 = 'waiting' and (g.granted_at, g.grant_id) > ($4, $5::uuid))
                or ($3 <> 'waiting' and (g.granted_at, g.grant_id) < ($4, $5::uuid)))
            order by case when $3 = 'waiting' then g.granted_at end, case when $3 = 'waiting' then g.grant_id end, g.granted_at desc, g.grant_id desc
            limit $6"#,
            &facilities,
            staff,
            shown.word(),
            at,
            id,
            limit,
        ))
        .await
}

/// How many grants wait for a finding.
pub async fn waiting(roster: &mut Roster<'_>) -> Result<i64> {
    let facilities = roster.facilities();
    let staff = roster.staff().map(|staff| staff.0);
    roster
        .figure(sqlx::query_scalar!(
            r#"select count(*) as "waiting!"
            from glass_grants g
            join patients p on p.patient_id = g.patient_id
            where p.facility_ids && $1
              and not exists (select from staff own where own.staff_id = $2 and own.patient_id = g.patient_id)
              and coalesce((select r.finding from glass_reviews r where r.grant_id = g.grant_id
                order by r.reviewed_at desc, r.review_id desc limit 1), 'none') not in ('appropriate', 'not-appropriate')"#,
            &facilities,
            staff,
        ))
        .await
}

/// The grant of an opened chart.
pub async fn grant(chart: &mut Chart<'_>, grant: GrantId) -> Result<Grant> {
    let ids = chart.ids().to_vec();
    chart
        .one(sqlx::query_as!(
            Grant,
            r#"select g.grant_id as "grant: _", g.staff_id as "staff: _", s.full_name as staff_name,
                array(select r.role from staff_roles r where r.staff_id = g.staff_id order by r.role) as "roles!",
                g.emergency, g.data_class, g.reason_code, g.reason, g.granted_at, g.expires_at, x.ended_at as "ended_at?"
            from glass_grants g
            join staff s on s.staff_id = g.staff_id
            left join glass_endings x on x.grant_id = g.grant_id
            where g.grant_id = $1 and g.patient_id = any($2)"#,
            grant.0,
            &ids,
        ))
        .await
}

/// The findings about a grant, newest first.
pub async fn reviews(chart: &mut Chart<'_>, grant: GrantId) -> Result<Vec<Review>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Review,
            r#"select r.reviewed_at, (select s.full_name from staff s where s.staff_id = r.reviewed_by) as reviewer,
                r.finding, r.note
            from glass_reviews r
            where r.grant_id = $1 and r.patient_id = any($2)
            order by r.reviewed_at desc, r.review_id desc"#,
            grant.0,
            &ids,
        ))
        .await
}

/// What was done under a grant, oldest first; the giving of it left out.
pub async fn uses(chart: &mut Chart<'_>, grant: GrantId) -> Result<Vec<Use>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Use,
            "select e.recorded_at as at, e.act, e.outcome, e.object_kind
            from audit_events e
            where e.grant_id = $1 and e.patient_id = any($2) and e.act not in ('glass.break', 'glass.emergency', 'glass.end')
            order by e.recorded_at, e.event_id
            limit 500",
            grant.0,
            &ids,
        ))
        .await
}

/// Adds a finding, provided nobody added one since `known` were shown.
pub async fn review(chart: &mut Chart<'_>, grant: GrantId, known: i64, finding: Finding, note: &str) -> Result<()> {
    let reviewer = chart.staff().ok_or(Error::NotFound)?;
    let (ids, at) = (chart.ids().to_vec(), chart.at());
    // Locked, so that of two reviewers at once one sees the other's finding.
    let now_known: i64 = chart
        .one(sqlx::query_scalar!(
            r#"with locked as (select grant_id from glass_grants where grant_id = $1 and patient_id = any($2) for update)
            select (select count(*) from glass_reviews r where r.grant_id = l.grant_id) as "known!" from locked l"#,
            grant.0,
            &ids,
        ))
        .await?;
    if now_known != known {
        return Err(Error::Conflict);
    }
    chart
        .exec(sqlx::query!(
            "insert into glass_reviews (review_id, grant_id, patient_id, original_patient_id, reviewed_at, reviewed_by, finding, note)
            select $2, g.grant_id, g.patient_id, g.original_patient_id, $3, $4, $5, $6 from glass_grants g where g.grant_id = $1",
            grant.0,
            Uuid::now_v7(),
            at,
            reviewer.0,
            finding.word(),
            note,
        ))
        .await?;
    Ok(())
}
