//! The store against damage, the wrong key, and a place that is away.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::access::ticket::forged;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("custodian-blobs-{}", uuid::Uuid::new_v4())))
    }

    fn blobs(&self, key: u8) -> Blobs {
        Blobs::open_place(&Documents::Folder(self.0.clone()), Vault::from_key([key; 32])).unwrap()
    }

    fn file(&self, stored: &Stored) -> PathBuf {
        self.0.join(&stored.name[..2]).join(&stored.name[2..4]).join(&stored.name)
    }

    fn files(&self) -> usize {
        fn count(folder: &FilePath) -> usize {
            fs::read_dir(folder)
                .unwrap()
                .flatten()
                .map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 })
                .sum()
        }
        count(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn ticket(stored: &Stored) -> Ticket {
    forged(&stored.name, stored.sha256, stored.size)
}

#[tokio::test]
async fn content_comes_back_and_the_folder_tells_nothing() {
    let folder = Folder::new();
    let blobs = folder.blobs(1);
    for length in [0, 12, 3 << 20] {
        let content = Bytes::from(b"Sepsis, urinary ".iter().copied().cycle().take(length).collect::<Vec<_>>());
        let stored = blobs.put(content.clone()).await.unwrap();
        assert_eq!(stored.size, length as u64);
        assert_eq!(blobs.open(ticket(&stored)).await.unwrap(), content);
        let kept = fs::read(folder.file(&stored)).unwrap();
        assert!(!kept.windows(6).any(|window| window == b"Sepsis"));
        let hash: String = stored.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_ne!(stored.name, hash, "an unkeyed name would tell who holds a known text");
    }
    assert_eq!(fs::metadata(&folder.0).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn equal_content_is_kept_once_and_putting_it_again_heals_a_cut() {
    let folder = Folder::new();
    let blobs = folder.blobs(1);
    let content = Bytes::from_static(b"the same note");
    let first = blobs.put(content.clone()).await.unwrap();
    let kept = fs::read(folder.file(&first)).unwrap();
    assert_eq!(blobs.put(content.clone()).await.unwrap(), first);
    assert_eq!(folder.files(), 1);
    assert_eq!(fs::read(folder.file(&first)).unwrap(), kept);

    fs::write(folder.file(&first), &kept[..kept.len() - 1]).unwrap();
    assert!(matches!(blobs.open(ticket(&first)).await, Err(BlobError::Damaged)));
    blobs.put(content.clone()).await.unwrap();
    assert_eq!(blobs.open(ticket(&first)).await.unwrap(), content);
}

#[tokio::test]
async fn damage_swaps_and_wrong_keys_are_told_from_missing() {
    let folder = Folder::new();
    let blobs = folder.blobs(1);
    let one = blobs.put(Bytes::from_static(b"first document")).await.unwrap();
    let two = blobs.put(Bytes::from_static(b"other document")).await.unwrap();

    // The whole object of another document, the same length, in this one's place.
    fs::copy(folder.file(&two), folder.file(&one)).unwrap();
    assert!(matches!(blobs.open(ticket(&one)).await, Err(BlobError::Damaged)));
    // The database says another hash than the bytes have.
    let lying = forged(&two.name, [0; 32], two.size);
    assert!(matches!(blobs.open(lying).await, Err(BlobError::Damaged)));
    assert!(matches!(folder.blobs(2).open(ticket(&two)).await, Err(BlobError::Damaged)));

    fs::remove_file(folder.file(&one)).unwrap();
    assert!(matches!(blobs.open(ticket(&one)).await, Err(BlobError::Missing)));
    for name in ["", "../../etc/passwd", "zz", &"g".repeat(64)] {
        assert!(matches!(blobs.open(forged(name, [0; 32], 0)).await, Err(BlobError::Missing)), "{name}");
    }
}

#[tokio::test]
async fn a_place_that_can_t_be_used_says_so() {
    let folder = Folder::new();
    fs::write(&folder.0, "a file where the folder should be").unwrap();
    let blobs = Blobs::open_place(&Documents::Folder(folder.0.clone()), Vault::from_key([1; 32]));
    let away = match blobs {
        Err(BlobError::Setting(_)) => true,
        Ok(blobs) => matches!(blobs.put(Bytes::from_static(b"x")).await, Err(BlobError::Away)),
        Err(_) => false,
    };
    assert!(away);
    fs::remove_file(&folder.0).unwrap();
}

#[test]
fn a_full_disk_is_told_from_a_store_that_is_away() {
    let full =
        object_store::Error::Generic { store: "test", source: Box::new(io::Error::from(io::ErrorKind::StorageFull)) };
    assert!(matches!(explain(&full), BlobError::Full));
    let away = object_store::Error::Generic {
        store: "test",
        source: Box::new(io::Error::from(io::ErrorKind::ConnectionRefused)),
    };
    assert!(matches!(explain(&away), BlobError::Away));
}
