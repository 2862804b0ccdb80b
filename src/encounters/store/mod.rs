//! Every statement of the room.

pub mod changes;
mod clinical;
mod visits;

pub use clinical::{ItemPage, diagnoses, items, kinds, procedures};
pub use visits::{cancellation, charges, class_periods, detail, locations, providers, status_periods, visits};
