//! FHIR R4: reading what other systems hand over.

pub mod import;
