//! Addresses of the room.

use crate::base::id::{EncounterId, PatientId};

pub fn show(encounter: EncounterId) -> String {
    format!("/encounters/{encounter}")
}

/// The form of a new encounter of this patient.
pub fn add(patient: PatientId) -> String {
    format!("/patients/{patient}/encounters/new")
}

/// The form of one change: `discharge`, `class`, `transfer` ….
pub fn change(encounter: EncounterId, what: &str) -> String {
    format!("/encounters/{encounter}/{what}")
}
