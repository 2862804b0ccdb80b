//! Addresses of the room; the list itself is a tab of the chart.

use uuid::Uuid;

use crate::base::id::PatientId;
use crate::chart::urls::consents;

pub fn new(patient: PatientId) -> String {
    format!("{}/new", consents(patient))
}

pub fn revocation(patient: PatientId, consent: Uuid) -> String {
    format!("{}/{consent}/revocation", consents(patient))
}
