//! The shell of a backup: a stream of frames, each encrypted and authenticated with its number and whether it is the last (the STREAM
//! construction, as for documents). Unlike there, each frame also says its number and length, so that a file that was cut is told from
//! one that was changed, and a changed order from both.
//!
//! ```text
//! "CUSTBAK1"  19 random bytes  16 bytes that only the right key gives  8 bytes of SHA-256 over what stands before
//! then frames: number, length (highest bit: the last one), content, tag of 16 bytes
//! ```

use std::io::{self, Read, Write};

use chacha20poly1305::aead::{AeadInPlace as _, KeyInit as _};
use chacha20poly1305::{Tag, XChaCha20Poly1305};
use sha2::{Digest as _, Sha256};

use crate::blobs::frames::{FRAME, SALT, TAG, nonce};
use crate::vault::{Use, Vault};

const FORMAT: &[u8; 8] = b"CUSTBAK1";
const CHECK: usize = 16;
const DIGEST: usize = 8;
const HEADER: usize = FORMAT.len() + SALT + CHECK + DIGEST;
const FRAME_HEADER: usize = 8;
const LAST: u32 = 1 << 31;

/// What is wrong with a backup file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("this is no backup of custodian")]
    Foreign,
    #[error(
        "the backup was made under another master key: put the key of that installation in place (CUSTODIAN_KEY_FILE)"
    )]
    OtherKey,
    #[error("the backup is cut short: the file ends before the backup does")]
    Cut,
    #[error("the backup's parts are out of order or missing in between (part {0})")]
    Order(u32),
    #[error("the backup is damaged: part {0} is not what was written")]
    Damaged(u32),
    #[error("the backup's first bytes are damaged")]
    DamagedHeader,
    #[error("something was added after the end of the backup")]
    Longer,
    #[error("the backup is larger than this format can hold")]
    TooLarge,
    #[error("the backup's content makes no sense to this version of custodian")]
    Content,
}

impl From<Broken> for io::Error {
    fn from(broken: Broken) -> Self {
        io::Error::other(broken)
    }
}

struct Frames {
    cipher: XChaCha20Poly1305,
    header: [u8; HEADER],
}

impl Frames {
    fn salt(&self) -> &[u8] {
        &self.header[FORMAT.len()..FORMAT.len() + SALT]
    }

    fn new(vault: &Vault, header: [u8; HEADER]) -> Self {
        Self { cipher: XChaCha20Poly1305::new((&*vault.key(Use::Backup)).into()), header }
    }
}

fn check(vault: &Vault, salt: &[u8]) -> [u8; CHECK] {
    let mut check = [0; CHECK];
    check.copy_from_slice(&vault.index(Use::BackupCheck, &[FORMAT, salt])[..CHECK]);
    check
}

fn digest(start: &[u8]) -> [u8; DIGEST] {
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&Sha256::digest(start)[..DIGEST]);
    digest
}

/// Seals what is written into it. Without [`Sealer::finish`] the result counts as cut short.
pub struct Sealer<W> {
    to: W,
    frames: Frames,
    number: u32,
    content: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    pub fn begin(vault: &Vault, mut to: W) -> io::Result<Self> {
        let salt: [u8; SALT] = rand::random();
        let mut header = [0; HEADER];
        let (start, end) = header.split_at_mut(HEADER - DIGEST);
        start[..FORMAT.len()].copy_from_slice(FORMAT);
        start[FORMAT.len()..FORMAT.len() + SALT].copy_from_slice(&salt);
        start[FORMAT.len() + SALT..].copy_from_slice(&check(vault, &salt));
        end.copy_from_slice(&digest(start));
        to.write_all(&header)?;
        Ok(Self { to, frames: Frames::new(vault, header), number: 0, content: Vec::with_capacity(FRAME) })
    }

    /// Writes the last frame and gives back what was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.frame(true)?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn frame(&mut self, last: bool) -> io::Result<()> {
        let length = u32::try_from(self.content.len()).map_err(|_| Broken::TooLarge)? | if last { LAST } else { 0 };
        let nonce = nonce(self.frames.salt(), self.number, last);
        let tag = self
            .frames
            .cipher
            .encrypt_in_place_detached(&nonce, &self.frames.header, &mut self.content)
            .map_err(|_| Broken::TooLarge)?;
        self.to.write_all(&self.number.to_be_bytes())?;
        self.to.write_all(&length.to_be_bytes())?;
        self.to.write_all(&self.content)?;
        self.to.write_all(&tag)?;
        self.content.clear();
        self.number = self.number.checked_add(1).ok_or(Broken::TooLarge)?;
        Ok(())
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.content.len() == FRAME {
            self.frame(false)?;
        }
        let taken = bytes.len().min(FRAME - self.content.len());
        self.content.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Opens what [`Sealer`] made. Nothing of a frame is given out before the whole frame was found good.
pub struct Opener<R> {
    from: R,
    frames: Frames,
    number: u32,
    content: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    /// Reads the first bytes.
    ///
    /// # Errors
    /// An IO error that carries [`Broken`] when they are not the beginning of a backup under this key.
    pub fn begin(vault: &Vault, mut from: R) -> io::Result<Self> {
        let mut header = [0; HEADER];
        let read = read_full(&mut from, &mut header)?;
        let known = read.min(FORMAT.len());
        if header[..known] != FORMAT[..known] || known == 0 {
            return Err(Broken::Foreign.into());
        }
        if read < HEADER {
            return Err(Broken::Cut.into());
        }
        let (start, end) = header.split_at(HEADER - DIGEST);
        if digest(start) != end {
            return Err(Broken::DamagedHeader.into());
        }
        let salt = &start[FORMAT.len()..FORMAT.len() + SALT];
        if check(vault, salt) != start[FORMAT.len() + SALT..] {
            return Err(Broken::OtherKey.into());
        }
        Ok(Self { from, frames: Frames::new(vault, header), number: 0, content: Vec::new(), given: 0, ended: false })
    }

    fn next_frame(&mut self) -> io::Result<()> {
        let mut start = [0; FRAME_HEADER];
        if read_full(&mut self.from, &mut start)? < FRAME_HEADER {
            return Err(Broken::Cut.into());
        }
        let [a, b, c, d, e, f, g, h] = start;
        let (claimed, length) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
        let last = length & LAST != 0;
        let length = usize::try_from(length & !LAST).unwrap_or(usize::MAX);
        if length > FRAME {
            return Err(Broken::Damaged(self.number).into());
        }
        self.content.resize(length, 0);
        let mut tag = [0; TAG];
        if read_full(&mut self.from, &mut self.content)? < length || read_full(&mut self.from, &mut tag)? < TAG {
            return Err(Broken::Cut.into());
        }
        let nonce = nonce(self.frames.salt(), claimed, last);
        let opened = self.frames.cipher.decrypt_in_place_detached(
            &nonce,
            &self.frames.header,
            &mut self.content,
            Tag::from_slice(&tag),
        );
        // A frame that is good in another place is in the wrong one.
        match opened {
            Err(_) => return Err(Broken::Damaged(self.number).into()),
            Ok(()) if claimed != self.number => return Err(Broken::Order(self.number).into()),
            Ok(()) => {}
        }
        self.number = self.number.checked_add(1).ok_or(Broken::TooLarge)?;
        self.given = 0;
        if last {
            self.ended = true;
            if read_full(&mut self.from, &mut [0])? > 0 {
                return Err(Broken::Longer.into());
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.content.len() {
            if self.ended {
                return Ok(0);
            }
            if let Err(error) = self.next_frame() {
                self.content.clear();
                self.given = 0;
                return Err(error);
            }
        }
        let taken = into.len().min(self.content.len() - self.given);
        into[..taken].copy_from_slice(&self.content[self.given..self.given + taken]);
        self.given += taken;
        Ok(taken)
    }
}

/// Fills the buffer, or as much of it as there is.
fn read_full(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match from.read(&mut into[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::from_key([5; 32])
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 31 % 251) as u8).collect()
    }

    fn sealed(length: usize) -> Vec<u8> {
        let mut sealer = Sealer::begin(&vault(), Vec::new()).unwrap();
        sealer.write_all(&content(length)).unwrap();
        sealer.finish().unwrap()
    }

    fn open_with(vault: &Vault, bytes: &[u8]) -> Result<Vec<u8>, Broken> {
        let read = || {
            let mut all = Vec::new();
            Opener::begin(vault, bytes)?.read_to_end(&mut all)?;
            Ok(all)
        };
        read().map_err(|error: io::Error| *error.get_ref().unwrap().downcast_ref::<Broken>().unwrap())
    }

    fn open(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
        open_with(&vault(), bytes)
    }

    const WHOLE: usize = FRAME_HEADER + FRAME + TAG;

    #[test]
    fn every_length_comes_back() {
        for length in [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 77] {
            assert_eq!(open(&sealed(length)), Ok(content(length)), "{length}");
        }
    }

    #[test]
    fn a_cut_anywhere_is_called_a_cut() {
        let sealed = sealed(3 * FRAME + 5);
        let ends =
            [9, HEADER, HEADER + 3, HEADER + WHOLE, HEADER + WHOLE + 4, HEADER + 2 * WHOLE - 1, sealed.len() - 1];
        for end in ends {
            assert_eq!(open(&sealed[..end]), Err(Broken::Cut), "cut at {end} of {}", sealed.len());
        }
        assert_eq!(open(&[]), Err(Broken::Foreign));
        assert_eq!(open(&[&sealed[..], b"x"].concat()), Err(Broken::Longer));
    }

    #[test]
    fn a_changed_byte_is_called_damage_wherever_it_is() {
        let sealed = sealed(2 * FRAME + 100);
        for (at, expected) in [
            (0, Broken::Foreign),
            (FORMAT.len() + 2, Broken::DamagedHeader),
            (FORMAT.len() + SALT + 1, Broken::DamagedHeader),
            (HEADER - 1, Broken::DamagedHeader),
            // The first frame's number, content and tag; the second one's content; the last one's.
            (HEADER + 3, Broken::Damaged(0)),
            (HEADER + FRAME_HEADER, Broken::Damaged(0)),
            (HEADER + WHOLE - 1, Broken::Damaged(0)),
            (HEADER + WHOLE + FRAME_HEADER + 9, Broken::Damaged(1)),
            (sealed.len() - TAG - 3, Broken::Damaged(2)),
            (sealed.len() - 1, Broken::Damaged(2)),
        ] {
            let mut changed = sealed.clone();
            changed[at] ^= 0x10;
            assert_eq!(open(&changed), Err(expected), "byte {at}");
        }
        // A length that grew past what a frame can hold, and "the last one" put on a frame that is not.
        for (at, bit) in [(HEADER + 4, 0x40), (HEADER + 4, 0x80)] {
            let mut changed = sealed.clone();
            changed[at] ^= bit;
            assert_eq!(open(&changed), Err(Broken::Damaged(0)), "bit {bit:x} of byte {at}");
        }
    }

    #[test]
    fn another_order_is_called_that() {
        let sealed = sealed(2 * FRAME + 100);
        let frame = |number: usize| &sealed[HEADER + number * WHOLE..sealed.len().min(HEADER + (number + 1) * WHOLE)];
        for (order, expected) in [
            (&[1, 0, 2][..], Broken::Order(0)),
            (&[0, 0, 2], Broken::Order(1)),
            (&[0, 2], Broken::Order(1)),
            (&[2], Broken::Order(0)),
        ] {
            let built =
                order.iter().fold(sealed[..HEADER].to_vec(), |built, number| [&built[..], frame(*number)].concat());
            assert_eq!(open(&built), Err(expected), "{order:?}");
        }
    }

    #[test]
    fn another_key_is_called_that() {
        assert_eq!(open_with(&Vault::from_key([6; 32]), &sealed(10)), Err(Broken::OtherKey));
        assert_eq!(open(b"PGDMP, say, or a picture"), Err(Broken::Foreign));
    }

    #[test]
    fn a_full_disk_is_an_error_of_the_writer() {
        struct Small(usize);
        impl Write for Small {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut sealer = Sealer::begin(&vault(), Small(FRAME + 200)).unwrap();
        let error = sealer.write_all(&content(3 * FRAME)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
