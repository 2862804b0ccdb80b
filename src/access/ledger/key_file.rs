//! Where the ledger's private key lives: `checkpoint.key` beside the master key, readable by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::checkpoint::{CheckpointError, CheckpointKey};

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{0} may be read by others; make it readable by its owner only (chmod 600)")]
    TooOpen(PathBuf),
    #[error("{path}: {source}")]
    Key { path: PathBuf, source: CheckpointError },
}

/// The file that belongs to this master key.
pub fn beside(master_key: &Path) -> PathBuf {
    master_key.with_file_name("checkpoint.key")
}

/// Reads the key; the first start makes it. Servers of one ledger must share the file, as they share the master key.
pub fn load_or_create(path: &Path) -> Result<CheckpointKey, KeyFileError> {
    match load(path) {
        Err(KeyFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            create(path).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
            load(path)
        }
        loaded => loaded,
    }
}

fn load(path: &Path) -> Result<CheckpointKey, KeyFileError> {
    let io = |source| KeyFileError::Io { path: path.to_owned(), source };
    if fs::metadata(path).map_err(io)?.permissions().mode() & 0o077 != 0 {
        return Err(KeyFileError::TooOpen(path.to_owned()));
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
    CheckpointKey::from_private_text(&text).map_err(|source| KeyFileError::Key { path: path.to_owned(), source })
}

/// Written whole under another name and then linked, so that of two first starts at once one wins and both read its key.
fn create(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".checkpoint.key.{}", uuid::Uuid::new_v4()));
    let written = write_key(&draft).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        written => written.and_then(|()| File::open(folder)?.sync_all()),
    }
}

fn write_key(draft: &Path) -> io::Result<()> {
    let seed = Zeroizing::new(rand::random::<[u8; 32]>());
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(CheckpointKey::from_seed(&seed).private_text().as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            Self(std::env::temp_dir().join(format!("custodian-key-{}", uuid::Uuid::new_v4())))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_first_start_makes_a_key_and_later_ones_read_it() {
        let folder = Folder::new();
        let path = beside(&folder.0.join("key"));
        let made = load_or_create(&path).expect("a writable folder");
        assert_eq!(load_or_create(&path).expect("the same file").verifier(), made.verifier());
        assert_eq!(fs::metadata(&path).expect("it exists").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder.0).expect("a folder").count(), 1, "no draft is left");
    }

    #[test]
    fn first_starts_at_once_agree_on_one_key() {
        let folder = Folder::new();
        let path = folder.0.join("checkpoint.key");
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || load_or_create(&path).map(|key| key.verifier()))
            })
            .collect();
        let keys: Vec<_> = starts.into_iter().map(|start| start.join().expect("no panic").expect("a key")).collect();
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_key_others_may_read_is_refused() {
        let folder = Folder::new();
        let path = folder.0.join("checkpoint.key");
        load_or_create(&path).expect("a writable folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("our own file");
        assert!(matches!(load_or_create(&path), Err(KeyFileError::TooOpen(_))));
    }

    #[test]
    fn a_damaged_key_is_never_replaced() {
        let folder = Folder::new();
        let path = folder.0.join("checkpoint.key");
        load_or_create(&path).expect("a writable folder");
        fs::write(&path, "PRIVATE+KEY+x+00000000+AAAA\n").expect("our own file");
        assert!(matches!(load_or_create(&path), Err(KeyFileError::Key { .. })));
        assert!(fs::read_to_string(&path).expect("still there").contains("+x+"));
    }
}
