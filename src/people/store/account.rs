//! One's own account and sessions.

use chrono::Duration;

use crate::access::{Desk, Result};
use crate::base::id::{SessionId, StaffId};
use crate::people::model::{Account, OwnSession};

pub async fn account(desk: &mut Desk<'_>, staff: StaffId) -> Result<Account> {
    desk.one(sqlx::query_as!(
        Account,
        "select sign_in_name, full_name, credential, password_set_at, theme, density, shortcuts from staff where staff_id = $1",
        staff.0,
    ))
    .await
}

/// The sessions that would still open something, newest first.
pub async fn sessions(desk: &mut Desk<'_>, staff: StaffId, idle: Duration) -> Result<Vec<OwnSession>> {
    let now = desk.at();
    desk.all(sqlx::query_as!(
        OwnSession,
        r#"select session_id as "session: _", created_at, last_seen_at, host(address) as address, user_agent as agent
        from sessions
        where staff_id = $1 and ended_at is null and expires_at > $2 and last_seen_at > $3
        order by last_seen_at desc, session_id desc
        limit 50"#,
        staff.0,
        now,
        now - idle,
    ))
    .await
}

/// Ends one's own session; another person's id ends nothing.
pub async fn end_own(desk: &mut Desk<'_>, staff: StaffId, session: SessionId) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "update sessions set ended_at = $3 where session_id = $1 and staff_id = $2 and ended_at is null",
        session.0,
        staff.0,
        now,
    ))
    .await?;
    Ok(())
}

pub async fn prefer(
    desk: &mut Desk<'_>,
    staff: StaffId,
    theme: Option<&str>,
    density: &str,
    shortcuts: bool,
) -> Result<()> {
    desk.exec(sqlx::query!(
        "update staff set theme = $2, density = $3, shortcuts = $4 where staff_id = $1",
        staff.0,
        theme,
        density,
        shortcuts,
    ))
    .await?;
    Ok(())
}

/// Sets a password somebody chose for themselves; every session but this one ends.
pub async fn set_own_password(desk: &mut Desk<'_>, staff: StaffId, current: SessionId, hash: &str) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "update staff set password_hash = $2, password_set_at = $3, must_change_password = false where staff_id = $1",
        staff.0,
        hash,
        now,
    ))
    .await?;
    end_others(desk, staff, current).await
}

/// Ends every session of a person but this one.
pub async fn end_others(desk: &mut Desk<'_>, staff: StaffId, current: SessionId) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "update sessions set ended_at = $3 where staff_id = $1 and session_id <> $2 and ended_at is null",
        staff.0,
        current.0,
        now,
    ))
    .await?;
    Ok(())
}

/// What a guesser would try for this person: the surroundings of their password.
pub async fn surroundings(desk: &mut Desk<'_>, staff: StaffId) -> Result<Vec<String>> {
    desk.all(sqlx::query_scalar!(
        r#"select sign_in_name as "word!" from staff where staff_id = $1
        union all select full_name from staff where staff_id = $1
        union all select name from facilities
        union all select code from facilities"#,
        staff.0,
    ))
    .await
}
