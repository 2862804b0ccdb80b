//! Addresses of the room.

use crate::base::id::PatientId;

pub fn overview(patient: PatientId) -> String {
    format!("/patients/{patient}")
}

pub fn demographics(patient: PatientId) -> String {
    format!("/patients/{patient}/demographics")
}

pub fn encounters(patient: PatientId) -> String {
    format!("/patients/{patient}/encounters")
}

pub fn clinical(patient: PatientId) -> String {
    format!("/patients/{patient}/clinical")
}

pub fn consents(patient: PatientId) -> String {
    format!("/patients/{patient}/consents")
}

pub fn amendments(patient: PatientId) -> String {
    format!("/patients/{patient}/amendments")
}

pub fn requests(patient: PatientId) -> String {
    format!("/patients/{patient}/requests")
}

pub fn access(patient: PatientId) -> String {
    format!("/patients/{patient}/access")
}
