//! The master key and what is made from it: encryption at rest and keyed blind indexes. The key lives in a file, never in the database.
//!
//! Each use has a key of its own (HKDF-SHA-256, RFC 5869), so that one can't be played against another.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// What a key is for. The words are part of the key: never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    SocialSecurityNumber,
    SocialSecurityNumberIndex,
    SearchCriteria,
    ParkedForm,
    DocumentBytes,
    DocumentName,
    SignInForm,
    SecondFactor,
    SecondStep,
    RecoveryCode,
    Backup,
    BackupCheck,
    DowntimePassphrase,
}

impl Use {
    fn label(self) -> &'static [u8] {
        match self {
            Use::SocialSecurityNumber => b"custodian ssn",
            Use::SocialSecurityNumberIndex => b"custodian ssn index",
            Use::SearchCriteria => b"custodian search criteria",
            Use::ParkedForm => b"custodian parked form",
            Use::DocumentBytes => b"custodian document bytes",
            Use::DocumentName => b"custodian document name",
            Use::SignInForm => b"custodian sign-in form",
            Use::SecondFactor => b"custodian second factor",
            Use::SecondStep => b"custodian second step",
            Use::RecoveryCode => b"custodian recovery code",
            Use::Backup => b"custodian backup",
            Use::BackupCheck => b"custodian backup check",
            Use::DowntimePassphrase => b"custodian downtime passphrase",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{0} may be read by others; make it readable by its owner only (chmod 600)")]
    TooOpen(PathBuf),
    #[error("{0} is not a key of 64 hexadecimal digits")]
    Malformed(PathBuf),
    /// The wrong key, or the bytes were changed.
    #[error("can't be opened with this key")]
    Damaged,
}

/// The opened vault. Cheap to clone; prints nothing of itself.
#[derive(Clone)]
pub struct Vault {
    master: Arc<Zeroizing<[u8; KEY_BYTES]>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(hidden)")
    }
}

impl Vault {
    pub fn from_key(key: [u8; KEY_BYTES]) -> Self {
        Self { master: Arc::new(Zeroizing::new(key)) }
    }

    /// Reads the master key; the first start makes it, readable by its owner only.
    pub fn load_or_create(path: &Path) -> Result<Self, VaultError> {
        let io = |source| VaultError::Io { path: path.to_owned(), source };
        if !path.exists() {
            create(path).map_err(io)?;
        }
        if fs::metadata(path).map_err(io)?.permissions().mode() & 0o077 != 0 {
            return Err(VaultError::TooOpen(path.to_owned()));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
        let mut key = [0; KEY_BYTES];
        decode_hex(text.trim(), &mut key).ok_or_else(|| VaultError::Malformed(path.to_owned()))?;
        Ok(Self::from_key(key))
    }

    /// Encrypts and authenticates; `bound` ties the result to its place (a row's id), so that it can't be moved to another.
    pub fn seal(&self, used_for: Use, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let sealed = XChaCha20Poly1305::new((&*self.key(used_for)).into())
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: bound })
            .map_err(|_| VaultError::Damaged)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Vault::seal`] made for the same use and place.
    pub fn open(&self, used_for: Use, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, body) = sealed.split_at_checked(NONCE_BYTES).ok_or(VaultError::Damaged)?;
        XChaCha20Poly1305::new((&*self.key(used_for)).into())
            .decrypt(XNonce::from_slice(nonce), Payload { msg: body, aad: bound })
            .map_err(|_| VaultError::Damaged)
    }

    /// A keyed index (HMAC-SHA-256): equal input, equal index, and no way back without the key.
    pub fn index(&self, used_for: Use, parts: &[&[u8]]) -> [u8; 32] {
        let key = self.key(used_for);
        let mut mac =
            <Hmac<Sha256> as Mac>::new_from_slice(&*key).unwrap_or_else(|_| unreachable!("HMAC takes any key length"));
        for part in parts {
            // Lengths first, so that ("ab", "c") and ("a", "bc") differ.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The key of one use, for modules with a construction of their own (framed document bytes).
    pub(crate) fn key(&self, used_for: Use) -> Zeroizing<[u8; KEY_BYTES]> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        Hkdf::<Sha256>::new(None, self.master.as_slice())
            .expand(used_for.label(), &mut *key)
            .unwrap_or_else(|_| unreachable!("32 bytes are within HKDF's limit"));
        key
    }
}

/// Written whole under another name and then linked: of two first starts at once, one wins and both read its key.
fn create(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".key.{}", uuid::Uuid::new_v4()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let key = Zeroizing::new(rand::random::<[u8; KEY_BYTES]>());
    let text = Zeroizing::new(key.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    writeln!(file, "{}", *text)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn decode_hex(text: &str, into: &mut [u8]) -> Option<()> {
    if text.len() != into.len() * 2 || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in into.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_in_its_place_and_unchanged() {
        let vault = Vault::from_key([7; 32]);
        let sealed = vault.seal(Use::SocialSecurityNumber, b"patient 1", b"123").unwrap();
        assert_eq!(vault.open(Use::SocialSecurityNumber, b"patient 1", &sealed).unwrap(), b"123");
        assert!(vault.open(Use::SocialSecurityNumber, b"patient 2", &sealed).is_err());
        assert!(vault.open(Use::ParkedForm, b"patient 1", &sealed).is_err());
        assert!(Vault::from_key([8; 32]).open(Use::SocialSecurityNumber, b"patient 1", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert!(vault.open(Use::SocialSecurityNumber, b"patient 1", &flipped).is_err(), "byte {at}");
        }
        assert!(vault.open(Use::SocialSecurityNumber, b"patient 1", &sealed[..10]).is_err());
    }

    #[test]
    fn an_index_tells_equal_from_different_and_joins_from_joins() {
        let vault = Vault::from_key([7; 32]);
        let index = |parts: &[&[u8]]| vault.index(Use::SocialSecurityNumberIndex, parts);
        assert_eq!(index(&[b"1234"]), index(&[b"1234"]));
        assert_ne!(index(&[b"ab", b"c"]), index(&[b"a", b"bc"]));
    }
}
