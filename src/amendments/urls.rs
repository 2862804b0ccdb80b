//! Addresses of the room.

use uuid::Uuid;

use super::model::{Form, Letter};
use crate::base::id::PatientId;
pub use crate::chart::urls::amendments as of_chart;

pub const QUEUE: &str = "/amendments";
pub const QUEUE_CSV: &str = "/amendments.csv";

pub fn new(patient: PatientId) -> String {
    format!("{}/new", of_chart(patient))
}

pub fn request(patient: PatientId, request: Uuid) -> String {
    format!("{}/{request}", of_chart(patient))
}

/// The form of a step, under the duty it belongs to.
pub fn step(patient: PatientId, of: Uuid, kind: Form) -> String {
    format!("{}/{}/{}", request(patient, of), kind.duty(), kind.word())
}

pub fn letter(patient: PatientId, of: Uuid, letter: Letter) -> String {
    format!("{}/letters/{}", request(patient, of), letter.word())
}
