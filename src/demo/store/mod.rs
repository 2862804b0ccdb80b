//! Writes the demonstration through the gate, by the roster scope's connection.
//!
//! `COPY FROM` is refused on tables with row-level security, the application role may make no temporary tables to copy into, and row by row a
//! million people take hours. So each table gets its rows as one JSON array, taken apart by the table's own types and inserted by one statement
//! under the policies. Measured on two cores, 19,000 names a second, as fast as arrays of columns; a staging table would have given a quarter
//! more. The statements are made of the lists in `tables`; a test prepares a demonstration and reads it back.

pub mod asked;
pub mod imported;
mod load;
pub mod people;
pub mod preparation;
pub mod stays;
mod tables;
pub mod work;
pub mod world;

pub use load::{Load, pour};
