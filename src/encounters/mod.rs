//! Encounters: visits and stays, with their status and class periods, places, providers, charges, and the diagnoses, procedures and
//! results that came with them from elsewhere.
//!
//! A class change from emergency to observation to inpatient is one continuous stay that keeps each period (ENC-1). Cancelling never
//! deletes (ENC-7). Diagnoses and procedures here are source data: a coder's work is apart. Dollar amounts are for managers and billing.
//!
//! Tables: `encounters` and its periods, locations, providers, charges; `source_diagnoses`, `source_procedures`, `clinical_items`.
//! Acts: `ViewEncounter`, `ViewClinicalItems`.

pub mod model;
pub mod rules;
pub mod store;
pub mod urls;

mod pages;
mod web;

pub use pages::state_tag;
pub use web::routes;
