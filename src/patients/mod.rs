//! The master patient index: who the people are whose records we keep, and how to find the right one.

pub mod demographics;
pub mod header;
pub mod hits;
pub mod model;
pub mod names;
pub mod query;
pub mod rules;
pub mod ssn;
pub mod store;
