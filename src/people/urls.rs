//! Addresses of the room.

use uuid::Uuid;

use crate::base::id::{FacilityId, SessionId, StaffId};

pub const SIGN_IN: &str = "/sign-in";
pub const ACCOUNT: &str = "/account";
pub const OWN_PASSWORD: &str = "/account/password";
pub const SIGN_IN_CODE: &str = "/sign-in/code";
pub const SECOND_FACTOR: &str = "/account/second-factor";
pub const RECOVERY_CODES: &str = "/account/recovery-codes";
pub const STAFF: &str = "/admin/staff";
pub const NEW_STAFF: &str = "/admin/staff/new";
pub const ROLES: &str = "/admin/roles";
pub const FACILITIES: &str = "/admin/facilities";

pub fn staff(id: StaffId) -> String {
    format!("{STAFF}/{id}")
}

pub fn facility(id: FacilityId) -> String {
    format!("{FACILITIES}/{id}")
}

/// The password once more, and then back.
pub fn confirm(next: &str) -> String {
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    format!("/confirm?next={next}")
}

pub fn own_session(id: SessionId) -> String {
    format!("/account/sessions/{id}/end")
}

pub fn kept(id: Uuid) -> String {
    format!("/parked/{id}")
}

/// A way back that stays in the house: a path of ours, never another site. Browsers read `//host`, `/\host` and control characters
/// as ways out.
pub fn local(next: &str) -> Option<&str> {
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control() || c.is_whitespace())
        && next.len() <= 1000
        && !next.starts_with("/sign-");
    inside.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn the_way_back_stays_in_the_house() {
        for inside in ["/", "/patients/1?via=s.2", "/reports/census?from=2026-01-01#top"] {
            assert_eq!(local(inside), Some(inside));
        }
        for outside in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:x",
            "/\t/evil.example",
            "/ok\r\nSet-Cookie: x",
            "/sign-out",
            "evil",
        ] {
            assert_eq!(local(outside), None, "{outside:?}");
        }
    }
}
