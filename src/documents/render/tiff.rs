//! Pages of a TIFF file. The decoder reads the first page of a file; to read another, its directory is put first.
//!
//! TIFF 6.0 §2: a header that says where the first directory is; each directory describes one page and says where the next one is.
//! BigTIFF is the same with offsets of eight bytes.

use std::collections::HashSet;

use bytes::Bytes;

use super::{MOST_PAGES, Why};

pub(super) fn pages(content: &[u8]) -> Result<u32, Why> {
    directories(content).map(|found| found.len() as u32)
}

/// The number of pages, and the file with the wanted page first.
pub(super) fn page(content: &Bytes, page: u32) -> Result<(u32, Bytes), Why> {
    let found = directories(content)?;
    let at = page.checked_sub(1).and_then(|at| found.get(at as usize)).ok_or(Why::NoSuchPage)?;
    if page == 1 {
        return Ok((found.len() as u32, content.clone()));
    }
    let layout = Layout::of(content)?;
    let mut moved = content.to_vec();
    layout.write(&mut moved, *at).ok_or(Why::Damaged)?;
    Ok((found.len() as u32, moved.into()))
}

#[derive(Clone, Copy)]
struct Layout {
    big_endian: bool,
    big_offsets: bool,
}

impl Layout {
    fn of(content: &[u8]) -> Result<Self, Why> {
        let big_endian = match content.get(..2) {
            Some(b"II") => false,
            Some(b"MM") => true,
            _ => return Err(Why::Damaged),
        };
        let mut layout = Self { big_endian, big_offsets: false };
        match layout.number(content, 2, 2) {
            Some(42) => Ok(layout),
            Some(43) => {
                layout.big_offsets = true;
                Ok(layout)
            }
            _ => Err(Why::Damaged),
        }
    }

    /// Where the header keeps the offset of the first directory, and how long an offset is.
    fn first(self) -> (usize, usize) {
        if self.big_offsets { (8, 8) } else { (4, 4) }
    }

    fn number(self, content: &[u8], at: usize, length: usize) -> Option<u64> {
        let bytes = content.get(at..at.checked_add(length)?)?;
        let join = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
        Some(if self.big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) })
    }

    fn write(self, content: &mut [u8], offset: u64) -> Option<()> {
        let (at, length) = self.first();
        let bytes = if self.big_endian { offset.to_be_bytes() } else { offset.to_le_bytes() };
        let bytes = if self.big_endian { &bytes[8 - length..] } else { &bytes[..length] };
        content.get_mut(at..at + length)?.copy_from_slice(bytes);
        Some(())
    }

    /// Where the directory after the one at this offset is; 0 for none.
    fn next(self, content: &[u8], at: usize) -> Option<u64> {
        let (count, entry, length) = if self.big_offsets { (8, 20, 8) } else { (2, 12, 4) };
        let entries = usize::try_from(self.number(content, at, count)?).ok()?;
        let end = at.checked_add(count)?.checked_add(entries.checked_mul(entry)?)?;
        self.number(content, end, length)
    }
}

/// Offsets of all directories. A chain that breaks off keeps the pages before the break; one that turns back on itself ends there.
fn directories(content: &[u8]) -> Result<Vec<u64>, Why> {
    let layout = Layout::of(content)?;
    let (at, length) = layout.first();
    let mut next = layout.number(content, at, length).ok_or(Why::Damaged)?;
    let (mut found, mut met) = (Vec::new(), HashSet::new());
    while next != 0 && met.insert(next) {
        let Ok(at) = usize::try_from(next) else { break };
        if at + 2 > content.len() {
            break;
        }
        if found.len() as u32 == MOST_PAGES {
            return Err(Why::TooManyPages);
        }
        found.push(next);
        next = layout.next(content, at).unwrap_or(0);
    }
    if found.is_empty() { Err(Why::Damaged) } else { Ok(found) }
}
