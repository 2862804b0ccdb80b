//! Addresses of the room.

use uuid::Uuid;

use crate::base::id::{PatientId, TaskId};

pub const REQUESTS: &str = "/requests";
pub const REQUESTS_CSV: &str = "/requests.csv";

pub fn my_day() -> &'static str {
    "/"
}

pub fn closure(task: TaskId) -> String {
    format!("/tasks/{task}/closure")
}

/// The requests about one patient.
pub fn requests_of(patient: PatientId) -> String {
    format!("/patients/{patient}/requests")
}

pub fn new_request(patient: PatientId) -> String {
    format!("/patients/{patient}/requests/new")
}

pub fn request(patient: PatientId, request: Uuid) -> String {
    format!("/patients/{patient}/requests/{request}")
}
