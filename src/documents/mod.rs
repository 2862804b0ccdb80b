//! Documents: what was written, dictated, scanned or received about a patient, kept whole and unchanged (handbook 3).
//!
//! A **document** is one thing through all its **versions**; a version is a whole new row with its own bytes, and the latest is shown (DOC-4).
//! Content is immutable: its SHA-256, size and type are kept with the version (DOC-3), its bytes sealed outside the database (`blobs`).
//! A **type** says what a document is in the department's words, with its LOINC code, and whether it belongs to the legal health record and
//! the designated record set (DOC-1). A **relation** is a word between two documents: an addendum appends, a replacement replaces.
//! Retracted documents leave a tombstone; sensitive ones are veiled (`store::list` says how).
//!
//! Reading: `store::list` for a chart, `store::open` for one document, which also hands out the ticket for its bytes. Pages are drawn on the
//! server (`render`). Filing: `filing::store` puts the bytes, then `store::file` the rows.
//!
//! Tables: `document_types`, `documents`, `document_versions`, `document_relations`.
//! Acts: `OpenDocument`, `PrintDocument`, `DownloadDocument`.

pub mod filing;
pub mod model;
pub mod render;
pub mod store;
pub mod urls;

mod pages;
mod web;

pub use pages::{Row, state_tag};
pub use web::routes;
