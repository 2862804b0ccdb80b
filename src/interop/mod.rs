//! Rank 5: talks to the outside. Knows the features; no feature knows it.

pub mod fhir;
