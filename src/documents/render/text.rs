//! Text of any age and encoding, as headings and paragraphs.

use super::{Sight, Why};

/// A screenful of text has an end: a page of text ends at the first line break after this many characters.
const PAGE_CHARACTERS: usize = 60_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    Heading,
    /// Lines as they stand.
    Paragraph,
    /// Columns that line up: shown in a typeface of even width.
    Columns,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: BlockKind,
    pub text: String,
}

/// What Windows-1252 has between 0x80 and 0x9F; the rest is Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// UTF-8, or UTF-16 when it says so, or else Windows-1252, in which every byte means something.
pub(super) fn decode(content: &[u8]) -> String {
    let text = match content {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(content) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => content.iter().map(|byte| windows(*byte)).collect(),
        },
    };
    clean(&text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// One kind of line end, no control characters, and nothing that makes the browser show words in another order than they stand.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .map(|character| match character {
            '\r' | '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\n' | '\t' | '\u{c}' => character,
            '\u{202d}' | '\u{202e}' => char::REPLACEMENT_CHARACTER,
            control if control.is_control() => char::REPLACEMENT_CHARACTER,
            other => other,
        })
        .collect()
}

/// One page of a text, counted from 1. A form feed ends a page, as it did on the printer the text was made for.
pub(super) fn page(text: &str, page: u32) -> Result<Sight, Why> {
    let sheets = sheets(text);
    let at = page.checked_sub(1).ok_or(Why::NoSuchPage)? as usize;
    let sheet = sheets.get(at).ok_or(Why::NoSuchPage)?;
    let pages = u32::try_from(sheets.len()).map_err(|_| Why::TooManyPages)?;
    Ok(Sight::Text { blocks: blocks(sheet), pages })
}

fn sheets(text: &str) -> Vec<&str> {
    let mut sheets = Vec::new();
    for mut rest in text.split('\u{c}').filter(|sheet| !sheet.trim().is_empty()) {
        while rest.len() > PAGE_CHARACTERS {
            let near = rest.floor_char_boundary(PAGE_CHARACTERS);
            // A line that never ends is cut where the page is full.
            let cut = match rest[near..].find('\n') {
                Some(at) if at < PAGE_CHARACTERS => near + at + 1,
                _ => near,
            };
            let (sheet, others) = rest.split_at(cut);
            sheets.push(sheet);
            rest = others;
        }
        if !rest.trim().is_empty() {
            sheets.push(rest);
        }
    }
    if sheets.is_empty() {
        sheets.push("");
    }
    sheets
}

fn blocks(sheet: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in sheet.lines() {
        if let Some(heading) = heading(line) {
            flush(&mut blocks, &mut lines);
            blocks.push(Block { kind: BlockKind::Heading, text: heading.to_owned() });
        } else if line.trim().is_empty() {
            flush(&mut blocks, &mut lines);
        } else {
            lines.push(line.trim_end());
        }
    }
    flush(&mut blocks, &mut lines);
    blocks
}

fn flush(blocks: &mut Vec<Block>, lines: &mut Vec<&str>) {
    if lines.is_empty() {
        return;
    }
    let text = lines.join("\n");
    let columns = lines.iter().any(|line| line.contains(['│', '─', '\t', '|']) || line.trim_start().contains("   "));
    blocks.push(Block { kind: if columns { BlockKind::Columns } else { BlockKind::Paragraph }, text });
    lines.clear();
}

/// Two habits of note writers: `# Plan`, and `HOSPITAL COURSE:` on a line of its own.
fn heading(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(words) = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#')) {
        return words.strip_prefix(' ').map(str::trim).filter(|words| !words.is_empty());
    }
    let words = line.strip_suffix(':').unwrap_or(line);
    let letters = words.chars().filter(|character| character.is_alphabetic()).count();
    let shouted = letters >= 4 && !words.chars().any(char::is_lowercase) && words.chars().count() <= 60;
    let plain = words.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || " &/,()-'".contains(c));
    (shouted && plain).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf_8_are_read_as_windows_1252() {
        assert_eq!(decode("Größe 5 µg".as_bytes()), "Größe 5 µg");
        assert_eq!(decode(b"5 \xb5g \x96 \x93na\xefve\x94"), "5 µg – “naïve”");
        assert_eq!(decode(b"\xff\xfeA\0\xe9\0"), "Aé");
        assert_eq!(decode(b"\xfe\xff\0A"), "A");
    }

    #[test]
    fn control_characters_and_reversed_text_do_not_reach_the_page() {
        assert_eq!(decode(b"a\0b\x1bc\r\nd\re"), "a\u{fffd}b\u{fffd}c\nd\ne");
        assert_eq!(decode("dose \u{202e}01".as_bytes()), "dose \u{fffd}01");
    }

    #[test]
    fn headings_and_columns_are_told_from_paragraphs() {
        let Ok(Sight::Text { blocks, pages: 1 }) =
            page("# Chief complaint\nFever.\nRigors.\n\nHOSPITAL COURSE:\nBetter.\n\nNa      138\nK       4.1\n", 1)
        else {
            panic!("one page of text")
        };
        let kinds: Vec<_> = blocks.iter().map(|block| (block.kind, block.text.as_str())).collect();
        use BlockKind::{Columns, Heading, Paragraph};
        assert_eq!(
            kinds,
            [
                (Heading, "Chief complaint"),
                (Paragraph, "Fever.\nRigors."),
                (Heading, "HOSPITAL COURSE"),
                (Paragraph, "Better."),
                (Columns, "Na      138\nK       4.1"),
            ]
        );
        assert_eq!(heading("BP 120"), None, "a value is not a heading: too few letters");
    }

    #[test]
    fn long_text_is_paged_and_nothing_is_lost() {
        let text = "A line of ordinary length é.\n".repeat(20_000);
        assert_eq!(sheets(&text).concat(), text);
        assert!(sheets(&text).len() > 5);
        let endless = "é".repeat(200_000);
        assert_eq!(sheets(&endless).concat(), endless);
        assert_eq!(sheets("one\u{c}two"), ["one", "two"]);
        assert_eq!(page("x", 2), Err(Why::NoSuchPage));
        assert_eq!(page("", 1), Ok(Sight::Text { blocks: vec![], pages: 1 }));
    }
}
