//! From a cookie to an [`Actor`]: server-side sessions with a hashed token, a sliding inactivity limit and an absolute end (handbook 7.8).

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};

use super::actor::Actor;
use super::error::Result;
use super::gate::Gate;
use super::glass::OpenGrant;
use super::role::Role;
use super::scope::Desk;
use crate::base::id::{FacilityId, GrantId, PatientId, RequestId, SessionId, StaffId};

/// How long a session lives (handbook 7.8: product defaults 30 minutes and 12 hours).
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub idle: Duration,
    pub absolute: Duration,
    /// How long a confirmed password counts for acts that demand it.
    pub step_up: Duration,
}

/// The secret of a session: 256 random bits, only ever in the cookie.
pub struct Token([u8; 32]);

impl Token {
    fn new() -> Self {
        Self(rand::random())
    }

    /// Reads a cookie's value; `None` when it can't be one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The cookie's value.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database knows it by.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The session's CSRF token: derived, so that it needs no storage and dies with the session.
    pub fn csrf(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(b"custodian csrf").chain_update(self.0).finalize())
    }
}

/// A person's own display choices.
#[derive(Clone, Debug)]
pub struct Preferences {
    pub theme: Option<String>,
    pub density: String,
    pub shortcuts: bool,
}

/// A live session, as one request found it.
pub struct Live {
    pub actor: Actor,
    pub staff: StaffId,
    pub session: SessionId,
    pub started_at: DateTime<Utc>,
    pub stepped_up: bool,
    pub must_change_password: bool,
    pub has_second_factor: bool,
    pub preferences: Preferences,
    /// Break-the-glass grants of this person that are open now: for the banner of every page.
    pub grants: Vec<OpenGrant>,
}

/// What a token turned out to be.
pub enum Found {
    Live(Box<Live>),
    /// Known, but over: whose it was, so that a form they were typing can be kept for them.
    Ended(StaffId),
    Unknown,
}

impl Gate {
    /// Looks a token up and slides its inactivity limit. The name of a disabled person no longer opens anything.
    /// One statement with the person's open grants, because every page begins with it.
    pub async fn session(
        &self,
        token: &Token,
        limits: Limits,
        address: Option<IpAddr>,
        request: RequestId,
    ) -> Result<Found> {
        let now = self.clock().now();
        let hash = token.hash();
        let rows = sqlx::query!(
            r#"select s.session_id as "session_id: SessionId", s.staff_id as "staff_id: StaffId", s.created_at, s.last_seen_at, s.expires_at,
                s.stepped_up_at, s.ended_at, p.full_name, p.must_change_password, p.theme, p.density, p.shortcuts,
                exists (select from second_factors f where f.staff_id = s.staff_id) as "has_second_factor!",
                exists (select from staff_disablements d where d.staff_id = s.staff_id) as "disabled!",
                array(select r.role from staff_roles r where r.staff_id = s.staff_id order by r.granted_at, r.role) as "roles!",
                array(select f.facility_id from staff_facilities f where f.staff_id = s.staff_id) as "facilities!",
                g.grant_id as "grant?: GrantId", g.patient_id as "grant_patient?: PatientId", g.emergency as "grant_emergency?",
                g.expires_at as "grant_expires_at?"
            from sessions s
            join staff p on p.staff_id = s.staff_id
            left join lateral access_open_grants(s.staff_id, $2) g on true
            where s.token_hash = $1"#,
            &hash[..],
            now,
        )
        .fetch_all(self.pool())
        .await?;
        let grants = rows.iter().filter_map(|row| {
            Some(OpenGrant {
                grant: row.grant?,
                patient: row.grant_patient?,
                emergency: row.grant_emergency?,
                expires_at: row.grant_expires_at?,
            })
        });
        let grants = grants.collect();
        // The session is the same on each row.
        let Some(row) = rows.into_iter().next() else { return Ok(Found::Unknown) };
        if row.ended_at.is_some() || row.disabled || row.expires_at <= now || row.last_seen_at + limits.idle <= now {
            return Ok(Found::Ended(row.staff_id));
        }
        // At most one write a minute keeps reads cheap.
        if row.last_seen_at + Duration::seconds(60) <= now {
            sqlx::query!("update sessions set last_seen_at = $2 where session_id = $1", row.session_id.0, now)
                .execute(self.pool())
                .await?;
        }
        let roles = row.roles.iter().filter_map(|word| Role::parse(word)).collect();
        let facilities = row.facilities.into_iter().map(FacilityId).collect();
        Ok(Found::Live(Box::new(Live {
            actor: Actor::person(row.staff_id, row.full_name, roles, facilities, row.session_id, address, request),
            staff: row.staff_id,
            session: row.session_id,
            started_at: row.created_at,
            stepped_up: row.stepped_up_at.is_some_and(|at| at + limits.step_up > now),
            must_change_password: row.must_change_password,
            has_second_factor: row.has_second_factor,
            preferences: Preferences { theme: row.theme, density: row.density, shortcuts: row.shortcuts },
            grants,
        })))
    }
}

/// Starts a session for someone whose password was just checked: the door does, nobody else.
pub(super) async fn start(
    desk: &mut Desk<'_>,
    staff: StaffId,
    session: SessionId,
    limits: Limits,
    address: Option<IpAddr>,
    agent: Option<&str>,
) -> Result<Token> {
    let token = Token::new();
    let now = desk.at();
    let hash = token.hash();
    desk.exec(sqlx::query!(
        "insert into sessions (session_id, token_hash, staff_id, created_at, last_seen_at, expires_at, address, user_agent)
        values ($1, $2, $3, $4, $4, $5, $6, $7)",
        session.0,
        &hash[..],
        staff.0,
        now,
        now + limits.absolute,
        address.map(sqlx::types::ipnetwork::IpNetwork::from),
        agent.map(|text| text.chars().take(200).collect::<String>()),
    ))
    .await?;
    Ok(token)
}

/// Marks a session as stepped up and gives it a new token (rotation at each change of privilege, handbook 7.8).
pub async fn step_up(desk: &mut Desk<'_>, session: SessionId) -> Result<Token> {
    let token = Token::new();
    let hash = token.hash();
    let now = desk.at();
    desk.exec(sqlx::query!(
        "update sessions set token_hash = $2, stepped_up_at = $3, last_seen_at = $3 where session_id = $1 and ended_at is null",
        session.0,
        &hash[..],
        now,
    ))
    .await?;
    Ok(token)
}

/// Ends one session.
pub async fn end(desk: &mut Desk<'_>, session: SessionId) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "update sessions set ended_at = $2 where session_id = $1 and ended_at is null",
        session.0,
        now
    ))
    .await?;
    Ok(())
}

/// Ends every session of a person: disabling, a new password.
pub async fn end_all(desk: &mut Desk<'_>, staff: StaffId) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!("update sessions set ended_at = $2 where staff_id = $1 and ended_at is null", staff.0, now))
        .await?;
    Ok(())
}
