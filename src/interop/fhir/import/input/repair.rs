//! Looking at bytes that are not quite JSON: what they were meant to be, and whether a small mend makes them readable.

use serde_json::value::RawValue;

/// The type and id a fragment names first, for a report about something unreadable. Never more of it: the rest may be anybody's data.
pub(crate) fn type_and_id(bytes: &[u8]) -> (Option<String>, Option<String>) {
    (named(bytes, b"\"resourceType\"", 64), named(bytes, b"\"id\"", 128))
}

fn named(bytes: &[u8], key: &[u8], longest: usize) -> Option<String> {
    // Only near the start: deeper in, the words belong to something contained.
    let window = &bytes[..bytes.len().min(4096)];
    let at = window.windows(key.len()).position(|part| part == key)? + key.len();
    let rest = bytes[at..].trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = rest.iter().take(longest).position(|byte| *byte == b'"')?;
    let word = std::str::from_utf8(&rest[..end]).ok()?;
    word.chars().all(|c| c.is_ascii_alphanumeric() || "-.:_".contains(c)).then(|| word.to_owned())
}

/// Whether the bytes begin and end as one object.
pub(crate) fn whole_object(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_end();
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    bytes.starts_with(b"{") && bytes[..end].trim_ascii_end().ends_with(b"}")
}

/// Raw control characters, which JSON forbids inside strings, become spaces (line ends and tabs) or nothing (NUL and the like);
/// bytes that are not UTF-8 become the replacement character. `None` when there is nothing to mend.
pub(crate) fn mended(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let odd = |c: char| c.is_control() && (c as u32) < 0x20;
    if !text.chars().any(odd) && matches!(text, std::borrow::Cow::Borrowed(_)) {
        return None;
    }
    Some(
        text.chars()
            .filter_map(|c| match c {
                '\n' | '\r' | '\t' => Some(' '),
                c if odd(c) => None,
                c => Some(c),
            })
            .collect(),
    )
}

/// The address and resource of a bundle entry that only parses after mending.
pub(crate) fn resource_of_entry(element: &[u8]) -> Option<(Option<String>, String)> {
    #[derive(serde::Deserialize)]
    struct Entry {
        #[serde(rename = "fullUrl", default)]
        full_url: Option<serde_json::Value>,
        #[serde(default)]
        resource: Option<Box<RawValue>>,
    }
    let readable = |text: &str| {
        let entry = serde_json::from_str::<Entry>(text).ok()?;
        let address = entry.full_url.and_then(|url| url.as_str().map(str::to_owned));
        Some((address, entry.resource?.get().to_owned()))
    };
    std::str::from_utf8(element).ok().and_then(readable).or_else(|| readable(&mended(element)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_a_fragment_was_meant_to_be_and_nothing_more() {
        assert_eq!(
            type_and_id(b"{\"resourceType\" : \"Patient\",\"id\":\"p-1\",\"name\":[{\"fam"),
            (Some("Patient".into()), Some("p-1".into()))
        );
        assert_eq!(type_and_id(b"{\"id\":\"Ann Lee\""), (None, None));
        assert_eq!(type_and_id(b"{\"resourceType\":\"Pat"), (None, None));
    }

    #[test]
    fn raw_control_characters_are_mended() {
        assert_eq!(mended(b"{\"a\":\"x\0y\nz\"}").as_deref(), Some("{\"a\":\"xy z\"}"));
        assert_eq!(mended(b"{\"a\":\"\xff\"}").as_deref(), Some("{\"a\":\"\u{fffd}\"}"));
        assert_eq!(mended("{\"a\":\"ערן\"}".as_bytes()), None);
    }
}
