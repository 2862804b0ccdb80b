//! Starts everything, serves, and stops in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::tls::{Tls, TlsError};
use super::{listener, router};
use crate::access::ledger::key_file::KeyFileError;
use crate::access::ledger::seal::Turn;
use crate::access::ledger::{LedgerError, Notary};
use crate::access::{Act, Actor, Gate, Remarks};
use crate::base::clock::Clock;
use crate::blobs::{BlobError, Blobs};
use crate::config::{Backups, Config, Downtime};
use crate::db::{Database, DbError};
use crate::operations::{Site, downtime, schedule};
use crate::vault::{Vault, VaultError};
use crate::web::state::App;
use crate::web::traffic::Traffic;

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
    #[error(transparent)]
    Tls(#[from] TlsError),
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
        let traffic = Traffic::new(config.traffic);
        let (config, site) = (Arc::new(config), "Custodian".into());
        let app = App { gate, notary, vault, blobs, config, clock, traffic, demo: false, site };
        Ok(Self { app, database })
    }

    /// Serves until the process is told to stop; requests under way are finished.
    pub async fn serve(self, announce: impl FnOnce(SocketAddr)) -> Result<(), ServerError> {
        let router = router::build(self.app.clone());
        self.serve_until(router, announce, told_to_stop()).await
    }

    /// Serves `router` until `told`; the background jobs run meanwhile.
    pub async fn serve_until(
        self,
        router: Router,
        announce: impl FnOnce(SocketAddr),
        told: impl Future<Output = ()>,
    ) -> Result<(), ServerError> {
        let config = Arc::clone(&self.app.config);
        let tls = config.tls.as_ref().map(Tls::open).transpose()?;
        let address = config.listen;
        let listener = TcpListener::bind(address).await.map_err(|source| ServerError::Listen { address, source })?;
        announce(listener.local_addr().unwrap_or(address));
        let (stop, stopped) = watch::channel(false);
        if let Some(tls) = tls.clone() {
            tokio::spawn(reload_certificate(tls, stopped.clone()));
        }
        let serving = listener::serve(listener, router, tls, stopped.clone(), config.stop.finish);
        let told = async {
            told.await;
            self.app.traffic.drain();
            tokio::time::sleep(config.stop.drain).await;
            stop.send_replace(true);
        };
        tokio::join!(serving, self.background(stopped), told);
        self.leave().await;
        Ok(())
    }

    /// The background jobs without the server, until the process is told to stop.
    pub async fn work(self) -> Result<(), ServerError> {
        let (stop, stopped) = watch::channel(false);
        let told = async {
            told_to_stop().await;
            stop.send_replace(true);
        };
        tokio::join!(self.background(stopped), told);
        self.leave().await;
        Ok(())
    }

    /// Sealing, house-keeping, and what is scheduled, until stopped.
    async fn background(&self, stopped: watch::Receiver<bool>) {
        let keeping = tokio::spawn(keep_house(self.app.clone(), stopped.clone()));
        let sealing = tokio::spawn(keep_sealing(self.app.clone(), stopped.clone()));
        tokio::join!(self.keep_backups(stopped.clone()), self.keep_downtime_copies(stopped));
        keeping.await.ok();
        sealing.await.ok();
    }

    /// Looks now and then whether a backup is due and whose turn it is. One that is under way at the end is given up.
    async fn keep_backups(&self, mut stopped: watch::Receiver<bool>) {
        let Some(Backups { folder, every, keep }) = self.app.config.backups.clone() else {
            stopped.wait_for(|stopped| *stopped).await.ok();
            return;
        };
        let actor = Actor::job("backup");
        let due = async {
            loop {
                match schedule::take_turn(&self.app.gate, &actor, "backup", every).await {
                    Ok(true) => match schedule::back_up(self.site(), &actor, &folder, keep as usize).await {
                        Ok(made) => tracing::info!(bytes = made.bytes, documents = made.documents, "backup made"),
                        Err(error) => {
                            tracing::error!(%error, "no backup could be made");
                            schedule::try_again(&self.app.gate, &actor, "backup").await.ok();
                        }
                    },
                    Ok(false) => {}
                    Err(error) => tracing::error!(%error, "whether a backup is due could not be asked"),
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            () = due => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }

    /// Writes a downtime copy when one is due and it is this server's turn.
    async fn keep_downtime_copies(&self, mut stopped: watch::Receiver<bool>) {
        let Some(Downtime { folder, every }) = self.app.config.downtime.clone() else {
            stopped.wait_for(|stopped| *stopped).await.ok();
            return;
        };
        let (actor, days) = (Actor::job("downtime copy"), self.app.config.downtime_days);
        let due = async {
            loop {
                match schedule::take_turn(&self.app.gate, &actor, "downtime copy", every).await {
                    Ok(true) => match downtime::write(self.site(), &actor, &folder, days).await {
                        Ok(written) => tracing::info!(patients = written.patients, "downtime copy written"),
                        Err(error) => {
                            tracing::error!(%error, "no downtime copy could be written");
                            schedule::try_again(&self.app.gate, &actor, "downtime copy").await.ok();
                        }
                    },
                    Ok(false) => {}
                    Err(error) => tracing::error!(%error, "whether a downtime copy is due could not be asked"),
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            () = due => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }

    async fn leave(self) {
        if let Err(error) = self.close().await {
            tracing::error!(%error, "the last events await their seal");
        }
    }

    /// What operations work on.
    pub fn site(&self) -> Site<'_> {
        let App { gate, notary, vault, blobs, config, .. } = &self.app;
        Site { config, database: &self.database, gate, notary, vault, blobs }
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

/// Daily: this month's and the next months' ledger partitions exist, and dormant accounts are disabled.
async fn keep_house(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        let actor = Actor::job("house");
        let kept = app
            .gate
            .desk(&actor, Act::KeepHouse, Remarks::none(), async |desk| {
                crate::access::door::tidy(desk, crate::people::rules::lock_out::ADDRESS_WINDOW).await?;
                crate::access::ledger::record::keep_partitions(desk).await
            })
            .await;
        if let Err(error) = kept {
            tracing::error!(%error, "the ledger's partitions could not be prepared");
        }
        if let Err(error) = crate::work::end_rights(&app.gate).await {
            tracing::error!(%error, "rights whose time is over could not be ended");
        }
        if let Err(error) = crate::people::disable_dormant(&app).await {
            tracing::error!(%error, "dormant accounts could not be disabled");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(24 * 3600)) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// How often the schedule is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// On SIGHUP: a certificate is renewed every few weeks, and nobody should have to sign in anew for it.
async fn reload_certificate(tls: Tls, mut stopped: watch::Receiver<bool>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    loop {
        tokio::select! {
            _ = hangup.recv() => {}
            _ = stopped.changed() => return,
        }
        match tls.reload() {
            Ok(()) => tracing::info!("the certificate was read again"),
            Err(error) => tracing::error!(%error, "the old certificate stays in use"),
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
        match signal(SignalKind::terminate()) {
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
