//! Every statement of the room.

pub mod changes;
mod clinical;
mod visits;

pub use clinical::{ItemPage, diagnoses, items, kinds, procedures, received};
pub use visits::{cancellation, charges, class_periods, detail, locations, providers, status_periods, visits};
