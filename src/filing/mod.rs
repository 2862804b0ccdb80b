//! Filing: a file on its way from the scanner or a sender into the right chart (handbook 3.6).
//!
//! A file that arrives is inspected, stored and kept in **quarantine** (DOC-18): it is nobody's until somebody types two identifiers from the
//! paper and exactly one chart bears both (DOC-14). That **match** is kept, with who made it; only then may the same person **index** it there:
//! encounter, type, date of service, title. A sample is looked at by a second person (DOC-15, in the documents room). What belongs to nobody is
//! **set aside** with a reason. Bytes are stored first, rows after, so a full disk leaves nothing half-done.
//!
//! Tables: `intake_files`, `intake_outcomes`, `intake_matches`. Acts: `ListIntake`, `ReceiveFile`, `OpenIntake`, `MatchIntake`,
//! `SetAsideIntake`, `FileDocument`.

pub mod model;
pub mod rules;
pub mod store;
pub mod urls;

mod pages;
mod web;

pub use web::routes;
