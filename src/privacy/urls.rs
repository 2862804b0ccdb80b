//! Addresses of the room.

use crate::access::policy::WhyReason;
use crate::base::id::{GrantId, PatientId};

pub const REVIEWS: &str = "/privacy/glass";
pub const REVIEWS_CSV: &str = "/privacy/glass.csv";

pub fn break_glass(patient: PatientId, why: &str) -> String {
    format!("/glass/{patient}?why={why}")
}

pub fn emergency(patient: PatientId) -> String {
    format!("/glass/{patient}/emergency")
}

pub fn end(grant: GrantId) -> String {
    format!("/glass/{grant}/end")
}

pub fn review(grant: GrantId) -> String {
    format!("{REVIEWS}/{grant}")
}

/// The reasons a record may ask for one, by their stored word.
pub fn why(word: &str) -> Option<WhyReason> {
    [WhyReason::Restricted, WhyReason::Sensitive, WhyReason::NotAssigned, WhyReason::NoRelationship, WhyReason::NoCase]
        .into_iter()
        .find(|why| why.word() == word)
}
