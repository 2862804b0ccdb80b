//! Encounters: visits and stays, with their status and class periods, places, providers, charges, and the diagnoses, procedures and
//! results that came with them from elsewhere.
//!
//! A class change from emergency to observation to inpatient is one continuous stay that keeps each period (ENC-1). Cancelling never
//! deletes (ENC-7). Diagnoses and procedures here are source data: a coder's work is apart. Dollar amounts are for managers and billing.
//!
//! By hand (`rules/by_hand.rs`): an encounter is added, discharged, changed in class, moved, sent on leave, corrected and cancelled; each
//! change says what it replaced (`encounter_changes`), and two inpatient stays of a patient in one facility never overlap (ENC-4).
//!
//! Tables: `encounters` and its periods, locations, providers, charges, changes; `source_diagnoses`, `source_procedures`, `clinical_items`.
//! Acts: `ViewEncounter`, `ViewClinicalItems`, `AddEncounter`, `ChangeEncounter`.

pub mod changes;
pub mod model;
pub mod rules;
pub mod store;
pub mod urls;

mod pages;
mod web;

pub use pages::state_tag;
pub use web::{may_add, routes};
