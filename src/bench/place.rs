//! The house that is measured: a throwaway one with made-up patients, or a demonstration that is there. Never a house of real work: each
//! look of a benchmark is on the record, and records of looks that were none belong in nobody's log.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::error::{Error, Result};
use super::store::{self, Sampled};
use crate::access::door::Caller;
use crate::access::{Act, Actor, Remarks};
use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::base::id::{RequestId, StaffId};
use crate::config::{Config, Database, Documents};
use crate::demo::{self, Ground, Plan};
use crate::people::store::door::{Knock, check};
use crate::web::cookie;

/// What every benchmark is told.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How many at once; each benchmark has a number of its own when none is said.
    pub clients: Option<usize>,
    /// How long each thing is measured.
    pub lasts: Duration,
    /// How many events `seal` works on.
    pub events: u64,
}

/// An open house, and how to open it again.
pub struct Place {
    pub config: Config,
    pub running: Running,
    pub operator: Actor,
    throwaway: Option<Throwaway>,
}

/// A folder that goes when the benchmark ends, however it ends.
struct Throwaway(PathBuf);

impl Drop for Throwaway {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Somebody signed in.
pub struct SignedIn {
    pub staff: StaffId,
    pub cookie: String,
    pub csrf: String,
    /// What the database knows the session by.
    pub hash: [u8; 32],
}

impl Place {
    /// The demonstration in the data folder of `config`.
    ///
    /// # Errors
    /// [`Error::Refused`] where there is none.
    pub async fn demonstration(config: Config, operator: Actor) -> Result<Self> {
        if matches!(config.database, Database::External { .. }) {
            return Err(Error::Refused(
                "a benchmark needs the private database of a data folder: take DATABASE_URL away".into(),
            ));
        }
        if !config.data_dir.join(demo::MARK).exists() {
            let folder = config.data_dir.display();
            return Err(Error::Refused(format!(
                "{folder} holds no demonstration, and a benchmark leaves its looks on the record: run `custodian demo --prepare-only` first, or leave --demo out"
            )));
        }
        Self::open(config, operator, None).await
    }

    /// A new house with this many made-up patients, in a temporary folder of its own.
    pub async fn throwaway(config: Config, operator: Actor, people: u64, progress: impl FnMut(u64)) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("custodian-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let throwaway = Throwaway(folder.clone());
        let programs = match config.database {
            Database::Embedded { programs } => programs,
            Database::External { .. } => None,
        };
        let config = Config {
            database: Database::Embedded { programs },
            checkpoints: folder.join("checkpoints"),
            documents: Documents::Folder(folder.join("documents")),
            key_file: folder.join("key"),
            data_dir: folder,
            ..config
        };
        let place = Self::open(config, operator, Some(throwaway)).await?;
        let app = &place.running.app;
        let ground = Ground { gate: &app.gate, vault: &app.vault, blobs: &app.blobs };
        demo::prepare(ground, &place.operator, Plan { people, ..Plan::default() }, progress).await?;
        Ok(place)
    }

    async fn open(mut config: Config, operator: Actor, throwaway: Option<Throwaway>) -> Result<Self> {
        config.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let running = Running::open(config.clone(), Clock::system()).await?;
        Ok(Self { config, running, operator, throwaway })
    }

    /// Patients from everywhere in the database, at most `limit`: those whose charts a manager opens without giving a reason.
    pub async fn sample(&self, limit: i64) -> Result<Vec<Sampled>> {
        let sampled = self
            .running
            .app
            .gate
            .roster(&self.operator, Act::PrepareDemo, Remarks::none(), async |roster| {
                store::sample(roster, limit).await
            })
            .await?;
        if sampled.is_empty() {
            return Err(Error::Refused("there is no patient to look at: prepare a demonstration first".into()));
        }
        Ok(sampled)
    }

    /// How many patients there are.
    pub async fn people(&self) -> Result<i64> {
        let gate = &self.running.app.gate;
        Ok(gate
            .roster(&self.operator, Act::PrepareDemo, Remarks::none(), async |roster| store::people(roster).await)
            .await?)
    }

    /// Signs a member of the demo staff in, with the password everybody knows.
    pub async fn sign_in(&self, name: &str) -> Result<SignedIn> {
        let app = &self.running.app;
        let caller = Caller { address: None, request: RequestId::new(), agent: Some("custodian bench".into()) };
        let stranger = Actor::stranger(None, caller.request);
        let Knock::Right(proof) = check(app, &stranger, name, demo::PASSWORD).await? else {
            return Err(Error::Refused(format!("`{name}` can't sign in with the demonstration's password")));
        };
        let token =
            app.gate.let_in(proof.staff, &caller, app.limits(), async |desk| proof.settle(desk, None).await).await?;
        Ok(SignedIn {
            staff: proof.staff,
            cookie: format!("{}={}", cookie::SESSION, token.expose()),
            csrf: token.csrf(),
            hash: token.hash(),
        })
    }

    /// The process of the private PostgreSQL.
    pub fn postgres(&self) -> Option<u32> {
        self.running.database.embedded()?.process()
    }

    /// Lets the house go; a throwaway one is removed.
    pub async fn close(self) -> Result<()> {
        let closed = self.running.close().await;
        drop(self.throwaway);
        Ok(closed?)
    }
}
