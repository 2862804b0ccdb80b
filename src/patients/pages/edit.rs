//! Everything of a record that can be changed, and what every change replaced.

use askama::Template;
use chrono_tz::Tz;
use serde_json::Value;

use crate::base::id::PatientId;
use crate::patients::sections::Section;
use crate::patients::store::change::{Change, Line};
use crate::patients::urls;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::Banner;

#[derive(Template)]
#[template(path = "patients/edit.html")]
pub struct EditPage {
    pub layout: Layout,
    pub banner: Banner,
    pub patient: PatientId,
    pub lines: Vec<Line>,
    pub restricts: bool,
    pub undoes: bool,
    pub deceased: bool,
}

/// A list of the record, its rows, and the form that adds to it.
const LISTS: [(&str, &str, Section); 6] = [
    ("names", "Names", Section::Name),
    ("addresses", "Addresses", Section::Address),
    ("telecoms", "Phones and e-mail", Section::Telecom),
    ("contacts", "People to contact", Section::Contact),
    ("coverages", "Coverage", Section::Coverage),
    ("identifiers", "Numbers of other issuers", Section::Identifier),
];

impl EditPage {
    fn lists(&self) -> Vec<(&'static str, String, &'static str, Vec<&Line>)> {
        LISTS
            .iter()
            .map(|(kind, title, section)| {
                let add = urls::edit_section(self.patient, section.word());
                (*title, add, section.title(), self.lines.iter().filter(|line| line.kind == *kind).collect())
            })
            .collect()
    }

    fn end(&self, line: &Line) -> String {
        urls::end_row(self.patient, &line.kind, line.row)
    }

    fn to(&self, section: &str) -> String {
        urls::edit_section(self.patient, section)
    }

    fn death_words(&self) -> &'static str {
        if self.deceased { "Correct the death" } else { "Record a death" }
    }
}

#[derive(Template)]
#[template(path = "patients/history.html")]
pub struct HistoryPage {
    pub layout: Layout,
    pub banner: Banner,
    pub patient: PatientId,
    pub entries: Vec<Entry>,
}

pub struct Entry {
    pub when: String,
    pub by: String,
    pub what: String,
    pub lines: Vec<String>,
    pub reason: String,
}

impl HistoryPage {
    pub fn new(layout: Layout, banner: Banner, patient: PatientId, changes: Vec<Change>, zone: Tz) -> Self {
        let entries = changes.into_iter().map(|change| Entry {
            when: format::exact(change.at, zone),
            by: change.by,
            what: format!("{} ({})", change.what, change.section),
            lines: lines(&change.before, &change.after),
            reason: change.reason,
        });
        Self { layout, banner, patient, entries: entries.collect() }
    }

    fn back(&self) -> String {
        urls::chart(self.patient)
    }
}

/// "sex: female → male", field by field; rows that ended or began as a whole.
fn lines(before: &Value, after: &Value) -> Vec<String> {
    let mut names: Vec<&String> =
        [before, after].iter().filter_map(|side| side.as_object()).flat_map(|side| side.keys()).collect();
    names.retain(|name| *name != "sealed" && *name != "not");
    names.dedup();
    let mut lines: Vec<String> = Vec::new();
    if let Value::Array(ended) = before {
        lines.extend(ended.iter().map(|row| format!("ended: {}", words(row))));
    }
    let mut seen = std::collections::BTreeSet::new();
    for name in names.into_iter().filter(|name| seen.insert(*name)) {
        let side = |side: &Value| side.get(name).map_or_else(|| "–".into(), words);
        lines.push(match (before.get(name), after.get(name)) {
            (None, Some(_)) => format!("{name}: {}", side(after)),
            (Some(_), None) => format!("{name}: {}", side(before)),
            _ => format!("{name}: {} → {}", side(before), side(after)),
        });
    }
    lines
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "–".into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(all) => all
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(_, value)| words(value))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn history_says_what_was_and_what_is() {
        assert_eq!(
            lines(&json!({ "sex": "female", "race": ["2028-9"] }), &json!({ "sex": "male", "race": [] })),
            ["sex: female → male", "race: 2028-9 → "]
        );
        assert_eq!(
            lines(&json!([{ "use": "official", "family": "Quill" }]), &json!({ "family": "Marlow" })),
            ["ended: official Quill", "family: Marlow"]
        );
        assert_eq!(
            lines(&json!({ "SSN": "••• •• 4419", "sealed": "xyz" }), &json!({ "SSN": null })),
            ["SSN: ••• •• 4419 → –"]
        );
    }

    #[test]
    fn the_pages_are_sound() {
        let line = |kind: &str| Line {
            kind: kind.into(),
            row: uuid::Uuid::now_v7(),
            words: "O'BRIEN <b>, Ann".into(),
            note: "official".into(),
        };
        let page = EditPage {
            layout: Layout::sample(),
            banner: Banner::sample(),
            patient: PatientId::new(),
            lines: vec![line("names"), line("telecoms")],
            restricts: true,
            undoes: true,
            deceased: true,
        };
        let entry =
            Entry { when: "x".into(), by: "y".into(), what: "z".into(), lines: vec!["<b>".into()], reason: "r".into() };
        let history = HistoryPage {
            layout: Layout::sample(),
            banner: Banner::sample(),
            patient: PatientId::new(),
            entries: vec![entry],
        };
        for html in [page.render().expect("renders"), history.render().expect("renders")] {
            assert_eq!(crate::web::markup::faults(&html), Vec::<String>::new());
            assert!(!html.contains("O'BRIEN <b>") && !html.contains("<li><b>"), "{html}");
        }
    }
}
