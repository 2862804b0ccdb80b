//! Reading the ledger: who opened which record, when and why, and the proof that nothing of it was changed since.
//!
//! * The list, newest first, filtered by staff member, act, flag, outcome, day and patient; as a page and as a spreadsheet.
//! * One entry, with everything that was recorded (AUD-1), the other events of its session, and its place in the sealed tree.
//! * The verification page and the command `custodian audit verify`, which recompute the whole ledger (AUD-3).
//!
//! Reading is itself recorded (AUD-2). Nobody sees a patient here but through what the events say of them: the record number as it was then,
//! and an opaque id in the address. Search criteria and before-and-after values (`protected`) are shown on the page of the entry only.
//!
//! Table: `ledger_verifications`. Acts: `ReviewLedger` (list, entry, verification page), `ExportLedger` (spreadsheet, command), `VerifyLedger`.

pub mod model;
pub mod rules;
pub mod store;
pub mod urls;
pub mod verification;

mod pages;
mod web;

pub use web::routes;
