//! Every statement of the room. All of it reads within a desk that has opened the ledger; elsewhere the rows are invisible.

pub mod entries;
pub mod entry;
pub mod people;
pub mod verifications;
