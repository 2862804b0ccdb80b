//! The state of the proof, for the badge (design language, section 5): verified, verifying, broken, stale.

use chrono::{DateTime, Duration, Utc};

use super::super::model::{Seal, Verified};

/// After this long without a verification, or with events that no seal takes, somebody should look.
pub const STALE_AFTER: Duration = Duration::hours(24);
/// A seal is made about every second; events that wait longer than this say that it has stopped.
pub const SEAL_LATE_AFTER: Duration = Duration::minutes(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    Verified,
    Verifying,
    /// The last verification found a row that is not as it was sealed. Nothing covers this up but a later one that finds all well.
    Broken,
    Stale,
    /// Events wait and none is sealed.
    NotSealing,
    NeverVerified,
}

/// What to say, from the last verification and the newest seal.
pub fn state(last: Option<&Verified>, seal: &Seal, verifying: bool, now: DateTime<Utc>) -> Chain {
    match last {
        _ if verifying => Chain::Verifying,
        Some(last) if !last.whole => Chain::Broken,
        _ if seal.waiting > 0 && seal.waiting_for > SEAL_LATE_AFTER => Chain::NotSealing,
        None => Chain::NeverVerified,
        Some(last) if last.at + STALE_AFTER < now => Chain::Stale,
        Some(_) => Chain::Verified,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T12:00:00Z".parse().expect("an instant")
    }

    fn verified(hours_ago: i64, whole: bool) -> Verified {
        Verified {
            event: uuid::Uuid::nil(),
            at: now() - Duration::hours(hours_ago),
            by: "Marcus Oyelaran".into(),
            took_ms: 10,
            whole,
            leaves: 5,
            unsealed: 0,
            checkpoints: 1,
            outside_checkpoints: 1,
            root: "00".into(),
            first_bad_leaf: None,
            first_bad_event: None,
            first_bad_what: (!whole).then(|| "changed".into()),
        }
    }

    fn seal(waiting: u64, minutes: i64) -> Seal {
        Seal { leaves: 5, waiting, waiting_for: Duration::minutes(minutes), newest: None }
    }

    #[test]
    fn each_state_has_its_cause() {
        let quiet = seal(0, 0);
        assert_eq!(state(Some(&verified(1, true)), &quiet, false, now()), Chain::Verified);
        assert_eq!(state(Some(&verified(25, true)), &quiet, false, now()), Chain::Stale);
        assert_eq!(state(None, &quiet, false, now()), Chain::NeverVerified);
        assert_eq!(state(Some(&verified(1, true)), &quiet, true, now()), Chain::Verifying);
        assert_eq!(state(Some(&verified(1, true)), &seal(3, 11), false, now()), Chain::NotSealing);
        assert_eq!(state(Some(&verified(1, true)), &seal(3, 9), false, now()), Chain::Verified);
    }

    #[test]
    fn broken_stays_broken_whatever_else() {
        assert_eq!(state(Some(&verified(100, false)), &seal(3, 11), false, now()), Chain::Broken);
    }
}
