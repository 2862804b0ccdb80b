//! The master patient index: who the people are whose records we keep, and how to find the right one (handbook 1).
//!
//! The words: a *record* is what one facility registered of a person under an MRN; a merged-away record leads to its *survivor*; a *key* is a
//! name, number or telephone as searches compare it ([`names`]); a *reading* is one way to understand what somebody typed ([`query`]); a
//! *leg* is one way to search for it (`store/legs.rs`); a *hit* is a person found, with points from 0 to 100 ([`hits`]).
//!
//! The rules: two criteria or three letters, at most fifty people, never silently cut (MPI-S3); old numbers and former names lead to the
//! record of today (MPI-S4); who may not see a column may not search by it; restricted people are masked, last, and without points (MPI-S2);
//! other facilities' people are neither shown nor counted (PRV-1). Each search is two events: what was asked, and whom it showed.
//!
//! Registration (1.2, 1.7): search first (MPI-S1), then the new person beside whoever is like them ([`likeness`]), then an explicit "none of
//! these" with a reason; two registrations of one person wait for each other. Nothing is overwritten: names, addresses and numbers end, and
//! `patient_changes` keeps what every change replaced, who, when and why.
//!
//! Tables: `patients`, `patient_names`, `surname_deletions`, `patient_identifiers`, `patient_addresses`, `patient_telecoms`,
//! `patient_races`, `patient_contacts`, `coverages`, `patient_searches`, `saved_searches`, `patient_changes`. Acts: `SearchPatients`, `SaveSearch`, `ExportPatients`,
//! `OpenRegistration`, `CompareRegistration`, `RegisterPatient`, `RegisterNewborn`, `EditDemographics`, `ViewDemographicHistory`, `UndoDeath`,
//! `ViewRestriction`, `RestrictRecord`.

pub mod demographics;
pub mod header;
pub mod hits;
pub mod likeness;
pub mod model;
pub mod names;
pub mod query;
pub mod registration;
pub mod rules;
pub mod sections;
pub mod ssn;
pub mod store;
pub mod urls;
pub mod value_sets;

mod pages;
mod saved;
mod web;

pub use web::{may_edit, routes};
