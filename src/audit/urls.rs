//! Addresses of the room. Filters are ids, words and days: nothing in them tells a patient from another but an opaque id.

use uuid::Uuid;

use super::rules::asked::Asked;
use crate::base::id::PatientId;

pub const LIST: &str = "/audit";
pub const CSV: &str = "/audit.csv";
pub const VERIFY: &str = "/audit/verify";
/// Where a record number is sent, so that it never stands in an address.
pub const BY_PATIENT: &str = "/audit/patients";

pub fn list(asked: &Asked) -> String {
    with(LIST, asked)
}

pub fn csv(asked: &Asked) -> String {
    with(CSV, &Asked { before: String::new(), after: String::new(), ..asked.clone() })
}

pub fn entry(event: Uuid) -> String {
    format!("{LIST}/{event}")
}

/// The chart's own page of who looked.
pub fn chart_access(patient: PatientId) -> String {
    format!("/patients/{patient}/access")
}

fn with(path: &str, asked: &Asked) -> String {
    match asked.query() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}
