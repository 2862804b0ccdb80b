//! Cuts a stream of bytes into single resources without ever holding a whole file.
//!
//! Understands one resource, a `Bundle` (its entries come out one by one), a list, several of these in a row, and one per line (NDJSON).
//! A cut or damaged file gives everything whole before the damage, and says what was lost.

use std::io::{self, BufRead};

use super::repair::{type_and_id, whole_object};

/// A single value larger than this is not a chart but an accident, or an attack on memory.
const LARGEST_VALUE: usize = 512 << 20;

/// Where in its file something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Whole,
    Line(u64),
    Entry(u64),
    LineEntry(u64, u64),
}

/// What comes out of a file, in its order.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// A resource as its bytes stand, with the address its bundle gives it.
    Resource { spot: Spot, full_url: Option<&'a str>, json: &'a [u8] },
    /// Bytes that were meant to be a resource and are none.
    Broken { spot: Spot, resource_type: Option<String>, id: Option<String>, reason: &'static str },
}

/// Takes the pieces; `false` stops the reading.
pub(crate) trait Sink: FnMut(Piece<'_>) -> bool {}
impl<F: FnMut(Piece<'_>) -> bool> Sink for F {}

enum Fault {
    /// The bytes end inside a value.
    Cut,
    /// A byte that can't stand here.
    Stray,
    TooLarge,
    /// The taker wants no more.
    Stopped,
}

/// Reads one resource a line. Lines that are bundles are taken apart as well.
pub(crate) fn lines(mut reader: impl BufRead, sink: &mut impl Sink) -> io::Result<bool> {
    let mut number = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        let read = read_line(&mut reader, &mut line)?;
        let text = line.trim_ascii();
        let text = if number == 1 { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
        // A file padded with zero bytes has ended.
        if !text.is_empty() && text.iter().any(|byte| *byte != 0) && !one_line(text, number, sink) {
            return Ok(false);
        }
        if read == 0 {
            return Ok(true);
        }
    }
}

fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut read = 0;
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            return Ok(read);
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let take = end.map_or(chunk.len(), |at| at + 1);
        if line.len() < LARGEST_VALUE {
            line.extend_from_slice(&chunk[..take]);
        }
        reader.consume(take);
        read += take;
        if end.is_some() {
            return Ok(read);
        }
    }
}

fn one_line(text: &[u8], number: u64, sink: &mut impl Sink) -> bool {
    let (resource_type, id) = type_and_id(text);
    if text.len() >= LARGEST_VALUE {
        return sink(Piece::Broken { spot: Spot::Line(number), resource_type, id, reason: TOO_LARGE });
    }
    if resource_type.as_deref() == Some("Bundle") {
        let mut inner = |piece: Piece<'_>| {
            sink(match piece {
                Piece::Resource { spot, full_url, json } => {
                    Piece::Resource { spot: spot.on_line(number), full_url, json }
                }
                Piece::Broken { spot, resource_type, id, reason } => {
                    Piece::Broken { spot: spot.on_line(number), resource_type, id, reason }
                }
            })
        };
        return values(text, &mut inner).unwrap_or(true);
    }
    if whole_object(text) {
        sink(Piece::Resource { spot: Spot::Line(number), full_url: None, json: text })
    } else {
        let reason = if text.starts_with(b"{") { CUT } else { NO_OBJECT };
        sink(Piece::Broken { spot: Spot::Line(number), resource_type, id, reason })
    }
}

const CUT: &str = "it ends in the middle: the file is cut or damaged here";
const NO_OBJECT: &str = "not a FHIR resource: a JSON object is expected";
const STRAY: &str = "not JSON: a character stands where none may";
const TOO_LARGE: &str = "larger than 512 MB: not read";
const EMPTY_ENTRY: &str = "an entry of the bundle without a resource; deletions are never carried out by an import";

impl Spot {
    fn on_line(self, line: u64) -> Self {
        match self {
            Spot::Entry(entry) | Spot::LineEntry(_, entry) => Spot::LineEntry(line, entry),
            Spot::Whole | Spot::Line(_) => Spot::Line(line),
        }
    }
}

/// Reads JSON values in a row: a resource, a bundle, a list of either, or many of them.
pub(crate) fn values(reader: impl BufRead, sink: &mut impl Sink) -> io::Result<bool> {
    let mut splitter = Splitter { reader, error: None, entries: 0, sink };
    let going = splitter.file();
    match splitter.error {
        Some(error) => Err(error),
        None => Ok(going),
    }
}

struct Splitter<'s, R, S> {
    reader: R,
    /// A reader that failed behaves like one that ended; the caller learns why afterwards.
    error: Option<io::Error>,
    entries: u64,
    sink: &'s mut S,
}

impl<R: BufRead, S: Sink> Splitter<'_, R, S> {
    fn file(&mut self) -> bool {
        self.skip_mark();
        let mut first = true;
        loop {
            let outcome = match self.next_byte() {
                None => return true,
                Some(b'{') => self.object(first),
                Some(b'[') => self.list().map_err(|fault| (fault, Vec::new())),
                Some(0) => {
                    self.consume(1);
                    continue;
                }
                Some(_) => Err((Fault::Stray, Vec::new())),
            };
            first = false;
            match outcome {
                Ok(()) => {}
                Err((Fault::Stopped, _)) => return false,
                Err((fault, fragment)) => {
                    if !self.broken(self.spot(), &fragment, fault.reason()) {
                        return false;
                    }
                    self.skip_to_next_object_line();
                }
            }
        }
    }

    fn spot(&self) -> Spot {
        if self.entries == 0 { Spot::Whole } else { Spot::Entry(self.entries) }
    }

    /// The inside of one object: a bundle's entries go out as they come, anything else is put together and goes out whole.
    fn object(&mut self, first: bool) -> Result<(), (Fault, Vec<u8>)> {
        let mut whole = Vec::new();
        self.consume(1);
        whole.push(b'{');
        let mut resource_type: Option<String> = None;
        let mut streamed = false;
        let outcome = self.members(&mut whole, &mut resource_type, &mut streamed);
        whole.push(b'}');
        match outcome {
            Err(Fault::Stopped) => Err((Fault::Stopped, whole)),
            // What was lost is the entry that was being read, and that one has been named already.
            Err(_) if streamed => Ok(()),
            Err(fault) => Err((fault, whole)),
            Ok(()) if streamed || resource_type.as_deref() == Some("Bundle") => Ok(()),
            Ok(()) => {
                if !first || self.entries > 0 {
                    self.entries += 1;
                }
                let spot = self.spot();
                let going = (self.sink)(Piece::Resource { spot, full_url: None, json: &whole });
                if first && self.entries == 0 {
                    // A second value would make this one the first of several.
                    self.entries = u64::from(self.next_byte().is_some());
                }
                if going { Ok(()) } else { Err((Fault::Stopped, Vec::new())) }
            }
        }
    }

    fn members(
        &mut self,
        whole: &mut Vec<u8>,
        resource_type: &mut Option<String>,
        streamed: &mut bool,
    ) -> Result<(), Fault> {
        loop {
            match self.next_byte().ok_or(Fault::Cut)? {
                b'}' => {
                    self.consume(1);
                    return Ok(());
                }
                b',' => {
                    self.consume(1);
                    whole.push(b',');
                }
                b'"' => {
                    let key_at = whole.len();
                    self.value(whole)?;
                    let key = whole[key_at..].to_vec();
                    if self.next_byte().ok_or(Fault::Cut)? != b':' {
                        return Err(Fault::Stray);
                    }
                    self.consume(1);
                    whole.push(b':');
                    let next = self.next_byte().ok_or(Fault::Cut)?;
                    if key == b"\"entry\"" && next == b'[' && resource_type.as_deref().is_none_or(|t| t == "Bundle") {
                        whole.extend_from_slice(b"[]");
                        *streamed = true;
                        self.list_of(true)?;
                    } else {
                        let value_at = whole.len();
                        self.value(whole)?;
                        if key == b"\"resourceType\"" {
                            *resource_type = serde_json::from_slice(&whole[value_at..]).ok();
                        }
                    }
                }
                _ => return Err(Fault::Stray),
            }
        }
    }

    /// A list of resources at the top of a file.
    fn list(&mut self) -> Result<(), Fault> {
        self.list_of(false)
    }

    fn list_of(&mut self, entries: bool) -> Result<(), Fault> {
        self.consume(1);
        let mut element = Vec::new();
        loop {
            match self.next_byte() {
                Some(b']') => {
                    self.consume(1);
                    return Ok(());
                }
                Some(b',') => self.consume(1),
                Some(_) => {
                    self.entries += 1;
                    element.clear();
                    match self.value(&mut element) {
                        Ok(()) if entries => self.entry(&element)?,
                        Ok(()) => self.resource(&element, None)?,
                        Err(Fault::Stray) => {
                            self.report(&element, STRAY)?;
                            self.skip_to_element();
                        }
                        Err(fault) => {
                            self.report(&element, fault.reason())?;
                            if matches!(fault, Fault::Cut) {
                                return Err(Fault::Cut);
                            }
                        }
                    }
                }
                None => {
                    // The list has no end: nothing of it is missing that was begun, yet the rest of the file is.
                    self.entries += 1;
                    self.report(b"", CUT)?;
                    return Err(Fault::Cut);
                }
            }
        }
    }

    fn entry(&mut self, element: &[u8]) -> Result<(), Fault> {
        #[derive(serde::Deserialize)]
        struct Entry<'a> {
            #[serde(rename = "fullUrl", default)]
            full_url: Option<std::borrow::Cow<'a, str>>,
            #[serde(borrow, default)]
            resource: Option<&'a serde_json::value::RawValue>,
        }
        match serde_json::from_slice::<Entry<'_>>(element) {
            Ok(Entry { full_url, resource: Some(resource) }) => {
                self.resource(resource.get().as_bytes(), full_url.as_deref())
            }
            Ok(_) => self.report(element, EMPTY_ENTRY),
            // Damaged inside: repaired or refused by whoever reads the resource itself.
            Err(_) => match super::repair::resource_of_entry(element) {
                Some((full_url, resource)) => self.resource(resource.as_bytes(), full_url.as_deref()),
                None => self.report(element, STRAY),
            },
        }
    }

    fn resource(&mut self, json: &[u8], full_url: Option<&str>) -> Result<(), Fault> {
        let spot = self.spot();
        if (self.sink)(Piece::Resource { spot, full_url, json }) { Ok(()) } else { Err(Fault::Stopped) }
    }

    fn report(&mut self, fragment: &[u8], reason: &'static str) -> Result<(), Fault> {
        if self.broken(self.spot(), fragment, reason) { Ok(()) } else { Err(Fault::Stopped) }
    }

    fn broken(&mut self, spot: Spot, fragment: &[u8], reason: &'static str) -> bool {
        let (resource_type, id) = type_and_id(fragment);
        (self.sink)(Piece::Broken { spot, resource_type, id, reason })
    }

    /// Appends one value, of whatever kind, as its bytes stand.
    fn value(&mut self, into: &mut Vec<u8>) -> Result<(), Fault> {
        match self.next_byte().ok_or(Fault::Cut)? {
            b'{' | b'[' => self.nested(into),
            b'"' => self.text(into),
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => self.bare(into),
            _ => Err(Fault::Stray),
        }
    }

    fn nested(&mut self, into: &mut Vec<u8>) -> Result<(), Fault> {
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        let kept_from = into.len();
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) if !chunk.is_empty() => chunk,
                other => return Err(ended(&mut self.error, other)),
            };
            let mut end = None;
            for (at, byte) in chunk.iter().enumerate() {
                if quoted {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        // No string holds a raw line end: a forgotten quote must not swallow the rest of the file.
                        b'"' | b'\n' => quoted = false,
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => quoted = true,
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => {
                            depth -= 1;
                            if depth == 0 {
                                end = Some(at + 1);
                                break;
                            }
                        }
                        _ => {}
                    }
                }
            }
            let take = end.unwrap_or(chunk.len());
            if into.len() - kept_from < LARGEST_VALUE {
                into.extend_from_slice(&chunk[..take]);
            }
            self.reader.consume(take);
            if end.is_some() {
                return if into.len() - kept_from < LARGEST_VALUE { Ok(()) } else { Err(Fault::TooLarge) };
            }
        }
    }

    fn text(&mut self, into: &mut Vec<u8>) -> Result<(), Fault> {
        let mut escaped = true;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) if !chunk.is_empty() => chunk,
                other => return Err(ended(&mut self.error, other)),
            };
            let mut end = None;
            for (at, byte) in chunk.iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => {
                        end = Some(at + 1);
                        break;
                    }
                    _ => {}
                }
            }
            let take = end.unwrap_or(chunk.len());
            if into.len() < LARGEST_VALUE {
                into.extend_from_slice(&chunk[..take]);
            }
            self.reader.consume(take);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    fn bare(&mut self, into: &mut Vec<u8>) -> Result<(), Fault> {
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) if !chunk.is_empty() => chunk,
                other => return Err(ended(&mut self.error, other)),
            };
            let end =
                chunk.iter().position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E'));
            let take = end.unwrap_or(chunk.len());
            into.extend_from_slice(&chunk[..take]);
            self.reader.consume(take);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// The next byte that is not white space, left where it is.
    fn next_byte(&mut self) -> Option<u8> {
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) if !chunk.is_empty() => chunk,
                other => {
                    ended(&mut self.error, other);
                    return None;
                }
            };
            if let Some(at) = chunk.iter().position(|byte| !byte.is_ascii_whitespace()) {
                let byte = chunk[at];
                self.reader.consume(at);
                return Some(byte);
            }
            let all = chunk.len();
            self.reader.consume(all);
        }
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
    }

    /// A byte order mark at the start of a file says nothing in UTF-8.
    fn skip_mark(&mut self) {
        for byte in b"\xef\xbb\xbf" {
            match self.reader.fill_buf() {
                Ok(chunk) if chunk.first() == Some(byte) => self.reader.consume(1),
                _ => return,
            }
        }
    }

    /// After damage between two elements of a list: on to where an element may begin again.
    fn skip_to_element(&mut self) {
        self.skip_until(|byte| matches!(byte, b'{' | b']'));
    }

    /// After damage that lost the thread: on to the next line that begins an object.
    fn skip_to_next_object_line(&mut self) {
        let mut line_began = false;
        self.skip_until(|byte| {
            let found = line_began && byte == b'{';
            line_began = byte == b'\n';
            found
        });
    }

    fn skip_until(&mut self, mut found: impl FnMut(u8) -> bool) {
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) if !chunk.is_empty() => chunk,
                other => {
                    ended(&mut self.error, other);
                    return;
                }
            };
            let at = chunk.iter().position(|byte| found(*byte));
            let take = at.unwrap_or(chunk.len());
            self.reader.consume(take);
            if at.is_some() {
                return;
            }
        }
    }
}

fn ended(error: &mut Option<io::Error>, outcome: io::Result<&[u8]>) -> Fault {
    if let Err(failure) = outcome {
        *error = Some(failure);
    }
    Fault::Cut
}

impl Fault {
    fn reason(&self) -> &'static str {
        match self {
            Fault::Cut | Fault::Stopped => CUT,
            Fault::Stray => STRAY,
            Fault::TooLarge => TOO_LARGE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What came out, told shortly: `spot type/id` or `spot !type/id`.
    fn told(outcome: impl FnOnce(&mut dyn FnMut(Piece<'_>) -> bool)) -> Vec<String> {
        let mut told = Vec::new();
        outcome(&mut |piece| {
            told.push(match piece {
                Piece::Resource { spot, json, .. } => {
                    let (kind, id) = type_and_id(json);
                    format!("{spot:?} {}/{}", kind.unwrap_or_default(), id.unwrap_or_default())
                }
                Piece::Broken { spot, resource_type, id, .. } => {
                    format!("{spot:?} !{}/{}", resource_type.unwrap_or_default(), id.unwrap_or_default())
                }
            });
            true
        });
        told
    }

    fn split(text: &str) -> Vec<String> {
        told(|sink| {
            // One byte at a time: no boundary may fall wrong.
            let reader = io::BufReader::with_capacity(1, text.as_bytes());
            values(reader, &mut |piece: Piece<'_>| sink(piece)).unwrap();
        })
    }

    fn split_lines(text: &str) -> Vec<String> {
        told(|sink| {
            lines(io::BufReader::with_capacity(3, text.as_bytes()), &mut |piece: Piece<'_>| sink(piece)).unwrap();
        })
    }

    #[test]
    fn a_single_resource_a_list_and_several_in_a_row_come_out_one_by_one() {
        assert_eq!(split(r#" {"resourceType":"Patient","id":"a"} "#), ["Whole Patient/a"]);
        assert_eq!(
            split(r#"[{"resourceType":"Patient","id":"a"},{"resourceType":"Patient","id":"b"}]"#),
            ["Entry(1) Patient/a", "Entry(2) Patient/b"]
        );
        assert_eq!(
            split("\u{feff}{\"resourceType\":\"Patient\",\"id\":\"a\"}\n{\"resourceType\":\"Patient\",\"id\":\"b\"}"),
            ["Whole Patient/a", "Entry(2) Patient/b"]
        );
    }

    #[test]
    fn a_bundle_gives_its_entries_wherever_its_own_type_stands() {
        let entries = r#"[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"a","note":"]}\"{"}},{"resource":{"resourceType":"Group","id":"g"}}]"#;
        let expected = ["Entry(1) Patient/a", "Entry(2) Group/g"];
        assert_eq!(split(&format!(r#"{{"resourceType":"Bundle","type":"collection","entry":{entries}}}"#)), expected);
        assert_eq!(split(&format!(r#"{{"entry":{entries},"total":2,"resourceType":"Bundle"}}"#)), expected);
        assert_eq!(split(r#"{"resourceType":"Bundle","type":"searchset"}"#), Vec::<String>::new());
    }

    #[test]
    fn a_list_resource_with_entries_is_not_taken_for_a_bundle() {
        assert_eq!(split(r#"{"resourceType":"List","id":"l","entry":[{"item":{}}]}"#), ["Whole List/l"]);
    }

    #[test]
    fn a_cut_bundle_keeps_what_was_whole_and_names_what_was_lost() {
        let text = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}},{"resource":{"resourceType":"Condition","id":"c","code":{"te"#;
        assert_eq!(split(text), ["Entry(1) Patient/a", "Entry(2) !Condition/c"]);
        let between = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}},"#;
        assert_eq!(split(between), ["Entry(1) Patient/a", "Entry(2) !/"]);
    }

    #[test]
    fn every_cut_of_a_bundle_keeps_the_entries_before_it() {
        let text = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}},{"resource":{"resourceType":"Condition","id":"c"}}]}"#;
        for cut in 1..text.len() {
            let whole = [("{\"resourceType\":\"Patient\",\"id\":\"a\"}}", 1), ("\"c\"}}", 2)];
            let least = whole.iter().filter(|(end, _)| text[..cut].contains(end)).map(|(_, n)| *n).max().unwrap_or(0);
            let told = split(&text[..cut]);
            let kept = told.iter().filter(|line| !line.contains('!')).count();
            assert_eq!(kept, least, "{}", &text[..cut]);
            if !text[..cut].ends_with("]") {
                assert!(told.len() > least, "the loss is told: {}", &text[..cut]);
            }
        }
    }

    #[test]
    fn a_forgotten_quote_costs_its_own_entry_only() {
        let text = "{\"resourceType\":\"Bundle\",\"entry\":[\n{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"a\",\n\"x\":\"open\n}},\n{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"b\"}}]}";
        assert_eq!(split(text), ["Entry(1) !Patient/a", "Entry(2) Patient/b"]);
    }

    #[test]
    fn an_entry_without_a_resource_is_reported() {
        let text = r#"{"resourceType":"Bundle","entry":[{"request":{"method":"DELETE","url":"Patient/9"}},7,{"resource":{"resourceType":"Patient","id":"b"}}]}"#;
        assert_eq!(split(text), ["Entry(1) !/", "Entry(2) !/", "Entry(3) Patient/b"]);
    }

    #[test]
    fn a_bad_line_costs_itself_only() {
        let text = "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n\n{\"resourceType\":\"Patient\",\"id\":\"b\"\nnonsense\n{\"resourceType\":\"Patient\",\"id\":\"c\"}\0\0\n\0\0";
        let told = split_lines(text);
        assert_eq!(told[0], "Line(1) Patient/a");
        assert_eq!(told[1], "Line(3) !Patient/b");
        assert_eq!(told[2], "Line(4) !/");
        assert_eq!(told[3], "Line(5) Patient/c");
        assert_eq!(told.len(), 4);
    }

    #[test]
    fn a_line_that_is_a_bundle_is_taken_apart() {
        let text = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}}]}"#;
        assert_eq!(split_lines(text), ["LineEntry(1, 1) Patient/a"]);
    }
}
