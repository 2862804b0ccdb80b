//! How long a name waits after wrong passwords, and when one address has tried enough (handbook 7.8, NIST SP 800-63B-4 §3.2.2).
//!
//! Counting is per typed name, whether or not anyone has it, so that the answer tells a stranger nothing about who works here.

use chrono::Duration;

/// At this many failures in a row the name waits for an administrator; the standard allows no more.
pub const HOPELESS: i32 = 100;

/// Failed attempts from one address within [`ADDRESS_WINDOW`] before it waits. A hospital leaves through few addresses, so this is generous.
pub const ADDRESS_FAILURES: i32 = 60;
pub const ADDRESS_WINDOW: Duration = Duration::minutes(10);

/// What the latest failure leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Try again at once.
    Nothing,
    /// A short wait that a person hardly notices and a program does.
    Pause(Duration),
    /// The lock-out of the handbook: a growing wait.
    LockOut(Duration),
    /// Until an administrator resets the password.
    Closed,
}

/// The consequence of the `failures`th wrong password in a row, with the lock-out at `limit`.
pub fn after(failures: i32, limit: u32) -> After {
    let limit = i32::try_from(limit).unwrap_or(HOPELESS).clamp(1, HOPELESS);
    let half = (limit + 1) / 2;
    match failures {
        HOPELESS.. => After::Closed,
        many if many >= limit => After::LockOut(Duration::minutes(1 << (many - limit).min(6)).min(Duration::hours(1))),
        some if some >= half && half > 1 => After::Pause(Duration::seconds(i64::from(some - half + 1) * 5)),
        _ => After::Nothing,
    }
}

impl After {
    /// How long to wait; `None` is not at all.
    pub fn wait(self) -> Option<Duration> {
        match self {
            After::Nothing => None,
            After::Pause(wait) | After::LockOut(wait) => Some(wait),
            // a hundred years: longer than any administrator takes
            After::Closed => Some(Duration::days(36_525)),
        }
    }

    /// Whether the ledger should say "locked out" (AUD-2).
    pub fn locks_out(self) -> bool {
        matches!(self, After::LockOut(_) | After::Closed)
    }
}

/// "in 30 seconds", "in 5 minutes": what the person at the door reads.
pub fn again_in(wait: Duration) -> String {
    match wait.num_seconds() {
        ..=1 => "in a moment".into(),
        seconds @ ..=90 => format!("in {seconds} seconds"),
        seconds if seconds <= 2 * 3600 => {
            format!("in {} minutes", seconds.div_euclid(60) + i64::from(seconds % 60 > 0))
        }
        _ => "after the help desk has reset your password".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handbook_7_8_ten_failures_then_growing_waits() {
        assert_eq!(after(1, 10), After::Nothing);
        assert_eq!(after(4, 10), After::Nothing);
        assert_eq!(after(5, 10), After::Pause(Duration::seconds(5)));
        assert_eq!(after(9, 10), After::Pause(Duration::seconds(25)));
        assert_eq!(after(10, 10), After::LockOut(Duration::minutes(1)));
        assert_eq!(after(11, 10), After::LockOut(Duration::minutes(2)));
        assert_eq!(after(15, 10), After::LockOut(Duration::minutes(32)));
        assert_eq!(after(16, 10), After::LockOut(Duration::hours(1)));
        assert_eq!(after(99, 10), After::LockOut(Duration::hours(1)));
        assert_eq!(after(100, 10), After::Closed);
    }

    #[test]
    fn waits_never_shrink() {
        for limit in [1, 3, 10, 100] {
            let waits: Vec<_> = (1..=100).map(|failures| after(failures, limit).wait().unwrap_or_default()).collect();
            assert!(waits.is_sorted(), "{limit}: {waits:?}");
            assert!(after(i32::try_from(limit).unwrap(), limit).locks_out());
        }
    }

    #[test]
    fn waits_are_told_in_words() {
        assert_eq!(again_in(Duration::seconds(25)), "in 25 seconds");
        assert_eq!(again_in(Duration::seconds(121)), "in 3 minutes");
        assert_eq!(again_in(Duration::hours(1)), "in 60 minutes");
        assert!(again_in(Duration::days(9)).contains("help desk"));
    }
}
