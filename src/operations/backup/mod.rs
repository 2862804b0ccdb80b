//! Backup and restore: the database, the documents and the checkpoints in one file that only the master key opens.
//!
//! * [`seal`]: the outer shell, frames of authenticated encryption, in which damage, a cut, a changed order and a wrong key each show as what they are
//! * [`archive`]: what is inside, entry after entry, compressed
//! * [`make`]: a backup beside a running server
//! * [`restore`](mod@restore): a backup into an empty data folder, verified before anybody sees it
//!
//! Nothing is ever held in memory whole but one document at a time.

pub mod archive;
pub mod make;
pub mod restore;
pub mod seal;

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use make::{Made, make};
pub use restore::{Restored, restore};
pub use seal::Broken;

/// The first entry: what this is a backup of.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub program: String,
    pub made_at: chrono::DateTime<chrono::Utc>,
    /// The newest migration of the schema inside.
    pub schema: i64,
}

/// The last thing in the file: what must have come out of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    pub documents: u64,
    /// Names of documents that the store could not give when the backup was made.
    pub unreadable: Vec<String>,
    /// Sealed events of the ledger.
    pub leaves: u64,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes of the database so far.
    Database(u64),
    /// Documents so far, and of how many where that is known.
    Documents(u64, Option<u64>),
    /// Events verified so far, and of how many.
    Events(u64, u64),
}

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("{path}: {source}")]
    Broken { path: PathBuf, source: Broken },
    #[error("{0} is there already; a backup is never written over another file")]
    Exists(PathBuf),
    #[error("{0}")]
    Refused(String),
    #[error("{program} failed: {said}")]
    Program { program: &'static str, said: String },
    #[error(transparent)]
    Database(#[from] crate::db::DbError),
    #[error(transparent)]
    Access(#[from] crate::access::Error),
    #[error(transparent)]
    Ledger(#[from] crate::access::ledger::LedgerError),
    #[error(transparent)]
    Blobs(#[from] crate::blobs::BlobError),
}

impl From<sqlx::Error> for BackupError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Turns an IO error into one that names the file; one that carries [`Broken`] says what is wrong with the backup.
fn at(path: &std::path::Path) -> impl Fn(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| match source.get_ref().and_then(|inner| inner.downcast_ref::<Broken>()) {
        Some(broken) => BackupError::Broken { path: path.clone(), source: *broken },
        None => BackupError::File { path: path.clone(), source },
    }
}
