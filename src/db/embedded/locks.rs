//! Who uses the private PostgreSQL, and who may start or stop it: two lock files.
//!
//! A lock on a file ends with the process that holds it, whatever ended the process, and it is the kernel that counts.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rustix::fs::{FlockOperation, OFlags, flock};

use super::{EmbeddedError, account::Account, io};

/// The first start makes a cluster, which takes seconds, and on a busy disk many.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(Debug)]
pub struct Locks {
    folder: PathBuf,
    users: File,
}

/// The right to start or stop the server, until dropped.
#[derive(Debug)]
pub struct Starting(#[expect(dead_code, reason = "holds the lock until dropped")] File);

impl Locks {
    pub fn open(folder: &Path, account: &Account) -> Result<Self, EmbeddedError> {
        if !folder.join("users.lock").exists() || !folder.join("start.lock").exists() {
            account.shell(folder, ": >> start.lock && : >> users.lock", "")?;
        }
        Ok(Self { folder: folder.to_owned(), users: open(&folder.join("users.lock"))? })
    }

    /// Waits until nobody else is starting or stopping the server, and keeps it so.
    pub fn starting(&self) -> Result<Starting, EmbeddedError> {
        // Opened afresh: a lock belongs to the opening, so two threads with one would both have it.
        let file = open(&self.folder.join("start.lock"))?;
        self.wait(&file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Starting(file))
    }

    /// Becomes one of the users; waits while the watchdog is stopping the server after the last one died.
    pub fn join(&self) -> Result<(), EmbeddedError> {
        self.wait(&self.users, FlockOperation::NonBlockingLockShared)
    }

    /// Stops being a user. True: nobody else is one, and nobody becomes one until [`Locks::leave`].
    pub fn leave_as_last(&self) -> bool {
        self.leave();
        if flock(&self.users, FlockOperation::NonBlockingLockExclusive).is_ok() {
            return true;
        }
        // Others use it, or the watchdog was quicker. A shared lock comes at once in the first case, and in the
        // second when the server has stopped, which is worth waiting for.
        let _ = self.join();
        self.leave();
        false
    }

    pub fn leave(&self) {
        let _ = flock(&self.users, FlockOperation::Unlock);
    }

    fn wait(&self, file: &File, lock: FlockOperation) -> Result<(), EmbeddedError> {
        let begun = Instant::now();
        while let Err(error) = flock(file, lock) {
            if error != rustix::io::Errno::WOULDBLOCK && error != rustix::io::Errno::INTR {
                return Err(io("cannot lock", &self.folder)(error.into()));
            }
            if begun.elapsed() > PATIENCE {
                return Err(EmbeddedError::Busy(self.folder.clone()));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<File, EmbeddedError> {
    let no_links = OFlags::NOFOLLOW.bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(no_links).open(path).map_err(io("cannot open", path))
}
