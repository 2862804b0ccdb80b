//! What was typed into a session that was over.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::web::format;
use crate::web::layout::Layout;

#[derive(Template)]
#[template(path = "people/kept.html")]
pub struct KeptPage {
    pub layout: Layout,
    pub fields: Vec<(String, String)>,
    /// Where it was being sent.
    pub action: String,
    pub discard: String,
    pub kept_at: DateTime<Utc>,
    pub zone: Tz,
}

impl KeptPage {
    fn kept(&self) -> String {
        format::time(self.kept_at, self.zone)
    }

    /// What a person typed or chose, under readable names; ids and blanks are left out of sight, not out of the form.
    fn shown(&self) -> impl Iterator<Item = (String, &str)> {
        self.fields
            .iter()
            .filter(|(name, value)| {
                !value.trim().is_empty() && name != "version" && value.parse::<uuid::Uuid>().is_err()
            })
            .map(|(name, value)| (words(name), value.as_str()))
    }
}

/// `birth_date` as "Birth date".
fn words(name: &str) -> String {
    let spaced = name.replace(['_', '-', '.'], " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
