//! Rank 5: keeping the house running. Nothing here is about one patient, but for the downtime copy.
//!
//! * [`backup`]: everything in one sealed file, and back again
//! * [`doctor`]: what is wrong with an installation, and what to do about it
//! * [`downtime`]: the copy that opens in a browser without the server
//! * [`schedule`]: jobs that one of several servers does when they are due
//!
//! Tables: `backups`, `scheduled_turns`. Acts: `backup.make`, `backup.restore`, `house.examine`. 45 CFR 164.308(a)(7)(ii)(A) and (B).

pub mod backup;
pub mod doctor;
pub mod downtime;
pub mod schedule;
pub(crate) mod store;

use crate::access::Gate;
use crate::access::ledger::Notary;
use crate::blobs::Blobs;
use crate::config::Config;
use crate::db::Database;
use crate::vault::Vault;

/// What the work here stands on.
#[derive(Clone, Copy)]
pub struct Site<'s> {
    pub config: &'s Config,
    pub database: &'s Database,
    pub gate: &'s Gate,
    pub notary: &'s Notary,
    pub vault: &'s Vault,
    pub blobs: &'s Blobs,
}
