//! Every statement of operations.

pub mod backups;
pub mod downtime;
pub mod posture;
pub mod turns;
