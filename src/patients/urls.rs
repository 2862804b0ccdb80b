//! Addresses of the room. No name, number or date of a patient stands in one.

use crate::base::id::{PatientId, SearchId};

/// The search form; a search is posted to it.
pub const SEARCH: &str = "/patients";

/// The results of a search, for its maker alone.
pub fn results(search: SearchId) -> String {
    format!("/patients/searches/{search}")
}

/// The same rows as a table for a spreadsheet.
pub fn results_csv(search: SearchId) -> String {
    format!("/patients/searches/{search}.csv")
}

/// A chart, reached from a search: the ledger keeps the way.
pub fn chart_from(patient: PatientId, search: SearchId) -> String {
    format!("/patients/{patient}?via=s.{search}")
}
