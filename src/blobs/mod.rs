//! The bytes of documents: sealed, named without telling what they are, stored once, and opened only with a [`Ticket`].
//!
//! A document's content never enters the database. It is sealed in frames (`frames.rs`) and put in an object store: a folder of this machine,
//! or an S3-compatible bucket. Its name is a keyed hash of its SHA-256, so equal content is kept once and a thief of the store can't tell
//! whether it holds a text he knows. Bytes are put before the database row that speaks of them: a crash between the two leaves an object
//! nobody names, never a row without its document.
//!
//! Reading needs a [`Ticket`], which only an open chart hands out (`access::ticket`): no event, no bytes.

pub mod frames;

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path as FilePath;
use std::sync::Arc;

use bytes::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt as _};
use sha2::{Digest, Sha256};

use crate::access::ticket::Ticket;
use crate::config::Documents;
use crate::vault::{Use, Vault};

/// Content beyond this is refused: a page is drawn from the whole document, in memory.
pub const LARGEST: u64 = 256_000_000;

/// Sealing a small document takes less than handing it to another thread.
const WORTH_A_THREAD: usize = 1 << 20;

#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The store answers, and has no such object.
    #[error("the document's bytes are missing from the store")]
    Missing,
    /// The object was cut, changed or swapped, or belongs to another key.
    #[error("the document's bytes are damaged")]
    Damaged,
    #[error("the document store does not answer")]
    Away,
    #[error("the document store is full")]
    Full,
    #[error("the document is larger than {LARGEST} bytes")]
    TooLarge,
    #[error("the document store can't be opened: {0}")]
    Setting(String),
}

impl From<BlobError> for crate::access::Error {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Away => Self::Unavailable,
            BlobError::Full => Self::Invalid(
                "The document store is full, so nothing was filed. Tell the system administrator, then send it again."
                    .into(),
            ),
            BlobError::TooLarge => Self::Invalid("The document is larger than 256 MB.".into()),
            other => Self::Internal(other.to_string()),
        }
    }
}

/// What a version row keeps of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    pub name: String,
    pub sha256: [u8; 32],
    pub size: u64,
}

/// The store, with the keys that open it. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    vault: Vault,
}

impl Blobs {
    /// Opens the configured place; a folder is made, readable by its owner only.
    ///
    /// # Errors
    /// [`BlobError::Setting`] when the folder can't be made or the bucket's settings make no sense.
    pub fn open_place(place: &Documents, vault: Vault) -> Result<Self, BlobError> {
        let store = match place {
            Documents::Folder(folder) => folder_store(folder)?,
            Documents::S3 { .. } => bucket_store(place)?,
        };
        Ok(Self { store, vault })
    }

    /// A folder that a restore fills: nothing is forced to the disk before [`settle`] forces all of it.
    ///
    /// # Errors
    /// [`BlobError::Setting`] when the folder can't be made.
    pub fn open_unsettled(folder: &FilePath, vault: Vault) -> Result<Self, BlobError> {
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| BlobError::Setting(error.to_string()))?;
        Ok(Self { store: Arc::new(store), vault })
    }

    /// Seals and stores content, unless the same content is there already.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`], [`BlobError::Full`] or [`BlobError::Away`]; nothing of it is then to be named in the database.
    pub async fn put(&self, content: Bytes) -> Result<Stored, BlobError> {
        let size = content.len() as u64;
        if size > LARGEST {
            return Err(BlobError::TooLarge);
        }
        let blobs = self.clone();
        let (stored, path) = away_from_the_loop(content.len(), {
            let content = content.clone();
            move || {
                let sha256 = Sha256::digest(&content).into();
                let name = blobs.name_of(&sha256);
                let path = path_of(&name)?;
                Ok((Stored { name, sha256, size }, path))
            }
        })
        .await?;
        // Length is checked too, so that putting a document again heals a copy that was cut short.
        match self.store.head(&path).await {
            Ok(found) if found.size == frames::sealed_size(size) => return Ok(stored),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(explain(&error)),
        }
        let (key, name) = (self.vault.key(Use::DocumentBytes), stored.name.clone());
        let sealed =
            away_from_the_loop(content.len(), move || frames::seal(&key, name.as_bytes(), rand::random(), &content))
                .await?;
        self.store.put(&path, sealed.into()).await.map_err(|error| explain(&error))?;
        Ok(stored)
    }

    /// The content a ticket stands for, whole and verified against the SHA-256 in the database before a byte of it is given out.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Damaged`] or [`BlobError::Away`].
    pub async fn open(&self, ticket: Ticket) -> Result<Bytes, BlobError> {
        let sealed = self
            .store
            .get(&path_of(ticket.blob_name())?)
            .await
            .map_err(|error| explain(&error))?
            .bytes()
            .await
            .map_err(|error| explain(&error))?;
        let key = self.vault.key(Use::DocumentBytes);
        away_from_the_loop(sealed.len(), move || {
            let content = frames::open(&key, ticket.blob_name().as_bytes(), &sealed)?;
            let same = Sha256::digest(&content).as_slice() == ticket.sha256() && content.len() as u64 == ticket.size();
            if same { Ok(Bytes::from(content)) } else { Err(BlobError::Damaged) }
        })
        .await
    }

    /// The sealed bytes as they lie in the store, for a backup. Without the key they say nothing.
    ///
    /// # Errors
    /// [`BlobError::Missing`] or [`BlobError::Away`].
    pub async fn sealed(&self, name: &str) -> Result<Bytes, BlobError> {
        let found = self.store.get(&path_of(name)?).await.map_err(|error| explain(&error))?;
        found.bytes().await.map_err(|error| explain(&error))
    }

    /// Whether sealed bytes open to the content the database speaks of. Nothing of the content leaves.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] when they do not.
    pub async fn check(&self, name: &str, sha256: &[u8], size: u64, sealed: Bytes) -> Result<(), BlobError> {
        let (key, name, sha256) = (self.vault.key(Use::DocumentBytes), name.to_owned(), sha256.to_owned());
        away_from_the_loop(sealed.len(), move || {
            let content = frames::open(&key, name.as_bytes(), &sealed)?;
            let same = Sha256::digest(&content).as_slice() == sha256 && content.len() as u64 == size;
            if same { Ok(()) } else { Err(BlobError::Damaged) }
        })
        .await
    }

    /// Puts back what [`Blobs::sealed`] gave.
    ///
    /// # Errors
    /// [`BlobError::Full`] or [`BlobError::Away`].
    pub async fn put_sealed(&self, name: &str, sealed: Bytes) -> Result<(), BlobError> {
        self.store.put(&path_of(name)?, sealed.into()).await.map_err(|error| explain(&error))?;
        Ok(())
    }

    /// Writes something and takes it away again: whether the store takes documents.
    ///
    /// # Errors
    /// [`BlobError::Full`] or [`BlobError::Away`].
    pub async fn probe(&self) -> Result<(), BlobError> {
        let path = Path::from("probe");
        self.store.put(&path, Bytes::from_static(b"probe").into()).await.map_err(|error| explain(&error))?;
        self.store.delete(&path).await.map_err(|error| explain(&error))
    }

    /// Whether the store answers: for readiness, and nothing else.
    pub async fn ping(&self) -> Result<(), BlobError> {
        match self.store.head(&Path::from("ping")).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(explain(&error)),
        }
    }

    fn name_of(&self, sha256: &[u8; 32]) -> String {
        self.vault.index(Use::DocumentName, &[sha256]).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Two levels of folders, so that no folder holds more than a few thousand names even with many millions of documents.
fn path_of(name: &str) -> Result<Path, BlobError> {
    if name.len() != 64 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(BlobError::Missing);
    }
    Ok(Path::from_iter([&name[..2], &name[2..4], name]))
}

/// Forces everything written so far to the disk, which for thousands of documents takes far less than one by one.
pub async fn settle() {
    tokio::task::spawn_blocking(rustix::fs::sync).await.ok();
}

fn folder_store(folder: &FilePath) -> Result<Arc<dyn ObjectStore>, BlobError> {
    let setting = |error: io::Error| BlobError::Setting(format!("{}: {error}", folder.display()));
    if !folder.exists() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(setting)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(setting)?;
    }
    // A row may be committed the moment the put returns, so the bytes must have reached the disk by then.
    LocalFileSystem::new_with_prefix(folder)
        .map(|store| Arc::new(store.with_fsync(true)) as Arc<dyn ObjectStore>)
        .map_err(|error| BlobError::Setting(error.to_string()))
}

fn bucket_store(place: &Documents) -> Result<Arc<dyn ObjectStore>, BlobError> {
    let Documents::S3 { bucket, prefix, region, endpoint, access_key, secret_key } = place else {
        return Err(BlobError::Setting("not a bucket".into()));
    };
    // TLS has one provider for the whole program; an error says that it is there already.
    rustls::crypto::ring::default_provider().install_default().ok();
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_region(region);
    if let Some(endpoint) = endpoint {
        // Content is sealed before it leaves, so a store on the local network may speak plain HTTP.
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let (Some(access), Some(secret)) = (access_key, secret_key) {
        builder = builder.with_access_key_id(access).with_secret_access_key(secret.reveal());
    }
    let store = builder.build().map_err(|error| BlobError::Setting(error.to_string()))?;
    Ok(match prefix.as_str() {
        "" => Arc::new(store),
        prefix => Arc::new(PrefixStore::new(store, prefix)),
    })
}

/// What an error of the store means to us. Its own text may hold addresses and goes to the log, not to people.
fn explain(error: &object_store::Error) -> BlobError {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return BlobError::Missing;
    }
    tracing::warn!(error = %error, "document store");
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return BlobError::Full;
        }
        cause = error.source();
    }
    BlobError::Away
}

/// Hashing and sealing of large content runs on a thread of its own, so that other requests are answered meanwhile.
async fn away_from_the_loop<T: Send + 'static>(
    length: usize,
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    if length < WORTH_A_THREAD {
        return work();
    }
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(BlobError::Away))
}

#[cfg(test)]
mod tests;
