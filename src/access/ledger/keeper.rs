//! Who keeps the ledger: holds its key and its folder, seals on behalf of the program, and verifies, proves and exports for people,
//! each of these an act of its own through the gate.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::checkpoint::{CheckpointKey, Verifier};
use super::error::LedgerError;
use super::key_file::{self, KeyFileError};
use super::outside::Folder;
use super::prove::{self, Inclusion};
use super::seal::{self, Sealed, Turn};
use super::verify::{self, Progress, Verification};
use crate::access::{Act, Actor, Gate, Remarks, Result};

/// The window in which a committed event is not yet under a seal.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// The ledger of this installation. Cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    gate: Gate,
    key: Arc<CheckpointKey>,
    folder: Folder,
}

impl Keeper {
    /// Reads the key beside the master key, or makes it on the first start.
    ///
    /// # Errors
    /// When the key can't be read, or others could read it.
    pub fn open(gate: Gate, master_key: &Path, checkpoints: &Path) -> Result<Self, KeyFileError> {
        let key = Arc::new(key_file::load_or_create(&key_file::beside(master_key))?);
        Ok(Self { gate, key, folder: Folder::new(checkpoints) })
    }

    /// What outsiders check checkpoints with.
    pub fn verifier(&self) -> Verifier {
        self.key.verifier()
    }

    /// Seals what is committed. A command does this, waiting for its turn, before it ends.
    ///
    /// # Errors
    /// See [`LedgerError`].
    pub async fn seal(&self, turn: Turn) -> Result<Sealed, LedgerError> {
        let mut connection = self.gate.pool().acquire().await?;
        seal::seal(&mut connection, &self.key, &self.folder, turn).await
    }

    /// Seals about every second until told to stop, and once more then. Says once when sealing begins to fail and once when it works again.
    pub async fn keep_sealing(&self, mut stopped: watch::Receiver<bool>) {
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            let stopping = tokio::select! {
                _ = heartbeat.tick() => false,
                _ = stopped.changed() => true,
            };
            match self.seal(if stopping { Turn::Wait } else { Turn::Skip }).await {
                Err(error) if !failing => {
                    tracing::error!(%error, "the ledger can't be sealed; events wait");
                    failing = true;
                }
                Ok(_) if failing => {
                    tracing::info!("the ledger is sealed again");
                    failing = false;
                }
                _ => {}
            }
            if stopping {
                return;
            }
        }
    }

    /// Seals, then recomputes the whole ledger.
    ///
    /// # Errors
    /// When the actor may not, or the database or the folder can't be read; a ledger that is not whole is an answer.
    pub async fn verify(&self, actor: &Actor, progress: impl FnMut(Progress)) -> Result<Verification> {
        match self.seal(Turn::Wait).await {
            // What keeps the seal from being set is what verifying finds and names.
            Ok(_)
            | Err(LedgerError::Forked { .. } | LedgerError::Shortened { .. } | LedgerError::Checkpoint { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let verifier = self.verifier();
        self.gate
            .desk(actor, Act::VerifyLedger, Remarks::none(), async |desk| {
                Ok(verify::verify(desk.connection(), &verifier, &self.folder, progress).await?)
            })
            .await
    }

    /// Seals, then writes out the events of a time with their proofs; answers how many.
    ///
    /// # Errors
    /// When the actor may not, the ledger is not whole, or `write` fails.
    pub async fn export(
        &self,
        actor: &Actor,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        write: impl FnMut(&str) -> std::io::Result<()>,
    ) -> Result<u64> {
        self.seal(Turn::Wait).await?;
        let span = serde_json::json!({ "from": from, "to": to });
        let remarks = Remarks { detail: Some(span), ..Remarks::none() };
        self.gate
            .desk(actor, Act::ExportLedger, remarks, async |desk| {
                Ok(prove::export(desk.connection(), from, to, write).await?)
            })
            .await
    }

    /// Proves that an event is in the ledger; none while it awaits its seal.
    ///
    /// # Errors
    /// When the actor may not, or the event's row is gone.
    pub async fn prove(&self, actor: &Actor, event: Uuid) -> Result<Option<Inclusion>> {
        self.gate
            .desk(actor, Act::ReviewLedger, Remarks::none(), async |desk| {
                Ok(prove::inclusion(desk.connection(), event).await?)
            })
            .await
    }
}
