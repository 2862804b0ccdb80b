//! The gate.

pub mod ledger;
