//! Documents: what was written, dictated, scanned or received about a patient, kept whole and unchanged (handbook 3).
//!
//! A **document** is one thing through all its **versions**; a version is a whole new row with its own bytes, and the latest is shown (DOC-4).
//! Content is immutable: its SHA-256, size and type are kept with the version (DOC-3), its bytes sealed outside the database (`blobs`).
//! A **type** says what a document is in the department's words, with its LOINC code, and whether it belongs to the legal health record and
//! the designated record set (DOC-1). A **relation** is a word between two documents: an addendum appends, a replacement replaces.
//! Retracted documents leave a tombstone; sensitive ones are veiled (`store::list` says how).
//!
//! Reading: `store::list` for a chart, `store::open` for one document, which also hands out the ticket for its bytes. Pages are drawn on the
//! server (`render`). Filing: `filing::store` puts the bytes, then `store::file` the rows; what people send is looked into first
//! (`render::inspect`, DOC-19).
//!
//! Signing is over the bytes that were shown whole in the same session, with the password, by the author, cosigner, witness or reviewer
//! (`standing`, `rules`, DOC-7 to DOC-10). Afterwards the database itself refuses any change but a signed new version, an addendum or amendment
//! of its own, or a retraction that leaves a tombstone. A move is a retraction and a new filing in one piece (DOC-13). The words of texts and
//! of PDFs that hold text are kept beside the version for searching within the chart (`store::search`).
//!
//! Tables: `document_types`, `documents`, `document_versions`, `document_relations`, `document_signatures`, `document_retractions`,
//! `document_texts`, `scan_checks`.
//! Acts: `OpenDocument`, `PrintDocument`, `DownloadDocument`, `WriteNote`, `AppendDocument`, `CorrectDocument`, `SignDocument`,
//! `RetractDocument`, `MoveDocument`, `CheckScan`, `SearchDocuments`, `ListSignatures`.

pub mod filing;
pub mod model;
pub mod render;
pub mod rules;
pub mod standing;
pub mod store;
pub mod urls;

pub mod pages;
mod web;

pub use pages::{Row, state_tag};
pub use web::routes;
