//! When a review is due, and who may write it.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use crate::base::id::StaffId;

/// Business days within which a broken glass is reviewed (PRV-5).
pub const REVIEW_DAYS: u32 = 2;

/// The last day for the review of a grant given at `granted`, Saturdays and Sundays not counted.
pub fn due_on(granted: DateTime<Utc>, zone: Tz) -> NaiveDate {
    let mut day = granted.with_timezone(&zone).date_naive();
    let mut left = REVIEW_DAYS;
    while left > 0 {
        day = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    day
}

/// Nobody reviews their own access (PRV-2).
pub fn may_review(reviewer: StaffId, subject: StaffId) -> bool {
    reviewer != subject
}

/// The shortest note that says something.
pub const SHORTEST_NOTE: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prv_5_a_review_is_due_in_two_business_days() {
        let due = |granted: &str| due_on(granted.parse().unwrap(), Tz::America__New_York).to_string();
        assert_eq!(due("2026-11-23T15:00:00Z"), "2026-11-25", "Monday to Wednesday");
        assert_eq!(due("2026-11-26T15:00:00Z"), "2026-11-30", "Thursday to Monday");
        assert_eq!(due("2026-11-27T15:00:00Z"), "2026-12-01", "Friday to Tuesday");
        assert_eq!(due("2026-11-28T15:00:00Z"), "2026-12-01", "Saturday to Tuesday");
        assert_eq!(due("2026-11-24T03:00:00Z"), "2026-11-25", "late on Monday where the hospital is");
    }

    #[test]
    fn prv_2_nobody_reviews_their_own_access() {
        let (one, other) = (StaffId::new(), StaffId::new());
        assert!(!may_review(one, one));
        assert!(may_review(one, other));
    }
}
