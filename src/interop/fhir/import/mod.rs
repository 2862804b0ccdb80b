//! `custodian import fhir`: whole charts from another system's FHIR R4 export.

pub(crate) mod input;
pub(crate) mod map;
