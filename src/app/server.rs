//! Starts everything, serves, and stops in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::router;
use crate::access::ledger::key_file::KeyFileError;
use crate::access::ledger::seal::Turn;
use crate::access::ledger::{LedgerError, Notary};
use crate::access::{Act, Actor, Gate, Remarks};
use crate::base::clock::Clock;
use crate::blobs::{BlobError, Blobs};
use crate::config::Config;
use crate::db::{Database, DbError};
use crate::vault::{Vault, VaultError};
use crate::web::state::App;

#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Blobs(#[from] BlobError),
    #[error(transparent)]
    CheckpointKey(#[from] KeyFileError),
    #[error("the access log could not be sealed: {0}")]
    Seal(#[from] LedgerError),
    #[error("{0}")]
    Access(#[from] crate::access::Error),
    #[error("can't listen on {address}: {source}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("the data folder {path}: {source}")]
    DataDir { path: std::path::PathBuf, source: std::io::Error },
    #[error("{0}")]
    Refused(String),
}

/// The application with what it stands on; the database stays up as long as this lives.
pub struct Running {
    pub app: App,
    pub database: Database,
}

impl Running {
    /// Opens the data folder, the database and the vault.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, ServerError> {
        std::fs::create_dir_all(&config.data_dir)
            .map_err(|source| ServerError::DataDir { path: config.data_dir.clone(), source })?;
        let vault = Vault::load_or_create(&config.key_file)?;
        let database = Database::open(&config).await?;
        let gate = Gate::new(database.app(), clock.clone());
        let blobs = Blobs::open_place(&config.documents, vault.clone())?;
        let notary = Notary::open(&config)?;
        let app =
            App { gate, notary, vault, blobs, config: Arc::new(config), clock, demo: false, site: "Custodian".into() };
        Ok(Self { app, database })
    }

    /// Serves until the process is told to stop; requests under way are finished.
    pub async fn serve(self, announce: impl FnOnce(SocketAddr)) -> Result<(), ServerError> {
        let router = router::build(self.app.clone());
        self.serve_until(router, announce, told_to_stop()).await
    }

    /// Serves `router` until `stop`; the background jobs run meanwhile.
    pub async fn serve_until(
        self,
        router: Router,
        announce: impl FnOnce(SocketAddr),
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        let address = self.app.config.listen;
        let listener = TcpListener::bind(address).await.map_err(|source| ServerError::Listen { address, source })?;
        let address = listener.local_addr().unwrap_or(address);
        let (over, stopped) = watch::channel(false);
        let keeping = tokio::spawn(keep_house(self.app.gate.clone(), stopped.clone()));
        let sealing = tokio::spawn(keep_sealing(self.app.clone(), stopped));
        announce(address);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let served = axum::serve(listener, service).with_graceful_shutdown(stop).await;
        over.send_replace(true);
        keeping.await.ok();
        sealing.await.ok();
        if let Err(error) = self.close().await {
            tracing::error!(%error, "the last events await their seal");
        }
        served.map_err(|source| ServerError::Listen { address, source })
    }

    /// Ends a command: its events go under the seal, then the database is let go. Where the seal refuses, the events wait for the next one.
    ///
    /// # Errors
    /// [`ServerError::Seal`], when the ledger is not what was sealed before; `custodian audit verify` then says where.
    pub async fn close(self) -> Result<(), ServerError> {
        let sealed = self.app.notary.seal(&self.app.gate, Turn::Wait).await;
        self.database.close().await;
        sealed?;
        Ok(())
    }
}

/// Daily: this month's and the next months' ledger partitions exist.
async fn keep_house(gate: Gate, mut stopped: watch::Receiver<bool>) {
    loop {
        let actor = Actor::job("house");
        let kept = gate
            .desk(&actor, Act::KeepHouse, Remarks::none(), async |desk| {
                crate::access::door::tidy(desk, crate::people::rules::lock_out::ADDRESS_WINDOW).await?;
                crate::access::ledger::record::keep_partitions(desk).await
            })
            .await;
        if let Err(error) = kept {
            tracing::error!(%error, "the ledger's partitions could not be prepared");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(24 * 3600)) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// How often new events go under the seal: the window in which somebody with all rights in the database could change one unnoticed.
const SEAL_EVERY: Duration = Duration::from_secs(1);

/// Seals about every second. What stands in the way is logged when it appears, not every second that it lasts.
async fn keep_sealing(app: App, mut stopped: watch::Receiver<bool>) {
    let mut trouble: Option<String> = None;
    loop {
        let now = app.notary.seal(&app.gate, Turn::Skip).await.err().map(|error| error.to_string());
        match &now {
            Some(error) if now != trouble => tracing::error!(%error, "the access log is not being sealed"),
            None if trouble.is_some() => tracing::info!("the access log is being sealed again"),
            _ => {}
        }
        trouble = now;
        tokio::select! {
            () = tokio::time::sleep(SEAL_EVERY) => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn told_to_stop() {
    let interrupted = async {
        tokio::signal::ctrl_c().await.ok();
    };
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
