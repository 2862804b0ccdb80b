//! What can go wrong while sealing, proving or verifying; none of it names a patient.

use std::io;
use std::path::PathBuf;

use super::checkpoint::CheckpointError;

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("the ledger's tables could not be read or written")]
    Database(#[from] sqlx::Error),
    #[error("{path}: {source}")]
    Folder { path: PathBuf, source: io::Error },
    #[error("the proofs could not be written out: {0}")]
    Output(#[source] io::Error),
    #[error("the last checkpoint in {place} is not this ledger's: {source}")]
    Checkpoint { place: &'static str, source: CheckpointError },
    /// Signing on would put our name to a tree that denies an earlier one.
    #[error(
        "the tree no longer matches its checkpoint over {size} events; nothing more is sealed until `custodian audit verify` is clean"
    )]
    Forked { size: u64 },
    #[error(
        "the checkpoints folder has seen {outside} events but the database has sealed {inside}: the ledger was shortened, or an older database restored"
    )]
    Shortened { inside: u64, outside: u64 },
    #[error("reading the ledger was not opened as an act")]
    NotOpened,
    #[error("the row of leaf {leaf} is missing; run `custodian audit verify`")]
    RowMissing { leaf: u64 },
    #[error("a page of the ledger could not be checked: {0}")]
    Stopped(String),
}

pub type Result<T, E = LedgerError> = std::result::Result<T, E>;

/// So that verifying and exporting may run inside a scope of the gate. Sizes and paths only: no patient is named.
impl From<LedgerError> for crate::access::Error {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Database(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}
