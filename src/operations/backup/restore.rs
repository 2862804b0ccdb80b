//! Bringing a backup back, into a data folder that holds nothing.
//!
//! Everything is put up beside its place (`postgres.new`, `documents.new`, `checkpoints.new`), verified there, and only then moved in. Whatever
//! fails before leaves the folder as it was.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::mpsc::{Receiver, channel};

use super::archive::{self, Piece};
use super::make::last_line;
use super::{BackupError, Broken, Manifest, Stage, Summary, at};
use crate::access::ledger::checkpoint::CheckpointKey;
use crate::access::ledger::outside::Folder;
use crate::access::ledger::seal::Turn;
use crate::access::ledger::verify::Progress;
use crate::access::ledger::{Notary, key_file};
use crate::access::{Act, Actor, Gate, Remarks};
use crate::base::clock::Clock;
use crate::blobs::{self, Blobs};
use crate::config::{Config, Database as Place, Documents};
use crate::db::{Database, migrate};
use crate::operations::store;
use crate::vault::Vault;

type Result<T, E = BackupError> = std::result::Result<T, E>;

/// What was brought back.
#[derive(Debug)]
pub struct Restored {
    pub made_at: chrono::DateTime<chrono::Utc>,
    pub documents: u64,
    pub unreadable: u64,
    pub events: u64,
}

/// The three folders of an installation.
struct Folders {
    postgres: PathBuf,
    documents: PathBuf,
    checkpoints: PathBuf,
}

impl Folders {
    fn each(&self) -> [&Path; 3] {
        [&self.documents, &self.checkpoints, &self.postgres]
    }

    fn beside(&self) -> Self {
        let new = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(".new");
            PathBuf::from(name)
        };
        Self { postgres: new(&self.postgres), documents: new(&self.documents), checkpoints: new(&self.checkpoints) }
    }

    fn remove(&self) {
        for folder in self.each() {
            fs::remove_dir_all(folder).ok();
        }
    }
}

/// Restores `from` into the data folder of `config`, and verifies the ledger and every document.
///
/// # Errors
/// [`BackupError`]; the folder is then as it was before.
pub async fn restore(config: &Config, actor: &Actor, from: &Path, progress: impl Fn(Stage) + Send) -> Result<Restored> {
    let place = empty_place(config)?;
    if !config.key_file.exists() {
        return Err(BackupError::Refused(format!(
            "there is no master key at {}: put there the key of the installation that was backed up (CUSTODIAN_KEY_FILE)",
            config.key_file.display()
        )));
    }
    let vault = Vault::load_or_create(&config.key_file).map_err(|error| BackupError::Refused(error.to_string()))?;
    let file = fs::File::open(from).map_err(at(from))?;
    let staged = place.beside();
    staged.remove();
    let work = put_up(config, &staged, vault, file, from, actor, &progress);
    let done = tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err(BackupError::Refused("stopped; nothing was restored".into())),
    };
    let done = done.and_then(|(restored, key)| {
        move_in(&staged, &place)?;
        keep_key(config, key.as_deref())?;
        Ok(restored)
    });
    if done.is_err() {
        staged.remove();
    }
    done
}

/// The folders to fill, once it is sure that they are empty.
fn empty_place(config: &Config) -> Result<Folders> {
    let Place::Embedded { .. } = config.database else {
        return Err(BackupError::Refused(
            "restore fills a data folder with a private database; take DATABASE_URL away, restore, and move the database \
             from there with pg_dump and pg_restore if it is to live elsewhere (docs/deployment.md)"
                .into(),
        ));
    };
    let Documents::Folder(documents) = &config.documents else {
        return Err(BackupError::Refused(
            "restore puts documents into a folder; set CUSTODIAN_DOCUMENTS=file, restore, and copy the folder into the bucket".into(),
        ));
    };
    let place = Folders {
        postgres: config.data_dir.join("postgres"),
        documents: documents.clone(),
        checkpoints: config.checkpoints.clone(),
    };
    let holds = |folder: &Path| {
        fs::read_dir(folder).is_ok_and(|mut entries| entries.any(|e| e.is_ok_and(|e| e.file_name() != ".lock")))
    };
    for folder in [place.postgres.join("data"), place.documents.clone(), place.checkpoints.clone()] {
        if holds(&folder) {
            return Err(BackupError::Refused(format!(
                "{} holds data: restore fills an empty data folder only (--data-dir)",
                folder.display()
            )));
        }
    }
    Ok(place)
}

async fn put_up(
    config: &Config,
    staged: &Folders,
    vault: Vault,
    file: fs::File,
    from: &Path,
    actor: &Actor,
    progress: &(impl Fn(Stage) + Send),
) -> Result<(Restored, Option<Vec<u8>>)> {
    let (pieces, mut receiver) = channel(16);
    let reader_vault = vault.clone();
    let reading = tokio::task::spawn_blocking(move || archive::read(&reader_vault, file, &pieces));
    let unpacked = unpack(config, staged, &vault, &mut receiver, progress).await;
    drop(receiver);
    let read = reading.await.unwrap_or_else(|error| Err(std::io::Error::other(error.to_string())));
    let unpacked = match (unpacked, read) {
        // What is wrong with the file is the cause of whatever came of it.
        (_, Err(error)) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(at(from)(error)),
        (Err(BackupError::Broken { source, .. }), _) => {
            return Err(BackupError::Broken { path: from.to_owned(), source });
        }
        (Err(error), _) => return Err(error),
        (Ok(_), Err(error)) => return Err(at(from)(error)),
        (Ok(unpacked), Ok(())) => unpacked,
    };
    verify(config, staged, vault, unpacked, actor, progress).await
}

/// What came out of the file beside what went to the disk.
struct Unpacked {
    manifest: Manifest,
    summary: Summary,
    key: Option<Vec<u8>>,
    database: Database,
}

async fn unpack(
    config: &Config,
    staged: &Folders,
    vault: &Vault,
    pieces: &mut Receiver<Piece>,
    progress: &(impl Fn(Stage) + Send),
) -> Result<Unpacked> {
    let nonsense = || BackupError::Broken { path: PathBuf::new(), source: Broken::Content };
    let (mut manifest, mut key, mut database, mut documents) = (None, None, None, 0);
    for folder in [&staged.documents, &staged.checkpoints] {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))?;
    }
    let store = Blobs::open_unsettled(&staged.documents, vault.clone())?;
    let mut next = pieces.recv().await;
    loop {
        let name = match next.take() {
            Some(Piece::Entry(name)) => name,
            Some(Piece::End(summary)) => {
                let summary: Summary = serde_json::from_slice(&summary).map_err(|_| nonsense())?;
                let (Some(manifest), Some(database)) = (manifest, database) else { return Err(nonsense()) };
                if summary.documents != documents {
                    return Err(nonsense());
                }
                blobs::settle().await;
                return Ok(Unpacked { manifest, summary, key, database });
            }
            Some(Piece::Content(_)) => return Err(nonsense()),
            // The reader knows why.
            None => return Err(at(Path::new(""))(std::io::ErrorKind::BrokenPipe.into())),
        };
        match name.split_once('/') {
            None if name == "manifest.json" => {
                let (content, after) = whole(pieces, 1 << 20).await?;
                manifest = Some(readable(&content)?);
                next = after;
            }
            None if name == "checkpoint.key" => {
                let (content, after) = whole(pieces, 1 << 20).await?;
                key = Some(content.to_vec());
                next = after;
            }
            None if name == "database.dump" => {
                let (loaded, after) = load(config, staged, pieces, progress).await?;
                database = Some(loaded);
                next = after;
            }
            Some(("checkpoints", file)) if is_plain(file) => {
                next = write_file(&staged.checkpoints.join(file), pieces).await?;
            }
            Some(("documents", file)) => {
                let (content, after) = whole(pieces, usize::MAX).await?;
                store.put_sealed(file, content).await?;
                documents += 1;
                progress(Stage::Documents(documents, None));
                next = after;
            }
            _ => return Err(nonsense()),
        }
    }
}

/// A name of a file and no way out of the folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

fn readable(content: &[u8]) -> Result<Manifest> {
    let manifest: Manifest = serde_json::from_slice(content)
        .map_err(|_| BackupError::Broken { path: PathBuf::new(), source: Broken::Content })?;
    let known = migrate::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    if manifest.schema > known {
        return Err(BackupError::Refused(format!(
            "the backup was made by custodian {} (schema {}), which is newer than this program (schema {known}): upgrade it first",
            manifest.program, manifest.schema
        )));
    }
    Ok(manifest)
}

/// The whole content of an entry, and what follows it.
async fn whole(pieces: &mut Receiver<Piece>, most: usize) -> Result<(Bytes, Option<Piece>)> {
    let mut content = BytesMut::new();
    loop {
        match pieces.recv().await {
            Some(Piece::Content(piece)) if content.len() + piece.len() <= most => content.extend_from_slice(&piece),
            Some(Piece::Content(_)) => {
                return Err(BackupError::Broken { path: PathBuf::new(), source: Broken::Content });
            }
            other => return Ok((content.freeze(), other)),
        }
    }
}

async fn write_file(path: &Path, pieces: &mut Receiver<Piece>) -> Result<Option<Piece>> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))?;
    loop {
        match pieces.recv().await {
            Some(Piece::Content(piece)) => file.write_all(&piece).map_err(at(path))?,
            other => {
                file.sync_all().map_err(at(path))?;
                return Ok(other);
            }
        }
    }
}

/// Starts a database of its own and lets `pg_restore` fill it.
async fn load(
    config: &Config,
    staged: &Folders,
    pieces: &mut Receiver<Piece>,
    progress: &(impl Fn(Stage) + Send),
) -> Result<(Database, Option<Piece>)> {
    let failed = |said: String| BackupError::Program { program: "pg_restore", said };
    let database = Database::open_empty(config, &staged.postgres).await?;
    let mut command = tokio::process::Command::from(database.load()?);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().map_err(|error| failed(error.to_string()))?;
    let Some(mut input) = child.stdin.take() else { return Err(failed("it takes no input".into())) };
    let ended = tokio::spawn(child.wait_with_output());
    let mut total = 0;
    let after = loop {
        match pieces.recv().await {
            Some(Piece::Content(piece)) => {
                total += piece.len() as u64;
                // It ended before it had read everything, and says why.
                if input.write_all(&piece).await.is_err() {
                    break Err(());
                }
                progress(Stage::Database(total));
            }
            other => break Ok(other),
        }
    };
    input.shutdown().await.ok();
    drop(input);
    // A file that ends here is cut: no need to hear what pg_restore makes of it.
    if matches!(after, Ok(None)) {
        ended.abort();
        database.close().await;
        return Err(at(Path::new(""))(std::io::ErrorKind::BrokenPipe.into()));
    }
    let output = ended.await.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
    match after {
        Ok(after) if output.status.success() => Ok((database, after)),
        _ => {
            database.close().await;
            Err(failed(last_line(&String::from_utf8_lossy(&output.stderr))))
        }
    }
}

/// Brings the schema up to date, says in the ledger that this is a restored one, and recomputes everything.
async fn verify(
    config: &Config,
    staged: &Folders,
    vault: Vault,
    unpacked: Unpacked,
    actor: &Actor,
    progress: &(impl Fn(Stage) + Send),
) -> Result<(Restored, Option<Vec<u8>>)> {
    let Unpacked { manifest, summary, key, database } = unpacked;
    let verified =
        verify_in(config, staged, &vault, &manifest, &summary, key.as_deref(), &database, actor, progress).await;
    database.close().await;
    Ok((verified?, key))
}

#[expect(
    clippy::too_many_arguments,
    reason = "one verification, taken apart only so that the database is closed however it ends"
)]
async fn verify_in(
    config: &Config,
    staged: &Folders,
    vault: &Vault,
    manifest: &Manifest,
    summary: &Summary,
    key: Option<&[u8]>,
    database: &Database,
    actor: &Actor,
    progress: &(impl Fn(Stage) + Send),
) -> Result<Restored> {
    database.migrate().await?;
    let gate = Gate::new(database.app(), Clock::system());
    let notary = Notary::new(ledger_key(config, key)?, Folder::new(&staged.checkpoints));
    let detail = json!({ "made_at": manifest.made_at, "program": manifest.program });
    let remarks = Remarks { detail: Some(detail), ..Remarks::none() };
    gate.desk(actor, Act::RestoreBackup, remarks, async |_| Ok(())).await?;
    notary.seal(&gate, Turn::Wait).await?;
    let found = gate
        .desk(actor, Act::VerifyLedger, Remarks::none(), async |desk| {
            Ok(notary.verify(desk, |Progress { done, of }| progress(Stage::Events(done, of))).await?)
        })
        .await?;
    if let Some(bad) = &found.first_bad {
        return Err(BackupError::Refused(format!("the access log in the backup is not whole: {}", bad.what)));
    }
    if found.leaves < summary.leaves {
        return Err(BackupError::Refused(format!(
            "the backup speaks of {} events and holds {}",
            summary.leaves, found.leaves
        )));
    }
    notary.seal(&gate, Turn::Wait).await?;

    let blobs = Blobs::open_place(&Documents::Folder(staged.documents.clone()), vault.clone())?;
    let Some(mut owner) = database.owner().await? else { return Err(BackupError::Refused("no owner".into())) };
    let mut named = store::backups::blobs(&mut owner);
    let mut checked = 0;
    while let Some(blob) = named.next().await {
        let blob = blob?;
        if summary.unreadable.contains(&blob.name) {
            continue;
        }
        let sealed = blobs.sealed(&blob.name).await?;
        blobs.check(&blob.name, &blob.sha256, blob.size.cast_unsigned(), sealed).await?;
        checked += 1;
        progress(Stage::Documents(checked, Some(summary.documents)));
    }
    if checked != summary.documents {
        return Err(BackupError::Refused(format!(
            "the backup holds {} documents, of which the database names {checked}",
            summary.documents
        )));
    }
    Ok(Restored {
        made_at: manifest.made_at,
        documents: checked,
        unreadable: summary.unreadable.len() as u64,
        events: found.leaves,
    })
}

/// The key that seals the ledger: the one beside the master key if there is one, else the backup's.
fn ledger_key(config: &Config, key: Option<&[u8]>) -> Result<CheckpointKey> {
    let path = key_file::beside(&config.key_file);
    if path.exists() {
        return key_file::load_or_create(&path).map_err(|error| BackupError::Refused(error.to_string()));
    }
    let text = std::str::from_utf8(key.unwrap_or_default()).unwrap_or_default();
    CheckpointKey::from_private_text(text)
        .map_err(|error| BackupError::Refused(format!("the ledger's key in the backup: {error}")))
}

fn keep_key(config: &Config, key: Option<&[u8]>) -> Result<()> {
    let path = key_file::beside(&config.key_file);
    let Some(key) = key.filter(|_| !path.exists()) else { return Ok(()) };
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(at(&path))?;
    file.write_all(key).and_then(|()| file.sync_all()).map_err(at(&path))
}

/// The database last: a folder counts as holding data from then on.
fn move_in(staged: &Folders, place: &Folders) -> Result<()> {
    let mut moved: Vec<&Path> = Vec::new();
    for (new, to) in staged.each().into_iter().zip(place.each()) {
        // Empty but for lock files, as was made sure before.
        fs::remove_dir_all(to)
            .or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
            .map_err(at(to))?;
        if let Err(error) = fs::rename(new, to) {
            for back in moved {
                fs::remove_dir_all(back).ok();
            }
            return Err(at(to)(error));
        }
        moved.push(to);
    }
    Ok(())
}
