//! Keeping the house running: backup and restore, the doctor, limits, figures, logs, TLS, and servers side by side.

mod backup;
mod doctor;
mod downtime;
mod limits;
mod logs;
mod restart;
mod side_by_side;
mod tls;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::support::app::App;
use crate::support::db::parent_folder;

/// A folder of a test's own, removed at the end. Short, because socket paths are, and passable for the database's user.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = parent_folder().0.join(format!("custodian-ops-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What lies in it, but for what every run may leave.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The program, with no setting from outside but where PostgreSQL is.
pub fn custodian(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_custodian"));
    command.args(arguments).env_clear().current_dir(folder);
    for kept in ["PATH", "HOME", "USER", "CUSTODIAN_PG_BIN"] {
        if let Ok(value) = std::env::var(kept) {
            command.env(kept, value);
        }
    }
    command.env("CUSTODIAN_DATA_DIR", folder).env("CUSTODIAN_TIMEZONE", "America/New_York").env("RUST_LOG", "error");
    command
}

pub async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The program beside a test's own application: its database, its keys, its documents, its checkpoints.
pub fn beside(app: &App, arguments: &[&str]) -> Command {
    let config = &app.state.config;
    write_keys(&config.key_file);
    let mut command = custodian(&config.data_dir, arguments);
    command.env("DATABASE_URL", app.database.url("custodian_app"));
    command.env("CUSTODIAN_OWNER_URL", app.database.url("custodian_owner"));
    command
}

/// The keys that tests' applications have in memory, as files.
pub fn write_keys(master: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let ledger = custodian::access::ledger::checkpoint::CheckpointKey::from_seed(&[7; 32]);
    let hex = "09".repeat(32);
    for (path, text) in
        [(master.to_owned(), hex), (master.with_file_name("checkpoint.key"), ledger.private_text().to_string())]
    {
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}
