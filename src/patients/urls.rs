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

/// The form for somebody new; only behind a search (MPI-S1).
pub const NEW: &str = "/patients/new";

/// The form for somebody nobody can name.
pub const UNKNOWN: &str = "/patients/new/unknown";

/// The form for somebody new, with what was searched for.
pub fn new_after(search: SearchId) -> String {
    format!("{NEW}?search={search}")
}

pub fn chart(patient: PatientId) -> String {
    format!("/patients/{patient}")
}

/// Everything of a record that can be changed.
pub fn edit(patient: PatientId) -> String {
    format!("/patients/{patient}/edit")
}

pub fn edit_section(patient: PatientId, section: &str) -> String {
    format!("/patients/{patient}/edit/{section}")
}

pub fn end_row(patient: PatientId, kind: &str, row: uuid::Uuid) -> String {
    format!("/patients/{patient}/edit/{kind}/{row}/end")
}

pub fn history(patient: PatientId) -> String {
    format!("/patients/{patient}/history")
}

pub fn undo_death(patient: PatientId) -> String {
    format!("/patients/{patient}/death")
}

pub fn restriction(patient: PatientId) -> String {
    format!("/patients/{patient}/restriction")
}

pub fn newborn(patient: PatientId) -> String {
    format!("/patients/{patient}/newborn")
}
