//! Every statement of operations.

pub mod backups;
pub mod posture;
pub mod turns;
