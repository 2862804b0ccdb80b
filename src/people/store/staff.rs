//! Accounts, as administrators see and change them.

use chrono::{DateTime, Utc};

use crate::access::{Desk, Error, Result, session};
use crate::base::id::{FacilityId, PractitionerId, StaffId};
use crate::people::model::{Provider, SignInName, Staff, StaffChange, StaffLine};

/// What to list, and from where.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Part of a name or sign-in name.
    pub words: Option<String>,
    pub role: Option<String>,
    pub facility: Option<FacilityId>,
    /// active or disabled; all when none.
    pub state: Option<String>,
    /// name, sign-in or last-seen.
    pub sort: String,
    /// The key and id of the last line seen.
    pub after: Option<(String, StaffId)>,
    pub limit: i64,
}

/// The staff list. Each order has a text key, so that one statement pages through all of them.
pub async fn list(desk: &mut Desk<'_>, wanted: &Wanted) -> Result<Vec<StaffLine>> {
    let (after_key, after_id) = wanted.after.clone().map(|(key, id)| (key, id.0)).unzip();
    let now = desk.at();
    desk.all(sqlx::query_as!(
        StaffLine,
        r#"select staff_id as "staff!: StaffId", sign_in_name as "sign_in_name!", full_name as "full_name!", credential, roles as "roles!",
            facilities as "facilities!", disabled_at as "disabled_at?", last_seen_at, locked_until, created_at as "created_at!", key as "key!"
        from (
            select s.staff_id, s.sign_in_name, s.full_name, s.credential, s.created_at,
                array(select r.role from staff_roles r where r.staff_id = s.staff_id order by r.role) as roles,
                array(select f.code from staff_facilities sf join facilities f on f.facility_id = sf.facility_id
                    where sf.staff_id = s.staff_id order by f.code) as facilities,
                d.disabled_at, seen.last_seen_at, (select x.locked_until from sign_in_failures x where x.sign_in_name = s.sign_in_name
                    and x.locked_until > $8) as locked_until,
                (case $5::text
                    when 'sign-in' then s.sign_in_name
                    when 'last-seen' then coalesce(to_char(seen.last_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '')
                    else lower(s.full_name)
                end) collate "C" as key
            from staff s
            left join staff_disablements d on d.staff_id = s.staff_id
            left join lateral (select max(e.last_seen_at) as last_seen_at from sessions e where e.staff_id = s.staff_id) seen on true
            where ($1::text is null or s.full_name ilike '%' || $1 || '%' or s.sign_in_name like '%' || lower($1) || '%')
              and ($2::text is null or exists (select from staff_roles r where r.staff_id = s.staff_id and r.role = $2))
              and ($3::uuid is null or exists (select from staff_facilities sf where sf.staff_id = s.staff_id and sf.facility_id = $3))
              and ($4::text is null or ($4 = 'disabled') = (d.staff_id is not null))
        ) listed
        where $6::text is null or (key, staff_id) > ($6 collate "C", $7::uuid)
        order by key, staff_id
        limit $9"#,
        wanted.words.as_deref().map(plain_pattern),
        wanted.role,
        wanted.facility.map(|facility| facility.0),
        wanted.state,
        wanted.sort,
        after_key,
        after_id,
        now,
        wanted.limit,
    ))
    .await
}

/// What is typed is looked for as it stands: a percent sign is a percent sign.
fn plain_pattern(words: &str) -> String {
    words.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

pub async fn one(desk: &mut Desk<'_>, staff: StaffId) -> Result<Staff> {
    let now = desk.at();
    desk.one(sqlx::query_as!(
        Staff,
        r#"select s.staff_id as "staff: _", s.sign_in_name, s.full_name, s.credential, s.practitioner_id as "practitioner: PractitionerId",
            (select concat_ws(', ', p.family, nullif(p.given, '')) from practitioners p where p.practitioner_id = s.practitioner_id) as practitioner_name,
            array(select r.role from staff_roles r where r.staff_id = s.staff_id order by r.role) as "roles!",
            array(select sf.facility_id from staff_facilities sf where sf.staff_id = s.staff_id) as "facilities!: Vec<FacilityId>",
            s.must_change_password, s.password_set_at, s.created_at,
            (select max(e.last_seen_at) from sessions e where e.staff_id = s.staff_id) as last_seen_at,
            (select x.locked_until from sign_in_failures x where x.sign_in_name = s.sign_in_name and x.locked_until > $2) as locked_until,
            coalesce((select x.failures from sign_in_failures x where x.sign_in_name = s.sign_in_name), 0) as "failures!",
            d.disabled_at as "disabled_at?", d.reason as "disabled_reason?",
            (select b.full_name from staff b where b.staff_id = d.disabled_by) as disabled_by,
            (select f.enrolled_at from second_factors f where f.staff_id = s.staff_id) as second_factor_at,
            (select count(*) from sessions e where e.staff_id = s.staff_id and e.ended_at is null and e.expires_at > $2) as "open_sessions!",
            s.version
        from staff s
        left join staff_disablements d on d.staff_id = s.staff_id
        where s.staff_id = $1"#,
        staff.0,
        now,
    ))
    .await
}

pub async fn by_name(desk: &mut Desk<'_>, name: &SignInName) -> Result<Option<StaffId>> {
    desk.optional(sqlx::query_scalar!(
        r#"select staff_id as "staff: StaffId" from staff where sign_in_name = $1"#,
        name.as_str()
    ))
    .await
}

/// Adds somebody with a password they must change at their first sign-in.
pub async fn add(
    desk: &mut Desk<'_>,
    staff: StaffId,
    name: &SignInName,
    password_hash: &str,
    must_change: bool,
    person: &StaffChange,
) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "insert into staff (staff_id, sign_in_name, full_name, credential, practitioner_id, password_hash, password_set_at, must_change_password, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $7)",
        staff.0,
        name.as_str(),
        person.full_name,
        person.credential,
        person.practitioner.map(|id| id.0),
        password_hash,
        now,
        must_change,
    ))
    .await?;
    set_roles_and_facilities(desk, staff, person).await
}

/// Changes somebody, provided nobody else did since `version`.
pub async fn change(desk: &mut Desk<'_>, staff: StaffId, version: i32, person: &StaffChange) -> Result<()> {
    let changed = desk
        .exec(sqlx::query!(
            "update staff set full_name = $3, credential = $4, practitioner_id = $5, version = version + 1 where staff_id = $1 and version = $2",
            staff.0,
            version,
            person.full_name,
            person.credential,
            person.practitioner.map(|id| id.0),
        ))
        .await?;
    if changed == 0 {
        return Err(Error::Conflict);
    }
    set_roles_and_facilities(desk, staff, person).await
}

/// Roles kept from before keep who granted them and when.
async fn set_roles_and_facilities(desk: &mut Desk<'_>, staff: StaffId, person: &StaffChange) -> Result<()> {
    let (by, now) = (desk.staff().map(|staff| staff.0), desk.at());
    let roles: Vec<String> = person.roles.iter().map(|role| role.word().to_owned()).collect();
    let facilities: Vec<uuid::Uuid> = person.facilities.iter().map(|facility| facility.0).collect();
    desk.exec(sqlx::query!("delete from staff_roles where staff_id = $1 and role <> all ($2)", staff.0, &roles))
        .await?;
    desk.exec(sqlx::query!(
        "insert into staff_roles (staff_id, role, granted_by, granted_at) select $1, r, $3, $4 from unnest($2::text[]) r on conflict do nothing",
        staff.0,
        &roles,
        by,
        now,
    ))
    .await?;
    desk.exec(sqlx::query!(
        "delete from staff_facilities where staff_id = $1 and facility_id <> all ($2)",
        staff.0,
        &facilities
    ))
    .await?;
    desk.exec(sqlx::query!(
        "insert into staff_facilities (staff_id, facility_id) select $1, f from unnest($2::uuid[]) f on conflict do nothing",
        staff.0,
        &facilities,
    ))
    .await?;
    Ok(())
}

/// Ends somebody's access now (PRV-4): no sign-in, and no session goes on.
pub async fn disable(desk: &mut Desk<'_>, staff: StaffId, version: i32, reason: &str) -> Result<()> {
    next_version(desk, staff, version).await?;
    let (by, now) = (desk.staff().map(|staff| staff.0), desk.at());
    desk.exec(sqlx::query!(
        "insert into staff_disablements (staff_id, disabled_by, disabled_at, reason) values ($1, $2, $3, $4) on conflict do nothing",
        staff.0,
        by,
        now,
        reason,
    ))
    .await?;
    session::end_all(desk, staff).await
}

pub async fn enable(desk: &mut Desk<'_>, staff: StaffId, version: i32) -> Result<()> {
    next_version(desk, staff, version).await?;
    desk.exec(sqlx::query!("delete from staff_disablements where staff_id = $1", staff.0)).await?;
    Ok(())
}

/// Sets a one-time password: it must be changed at the next sign-in, open sessions end, and a lock-out ends too.
pub async fn reset_password(desk: &mut Desk<'_>, staff: StaffId, version: i32, hash: &str) -> Result<()> {
    next_version(desk, staff, version).await?;
    let now = desk.at();
    desk.exec(sqlx::query!(
        "update staff set password_hash = $2, password_set_at = $3, must_change_password = true where staff_id = $1",
        staff.0,
        hash,
        now,
    ))
    .await?;
    desk.exec(sqlx::query!(
        "delete from sign_in_failures where sign_in_name = (select sign_in_name from staff where staff_id = $1)",
        staff.0,
    ))
    .await?;
    session::end_all(desk, staff).await
}

/// Takes a lost second factor off somebody else's account.
pub async fn remove_second_factor(desk: &mut Desk<'_>, staff: StaffId, version: i32) -> Result<()> {
    next_version(desk, staff, version).await?;
    super::second_factor::remove(desk, staff).await
}

/// Accounts that nobody has signed in to since then (PRV-4), but never the last administrator's.
pub async fn dormant(desk: &mut Desk<'_>, since: DateTime<Utc>) -> Result<Vec<StaffId>> {
    desk.all(sqlx::query_scalar!(
        r#"with active as (
            select s.staff_id, coalesce((select max(e.last_seen_at) from sessions e where e.staff_id = s.staff_id), s.created_at) as seen_at,
                exists (select from staff_roles r where r.staff_id = s.staff_id and r.role = 'admin') as administers
            from staff s
            where not s.is_demo and not exists (select from staff_disablements d where d.staff_id = s.staff_id)
        )
        select a.staff_id as "staff: StaffId" from active a
        where a.seen_at < $1
          and (not a.administers or exists (select from active other where other.administers and other.seen_at >= $1))
        order by a.staff_id"#,
        since,
    ))
    .await
}

/// Disables an account that is still dormant; the ledger's row names it.
pub async fn disable_dormant(desk: &mut Desk<'_>, staff: StaffId, days: i64) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "insert into staff_disablements (staff_id, disabled_at, reason) values ($1, $2, $3) on conflict do nothing",
        staff.0,
        now,
        format!("Nobody signed in for {days} days"),
    ))
    .await?;
    session::end_all(desk, staff).await
}

async fn next_version(desk: &mut Desk<'_>, staff: StaffId, version: i32) -> Result<()> {
    let changed = desk
        .exec(sqlx::query!(
            "update staff set version = version + 1 where staff_id = $1 and version = $2",
            staff.0,
            version
        ))
        .await?;
    if changed == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// Providers whose name begins like this, to link an account with.
pub async fn providers(desk: &mut Desk<'_>, words: &str) -> Result<Vec<Provider>> {
    desk.all(sqlx::query_as!(
        Provider,
        r#"select p.practitioner_id as "practitioner: _", concat_ws(', ', p.family, nullif(p.given, ''), p.credential) as "name!", p.npi,
            exists (select from staff s where s.practitioner_id = p.practitioner_id) as "taken!"
        from practitioners p
        where p.active and (p.family ilike $1 || '%' or p.npi = $2)
        order by p.family, p.given
        limit 20"#,
        plain_pattern(words),
        words.trim(),
    ))
    .await
}

/// Whether demonstration accounts, whose password everybody knows, can still sign in.
pub async fn demo_accounts_open(desk: &mut Desk<'_>) -> Result<bool> {
    desk.one(sqlx::query_scalar!(
        r#"select exists (select from staff s where s.is_demo
            and not exists (select from staff_disablements d where d.staff_id = s.staff_id)) as "open!""#,
    ))
    .await
}
