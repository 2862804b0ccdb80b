//! Reading fields of a resource whatever shape they came in: a list where one was meant, one where a list was meant, a number for a word.
//! Nothing here fails; what is not there reads as nothing.

use serde_json::Value;

static NOTHING: Value = Value::Null;

/// The field itself, or nothing.
pub(crate) fn raw<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&NOTHING)
}

/// One value: of a list, the first.
pub(crate) fn one<'a>(value: &'a Value, key: &str) -> &'a Value {
    match raw(value, key) {
        Value::Array(items) => items.iter().find(|item| !item.is_null()).unwrap_or(&NOTHING),
        other => other,
    }
}

/// Every value: a single one reads as a list of one.
pub(crate) fn many<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let found = raw(value, key);
    let items = match found {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    items.iter().filter(|item| !item.is_null())
}

pub(crate) fn is_there(value: &Value, key: &str) -> bool {
    !raw(value, key).is_null()
}

/// A field as trimmed text; empty text is nothing.
pub(crate) fn word(value: &Value, key: &str) -> Option<String> {
    text_of(one(value, key))
}

pub(crate) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// Words of a list, joined (given names, address lines).
pub(crate) fn words(value: &Value, key: &str, between: &str) -> String {
    many(value, key).filter_map(text_of).collect::<Vec<_>>().join(between)
}

pub(crate) fn truth(value: &Value, key: &str) -> Option<bool> {
    match one(value, key) {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

pub(crate) fn whole_number(value: &Value, key: &str) -> Option<i64> {
    match one(value, key) {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// One code of a code system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coding {
    pub system: String,
    pub code: String,
    pub display: Option<String>,
}

impl Coding {
    fn of(value: &Value) -> Option<Self> {
        let code = word(value, "code")?;
        Some(Self { system: word(value, "system").unwrap_or_default(), code, display: word(value, "display") })
    }

    /// Whether the system's address ends so: versions and hosts of the same system differ between sources.
    pub(crate) fn of_system(&self, end: &str) -> bool {
        self.system.to_ascii_lowercase().trim_end_matches('/').ends_with(end)
    }
}

/// The codes of a concept, whether it came as CodeableConcept, Coding, CodeableReference (R5) or a bare code.
pub(crate) fn codings(concept: &Value) -> Vec<Coding> {
    match concept {
        Value::String(_) | Value::Number(_) => {
            text_of(concept).map(|code| Coding { system: String::new(), code, display: None }).into_iter().collect()
        }
        Value::Object(_) if is_there(concept, "coding") => many(concept, "coding").filter_map(Coding::of).collect(),
        Value::Object(_) if is_there(concept, "concept") => codings(one(concept, "concept")),
        Value::Object(_) => Coding::of(concept).into_iter().collect(),
        Value::Array(items) => items.iter().flat_map(codings).collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

/// The first code of a field.
pub(crate) fn code(value: &Value, key: &str) -> Option<String> {
    codings(one(value, key)).into_iter().next().map(|coding| coding.code)
}

/// What people read: the concept's own text, else a display, else its code.
pub(crate) fn label(concept: &Value) -> Option<String> {
    if let Value::Object(_) = concept {
        if let Some(text) = word(concept, "text").filter(|_| !concept["text"].is_object()) {
            return Some(text);
        }
        if is_there(concept, "concept") {
            return label(one(concept, "concept"));
        }
    }
    let codings = codings(concept);
    codings
        .iter()
        .find_map(|coding| coding.display.clone())
        .or_else(|| codings.into_iter().next().map(|coding| coding.code))
        .or_else(|| word(concept, "display"))
}

/// [`label`] of a field.
pub(crate) fn label_at(value: &Value, key: &str) -> Option<String> {
    label(one(value, key))
}

/// The extension with this address; only its end is compared, hosts differ.
pub(crate) fn extension<'a>(value: &'a Value, end: &str) -> Option<&'a Value> {
    many(value, "extension")
        .find(|extension| extension["url"].as_str().is_some_and(|url| url.rsplit('/').next() == Some(end)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_and_many_read_each_other_s_shape() {
        let value = json!({"a": [null, "x", "y"], "b": "z", "c": [], "n": 7});
        assert_eq!(word(&value, "a").as_deref(), Some("x"));
        assert_eq!(words(&value, "b", " "), "z");
        assert_eq!(words(&value, "c", " "), "");
        assert_eq!(word(&value, "n").as_deref(), Some("7"));
        assert_eq!(many(&value, "absent").count(), 0);
    }

    #[test]
    fn concepts_are_read_in_each_of_their_shapes() {
        let concept = json!({"coding": [{"system": "http://loinc.org", "code": "1"}, {"code": "2", "display": "Two"}]});
        assert_eq!(codings(&concept).len(), 2);
        assert_eq!(label(&concept).as_deref(), Some("Two"));
        assert_eq!(
            label(&json!({"text": "Told", "coding": [{"code": "2", "display": "Two"}]})).as_deref(),
            Some("Told")
        );
        assert_eq!(codings(&json!("IMP"))[0].code, "IMP");
        assert_eq!(codings(&json!({"code": "IMP"}))[0].code, "IMP");
        assert_eq!(label(&json!({"concept": {"text": "R5"}})).as_deref(), Some("R5"));
        assert_eq!(label(&json!({"coding": [{"code": "", "display": ""}], "text": ""})), None);
    }
}
