//! What is inside the shell: named entries, one after the other, compressed as one stream. No entry says its length in advance, because
//! nobody knows how long a dump of the database becomes.
//!
//! ```text
//! 'N' length name    a new entry
//! 'D' length bytes   some of its content
//! 'E' length JSON    the end, with the summary
//! ```

use std::io::{self, BufReader, Read, Write};

use bytes::Bytes;
use tokio::sync::mpsc::{Receiver, Sender};

use super::seal::{Broken, Opener, Sealer};
use crate::vault::Vault;

/// One step of the archive, as it travels between the thread that reads or writes the file and whoever has or wants the content.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Entry(String),
    Content(Bytes),
    End(Vec<u8>),
}

/// Content travels in pieces of this size at most.
pub const PIECE: usize = 256 << 10;
/// A name or a summary; the list of unreadable documents is the longest.
const LONGEST_WORD: usize = 64 << 20;

/// Writes pieces as they come, until [`Piece::End`]. A sender that goes away before is an end too soon, and an error.
pub fn write<W: Write>(vault: &Vault, to: W, mut pieces: Receiver<Piece>) -> io::Result<W> {
    // Documents are sealed and do not shrink; the database does, quickly.
    let mut encoder = zstd::Encoder::new(Sealer::begin(vault, to)?, 3)?;
    while let Some(piece) = pieces.blocking_recv() {
        match &piece {
            Piece::Entry(name) => record(&mut encoder, b'N', name.as_bytes())?,
            Piece::Content(bytes) => bytes.chunks(PIECE).try_for_each(|chunk| record(&mut encoder, b'D', chunk))?,
            Piece::End(summary) => {
                record(&mut encoder, b'E', summary)?;
                return encoder.finish()?.finish();
            }
        }
    }
    Err(io::Error::from(io::ErrorKind::BrokenPipe))
}

fn record(to: &mut impl Write, kind: u8, content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(|_| Broken::TooLarge)?;
    to.write_all(&[kind])?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(content)
}

/// Reads pieces until the end; [`Piece::End`] is sent only once the whole file was found good.
pub fn read(vault: &Vault, from: impl Read, pieces: &Sender<Piece>) -> io::Result<()> {
    let opener = Opener::begin(vault, BufReader::with_capacity(1 << 20, from))?;
    let mut decoder = zstd::Decoder::new(opener)?;
    loop {
        let mut start = [0; 5];
        read_exact(&mut decoder, &mut start)?;
        let [kind, a, b, c, d] = start;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if length > if kind == b'D' { PIECE } else { LONGEST_WORD } {
            return Err(Broken::Content.into());
        }
        let mut content = vec![0; length];
        read_exact(&mut decoder, &mut content)?;
        let piece = match kind {
            b'N' => Piece::Entry(String::from_utf8(content).map_err(|_| Broken::Content)?),
            b'D' => Piece::Content(content.into()),
            b'E' => {
                // To the very end: a cut or an addition after the summary is still ahead.
                if decoder.read(&mut [0])? > 0 {
                    return Err(Broken::Content.into());
                }
                pieces.blocking_send(Piece::End(content)).map_err(|_| io::ErrorKind::BrokenPipe)?;
                return Ok(());
            }
            _ => return Err(Broken::Content.into()),
        };
        // Whoever wanted the content gave up, and knows why.
        pieces.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe)?;
    }
}

/// The stream inside ends only with its last record.
fn read_exact(from: &mut impl Read, into: &mut [u8]) -> io::Result<()> {
    from.read_exact(into).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Broken::Cut.into(),
        _ => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pieces_come_back_in_order_and_an_end_too_soon_is_none() {
        let vault = Vault::from_key([5; 32]);
        let pieces = || {
            vec![
                Piece::Entry("a".into()),
                Piece::Content(vec![7; PIECE + 3].into()),
                Piece::Entry("b".into()),
                Piece::End(b"{}".to_vec()),
            ]
        };
        let written = |pieces: Vec<Piece>| {
            let vault = vault.clone();
            async move {
                let (send, receive) = tokio::sync::mpsc::channel(8);
                let writing = tokio::task::spawn_blocking(move || write(&vault, Vec::new(), receive));
                for piece in pieces {
                    send.send(piece).await.unwrap();
                }
                drop(send);
                writing.await.unwrap()
            }
        };
        let file = written(pieces()).await.unwrap();
        let (send, mut receive) = tokio::sync::mpsc::channel(64);
        let reading = tokio::task::spawn_blocking(move || read(&vault.clone(), &file[..], &send));
        let mut found = Vec::new();
        while let Some(piece) = receive.recv().await {
            found.push(piece);
        }
        reading.await.unwrap().unwrap();
        let content: usize =
            found.iter().map(|piece| if let Piece::Content(bytes) = piece { bytes.len() } else { 0 }).sum();
        assert_eq!(content, PIECE + 3);
        assert_eq!((&found[0], found.last().unwrap()), (&Piece::Entry("a".into()), &Piece::End(b"{}".to_vec())));

        let vault = Vault::from_key([5; 32]);
        let (send, receive) = tokio::sync::mpsc::channel(8);
        send.send(Piece::Entry("a".into())).await.unwrap();
        drop(send);
        assert!(tokio::task::spawn_blocking(move || write(&vault, Vec::new(), receive)).await.unwrap().is_err());
    }
}
