//! What a person should know about a resource that was kept in part. Field names and rules only: never a value, the report is not a chart.

use std::cell::RefCell;

/// Collects notes while a resource is read.
#[derive(Default)]
pub(crate) struct Notes(RefCell<Vec<String>>);

impl Notes {
    pub(crate) fn add(&self, note: impl Into<String>) {
        let note = note.into();
        let mut notes = self.0.borrow_mut();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<String> {
        self.0.into_inner()
    }
}
