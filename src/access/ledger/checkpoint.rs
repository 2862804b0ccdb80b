//! Signed tree heads: what is carried out of the database so that nobody inside can rewrite it.
//!
//! A checkpoint says, in a few lines of text, how many rows the ledger had and what the root was (C2SP tlog-checkpoint), signed
//! with Ed25519 as a C2SP signed note. Tools outside this program read the same text.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::tree::Hash;

/// What a checkpoint or a key says that can't be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    #[error("the checkpoint is not a signed note of an origin, a size and a root")]
    Malformed,
    #[error("the checkpoint names the ledger {found}, not {expected}")]
    OtherLedger { found: String, expected: String },
    #[error("the checkpoint is not signed with the key of this ledger")]
    Unsigned,
    #[error("the checkpoint's signature is false")]
    FalseSignature,
    #[error("the checkpoint key is malformed")]
    BadKey,
}

/// The head of the tree at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger: the name of its key.
    pub origin: String,
    pub size: u64,
    pub root: Hash,
    /// Further signed lines, none empty.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { origin, size, root, extensions } = self;
        let mut text = format!("{origin}\n{size}\n{}\n", BASE64.encode(root.0));
        for line in extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The rest of the extension line that begins with `word`.
    pub fn extension(&self, word: &str) -> Option<&str> {
        self.extensions.iter().find_map(|line| line.strip_prefix(word)?.strip_prefix(' '))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|origin| !origin.is_empty())?.to_owned();
        let decimal = lines.next()?;
        let size: u64 = decimal.parse().ok()?;
        // One spelling only: no sign, no leading zeros.
        if size.to_string() != decimal {
            return None;
        }
        let root = Hash::from_slice(&BASE64.decode(lines.next()?).ok()?)?;
        let extensions: Vec<_> = lines.map(str::to_owned).collect();
        extensions.iter().all(|line| !line.is_empty()).then_some(Self { origin, size, root, extensions })
    }
}

/// The ledger's own key pair. The name doubles as the origin of its checkpoints.
pub struct CheckpointKey {
    name: String,
    signing: SigningKey,
}

impl CheckpointKey {
    /// A new key, named after itself so that two ledgers never share an origin.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        let print = Sha256::digest(signing.verifying_key().as_bytes());
        Self { name: format!("custodian/ledger/{}", hex(&print[..8])), signing }
    }

    /// What outsiders check signatures with.
    pub fn verifier(&self) -> Verifier {
        Verifier::new(self.name.clone(), self.signing.verifying_key())
    }

    /// A checkpoint of this ledger as a signed note.
    pub fn sign(&self, size: u64, root: Hash, extensions: Vec<String>) -> String {
        let text = Checkpoint { origin: self.name.clone(), size, root, extensions }.text();
        let mut signature = self.verifier().id.to_vec();
        signature.extend_from_slice(&self.signing.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, BASE64.encode(signature))
    }

    /// The private key as text, in the form that tools for signed notes use.
    pub fn private_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(vec![ED25519]);
        bytes.extend_from_slice(self.signing.as_bytes());
        let encoded = Zeroizing::new(BASE64.encode(&*bytes));
        Zeroizing::new(format!("PRIVATE+KEY+{}+{}+{}\n", self.name, hex(&self.verifier().id), *encoded))
    }

    /// Reads [`CheckpointKey::private_text`] again.
    pub fn from_private_text(text: &str) -> Result<Self, CheckpointError> {
        let read = || {
            let mut parts = text.trim_end().strip_prefix("PRIVATE+KEY+")?.splitn(3, '+');
            let (name, id, encoded) = (parts.next()?.to_owned(), parts.next()?, parts.next()?);
            let bytes = Zeroizing::new(BASE64.decode(encoded).ok()?);
            let seed: &[u8; 32] = bytes.strip_prefix(&[ED25519])?.try_into().ok()?;
            let key = Self { name, signing: SigningKey::from_bytes(seed) };
            (hex(&key.verifier().id) == id).then_some(key)
        };
        read().ok_or(CheckpointError::BadKey)
    }
}

/// Never shows the secret.
impl fmt::Debug for CheckpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CheckpointKey({})", self.name)
    }
}

/// The type byte of Ed25519 in signed notes.
const ED25519: u8 = 1;

/// The public half: `name+hash+key` as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    fn new(name: String, key: VerifyingKey) -> Self {
        let digest =
            Sha256::new().chain_update(&name).chain_update([b'\n', ED25519]).chain_update(key.as_bytes()).finalize();
        Self { id: [digest[0], digest[1], digest[2], digest[3]], name, key }
    }

    /// Reads a signed note and checks that this key signed it.
    pub fn open(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let (text, signatures) = split_note(note).ok_or(CheckpointError::Malformed)?;
        let checkpoint = Checkpoint::parse(text).ok_or(CheckpointError::Malformed)?;
        if checkpoint.origin != self.name {
            return Err(CheckpointError::OtherLedger { found: checkpoint.origin, expected: self.name.clone() });
        }
        let mut signed = false;
        for line in signatures.lines() {
            let (name, signature) = signature_line(line).ok_or(CheckpointError::Malformed)?;
            // Signatures of others, witnesses say, are welcome and not ours to judge.
            let Some(signature) = signature.strip_prefix(&self.id).filter(|_| name == self.name) else { continue };
            let signature = Signature::from_slice(signature).map_err(|_| CheckpointError::Malformed)?;
            self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| CheckpointError::FalseSignature)?;
            signed = true;
        }
        if signed { Ok(checkpoint) } else { Err(CheckpointError::Unsigned) }
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex(&self.id), BASE64.encode(key))
    }
}

impl FromStr for Verifier {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let read = || {
            let mut parts = text.trim_end().splitn(3, '+');
            let (name, id, encoded) = (parts.next()?.to_owned(), parts.next()?, parts.next()?);
            let bytes = BASE64.decode(encoded).ok()?;
            let key: &[u8; 32] = bytes.strip_prefix(&[ED25519])?.try_into().ok()?;
            let verifier = Self::new(name, VerifyingKey::from_bytes(key).ok()?);
            (hex(&verifier.id) == id && !verifier.name.is_empty()).then_some(verifier)
        };
        read().ok_or(CheckpointError::BadKey)
    }
}

/// The text with its final newline, and the signature lines after the last empty line.
fn split_note(note: &str) -> Option<(&str, &str)> {
    if note.chars().any(|letter| letter.is_ascii_control() && letter != '\n') || !note.ends_with('\n') {
        return None;
    }
    let blank = note.rfind("\n\n")?;
    let (text, signatures) = (&note[..blank + 1], &note[blank + 2..]);
    (!signatures.is_empty()).then_some((text, signatures))
}

fn signature_line(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    Some((name, BASE64.decode(encoded).ok()?))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CheckpointKey {
        CheckpointKey::from_seed(&[7; 32])
    }

    fn note() -> String {
        key().sign(42, Hash::of_leaf(b"x"), vec!["sealed 2026-11-22T12:00:00.000000Z".into()])
    }

    #[test]
    fn aud_3_a_signed_checkpoint_reads_back() {
        let checkpoint = key().verifier().open(&note()).expect("our own signature");
        assert_eq!((checkpoint.size, checkpoint.root), (42, Hash::of_leaf(b"x")));
        assert_eq!(checkpoint.extension("sealed"), Some("2026-11-22T12:00:00.000000Z"));
        assert_eq!(checkpoint.extension("seal"), None);
        assert!(note().starts_with(&format!("{}\n42\n", checkpoint.origin)));
    }

    #[test]
    fn aud_3_any_changed_letter_is_noticed() {
        let (note, verifier) = (note(), key().verifier());
        for (place, letter) in note.char_indices() {
            let other = if letter == 'A' { 'B' } else { 'A' };
            let mut bent = note.clone();
            bent.replace_range(place..place + letter.len_utf8(), &other.to_string());
            assert!(verifier.open(&bent).is_err(), "letter {place}");
        }
        for short in 0..note.len() {
            assert!(note.get(..short).is_none_or(|start| verifier.open(start).is_err()), "first {short} bytes");
        }
    }

    #[test]
    fn a_witness_may_sign_too_but_not_instead() {
        let stranger = CheckpointKey::from_seed(&[8; 32]);
        let line = "\u{2014} witness.example/w dGhpcyBpcyBub3QgYSBzaWduYXR1cmU=\n";
        assert!(key().verifier().open(&format!("{}{line}", note())).is_ok());
        let theirs = stranger.sign(42, Hash::of_leaf(b"x"), Vec::new());
        assert!(matches!(key().verifier().open(&theirs), Err(CheckpointError::OtherLedger { .. })));
        let (text, _) = split_note(&theirs).expect("a note");
        let text = text.replace(&stranger.name, &key().name);
        assert_eq!(key().verifier().open(&format!("{text}\n{line}")), Err(CheckpointError::Unsigned));
    }

    #[test]
    fn keys_read_back_from_text() {
        let verifier: Verifier = key().verifier().to_string().parse().expect("our own text");
        assert_eq!(verifier, key().verifier());
        let again = CheckpointKey::from_private_text(&key().private_text()).expect("our own text");
        assert_eq!(again.verifier(), verifier);
        assert_eq!(format!("{:?}", key()), format!("CheckpointKey({})", verifier.name));
        assert_eq!("a+b".parse::<Verifier>(), Err(CheckpointError::BadKey));
    }

    /// The example of the Go documentation of signed notes: same name, key and text must give the same signature.
    #[test]
    fn c2sp_signed_note_known_signature() {
        let key = CheckpointKey::from_private_text(
            "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        )
        .expect("a published example");
        assert_eq!(key.verifier().to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        let text = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
        let signature = key.signing.sign(text.as_bytes()).to_bytes();
        let mut line = key.verifier().id.to_vec();
        line.extend_from_slice(&signature);
        assert_eq!(
            BASE64.encode(line),
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        );
    }

    #[test]
    fn sizes_have_one_spelling() {
        let root = BASE64.encode([1; 32]);
        assert!(Checkpoint::parse(&format!("o\n42\n{root}\n")).is_some());
        for text in ["o\n042\n", "o\n+42\n", "o\n-1\n", "\n42\n", "o\n\n"] {
            assert_eq!(Checkpoint::parse(&format!("{text}{root}\n")), None, "{text:?}");
        }
        assert_eq!(Checkpoint::parse(&format!("o\n42\n{root}\n\n")), None);
        assert_eq!(Checkpoint::parse(&format!("o\n42\n{root}")), None);
    }
}
