//! The gate and the database behind it.

mod gate;
mod ledger;
