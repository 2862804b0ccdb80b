//! The master patient index: who the people are whose records we keep, and how to find the right one.

pub mod demographics;
pub mod header;
pub mod store;
