//! Black and white pages in one TIFF (TIFF 6.0), packed by runs (§9, PackBits), as a fax gateway drops them.

use super::Picture;

/// Darker than this is ink.
const INK: u8 = 150;

/// The pages in one file, little-endian.
pub fn tiff(pages: &[Picture], dots_an_inch: u32) -> Vec<u8> {
    let mut file = b"II\x2a\0\0\0\0\0".to_vec();
    // where the offset of the next directory is to be written
    let mut link = 4;
    for page in pages {
        let strip = file.len();
        for row in page.grey.chunks_exact(page.width) {
            file.extend(packed(&bits(row)));
        }
        let length = file.len() - strip;
        let resolution = aligned(&mut file);
        file.extend(dots_an_inch.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        let directory = aligned(&mut file);
        file[link..link + 4].copy_from_slice(&(directory as u32).to_le_bytes());
        let (width, height) = (page.width as u32, page.height as u32);
        const SHORT: u16 = 3;
        const LONG: u16 = 4;
        const RATIONAL: u16 = 5;
        let entries: [(u16, u16, u32); 11] = [
            (256, LONG, width),
            (257, LONG, height),
            (258, SHORT, 1),
            (259, SHORT, 32773),
            // zero is white
            (262, SHORT, 0),
            (273, LONG, strip as u32),
            (277, SHORT, 1),
            (278, LONG, height),
            (279, LONG, length as u32),
            (282, RATIONAL, resolution as u32),
            (283, RATIONAL, resolution as u32),
        ];
        file.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, value) in entries {
            file.extend(tag.to_le_bytes());
            file.extend(kind.to_le_bytes());
            file.extend(1_u32.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        link = file.len();
        file.extend(0_u32.to_le_bytes());
    }
    file
}

/// Directories and values begin at an even place.
fn aligned(file: &mut Vec<u8>) -> usize {
    if !file.len().is_multiple_of(2) {
        file.push(0);
    }
    file.len()
}

/// Eight points a byte, the first highest, 1 for ink.
fn bits(row: &[u8]) -> Vec<u8> {
    row.chunks(8)
        .map(|eight| eight.iter().enumerate().fold(0, |byte, (n, grey)| byte | (u8::from(*grey < INK) << (7 - n))))
        .collect()
}

/// PackBits: a run of 2 to 128 equal bytes as two, other bytes behind their count.
fn packed(row: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < row.len() {
        let run = row[at..].iter().take(128).take_while(|byte| **byte == row[at]).count();
        if run > 1 {
            out.extend([(257 - run) as u8, row[at]]);
            at += run;
            continue;
        }
        let mut end = at + 1;
        while end < row.len() && end - at < 128 && (end + 1 == row.len() || row[end] != row[end + 1]) {
            end += 1;
        }
        out.push((end - at - 1) as u8);
        out.extend_from_slice(&row[at..end]);
        at = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_packed_as_in_the_standard() {
        assert_eq!(packed(&[0xaa; 3]), [0xfe, 0xaa]);
        assert_eq!(packed(&[1, 2, 3]), [2, 1, 2, 3]);
        assert_eq!(packed(&[1, 2, 2, 2]), [0, 1, 0xfe, 2]);
        let long = packed(&[0; 300]);
        assert_eq!(long.len(), 6);
    }
}
