//! How content is sealed: XChaCha20-Poly1305 in frames of 64 KiB, after the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015).
//!
//! Layout: eight bytes that name the format, nineteen random bytes, then the frames, each its content followed by a tag of sixteen bytes.
//! A frame's nonce is the random bytes, the frame's number and whether it is the last one, so a cut, a repeat or a changed order
//! can't be opened. The header and the object's own name are authenticated with each frame, so an object can't stand in for another.

use chacha20poly1305::aead::{AeadInPlace as _, KeyInit as _};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};

use super::BlobError;

const FORMAT: &[u8; 8] = b"CUSTDOC1";
pub const SALT: usize = 19;
const HEADER: usize = FORMAT.len() + SALT;
pub const TAG: usize = 16;
pub const FRAME: usize = 64 << 10;

/// How long content of this size is once sealed. Empty content still has one (last) frame.
pub(super) fn sealed_size(size: u64) -> u64 {
    HEADER as u64 + size + size.div_ceil(FRAME as u64).max(1) * TAG as u64
}

/// The nonce of a frame; backups frame their content the same way.
pub fn nonce(salt: &[u8], number: u32, last: bool) -> XNonce {
    let mut nonce = XNonce::default();
    nonce[..SALT].copy_from_slice(salt);
    nonce[SALT..SALT + 4].copy_from_slice(&number.to_be_bytes());
    nonce[SALT + 4] = u8::from(last);
    nonce
}

/// Seals content under a fresh random salt.
pub(super) fn seal(key: &[u8; 32], name: &[u8], salt: [u8; SALT], content: &[u8]) -> Result<Vec<u8>, BlobError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let mut sealed = Vec::with_capacity(usize::try_from(sealed_size(content.len() as u64)).unwrap_or(0));
    sealed.extend_from_slice(FORMAT);
    sealed.extend_from_slice(&salt);
    let bound = [&sealed[..HEADER], name].concat();
    let frames = content.len().div_ceil(FRAME).max(1);
    for number in 0..frames {
        let start = number * FRAME;
        let end = (start + FRAME).min(content.len());
        let at = sealed.len();
        sealed.extend_from_slice(&content[start..end]);
        let numbered = u32::try_from(number).map_err(|_| BlobError::TooLarge)?;
        let tag = cipher
            .encrypt_in_place_detached(&nonce(&salt, numbered, number + 1 == frames), &bound, &mut sealed[at..])
            .map_err(|_| BlobError::TooLarge)?;
        sealed.extend_from_slice(&tag);
    }
    Ok(sealed)
}

/// Opens what [`seal`] made, whole or not at all.
pub(super) fn open(key: &[u8; 32], name: &[u8], sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
    let (header, body) = sealed.split_at_checked(HEADER).ok_or(BlobError::Damaged)?;
    let (format, salt) = header.split_at(FORMAT.len());
    if format != FORMAT || body.is_empty() {
        return Err(BlobError::Damaged);
    }
    let cipher = XChaCha20Poly1305::new(key.into());
    let bound = [header, name].concat();
    let mut content = Vec::with_capacity(body.len());
    let frames = body.len().div_ceil(FRAME + TAG);
    for (number, frame) in body.chunks(FRAME + TAG).enumerate() {
        let (frame, tag) =
            frame.len().checked_sub(TAG).map(|length| frame.split_at(length)).ok_or(BlobError::Damaged)?;
        let numbered = u32::try_from(number).map_err(|_| BlobError::Damaged)?;
        let at = content.len();
        content.extend_from_slice(frame);
        cipher
            .decrypt_in_place_detached(
                &nonce(salt, numbered, number + 1 == frames),
                &bound,
                &mut content[at..],
                Tag::from_slice(tag),
            )
            .map_err(|_| BlobError::Damaged)?;
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [3; 32];

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 31 % 251) as u8).collect()
    }

    fn sealed(length: usize) -> Vec<u8> {
        seal(&KEY, b"a", [9; SALT], &content(length)).unwrap()
    }

    #[test]
    fn every_length_comes_back_and_has_the_size_foretold() {
        for length in [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 77] {
            let sealed = sealed(length);
            assert_eq!(sealed.len() as u64, sealed_size(length as u64), "{length}");
            assert_eq!(open(&KEY, b"a", &sealed).unwrap(), content(length), "{length}");
        }
    }

    #[test]
    fn a_cut_anywhere_is_noticed() {
        let sealed = sealed(3 * FRAME);
        // At the exact end of a frame too: only the last frame may be last.
        let ends = [0, 5, HEADER, HEADER + TAG, HEADER + FRAME + TAG, HEADER + 2 * (FRAME + TAG), sealed.len() - 1];
        for end in ends {
            assert!(open(&KEY, b"a", &sealed[..end]).is_err(), "cut at {end}");
        }
        let longer = [sealed.as_slice(), b"x"].concat();
        assert!(open(&KEY, b"a", &longer).is_err());
    }

    #[test]
    fn a_flipped_bit_is_noticed_in_header_content_and_tag() {
        let sealed = sealed(FRAME + 100);
        for at in (0..sealed.len()).step_by(997).chain([0, 8, HEADER, HEADER + FRAME, sealed.len() - 1]) {
            let mut changed = sealed.clone();
            changed[at] ^= 0x10;
            assert!(open(&KEY, b"a", &changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn frames_can_t_change_places_or_repeat() {
        let sealed = sealed(3 * FRAME);
        let frame = |number: usize| &sealed[HEADER + number * (FRAME + TAG)..HEADER + (number + 1) * (FRAME + TAG)];
        let build = |order: &[usize]| {
            order.iter().fold(sealed[..HEADER].to_vec(), |mut built, number| {
                built.extend_from_slice(frame(*number));
                built
            })
        };
        assert!(open(&KEY, b"a", &build(&[0, 1, 2])).is_ok());
        for order in [&[1, 0, 2][..], &[0, 0, 2], &[0, 2], &[2], &[0, 1, 2, 2]] {
            assert!(open(&KEY, b"a", &build(order)).is_err(), "{order:?}");
        }
    }

    #[test]
    fn another_name_or_another_key_opens_nothing() {
        let sealed = sealed(10);
        assert!(open(&KEY, b"b", &sealed).is_err());
        assert!(open(&[4; 32], b"a", &sealed).is_err());
    }
}
