//! The nouns: a sign-in name, a member of staff, a session of one's own, a facility.

use chrono::{DateTime, Duration, Utc};

use crate::access::Role;
use crate::base::id::{FacilityId, PractitionerId, SessionId, StaffId};

/// After so long without a sign-in an account is dormant (PRV-4).
pub const DORMANT_AFTER: Duration = Duration::days(45);

/// The name somebody signs in with: lower case, never used again for another person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInName(String);

impl SignInName {
    /// As typed at the door: blanks and case forgiven; `None` when nobody can have such a name.
    pub fn typed(text: &str) -> Option<Self> {
        let name = text.trim().to_lowercase();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        ((2..=64).contains(&name.len()) && starts_well && name.chars().all(allowed)).then_some(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SignInName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of the staff list.
#[derive(Clone, Debug)]
pub struct StaffLine {
    pub staff: StaffId,
    pub sign_in_name: String,
    pub full_name: String,
    pub credential: Option<String>,
    /// Stored words.
    pub roles: Vec<String>,
    /// Facility codes.
    pub facilities: Vec<String>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub locked_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// Where the list goes on from.
    pub key: String,
}

impl StaffLine {
    /// Nobody has signed in here for so long that the account should be looked at (PRV-4).
    pub fn is_dormant(&self, now: DateTime<Utc>) -> bool {
        self.disabled_at.is_none() && self.last_seen_at.unwrap_or(self.created_at) + DORMANT_AFTER < now
    }
}

/// A member of staff, for their page.
#[derive(Clone, Debug)]
pub struct Staff {
    pub staff: StaffId,
    pub sign_in_name: String,
    pub full_name: String,
    pub credential: Option<String>,
    pub practitioner: Option<PractitionerId>,
    pub practitioner_name: Option<String>,
    pub roles: Vec<String>,
    pub facilities: Vec<FacilityId>,
    pub must_change_password: bool,
    pub password_set_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub locked_until: Option<DateTime<Utc>>,
    pub failures: i32,
    pub disabled_at: Option<DateTime<Utc>>,
    pub disabled_reason: Option<String>,
    pub disabled_by: Option<String>,
    pub open_sessions: i64,
    pub second_factor_at: Option<DateTime<Utc>>,
    pub version: i32,
}

/// What can be changed of somebody, as an administrator typed it and the rules accepted it.
#[derive(Clone, Debug)]
pub struct StaffChange {
    pub full_name: String,
    pub credential: Option<String>,
    pub practitioner: Option<PractitionerId>,
    pub roles: Vec<Role>,
    pub facilities: Vec<FacilityId>,
}

/// One's own account.
#[derive(Clone, Debug)]
pub struct Account {
    pub sign_in_name: String,
    pub full_name: String,
    pub credential: Option<String>,
    pub password_set_at: DateTime<Utc>,
    pub theme: Option<String>,
    pub density: String,
    pub shortcuts: bool,
}

/// How a second factor stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct SecondFactorState {
    pub enrolled_at: Option<DateTime<Utc>>,
    /// How many are left.
    pub recovery_codes: i64,
}

/// A session of one's own that is still open.
#[derive(Clone, Debug)]
pub struct OwnSession {
    pub session: SessionId,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub address: Option<String>,
    pub agent: Option<String>,
}

/// A site of the organisation.
#[derive(Clone, Debug)]
pub struct Facility {
    pub facility: FacilityId,
    pub code: String,
    pub name: String,
    pub mrn_authority: String,
    pub time_zone: String,
}

/// A provider, to link an account with.
#[derive(Clone, Debug)]
pub struct Provider {
    pub practitioner: PractitionerId,
    pub name: String,
    pub npi: Option<String>,
    /// Somebody's account already.
    pub taken: bool,
}

#[cfg(test)]
mod tests {
    use super::SignInName;

    #[test]
    fn a_sign_in_name_forgives_blanks_and_case_and_nothing_else() {
        assert_eq!(SignInName::typed("  Coder ").unwrap().as_str(), "coder");
        assert_eq!(SignInName::typed("a.lee-2").unwrap().as_str(), "a.lee-2");
        for wrong in ["", "a", ".lee", "a lee", "a@b", "é.lee", "x'or'1", &"x".repeat(65)] {
            assert_eq!(SignInName::typed(wrong), None, "{wrong}");
        }
    }
}
