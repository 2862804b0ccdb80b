//! One entry of the log, whole (AUD-1).

use askama::Template;
use chrono_tz::Tz;
use serde_json::Value;
use uuid::Uuid;

use super::super::model::{Entry, Month, Particulars, Proof, Sealed, Shown};
use super::super::rules::asked::Asked;
use super::super::rules::words;
use super::super::urls;
use super::Line;
use crate::base::id::PatientId;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Pager, Tag};

/// Patients of a list shown at once, and events of a session.
pub const PATIENTS: i64 = 100;
pub const SESSION: i64 = 40;

#[derive(Template)]
#[template(path = "audit/entry.html")]
pub struct EntryPage {
    pub layout: Layout,
    pub entry: Entry,
    pub more: Particulars,
    pub shown: Vec<Shown>,
    pub pager: Pager,
    pub session: Vec<Entry>,
    pub month: Option<Month>,
    pub proof: Proof,
    pub zone: Tz,
}

/// A line of the list of facts: label, value, whether the value is a code or an id.
struct Fact {
    label: String,
    value: String,
    code: bool,
}

impl Fact {
    fn words(label: &str, value: impl Into<String>) -> Self {
        Self { label: label.to_owned(), value: value.into(), code: false }
    }

    fn code(label: &str, value: impl ToString) -> Self {
        Self { label: label.to_owned(), value: value.to_string(), code: true }
    }
}

impl EntryPage {
    /// The patients of the list, and where they go on.
    pub fn patients(mut shown: Vec<Shown>, event: Uuid, of: i64, paged: bool) -> (Vec<Shown>, Pager) {
        let size = usize::try_from(PATIENTS).unwrap_or(usize::MAX);
        let more = shown.len() > size;
        shown.truncate(size);
        let address = urls::entry(event);
        let pager = Pager {
            count: format!(
                "{} of {}",
                format::count(shown.len() as u64),
                format::counted(of.unsigned_abs(), "patient")
            ),
            newer: paged.then(|| address.clone()),
            older: shown.last().filter(|_| more).map(|last| format!("{address}?patients={}", last.patient)),
            previous_label: "First",
            next_label: "Next",
        };
        (shown, pager)
    }

    fn line(&self) -> Line<'_> {
        Line { entry: &self.entry, zone: self.zone }
    }

    fn other<'e>(&self, entry: &'e Entry) -> Line<'e> {
        Line { entry, zone: self.zone }
    }

    fn flags(&self) -> Vec<Tag> {
        self.line().flags()
    }

    fn facts(&self) -> Vec<Fact> {
        let (entry, more, line) = (&self.entry, &self.more, self.line());
        let utc = entry.recorded_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let mut facts = vec![
            Fact::words("When", line.when()),
            Fact::code("UTC", utc),
            Fact::words("Staff member", &entry.actor_name),
            Fact::words("Role in force", line.role()),
            Fact::words("Did", line.did()),
            Fact::words("Outcome", words::outcome(&entry.outcome)),
            Fact::words("Kind of action", words::action(&more.action)),
        ];
        if let Some(mrn) = &entry.mrn {
            facts.push(Fact::code("Patient’s MRN then", mrn));
        }
        if let Some(kind) = &entry.object_kind {
            facts.push(Fact::words("Object", words::sentence(kind)));
        }
        facts.extend(entry.object_id.map(|id| Fact::code("Object’s id", id)));
        facts.extend(more.object_version.map(|version| Fact::code("Version", version)));
        facts.push(Fact::words("Purpose", line.purpose()));
        let why = if entry.outcome == "success" { "Why it was allowed" } else { "Why not" };
        facts.push(Fact::words(why, line.why()));
        facts.push(Fact::words("Came by", line.came_by()));
        facts
    }

    /// Where from, and the ids that tie this event to others.
    fn origins(&self) -> Vec<Fact> {
        let (entry, more) = (&self.entry, &self.more);
        let mut facts =
            vec![Fact::words("Address", entry.address.clone().unwrap_or_else(|| format::NOT_KNOWN.to_owned()))];
        facts.push(Fact::words("Program", &more.application));
        facts.push(Fact::words("Scope", words::sentence(&more.scope)));
        let ids = [
            ("Event", Some(entry.event)),
            ("Patient", entry.patient),
            ("Staff id", entry.actor_id),
            ("Session", entry.session),
            ("Request", Some(entry.request)),
            ("Emergency grant", entry.grant_id),
            ("Task", more.task),
            ("Came from", more.arrival_id),
        ];
        facts.extend(ids.into_iter().filter_map(|(label, id)| Some(Fact::code(label, id?))));
        facts
    }

    fn detail(&self) -> Vec<Fact> {
        flattened(&self.more.detail)
    }

    fn protected(&self) -> Vec<Fact> {
        self.more.protected.as_ref().map(flattened).unwrap_or_default()
    }

    fn chart(&self) -> Option<String> {
        self.line().chart()
    }

    fn patient_of(&self, shown: &Shown) -> String {
        urls::chart_access(PatientId(shown.patient))
    }

    fn whole_session(&self) -> Option<String> {
        let (staff, session) = (self.entry.actor_id?.to_string(), self.entry.session?.to_string());
        Some(urls::list(&Asked { staff, session, ..Asked::default() }))
    }

    /// All that this person did in the thirty days.
    fn whole_month(&self) -> Option<String> {
        let staff = self.entry.actor_id?.to_string();
        let day = |days| format::day_of(self.entry.recorded_at - chrono::Duration::days(days), self.zone);
        Some(urls::list(&Asked { staff, from: day(30), to: day(0), ..Asked::default() }))
    }

    fn about_patient(&self) -> Option<String> {
        Some(urls::list(&Asked::about(&[self.entry.patient?])))
    }

    fn counted(&self, number: &i64, unit: &str) -> String {
        format::counted(number.unsigned_abs(), unit)
    }

    fn count(&self, number: &u64) -> String {
        format::count(*number)
    }

    fn signed(&self, sealed: &Sealed) -> String {
        sealed.signed_at.map_or_else(|| format::NOT_KNOWN.to_owned(), |at| format::exact(at, self.zone))
    }
}

/// A JSON value as labelled lines: nested names are joined, lists are joined by commas.
fn flattened(value: &Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    flatten("", value, &mut facts);
    facts
}

fn flatten(path: &str, value: &Value, facts: &mut Vec<Fact>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let label = words::sentence(name);
                let path = if path.is_empty() { label } else { format!("{path}: {}", label.to_lowercase()) };
                flatten(&path, value, facts);
            }
        }
        Value::Array(values) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            facts.push(Fact::words(path, values.iter().map(plain).collect::<Vec<_>>().join(", ")));
        }
        Value::Array(values) => {
            for (number, value) in (1..).zip(values) {
                flatten(&format!("{path} {number}"), value, facts);
            }
        }
        other => facts.push(Fact::words(path, plain(other))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "empty".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::rules::flags;
    use super::*;
    use serde_json::json;

    fn sample(proof: Proof) -> EntryPage {
        let entry = Entry { subjects: 2, outcome: "success".into(), ..flags::sample() };
        let shown = vec![
            Shown { patient: Uuid::from_u128(1), mrn: Some("0048-1129".into()) },
            Shown { patient: Uuid::from_u128(2), mrn: None },
        ];
        let (shown, pager) = EntryPage::patients(shown, entry.event, 2, false);
        EntryPage {
            layout: Layout::sample().in_area(urls::LIST),
            session: vec![Entry { event: Uuid::from_u128(8), ..flags::sample() }],
            entry,
            more: Particulars {
                action: "E".into(),
                scope: "roster".into(),
                application: "custodian".into(),
                task: None,
                arrival_id: None,
                object_version: Some(3),
                detail: json!({ "filter": { "flag": "glass" }, "rows": 3 }),
                protected: Some(json!({ "criteria": { "name": "<Lee>", "born": null }, "before": [1, true] })),
            },
            shown,
            pager,
            month: Some(Month { events: 412, patients: 80, glass: 3, refused: 1 }),
            proof,
            zone: Tz::UTC,
        }
    }

    fn sealed() -> Proof {
        Proof::Sealed(Box::new(Sealed {
            leaf: 16,
            leaf_hash: "c41d".repeat(16),
            of: 1234,
            path: vec!["9f3c".repeat(16), "07ab".repeat(16)],
            root: "2b90".repeat(16),
            signed_at: None,
            checkpoint: "custodian/ledger/1\n1234\n".into(),
        }))
    }

    #[test]
    fn the_page_is_sound_in_every_state() {
        let bare = EntryPage {
            shown: Vec::new(),
            session: Vec::new(),
            month: None,
            entry: Entry {
                actor_id: None,
                session: None,
                patient: None,
                mrn: None,
                subjects: 0,
                address: None,
                ..flags::sample()
            },
            ..sample(Proof::Waiting)
        };
        for page in [sample(sealed()), sample(Proof::Broken("its row was changed".into())), bare] {
            let html = page.render().expect("a page");
            assert_eq!(crate::web::markup::faults(&html), Vec::<String>::new());
            assert!(!html.contains("<Lee>"), "escaped");
        }
    }

    #[test]
    fn criteria_are_read_as_lines() {
        let lines: Vec<_> =
            flattened(&json!({ "criteria": { "name": "Lee", "codes": ["a", 2] }, "rows": [{ "n": 1 }] }))
                .into_iter()
                .map(|fact| format!("{} = {}", fact.label, fact.value))
                .collect();
        assert_eq!(lines, ["Criteria: name = Lee", "Criteria: codes = a, 2", "Rows 1: n = 1"]);
    }
}
