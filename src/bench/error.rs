//! What can stand in the way of a benchmark.

use crate::app::server::ServerError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("{0}")]
    Access(#[from] crate::access::Error),
    #[error("the access log: {0}")]
    Ledger(#[from] crate::access::ledger::LedgerError),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{path} answered {status}, so there is nothing to measure")]
    Answer { path: String, status: u16 },
    #[error("the server did not speak HTTP: {0}")]
    Speech(&'static str),
    #[error("pgbench: {0}")]
    Pgbench(String),
    /// Where a benchmark would do harm, or has nothing to work on.
    #[error("{0}")]
    Refused(String),
    #[error("a part of the benchmark stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}
