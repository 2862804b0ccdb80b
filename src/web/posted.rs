//! A posted form read field by field, for pages whose fields are many.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::form::ONE_TIME_CODE;

/// The pairs of a form, trimmed when read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posted(pub Vec<(String, String)>);

impl Posted {
    /// The pairs of another kind of form: values a page begins with.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The first value of this name; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The value, or nothing when it is blank.
    pub fn filled(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.trim()).collect()
    }

    /// An id of what this form asks of this record: the same form sent twice is one change, another one never passes for it. The session's token
    /// is part of it, so that nobody reads a typed value back out of the id.
    pub fn mark(&self, record: Uuid) -> Uuid {
        let mut hash = Sha256::new_with_prefix(record.as_bytes());
        for (name, value) in self.0.iter().filter(|(name, _)| name != "password" && name != ONE_TIME_CODE) {
            for part in [name, value] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        let digest: [u8; 32] = hash.finalize().into();
        uuid::Builder::from_random_bytes(digest.first_chunk().copied().unwrap_or_default()).into_uuid()
    }

    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_form_has_the_same_mark_and_no_other_has() {
        let form = |value: &str, password: &str| {
            Posted::of([("csrf", "t".into()), ("why", value.into()), ("password", password.into())]).mark(Uuid::nil())
        };
        assert_eq!(form("ab", "x"), form("ab", "y"), "a mistyped password is no other wish");
        assert_ne!(form("ab", "x"), form("abc", "x"));
        assert_ne!(
            Posted::of([("a", "bc".into())]).mark(Uuid::nil()),
            Posted::of([("ab", "c".into())]).mark(Uuid::nil())
        );
        assert_ne!(form("ab", "x"), Posted::default().mark(Uuid::max()));
    }
}
