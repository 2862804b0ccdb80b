//! The gate and the database behind it.

mod address;
mod gate;
mod ledger;
