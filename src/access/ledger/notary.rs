//! The notary: whoever holds the ledger's key and knows the folder outside the database. It seals, verifies and vouches.
//!
//! One per program, cheap to clone. The server lets it seal about every second; a command lets it seal before it ends.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::gate::Gate;
use super::super::scope::Desk;
use super::checkpoint::{CheckpointKey, Verifier};
use super::error::Result;
use super::key_file::{self, KeyFileError};
use super::outside::Folder;
use super::prove::{self, Inclusion};
use super::seal::{Sealed, Turn, seal};
use super::stored::{self, Head};
use super::verify::{Progress, Verification, verify};
use crate::config::Config;

#[derive(Clone)]
pub struct Notary {
    key: Arc<CheckpointKey>,
    folder: Folder,
    /// How far the verification under way in this program is.
    under_way: Arc<Mutex<Option<Progress>>>,
}

impl Notary {
    pub fn new(key: CheckpointKey, folder: Folder) -> Self {
        Self { key: Arc::new(key), folder, under_way: Arc::default() }
    }

    /// With the key beside the master key and the folder of the settings; the first start makes both.
    pub fn open(config: &Config) -> Result<Self, KeyFileError> {
        let key = key_file::load_or_create(&key_file::beside(&config.key_file))?;
        Ok(Self::new(key, Folder::new(&config.checkpoints)))
    }

    /// What outsiders check signatures with.
    pub fn verifier(&self) -> Verifier {
        self.key.verifier()
    }

    /// Seals everything that is committed. It is no look at the ledger: nothing is shown, and it leaves no event, or it would never end.
    pub async fn seal(&self, gate: &Gate, turn: Turn) -> Result<Sealed> {
        let mut connection = gate.pool().acquire().await?;
        seal(&mut connection, &self.key, &self.folder, turn).await
    }

    /// Verifies everything sealed so far, within a desk that has opened the ledger.
    pub async fn verify(&self, desk: &mut Desk<'_>, mut progress: impl FnMut(Progress)) -> Result<Verification> {
        // Counting the rows of many years takes longer than a page may.
        sqlx::query!("set local statement_timeout = '15min'").execute(desk.connection()).await?;
        verify(desk.connection(), &self.verifier(), &self.folder, |done| {
            self.note(Some(done));
            progress(done);
        })
        .await
    }

    /// How many events are sealed, and the newest signed head.
    pub async fn extent(&self, desk: &mut Desk<'_>) -> Result<(u64, Option<Head>)> {
        stored::extent(desk.connection()).await
    }

    /// Proves that this event is in the ledger; none while it awaits its seal.
    pub async fn prove(&self, desk: &mut Desk<'_>, event: Uuid) -> Result<Option<Inclusion>> {
        prove::inclusion(desk.connection(), event).await
    }

    /// Writes the sealed events of a time with their proofs ([`prove::export`]); answers how many there were.
    pub async fn export(
        &self,
        desk: &mut Desk<'_>,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        write: impl FnMut(&str) -> io::Result<()>,
    ) -> Result<u64> {
        prove::export(desk.connection(), from, until, write).await
    }

    /// Takes the turn to verify; none while this program is at it.
    pub fn take_turn(&self) -> Option<VerifyingTurn> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.is_none().then(|| {
            *under_way = Some(Progress { done: 0, of: 0 });
            VerifyingTurn(self.clone())
        })
    }

    /// How far a verification is, when one is under way.
    pub fn under_way(&self) -> Option<Progress> {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, progress: Option<Progress>) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}

/// One verification at a time: the next may begin when this is dropped, however it ended.
pub struct VerifyingTurn(Notary);

impl Drop for VerifyingTurn {
    fn drop(&mut self) {
        self.0.note(None);
    }
}
