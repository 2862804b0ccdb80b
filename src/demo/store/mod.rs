//! Writes the demonstration through the gate, by the roster scope's connection.
//!
//! `COPY FROM` is refused on tables with row-level security, and row by row a million people take hours. So rows are copied into temporary tables
//! of the session, which belong to the application role, and from there inserted by one statement a table, under the policies like any other
//! insert. Tables that COPY can't check at compile time are listed in `tables`; a test prepares a demonstration and reads it back.

pub mod copy;
pub mod imported;
pub mod people;
pub mod preparation;
pub mod stays;
mod tables;
pub mod work;
pub mod world;

pub use copy::{Load, pour};
