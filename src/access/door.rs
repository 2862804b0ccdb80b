//! The door: what happens before anybody is somebody. Names are looked up, attempts are counted, and whoever proved who they are is let in.
//!
//! Counting comes before checking: of many guesses sent at once, none is free. A success takes its own count back.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use sqlx::PgConnection;
use sqlx::types::ipnetwork::IpNetwork;

use super::act::Act;
use super::actor::Actor;
use super::error::{Error, Result};
use super::gate::{Gate, Remarks};
use super::role::Role;
use super::scope::Desk;
use super::session::{self, Limits, Token};
use crate::base::id::{FacilityId, RequestId, SessionId, StaffId};
use crate::base::quiet::quiet;
use crate::db::pool::begin;

/// Who somebody at the door says they are, as far as the house knows that name.
pub struct Known {
    pub staff: StaffId,
    pub sign_in_name: String,
    pub password_hash: String,
    pub disabled: bool,
}

quiet!(Known.staff);

/// Where an attempt comes from.
#[derive(Clone, Debug)]
pub struct Caller {
    pub address: Option<IpAddr>,
    pub request: RequestId,
    /// The browser's own name, for the list of one's sessions.
    pub agent: Option<String>,
}

/// How attempts are limited; the numbers are people's rules.
pub struct Patience<F: Fn(i32) -> Option<Duration>> {
    /// The wait after this many failures in a row of one name.
    pub after: F,
    /// So many failures from one address within the window.
    pub address_failures: i32,
    pub address_window: Duration,
}

/// What counting an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Check the password; this is the attempt's number since the last success.
    Counted(i32),
    /// The name waits: the password is not even looked at.
    NameWaits(Duration),
    AddressWaits(Duration),
}

impl Gate {
    /// The person of a sign-in name.
    pub async fn known(&self, sign_in_name: &str) -> Result<Option<Known>> {
        Ok(sqlx::query_as!(
            Known,
            r#"select s.staff_id as "staff: _", s.sign_in_name, s.password_hash,
                exists (select from staff_disablements d where d.staff_id = s.staff_id) as "disabled!"
            from staff s
            where s.sign_in_name = $1"#,
            sign_in_name,
        )
        .fetch_optional(self.pool())
        .await?)
    }

    /// A member of staff, to confirm the password of somebody already inside.
    pub async fn known_staff(&self, staff: StaffId) -> Result<Option<Known>> {
        Ok(sqlx::query_as!(
            Known,
            r#"select s.staff_id as "staff: _", s.sign_in_name, s.password_hash,
                exists (select from staff_disablements d where d.staff_id = s.staff_id) as "disabled!"
            from staff s
            where s.staff_id = $1"#,
            staff.0,
        )
        .fetch_optional(self.pool())
        .await?)
    }

    /// Counts one attempt for `key` (a sign-in name, or the blind index of a name nobody has).
    pub async fn attempt(
        &self,
        key: &str,
        address: Option<IpAddr>,
        patience: Patience<impl Fn(i32) -> Option<Duration>>,
    ) -> Result<Attempt> {
        let now = self.clock().now();
        let mut transaction = begin(self.pool()).await?;
        if let Some(wait) = address_waits(&mut transaction, address, &patience, now).await? {
            return Ok(Attempt::AddressWaits(wait));
        }
        // The row is locked until the commit, so attempts upon one name are counted one after another.
        let row = sqlx::query!(
            r#"insert into sign_in_failures (sign_in_name, failures, last_failed_at)
            values ($1, 0, $2)
            on conflict (sign_in_name) do update set sign_in_name = excluded.sign_in_name
            returning failures, locked_until"#,
            key,
            now,
        )
        .fetch_one(&mut *transaction)
        .await?;
        if let Some(until) = row.locked_until.filter(|until| *until > now) {
            return Ok(Attempt::NameWaits(until - now));
        }
        let failures = row.failures.saturating_add(1);
        let until = (patience.after)(failures).map(|wait| now + wait);
        sqlx::query!(
            "update sign_in_failures set failures = $2, last_failed_at = $3, locked_until = $4 where sign_in_name = $1",
            key,
            failures,
            now,
            until,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Attempt::Counted(failures))
    }

    /// Lets somebody in whose password was just found right: starts their session, recorded under their own name.
    /// `work` runs in the same transaction.
    pub async fn let_in(
        &self,
        staff: StaffId,
        caller: &Caller,
        limits: Limits,
        work: impl AsyncFnOnce(&mut Desk<'_>) -> Result<()>,
    ) -> Result<Token> {
        let row = sqlx::query!(
            r#"select p.full_name,
                array(select r.role from staff_roles r where r.staff_id = p.staff_id order by r.granted_at, r.role) as "roles!",
                array(select f.facility_id from staff_facilities f where f.staff_id = p.staff_id) as "facilities!"
            from staff p
            where p.staff_id = $1 and not exists (select from staff_disablements d where d.staff_id = p.staff_id)"#,
            staff.0,
        )
        .fetch_optional(self.pool())
        .await?
        .ok_or(Error::NotFound)?;
        let session = SessionId::new();
        let roles = row.roles.iter().filter_map(|word| Role::parse(word)).collect();
        let facilities = row.facilities.into_iter().map(FacilityId).collect();
        let actor = Actor::person(staff, row.full_name, roles, facilities, session, caller.address, caller.request);
        self.desk(&actor, Act::SignIn, Remarks::none(), async |desk| {
            work(desk).await?;
            session::start(desk, staff, session, limits, caller.address, caller.agent.as_deref()).await
        })
        .await
    }
}

/// Counts the attempt against its address; answers how long the address waits when it has had too many.
async fn address_waits<F: Fn(i32) -> Option<Duration>>(
    connection: &mut PgConnection,
    address: Option<IpAddr>,
    patience: &Patience<F>,
    now: DateTime<Utc>,
) -> Result<Option<Duration>> {
    let Some(address) = address else { return Ok(None) };
    let row = sqlx::query!(
        r#"insert into sign_in_addresses (address, failures, window_started_at)
        values ($1, 1, $2)
        on conflict (address) do update
        set failures = case when sign_in_addresses.window_started_at <= $3 then 1 else sign_in_addresses.failures + 1 end,
            window_started_at = case when sign_in_addresses.window_started_at <= $3 then $2 else sign_in_addresses.window_started_at end
        returning failures, window_started_at"#,
        IpNetwork::from(address),
        now,
        now - patience.address_window,
    )
    .fetch_one(connection)
    .await?;
    // Dropping the transaction takes the count back, so an address that waits does not push its own end away.
    Ok((row.failures > patience.address_failures).then(|| row.window_started_at + patience.address_window - now))
}

/// Takes the count of a successful attempt back.
pub async fn forgive(desk: &mut Desk<'_>, key: &str, address: Option<IpAddr>) -> Result<()> {
    desk.exec(sqlx::query!("delete from sign_in_failures where sign_in_name = $1", key)).await?;
    if let Some(address) = address {
        desk.exec(sqlx::query!(
            "update sign_in_addresses set failures = greatest(failures - 1, 0) where address = $1",
            IpNetwork::from(address),
        ))
        .await?;
    }
    Ok(())
}

/// Forgets what the door need not remember: names nobody has after a day, addresses after their window, sessions and kept forms long over.
pub async fn tidy(desk: &mut Desk<'_>, address_window: Duration) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "delete from sign_in_failures where sign_in_name like '?%' and last_failed_at < $1",
        now - Duration::days(1)
    ))
    .await?;
    desk.exec(sqlx::query!("delete from sign_in_addresses where window_started_at < $1", now - address_window)).await?;
    desk.exec(sqlx::query!("delete from parked_forms where parked_at < $1", now - Duration::hours(1))).await?;
    desk.exec(sqlx::query!("delete from sessions where expires_at < $1", now - Duration::days(30))).await?;
    Ok(())
}
