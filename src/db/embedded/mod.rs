//! The private PostgreSQL: a database for one installation that nobody has to set up.
//!
//! The first command that needs it makes the cluster and starts the server; commands that come later, beside it, join.
//! Whoever uses it holds a shared lock on `users.lock`, and a lock ends with its process however that process ends.
//! The server is therefore stopped by the last one to leave, or, if that one was killed, by the watchdog: a
//! little shell script that waits for the exclusive lock, which it gets when nobody uses the database any more.
//!
//! It listens on a Unix socket in a folder of mode 0700 only. PostgreSQL refuses to run as root, so under root it runs
//! as `postgres` or `nobody`. Nobody can sign in as its superuser: only as the two roles of the application, and
//! row-level security holds for `custodian_app`.
//!
//! ```text
//! <data folder>/postgres/      mode 0700, owned by the database user
//!     data/                    the cluster
//!     run/                     the socket
//!     server.log               what the server says, without statements or values
//!     start.lock  users.lock   who may start or stop it, who uses it
//! ```

mod account;
mod cluster;
mod locks;
mod programs;
mod server;
mod settings;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

pub use programs::client as client_programs;

use account::Account;
use locks::Locks;
use server::Server;

/// Unix socket addresses hold 107 bytes, of which `/.s.PGSQL.5432` and a lock suffix take the end.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.5432.lock".len();

/// Why there is no private PostgreSQL, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error(
        "no PostgreSQL programs found (version {oldest} or newer): install them (Debian: apt-get install postgresql), \
         run `make postgres`, or set CUSTODIAN_PG_BIN or DATABASE_URL", oldest = programs::OLDEST
    )]
    NoPrograms,
    #[error("CUSTODIAN_PG_BIN is {0}, but there is no `{1}` program in that folder")]
    WrongPrograms(PathBuf, &'static str),
    #[error("PostgreSQL in {0} is version {1}; {oldest} or newer is needed", oldest = programs::OLDEST)]
    TooOld(PathBuf, u32),
    #[error(
        "the data in {folder} was made by PostgreSQL {made}, and only {found} is here: install version {made}, or restore a backup into an empty data folder"
    )]
    OtherVersion { folder: PathBuf, made: String, found: u32 },
    #[error(
        "{closed} is closed to the user `{user}` that PostgreSQL runs as: choose another data folder (--data-dir or CUSTODIAN_DATA_DIR)"
    )]
    Closed { closed: PathBuf, user: String },
    #[error(
        "the path of the data folder is too long for a Unix socket ({0}): choose a shorter one (--data-dir or CUSTODIAN_DATA_DIR)"
    )]
    PathTooLong(PathBuf),
    #[error(
        "{0} belongs to another user: run as that user or as root, or choose another data folder (--data-dir or CUSTODIAN_DATA_DIR)"
    )]
    NotOurs(PathBuf),
    #[error("root needs a user `postgres` or `nobody` to run PostgreSQL as, and this machine has neither")]
    NoAccount,
    #[error(
        "user id {0} has no name on this machine, and PostgreSQL needs one: add it to /etc/passwd, or set DATABASE_URL"
    )]
    NoAccountName(u32),
    #[error("the database in {0} stays busy starting or stopping; is another custodian stuck?")]
    Busy(PathBuf),
    #[error("{program} failed: {said}")]
    Failed { program: &'static str, said: String },
    #[error("PostgreSQL did not start: {said} (more in {log})")]
    NotStarted { said: String, log: PathBuf },
    #[error("{doing} {path}: {source}")]
    Io { doing: &'static str, path: PathBuf, source: std::io::Error },
}

/// Turns an IO error into one that says what was being done and where.
fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> EmbeddedError {
    move |source| EmbeddedError::Io { doing, path: path.to_owned(), source }
}

/// Where a private PostgreSQL is to live, and for how long.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder that belongs to the database user.
    pub folder: PathBuf,
    /// `CUSTODIAN_PG_BIN`; searched when `None`.
    pub programs: Option<PathBuf>,
    /// Made for a test: no waiting for the disk, and the folder vanishes with its last user.
    pub throwaway: bool,
}

impl Place {
    /// The database of an installation.
    pub fn in_data_dir(data_dir: &Path, programs: Option<PathBuf>) -> Self {
        Self { folder: data_dir.join("postgres"), programs, throwaway: false }
    }

    /// A database for tests.
    pub fn throwaway(folder: &Path) -> Self {
        let programs = std::env::var_os("CUSTODIAN_PG_BIN").filter(|said| !said.is_empty()).map(PathBuf::from);
        Self { folder: folder.to_owned(), programs, throwaway: true }
    }
}

/// One use of a private PostgreSQL. The server runs at least until this is dropped.
#[derive(Debug)]
pub struct Embedded {
    server: Arc<Server>,
    locks: Locks,
    leaving: Arc<AtomicBool>,
    keeper: Option<JoinHandle<()>>,
}

impl Embedded {
    /// Joins the server of `place`, or makes its cluster and starts it. Blocks for about a second the first time.
    pub fn start(place: Place) -> Result<Self, EmbeddedError> {
        let folder = std::path::absolute(&place.folder).map_err(io("cannot find", &place.folder))?;
        if folder.join("run").as_os_str().len() > LONGEST_SOCKET_FOLDER {
            return Err(EmbeddedError::PathTooLong(folder));
        }
        let account = Account::prepare(&folder)?;
        let locks = Locks::open(&folder, &account)?;
        let server = Arc::new(Server { folder, account, place });

        let _starting = locks.starting()?;
        locks.join()?;
        let leaving = Arc::new(AtomicBool::new(false));
        let keeper = if server.answers() {
            server.wait_until_ready(None)?;
            tracing::debug!(folder = %server.folder.display(), "joined the private PostgreSQL");
            None
        } else {
            // First of all, so that whatever fails or dies from here on leaves nothing running.
            server.set_watchdog()?;
            cluster::make_unless_there(&server)?;
            Some(server::start_and_keep(&server, &leaving)?)
        };
        Ok(Self { server, locks, leaving, keeper })
    }

    /// [`Embedded::start`] from async code.
    pub async fn start_in_background(place: Place) -> Result<Self, EmbeddedError> {
        let folder = place.folder.clone();
        tokio::task::spawn_blocking(move || Self::start(place)).await.unwrap_or(Err(EmbeddedError::Busy(folder)))
    }

    /// [`Embedded::stop`] from async code.
    pub async fn stop_in_background(self) {
        // A panic in there was logged, and the watchdog stops what is left.
        let _ = tokio::task::spawn_blocking(move || self.stop()).await;
    }

    /// Leaves; the last one to leave stops the server and waits until it has written everything down.
    pub fn stop(self) {
        drop(self);
    }

    /// How the application signs in: sees nothing until the gate opened an event.
    pub fn app(&self) -> PgConnectOptions {
        self.options("custodian_app")
    }

    /// How the owner of the tables signs in: for migrations, backup and restore.
    pub fn owner(&self) -> PgConnectOptions {
        self.options("custodian_owner")
    }

    /// The folder that belongs to the database user.
    pub fn folder(&self) -> &Path {
        &self.server.folder
    }

    /// The server's process, while it runs.
    pub fn process(&self) -> Option<u32> {
        Some(self.server.pid()?.as_raw_nonzero().get().unsigned_abs())
    }

    /// The folder of the PostgreSQL programs (`pg_dump` and its kin) that fit this server.
    pub fn programs(&self) -> Result<PathBuf, EmbeddedError> {
        Ok(self.server.programs()?.folder)
    }

    /// One of the PostgreSQL programs, as the database's user.
    pub fn command(&self, program: &str) -> Result<std::process::Command, EmbeddedError> {
        Ok(self.server.account.command(&self.programs()?.join(program), &self.server.folder))
    }

    fn options(&self, role: &str) -> PgConnectOptions {
        // Everything is said here, so that PGPORT and its kin in the environment change nothing.
        PgConnectOptions::new_without_pgpass()
            .socket(self.server.folder.join("run"))
            .port(5432)
            .username(role)
            .database(cluster::DATABASE)
            .ssl_mode(PgSslMode::Disable)
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.leaving.store(true, Ordering::SeqCst);
        let Ok(_starting) = self.locks.starting() else { return }; // the watchdog stops it then
        if self.locks.leave_as_last() {
            self.server.stop();
            if let Some(keeper) = self.keeper.take() {
                let _ = keeper.join();
            }
            self.locks.leave();
        }
    }
}
