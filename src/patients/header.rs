//! The patient as the banner of every chart page shows them: name, born, sex, MRN, and what must not be overlooked.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::base::id::PatientId;
use crate::base::quiet::quiet;
use crate::web::format;
use crate::web::ui::{Banner, Born, Fact, Kind, Tag};

/// The identity line of one patient.
pub struct Header {
    pub patient: PatientId,
    pub family: String,
    pub given: String,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub sex: String,
    pub birth_date: Option<NaiveDate>,
    pub birth_precision: String,
    pub deceased: bool,
    pub deceased_at: Option<DateTime<Utc>>,
    pub restricted_reason: Option<String>,
    /// known, unknown, newborn or alias.
    pub identity: String,
    pub mrn: Option<String>,
    /// Records merged into this one.
    pub merged_records: i64,
}

quiet!(Header.patient);

impl Header {
    /// FAMILY, Given (Title).
    pub fn name(&self) -> String {
        let given = match self.suffix.as_deref() {
            Some(suffix) if !suffix.is_empty() => format!("{} {suffix}", self.given),
            _ => self.given.clone(),
        };
        format::name(&self.family, given.trim(), self.prefix.as_deref().unwrap_or_default())
    }

    /// The banner; `href` leads to the chart, and is none on the chart itself.
    pub fn banner(&self, now: DateTime<Utc>, zone: Tz, href: Option<String>, facts: Vec<Fact>) -> Banner {
        let until = self.deceased_at.unwrap_or(now).with_timezone(&zone).date_naive();
        Banner {
            name: self.name(),
            href,
            born: self.birth_date.map(|born| Born::new(born, until.max(born))),
            sex: sex_word(&self.sex).into(),
            mrn: self.mrn.clone().unwrap_or_default(),
            facts,
            flags: self.flags(zone),
        }
    }

    fn flags(&self, zone: Tz) -> Vec<Tag> {
        let mut flags = Vec::new();
        if self.deceased {
            let words = match self.deceased_at {
                Some(at) => format!("Deceased {}", format::day_of(at, zone)),
                None => "Deceased".into(),
            };
            flags.push(Tag::new(Kind::Solid, words, "info"));
        }
        match self.restricted_reason.as_deref() {
            Some("vip") => flags.push(Tag::new(Kind::Sens, "Restricted: VIP", "lock")),
            Some("employee" | "employee-family") => flags.push(Tag::new(Kind::Sens, "Restricted: staff", "lock")),
            Some(_) => flags.push(Tag::new(Kind::Sens, "Confidential", "lock")),
            None => {}
        }
        match self.identity.as_str() {
            "unknown" => flags.push(Tag::new(Kind::Warn, "Identity unknown", "triangle-alert")),
            "newborn" => flags.push(Tag::new(Kind::Note, "Newborn, temporary name", "info")),
            "alias" => flags.push(Tag::new(Kind::Sens, "Alias", "lock")),
            _ => {}
        }
        if matches!(self.birth_precision.as_str(), "estimated" | "year" | "month") {
            flags.push(Tag::new(Kind::Plain, "Birth date estimated", "info"));
        }
        flags
    }
}

/// What people read for a stored sex; "declined" and "asked, unknown" are data (handbook 1.2).
pub fn sex_word(sex: &str) -> &'static str {
    match sex {
        "female" => "Female",
        "male" => "Male",
        "other" => "Other",
        "declined" => "Declined",
        "asked-unknown" => "Asked, unknown",
        _ => "",
    }
}
