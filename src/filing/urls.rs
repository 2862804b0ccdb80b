//! Addresses of the room.

use crate::base::id::{IntakeId, PatientId};

pub const QUEUE: &str = "/indexing";
/// Where files are sent.
pub const FILES: &str = "/indexing/files";

/// A file of the quarantine; `chart` is where its sender came from, and no more than that.
pub fn file(file: IntakeId, chart: Option<PatientId>) -> String {
    match chart {
        Some(chart) => format!("{QUEUE}/{file}?chart={chart}"),
        None => format!("{QUEUE}/{file}"),
    }
}

pub fn picture(file: IntakeId, page: u32) -> String {
    format!("{QUEUE}/{file}/pages/{page}.png")
}

pub fn matching(file: IntakeId) -> String {
    format!("{QUEUE}/{file}/match")
}

pub fn outcome(file: IntakeId) -> String {
    format!("{QUEUE}/{file}/outcome")
}

/// The index form of a file in the chart it was matched to.
pub fn index(patient: PatientId, file: IntakeId) -> String {
    format!("/patients/{patient}/documents/new?file={file}")
}

pub fn documents(patient: PatientId) -> String {
    format!("/patients/{patient}/documents")
}
