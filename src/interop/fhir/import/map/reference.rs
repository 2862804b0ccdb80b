//! How resources point at each other: `Patient/7`, `urn:uuid:…`, a server's full address, a search (`Patient?identifier=…`), or an identifier alone.

use serde_json::Value;

use super::json::{many, one, word};

/// The kinds of record another can point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Target {
    Patient,
    Encounter,
    Practitioner,
    Organization,
    Location,
    Condition,
    DocumentReference,
    Composition,
}

impl Target {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Target::Patient => "Patient",
            Target::Encounter => "Encounter",
            Target::Practitioner => "Practitioner",
            Target::Organization => "Organization",
            Target::Location => "Location",
            Target::Condition => "Condition",
            Target::DocumentReference => "DocumentReference",
            Target::Composition => "Composition",
        }
    }
}

/// What a reference is looked up by, within one source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub target: Target,
    pub id: String,
}

/// A reference as read: where it may lead, in order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub keys: Vec<Key>,
    /// A business identifier (authority, value), for a patient who is known by it.
    pub identifier: Option<(String, String)>,
    pub display: Option<String>,
}

/// The key under which a business identifier of a directory record is kept.
pub(crate) fn identifier_id(system: &str, value: &str) -> String {
    format!("identifier:{system}|{value}")
}

impl Reference {
    /// Reads a reference that should lead to `target`. `None` when there is nothing to follow, or it leads to another kind.
    pub(crate) fn read(value: &Value, target: Target) -> Option<Self> {
        // R5 wraps some references: {"reference": {"reference": "…"}}.
        let value = if one(value, "reference").is_object() { one(value, "reference") } else { value };
        let display = word(value, "display");
        let mut keys = Vec::new();
        let mut identifier = logical(value);
        let text = match value {
            Value::String(text) => Some(text.trim().to_owned()),
            _ => word(value, "reference"),
        };
        if let Some(text) = text {
            if let Some((kind, query)) = text.split_once('?') {
                if last_segment(kind) != target.word() {
                    return None;
                }
                identifier = asked_for(query).or(identifier);
            } else if let Some(id) = text.strip_prefix("urn:uuid:").or_else(|| text.strip_prefix("urn:oid:")) {
                keys.push(Key { target, id: id.to_owned() });
                keys.push(Key { target, id: text.clone() });
            } else if !text.starts_with('#') {
                let bare = text.split("/_history/").next().unwrap_or(&text);
                let mut parts = bare.rsplit('/');
                let id = parts.next().unwrap_or_default();
                let kind = parts.next().unwrap_or(target.word());
                if kind != target.word() {
                    return None;
                }
                if !id.is_empty() {
                    keys.push(Key { target, id: id.to_owned() });
                }
                if bare.contains("://") {
                    keys.push(Key { target, id: bare.to_owned() });
                }
            }
        }
        if let Some((system, value)) = &identifier
            && target != Target::Patient
        {
            keys.push(Key { target, id: identifier_id(system, value) });
        }
        (!keys.is_empty() || identifier.is_some()).then_some(Self { keys, identifier, display })
    }

    pub(crate) fn at(value: &Value, key: &str, target: Target) -> Option<Self> {
        many(value, key).find_map(|found| Self::read(found, target))
    }
}

fn last_segment(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

fn logical(value: &Value) -> Option<(String, String)> {
    let identifier = one(value, "identifier");
    Some((word(identifier, "system").unwrap_or_default(), word(identifier, "value")?))
}

fn asked_for(query: &str) -> Option<(String, String)> {
    let value = query.split('&').find_map(|part| part.strip_prefix("identifier="))?;
    let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
    let (system, value) = value.split_once('|').unwrap_or(("", &value));
    Some((system.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(value: Value, target: Target) -> Vec<String> {
        Reference::read(&value, target)
            .map(|found| found.keys.into_iter().map(|key| key.id).collect())
            .unwrap_or_default()
    }

    #[test]
    fn each_form_of_reference_is_followed() {
        assert_eq!(ids(json!({"reference": "Patient/7"}), Target::Patient), ["7"]);
        assert_eq!(ids(json!({"reference": "urn:uuid:ab-1"}), Target::Patient), ["ab-1", "urn:uuid:ab-1"]);
        assert_eq!(
            ids(json!({"reference": "https://ehr.example/fhir/Encounter/9/_history/2"}), Target::Encounter),
            ["9", "https://ehr.example/fhir/Encounter/9"]
        );
        assert_eq!(
            ids(
                json!({"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|123"}),
                Target::Practitioner
            ),
            ["identifier:http://hl7.org/fhir/sid/us-npi|123"]
        );
        let logical =
            Reference::read(&json!({"identifier": {"system": "urn:mrn", "value": "0042"}}), Target::Patient).unwrap();
        assert_eq!(logical.identifier, Some(("urn:mrn".into(), "0042".into())));
    }

    #[test]
    fn a_reference_to_another_kind_or_to_nothing_is_none() {
        assert_eq!(Reference::read(&json!({"reference": "Group/7"}), Target::Patient), None);
        assert_eq!(Reference::read(&json!({"display": "Ann"}), Target::Patient), None);
        assert_eq!(Reference::read(&json!({"reference": "#p"}), Target::Patient), None);
        assert_eq!(Reference::read(&Value::Null, Target::Patient), None);
    }
}
