//! Documents: what was written, dictated, scanned or received about a patient, kept whole and unchanged (handbook 3).

pub mod render;
