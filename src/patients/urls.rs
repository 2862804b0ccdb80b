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

/// A search kept under a name: run again, thrown away, and where one is saved.
pub fn saved(saved: uuid::Uuid) -> String {
    format!("/patients/saved/{saved}")
}

pub fn saved_removal(saved: uuid::Uuid) -> String {
    format!("/patients/saved/{saved}/removal")
}

pub fn save(search: SearchId) -> String {
    format!("/patients/searches/{search}/saved")
}

/// A chart, reached from a search: the ledger keeps the way.
pub fn chart_from(patient: PatientId, search: SearchId) -> String {
    format!("/patients/{patient}?via=s.{search}")
}
