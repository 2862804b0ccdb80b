//! `custodian import fhir`: whole charts from another system's FHIR R4 export.
//!
//! How an import goes:
//!
//! 1. [`input`] opens files, folders and archives and cuts them into single resources, one at a time; damage costs what it hits and no more.
//! 2. [`reading`] goes through the input up to four times, because what others point at must be there first: people and places; visits;
//!    what happened in them; links between records of one kind. Files that hold nothing for a reading are not opened again.
//! 3. [`record`] and [`map`] turn a resource into our rows: pure, and noting what they could not use.
//! 4. [`store`] writes a batch in one open roster: what is known already under its source, type and id, what changed, and only that.
//! 5. [`tally`] counts. Everything read ends in one of five ways; the report adds up because it can't do otherwise.
//!
//! A second run changes nothing. A changed resource is brought up to date, and what was known before stays: names as old names, content as
//! earlier versions. Ids mean something only within a source, so two systems that both count from 1 are imported under two names.

pub(crate) mod input;
pub(crate) mod map;
pub(crate) mod reading;
pub(crate) mod record;
mod run;
pub(crate) mod store;
pub mod tally;

pub use run::{Import, ImportError, import};
pub use store::{Facility, facilities};
pub use tally::{Line, Report};
