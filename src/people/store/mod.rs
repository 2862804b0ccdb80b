//! Every SQL statement about people. All of it at a desk: no patient is visible here.

pub mod account;
pub mod door;
pub mod facilities;
pub mod kept;
pub mod second_factor;
pub mod staff;
