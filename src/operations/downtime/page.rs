//! The one HTML file: its script and style in it and nothing from anywhere else, its content encrypted.

use std::io::Write as _;
use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::DateTime;
use chrono_tz::Tz;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::pbkdf2;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Copied, DowntimeError};

const FRAME: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// What the web platform offers against guessing; a second of work for each guess on a usual machine.
const ROUNDS: NonZeroU32 = match NonZeroU32::new(1_000_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};

pub(super) fn draw(
    copy: Uuid,
    written: DateTime<Tz>,
    charts: &[Copied],
    log_key: &[u8; 32],
    passphrase: &[u8],
) -> Result<String, DowntimeError> {
    let content = json!({ "log_key": BASE64.encode(log_key), "patients": charts });
    let plain = Zeroizing::new(content.to_string());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(plain.as_bytes()).map_err(|_| DowntimeError::Cipher)?;
    let packed = packed.finish().map_err(|_| DowntimeError::Cipher)?;

    let (salt, nonce): ([u8; 16], [u8; NONCE_LEN]) = (rand::random(), rand::random());
    let mut key = Zeroizing::new([0; 32]);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, &salt, passphrase, &mut *key);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*key).map_err(|_| DowntimeError::Cipher)?);
    let mut sealed = packed;
    // The copy's id is authenticated with it: the page's log speaks of this copy and no other.
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(copy.to_string()), &mut sealed)
        .map_err(|_| DowntimeError::Cipher)?;

    let sealed = json!({
        "copy": copy,
        "rounds": ROUNDS.get(),
        "salt": BASE64.encode(salt),
        "nonce": BASE64.encode(nonce),
        "content": BASE64.encode(sealed),
    });
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    Ok(FRAME
        .replace("{{policy}}", &policy)
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT)
        .replace("{{written}}", &written.format("%d-%b-%Y %H:%M").to_string())
        .replace("{{sealed}}", &sealed.to_string()))
}

fn hash(text: &str) -> String {
    BASE64.encode(Sha256::digest(text.as_bytes()))
}
