//! The page of one encounter.

pub mod forms;

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::model::{
    Cancellation, Encounter, Period, Provider, SourceCode, class_words, sensitivity_words, status_words,
};
use super::rules;
use super::store::changes::Change;
use crate::access::policy::Sight;
use crate::patients::header::Header;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Fact, Kind, Tag};

#[derive(Template)]
#[template(path = "encounters/show.html")]
pub struct EncounterPage {
    pub layout: Layout,
    pub now: DateTime<Utc>,
    pub zone: Tz,
    pub sight: Sight,
    pub header: Header,
    pub encounter: Encounter,
    pub statuses: Vec<Period>,
    pub classes: Vec<Period>,
    pub locations: Vec<Period>,
    pub providers: Vec<Provider>,
    pub cancellation: Option<Cancellation>,
    /// Cents.
    pub charges: Option<i64>,
    pub diagnoses: Vec<SourceCode>,
    pub procedures: Vec<SourceCode>,
    pub history: Vec<Change>,
    pub leave_days: i64,
    /// What this viewer may do with it now: address part and words.
    pub changes: Vec<(&'static str, &'static str)>,
}

impl EncounterPage {
    fn banner(&self) -> Banner {
        let facts = vec![
            Fact::new("Encounter", class_words(&self.encounter.class)),
            Fact::new("Visit", self.encounter.visit_number.clone()),
            Fact::new("Attending", self.encounter.attending.clone().unwrap_or_else(|| "not known".into())),
        ];
        let mut banner =
            self.header.banner(self.now, self.zone, Some(format!("/patients/{}", self.header.patient)), facts);
        if let Some(sensitivity) = &self.encounter.sensitivity {
            banner.flags.push(Tag::new(Kind::Sens, sensitivity_words(sensitivity), "lock"));
        }
        banner
    }

    fn class(&self) -> &'static str {
        class_words(&self.encounter.class)
    }

    fn state(&self) -> Tag {
        state_tag(&self.encounter.status)
    }

    fn problems(&self) -> Vec<String> {
        rules::problems(&self.encounter, self.header.deceased, self.zone)
    }

    fn facts(&self) -> Vec<Fact> {
        let encounter = &self.encounter;
        let time =
            |at: Option<DateTime<Utc>>| at.map_or_else(|| "not known".into(), |at| format::date_time(at, self.zone));
        let mut facts = vec![
            Fact::new("Facility", encounter.facility.clone()),
            Fact::new("Visit number", encounter.visit_number.clone()),
            Fact::new("Account", encounter.account_number.clone().unwrap_or_else(|| "not known".into())),
            Fact::new("Start", time(encounter.started_at)),
        ];
        if encounter.admitted_at.is_some() {
            facts.push(Fact::new("Inpatient order", time(encounter.admitted_at)));
        }
        facts.push(Fact::new("End", time(encounter.ended_at)));
        if let (Some(start), Some(end)) = (encounter.admitted_at.or(encounter.started_at), encounter.ended_at)
            && matches!(encounter.class.as_str(), "inpatient" | "newborn")
        {
            let day = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
            facts.push(Fact::new(
                "Length of stay",
                format!("{} d", rules::length_of_stay(day(start), day(end), self.leave_days)),
            ));
        }
        facts.push(Fact::new(
            "Admission type (FL 14)",
            coded(encounter.admission_type.as_deref(), admission_type_words),
        ));
        facts.push(Fact::new("Point of origin (FL 15)", self.origin()));
        facts.push(Fact::new("Disposition (FL 17)", self.disposition()));
        facts.push(Fact::new("Service", encounter.service.clone().unwrap_or_else(|| "not known".into())));
        facts.push(Fact::new("Type of visit", encounter.visit_type.clone().unwrap_or_else(|| "not known".into())));
        if self.sight.codes > crate::access::policy::CodeSight::None {
            facts.push(Fact::new("Reason", encounter.reason.clone().unwrap_or_else(|| "not known".into())));
        }
        if self.sight.charges {
            facts.push(Fact::new("Charges", self.charges.map_or_else(|| "none received".into(), dollars)));
        }
        facts
    }

    fn origin(&self) -> String {
        match (&self.encounter.point_of_origin, &self.encounter.admit_source_text) {
            (Some(code), Some(text)) => format!("{code} · {text}"),
            (Some(code), None) => code.clone(),
            (None, Some(text)) => format!("{text} (as received)"),
            (None, None) => "not known".into(),
        }
    }

    fn disposition(&self) -> String {
        match (&self.encounter.disposition, &self.encounter.disposition_text) {
            (Some(code), _) => format!("{code} · {}", rules::disposition_words(code).unwrap_or("not a known code")),
            (None, Some(text)) => format!("{text} (as received)"),
            (None, None) => "not known".into(),
        }
    }

    fn to(&self, what: &str) -> String {
        super::urls::change(self.encounter.encounter, what)
    }

    fn exact(&self, at: &DateTime<Utc>) -> String {
        format::exact(*at, self.zone)
    }

    /// "end: 22-Nov-2026 10:00 → –", field by field.
    fn lines(&self, change: &Change) -> Vec<String> {
        let empty = serde_json::Map::new();
        let (before, after) = (change.before.as_object().unwrap_or(&empty), change.after.as_object().unwrap_or(&empty));
        let mut names: Vec<&String> = before.keys().collect();
        names.extend(after.keys().filter(|name| !before.contains_key(*name)));
        let words = |value: Option<&serde_json::Value>| match value.and_then(|value| value.as_str()) {
            Some(text) => {
                text.parse::<DateTime<Utc>>().map_or_else(|_| text.to_owned(), |at| format::date_time(at, self.zone))
            }
            None => "–".into(),
        };
        names
            .into_iter()
            .filter(|name| before.get(*name) != after.get(*name))
            .map(|name| match before.contains_key(name) {
                true => format!("{name}: {} → {}", words(before.get(name)), words(after.get(name))),
                false => format!("{name}: {}", words(after.get(name))),
            })
            .collect()
    }

    /// "attending" as a cell of its own: "Attending".
    fn role(&self, provider: &Provider) -> String {
        let words = provider.role.replace('-', " ");
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    fn when(&self, at: &Option<DateTime<Utc>>) -> String {
        at.map_or_else(|| "–".into(), |at| format::date_time(at, self.zone))
    }
}

pub(super) fn admission_type_words(code: &str) -> &'static str {
    match code {
        "1" => "Emergency",
        "2" => "Urgent",
        "3" => "Elective",
        "4" => "Newborn",
        "5" => "Trauma",
        _ => "Not available",
    }
}

fn coded(code: Option<&str>, words: fn(&str) -> &'static str) -> String {
    code.map_or_else(|| "not known".into(), |code| format!("{code} · {}", words(code)))
}

/// "$1,234.56".
fn dollars(cents: i64) -> String {
    format!("${}.{:02}", format::count(cents.unsigned_abs() / 100), cents.unsigned_abs() % 100)
}

/// The status as a word with a colour only for exceptions.
pub fn state_tag(status: &str) -> Tag {
    let (kind, icon) = match status {
        "in-progress" | "arrived" => (Kind::Note, "circle-dot"),
        "planned" => (Kind::Plain, "calendar"),
        "on-leave" => (Kind::Warn, "pause"),
        "cancelled" | "entered-in-error" => (Kind::Bad, "ban"),
        _ => (Kind::Plain, "check"),
    };
    Tag::new(kind, status_words(status), icon)
}
