//! From the bytes of one resource to what the writer needs: its key, a hash of its content, its rows, its references.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::input::repair::mended;
use super::map::directory::identifier_keys;
use super::map::json::one;
use super::map::notes::Notes;
use super::map::reference::Reference;
use super::map::{self, Links, Mapped, Refusal, Setting};

/// Longer ids and keys are nobody's, and an index entry has a limit.
const LONGEST_ID: usize = 400;

/// One resource, read and mapped, ready to be written.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub place: String,
    pub kind: String,
    pub id: String,
    /// Other keys under which references may ask for it.
    pub aliases: Vec<String>,
    /// Of the content alone: key order, white space and the server's own version marks don't count.
    pub content: [u8; 32],
    pub notes: Vec<String>,
    pub subject: Option<Reference>,
    pub visit: Option<Reference>,
    pub mapped: Result<Mapped, Refusal>,
    /// How large it is to hold and write.
    pub weight: usize,
}

/// The first look: what kind of resource it is, and under which id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub kind: String,
    pub id: Option<String>,
}

#[derive(Deserialize)]
struct RawHead<'a> {
    #[serde(rename = "resourceType", borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

/// Reads the head. An error is a reason for refusal.
fn head(json: &str) -> Result<Head, Refusal> {
    let raw: RawHead<'_> = serde_json::from_str(json).map_err(|error| not_json(&error))?;
    let kind = raw.kind.ok_or("no resourceType: not a FHIR resource")?;
    let sound = (1..=64).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !sound {
        return Err("resourceType is no name of a type".into());
    }
    let id = raw.id.and_then(|id| match serde_json::from_str(id.get()) {
        Ok(Value::String(id)) => Some(id.replace('\0', "")).filter(|id| !id.trim().is_empty()),
        Ok(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    });
    Ok(Head { kind: kind.into_owned(), id })
}

fn not_json(error: &serde_json::Error) -> Refusal {
    if error.is_eof() {
        "it ends in the middle: the file is cut or damaged here".into()
    } else {
        // Where, not what: the parser's own words may quote the content.
        format!("not valid JSON near its character {}", error.column())
    }
}

/// A resource's head and text, mended where raw control characters or bad bytes made it unreadable.
pub(crate) struct Opened<'a> {
    pub head: Head,
    pub text: Cow<'a, str>,
    pub was_mended: bool,
}

/// # Errors
/// Why it is no resource, mended or not.
pub(crate) fn open(json: &[u8]) -> Result<Opened<'_>, Refusal> {
    let as_it_stands = match std::str::from_utf8(json) {
        Ok(text) => head(text).map(|head| Opened { head, text: Cow::Borrowed(text), was_mended: false }),
        Err(_) => Err("not UTF-8".into()),
    };
    as_it_stands.or_else(|reason| {
        let text = mended(json).ok_or(reason)?;
        Ok(Opened { head: head(&text)?, text: Cow::Owned(text), was_mended: true })
    })
}

/// Parses and maps a resource whose head was read.
pub(crate) fn incoming(
    place: String,
    opened: Opened<'_>,
    full_url: Option<&str>,
    setting: Setting,
) -> Result<(Incoming, Links), Refusal> {
    let Opened { head, text, was_mended } = opened;
    let mut value: Value = serde_json::from_str(&text).map_err(|error| not_json(&error))?;
    let notes = Notes::default();
    if was_mended {
        notes
            .add("characters that JSON does not allow (control characters, or bytes that are not UTF-8) were replaced");
    }
    let mut raw = Cow::Borrowed(&*text);
    if text.contains("\\u0000") && strip_nul(&mut value) {
        notes.add("NUL characters were removed");
        raw = Cow::Owned(value.to_string());
    }
    let content = fingerprint(&value);
    let (id, aliases) = keys(&head, full_url, &value, &content)?;
    let links = map::links(&head.kind, &value);
    let mapped = map::map(&head.kind, &value, &raw, setting, &notes);
    let incoming = Incoming {
        place,
        subject: map::subject(&head.kind, &value),
        visit: map::visit(&head.kind, &value),
        kind: head.kind,
        id,
        aliases,
        content,
        notes: notes.into_vec(),
        mapped,
        weight: text.len(),
    };
    Ok((incoming, links))
}

fn strip_nul(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.contains('\0') => {
            *text = text.replace('\0', "");
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| strip_nul(item) | any),
        Value::Object(fields) => {
            let odd: Vec<String> = fields.keys().filter(|key| key.contains('\0')).cloned().collect();
            for key in &odd {
                fields.shift_remove(key);
            }
            fields.values_mut().fold(!odd.is_empty(), |any, item| strip_nul(item) | any)
        }
        _ => false,
    }
}

/// The key and its other names. Without an id it goes by its bundle's address, else by its own content: the same thing twice is one.
fn keys(
    head: &Head,
    full_url: Option<&str>,
    value: &Value,
    content: &[u8; 32],
) -> Result<(String, Vec<String>), Refusal> {
    let address = full_url.map(str::trim).filter(|url| !url.is_empty());
    let of_address = address.map(|url| match url.strip_prefix("urn:uuid:").or_else(|| url.strip_prefix("urn:oid:")) {
        Some(id) => id,
        None => url.split("/_history/").next().unwrap_or(url).rsplit('/').next().unwrap_or(url),
    });
    let id = head
        .id
        .clone()
        .or_else(|| of_address.map(str::to_owned))
        .unwrap_or_else(|| format!("sha256-{}", hex(&content[..16])));
    if id.len() > LONGEST_ID {
        return Err("its id is longer than 400 characters".into());
    }
    let mut aliases: Vec<String> = Vec::new();
    if let Some(url) = address
        && of_address != Some(id.as_str())
    {
        aliases.push(url.split("/_history/").next().unwrap_or(url).to_owned());
    }
    // Not for patients: their identifiers are looked up in the index, and none may stand in clear elsewhere.
    if matches!(head.kind.as_str(), "Practitioner" | "Organization" | "Location" | "Encounter") {
        aliases.extend(identifier_keys(value));
    }
    aliases.retain(|alias| alias.len() <= LONGEST_ID && !alias.contains('\0'));
    aliases.sort();
    aliases.dedup();
    Ok((id, aliases))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 over a canonical form: keys sorted, lengths written, and without `meta.lastUpdated` and `meta.versionId`, which
/// change with every export.
fn fingerprint(value: &Value) -> [u8; 32] {
    let mut hasher = Sha256::new();
    feed(&mut hasher, value, 0);
    if let Value::Object(meta) = one(value, "meta") {
        for (key, inner) in meta.iter().filter(|(key, _)| !matches!(key.as_str(), "lastUpdated" | "versionId")) {
            feed_text(&mut hasher, key);
            feed(&mut hasher, inner, 2);
        }
    }
    hasher.finalize().into()
}

fn feed(hasher: &mut Sha256, value: &Value, depth: usize) {
    match value {
        Value::Null => hasher.update(b"n"),
        Value::Bool(true) => hasher.update(b"t"),
        Value::Bool(false) => hasher.update(b"f"),
        Value::Number(number) => {
            hasher.update(b"#");
            feed_text(hasher, &number.to_string());
        }
        Value::String(text) => {
            hasher.update(b"\"");
            feed_text(hasher, text);
        }
        Value::Array(items) => {
            hasher.update(b"[");
            for item in items {
                feed(hasher, item, depth + 1);
            }
            hasher.update(b"]");
        }
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().filter(|(key, _)| depth > 0 || *key != "meta").collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            hasher.update(b"{");
            for (key, inner) in sorted {
                feed_text(hasher, key);
                feed(hasher, inner, depth + 1);
            }
            hasher.update(b"}");
        }
    }
}

fn feed_text(hasher: &mut Sha256, text: &str) {
    hasher.update((text.len() as u64).to_be_bytes());
    hasher.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn setting() -> Setting {
        Setting { zone: chrono_tz::UTC, today: chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap() }
    }

    fn read(text: &str, full_url: Option<&str>) -> Incoming {
        incoming("f:1".into(), open(text.as_bytes()).unwrap(), full_url, setting()).unwrap().0
    }

    #[test]
    fn order_white_space_and_version_marks_don_t_change_the_fingerprint() {
        let a = json!({"resourceType": "Patient", "id": "a", "meta": {"lastUpdated": "2026", "tag": [1]}, "name": [{"family": "x", "given": ["y"]}]});
        let b: Value = serde_json::from_str(
            "{\"name\":[ {\"given\":[\"y\"],\"family\":\"x\"}],\n\"id\":\"a\",\"meta\":{\"tag\":[1],\"versionId\":\"7\"},\"resourceType\":\"Patient\"}",
        )
        .unwrap();
        assert_eq!(fingerprint(&a), fingerprint(&b));
        let mut c = a.clone();
        c["name"][0]["family"] = json!("z");
        assert_ne!(fingerprint(&a), fingerprint(&c));
        assert_ne!(fingerprint(&json!({"a": ["b", "c"]})), fingerprint(&json!({"a": ["bc"]})));
    }

    #[test]
    fn keys_come_from_the_id_the_address_or_the_content() {
        let patient = r#"{"resourceType":"Patient","id":"p1","name":[{"family":"x"}]}"#;
        assert_eq!(read(patient, Some("urn:uuid:p1")).aliases, Vec::<String>::new());
        let other = read(patient, Some("urn:uuid:abc"));
        assert_eq!((other.id.as_str(), other.aliases), ("p1", vec!["urn:uuid:abc".to_owned()]));
        let bare = r#"{"resourceType":"Patient","name":[{"family":"x"}]}"#;
        assert_eq!(read(bare, Some("https://h/fhir/Patient/7")).id, "7");
        assert!(read(bare, None).id.starts_with("sha256-"));
        assert_eq!(read(bare, None).id, read(bare, None).id);
    }

    #[test]
    fn identifiers_of_people_never_become_keys() {
        let patient = r#"{"resourceType":"Patient","id":"p1","name":[{"family":"x"}],"identifier":[{"system":"http://hl7.org/fhir/sid/us-ssn","value":"123-45-6780"}]}"#;
        assert_eq!(read(patient, None).aliases, Vec::<String>::new());
    }

    #[test]
    fn nul_and_control_characters_are_taken_out_and_told() {
        let escaped = read("{\"resourceType\":\"Observation\",\"id\":\"o\",\"code\":{\"text\":\"a\\u0000b\"}}", None);
        let Ok(Mapped::Item(item)) = escaped.mapped else { panic!("an item") };
        assert_eq!(item.label, "ab");
        assert!(!item.resource.contains("\\u0000"));
        assert_eq!(escaped.notes.len(), 1);
        let raw = read("{\"resourceType\":\"Patient\",\"id\":\"o\",\"name\":[{\"family\":\"a\u{0}b\u{1}\"}]}", None);
        assert_eq!(raw.notes.len(), 1);
    }

    #[test]
    fn a_resource_over_many_lines_is_sound_as_it_stands() {
        let pretty = "{\n\t\"resourceType\": \"Patient\",\r\n  \"id\": \"p\",\n  \"name\": [{\"family\": \"x\"}]\n}";
        assert_eq!(read(pretty, None).notes, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_resource_is_refused_without_quoting_it() {
        for wrong in [
            "{\"id\":\"x\"}",
            "{\"resourceType\":7}",
            "{\"resourceType\":\"Pat ient\"}",
            "{\"resourceType\":\"Patient\",\"name\":Smith}",
        ] {
            let reason = open(wrong.as_bytes()).err().unwrap();
            assert!(!reason.contains("Smith"), "{reason}");
        }
    }
}
