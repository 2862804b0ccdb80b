//! Making a backup, beside a running server.
//!
//! First the checkpoints, then one snapshot of the database, then every document that this snapshot names: so the checkpoints never know of
//! more than the database does, and no document is missing, because documents are stored before they are named and never change.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bytes::Bytes;
use futures_util::StreamExt as _;
use serde_json::json;
use sqlx::{Acquire as _, PgConnection};
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc::{Sender, channel};

use super::archive::{self, PIECE, Piece};
use super::{BackupError, Manifest, Stage, Summary, at};
use crate::access::ledger::key_file;
use crate::access::ledger::outside::Folder;
use crate::access::ledger::seal::Turn;
use crate::access::{Act, Actor, Remarks};
use crate::blobs::BlobError;
use crate::db::migrate;
use crate::operations::{Site, store};

type Result<T, E = BackupError> = std::result::Result<T, E>;

/// What was made.
#[derive(Debug)]
pub struct Made {
    pub bytes: u64,
    pub documents: u64,
    pub unreadable: Vec<String>,
    pub leaves: u64,
    pub took: std::time::Duration,
}

/// Writes everything into one new file, which appears under its name only when it is complete.
///
/// # Errors
/// [`BackupError`]; no file is left then.
pub async fn make(site: Site<'_>, actor: &Actor, to: &Path, progress: impl Fn(Stage)) -> Result<Made> {
    let begun = Instant::now();
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let mut owner = site.database.owner().await?.ok_or_else(|| {
        BackupError::Refused(
            "a backup reads every table, as their owner: set CUSTODIAN_OWNER_URL beside DATABASE_URL".into(),
        )
    })?;
    let name = to.file_name().unwrap_or_default().to_string_lossy().into_owned();
    // On the log before the first byte leaves.
    let remarks = Remarks { detail: Some(json!({ "file": name, "begun": true })), ..Remarks::none() };
    site.gate.desk(actor, Act::BackUp, remarks, async |_| Ok(())).await?;
    site.notary.seal(site.gate, Turn::Wait).await?;

    let draft = Draft::create(to)?;
    let (pieces, receiver) = channel(16);
    let (vault, file) = (site.vault.clone(), draft.file.try_clone().map_err(at(&draft.path))?);
    let writing = tokio::task::spawn_blocking(move || {
        archive::write(&vault, io::BufWriter::with_capacity(1 << 20, file), receiver)?.flush()
    });
    let collected = collect(site, &mut owner, pieces, &progress).await;
    let written = writing.await.unwrap_or_else(|error| Err(io::Error::other(error.to_string())));
    // A writer that failed is the cause of a collector that could not send.
    let summary = match (collected, written) {
        (Err(Gone::Writer) | Ok(_), Err(error)) => return Err(at(to)(error)),
        (Err(Gone::Because(error)), _) => return Err(error),
        (Err(Gone::Writer), Ok(())) => return Err(at(to)(io::ErrorKind::BrokenPipe.into())),
        (Ok(summary), Ok(())) => summary,
    };
    let bytes = draft.keep(to)?;
    let took = begun.elapsed();
    let made =
        Made { bytes, documents: summary.documents, unreadable: summary.unreadable, leaves: summary.leaves, took };
    let remarks = Remarks {
        detail: Some(
            json!({ "file": name, "bytes": bytes, "documents": made.documents, "unreadable": made.unreadable.len() }),
        ),
        ..Remarks::none()
    };
    site.gate.desk(actor, Act::BackUp, remarks, async |desk| store::backups::keep(desk, &name, &made).await).await?;
    Ok(made)
}

/// Why collecting ended early.
enum Gone {
    /// The file can't be written; the writer says why.
    Writer,
    Because(BackupError),
}

impl<E: Into<BackupError>> From<E> for Gone {
    fn from(error: E) -> Self {
        Gone::Because(error.into())
    }
}

async fn collect(
    site: Site<'_>,
    owner: &mut PgConnection,
    pieces: Sender<Piece>,
    progress: &impl Fn(Stage),
) -> Result<Summary, Gone> {
    let manifest = Manifest {
        program: env!("CARGO_PKG_VERSION").into(),
        made_at: site.gate.clock().now(),
        schema: migrate::MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0),
    };
    entry(&pieces, "manifest.json", json_bytes(&manifest)).await?;
    for (name, path, length) in Folder::new(&site.config.checkpoints).parts()? {
        send(&pieces, Piece::Entry(format!("checkpoints/{name}"))).await?;
        send_file(&pieces, &path, length).await?;
    }
    // Sealed under the master key like everything here: without it a restored ledger could not be sealed further.
    let key = key_file::beside(&site.config.key_file);
    let text = fs::read(&key).map_err(at(&key))?;
    entry(&pieces, "checkpoint.key", text.into()).await?;

    let mut snapshot = owner.begin().await?;
    let id = store::backups::export_snapshot(&mut snapshot).await?;
    let leaves = store::backups::leaves(&mut snapshot).await?;
    dump(site, &id, &pieces, progress).await?;

    let mut summary = Summary { leaves, ..Summary::default() };
    let mut blobs = store::backups::blobs(&mut snapshot);
    while let Some(blob) = blobs.next().await {
        let blob = blob?;
        match sound(site, &blob).await {
            Ok(sealed) => {
                entry(&pieces, &format!("documents/{}", blob.name), sealed).await?;
                summary.documents += 1;
                progress(Stage::Documents(summary.documents, None));
            }
            Err(BlobError::Missing | BlobError::Damaged) => summary.unreadable.push(blob.name),
            Err(error) => return Err(error.into()),
        }
    }
    drop(blobs);
    drop(snapshot);
    send(&pieces, Piece::End(json_bytes(&summary).to_vec())).await?;
    Ok(summary)
}

/// A document's sealed bytes, opened once to be sure: a backup full of damaged copies is none.
async fn sound(site: Site<'_>, blob: &store::backups::Blob) -> Result<Bytes, BlobError> {
    let sealed = site.blobs.sealed(&blob.name).await?;
    site.blobs.check(&blob.name, &blob.sha256, blob.size.cast_unsigned(), sealed.clone()).await?;
    Ok(sealed)
}

/// Lets `pg_dump` see what our own snapshot sees.
async fn dump(site: Site<'_>, snapshot: &str, pieces: &Sender<Piece>, progress: &impl Fn(Stage)) -> Result<(), Gone> {
    let failed = |said: String| BackupError::Program { program: "pg_dump", said };
    let mut command = tokio::process::Command::from(site.database.dump(snapshot)?);
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().map_err(|error| failed(error.to_string()))?;
    let (Some(mut content), Some(mut complaints)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(failed("it has no output".into()).into());
    };
    let complaining = tokio::spawn(async move {
        let mut said = Vec::new();
        complaints.read_to_end(&mut said).await.ok();
        String::from_utf8_lossy(&said).into_owned()
    });
    send(pieces, Piece::Entry("database.dump".into())).await?;
    let mut total = 0;
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let read = (&mut content).take(PIECE as u64).read_to_end(&mut piece).await;
        if read.map_err(|error| failed(error.to_string()))? == 0 {
            break;
        }
        total += piece.len() as u64;
        send(pieces, Piece::Content(piece.into())).await?;
        progress(Stage::Database(total));
    }
    let ended = child.wait().await.map_err(|error| failed(error.to_string()))?;
    if !ended.success() {
        return Err(failed(last_line(&complaining.await.unwrap_or_default())).into());
    }
    Ok(())
}

pub(super) fn last_line(said: &str) -> String {
    said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it gave no reason").to_owned()
}

async fn entry(pieces: &Sender<Piece>, name: &str, content: Bytes) -> Result<(), Gone> {
    send(pieces, Piece::Entry(name.to_owned())).await?;
    send(pieces, Piece::Content(content)).await
}

async fn send(pieces: &Sender<Piece>, piece: Piece) -> Result<(), Gone> {
    pieces.send(piece).await.map_err(|_| Gone::Writer)
}

/// The first `length` bytes of a file that may be growing.
async fn send_file(pieces: &Sender<Piece>, path: &Path, length: u64) -> Result<(), Gone> {
    let mut file = fs::File::open(path).map_err(at(path))?.take(length);
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        if file.by_ref().take(PIECE as u64).read_to_end(&mut piece).map_err(at(path))? == 0 {
            return Ok(());
        }
        send(pieces, Piece::Content(piece.into())).await?;
    }
}

fn json_bytes(value: &impl serde::Serialize) -> Bytes {
    serde_json::to_vec(value).unwrap_or_default().into()
}

/// The file while it is written; vanishes unless it is kept.
struct Draft {
    file: fs::File,
    path: PathBuf,
    kept: bool,
}

impl Draft {
    fn create(to: &Path) -> Result<Self> {
        let mut name = to.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        let file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).map_err(at(&path))?;
        Ok(Self { file, path, kept: false })
    }

    /// On the disk, then under its name: a power cut leaves no half backup that looks whole.
    fn keep(mut self, to: &Path) -> Result<u64> {
        self.file.sync_all().map_err(at(&self.path))?;
        let bytes = self.file.metadata().map_err(at(&self.path))?.len();
        // Linked and not renamed, so that a file that came there meanwhile is not written over.
        fs::hard_link(&self.path, to)
            .or_else(|error| match error.kind() {
                io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied => fs::rename(&self.path, to),
                _ => Err(error),
            })
            .map_err(at(to))?;
        fs::remove_file(&self.path).ok();
        self.kept = true;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
        Ok(bytes)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            fs::remove_file(&self.path).ok();
        }
    }
}
