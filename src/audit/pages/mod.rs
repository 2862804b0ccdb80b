//! The pages of the room, and what they print of an event.

pub mod csv;
pub mod entry;
pub mod list;
pub mod verify;

use chrono_tz::Tz;

use super::model::{Entry, Flag};
use super::rules::chain::Chain;
use super::rules::{flags, words};
use super::urls;
use crate::base::id::PatientId;
use crate::web::format;
use crate::web::ui::{Kind, Tag};

/// How one event is written in a table. Borrowed by every template that has rows of them.
pub struct Line<'e> {
    pub entry: &'e Entry,
    pub zone: Tz,
}

impl Line<'_> {
    fn href(&self) -> String {
        urls::entry(self.entry.event)
    }

    fn when(&self) -> String {
        format::exact(self.entry.recorded_at, self.zone)
    }

    fn iso(&self) -> String {
        format::iso(self.entry.recorded_at, self.zone)
    }

    fn role(&self) -> &str {
        match &self.entry.role {
            Some(role) => words::role(role),
            None => words::actor_kind(&self.entry.actor_kind),
        }
    }

    fn did(&self) -> &str {
        words::act(&self.entry.act)
    }

    fn object(&self) -> String {
        match self.entry.object_kind.as_deref() {
            Some("patient") | None => String::new(),
            Some(kind) => words::sentence(kind),
        }
    }

    fn purpose(&self) -> &str {
        crate::access::purpose::Purpose::label(&self.entry.purpose)
    }

    fn why(&self) -> String {
        words::basis_of(&self.entry.basis, &self.entry.outcome)
    }

    fn came_by(&self) -> &str {
        words::arrival(&self.entry.arrival)
    }

    fn shown(&self) -> Option<String> {
        (self.entry.subjects > 0).then(|| format::counted(self.entry.subjects.unsigned_abs(), "patient"))
    }

    fn chart(&self) -> Option<String> {
        self.entry.patient.map(|patient| urls::chart_access(PatientId(patient)))
    }

    fn flags(&self) -> Vec<Tag> {
        flags::of(self.entry, self.zone).into_iter().map(tag).collect()
    }
}

fn tag(flag: Flag) -> Tag {
    match flag {
        Flag::Glass => Tag::new(Kind::Bad, "Break-the-glass", "shield-alert"),
        Flag::Emergency => Tag::new(Kind::Bad, "Emergency", "shield-alert"),
        Flag::Refused => Tag::new(Kind::Warn, "Refused", "ban"),
        Flag::Failed => Tag::new(Kind::Note, "Failed", "info"),
        Flag::Restricted => Tag::restricted(),
        Flag::AfterHours => Tag::new(Kind::Note, "After hours", "clock"),
        Flag::Exported => Tag::new(Kind::Note, "Taken out", "download"),
    }
}

/// The badge: the state of the proof in words, never in colour alone.
pub struct Badge {
    pub kind: Kind,
    pub words: String,
    pub more: String,
    pub icon: &'static str,
}

impl Badge {
    pub fn new(state: Chain, at: Option<String>, more: String) -> Self {
        let at = at.unwrap_or_default();
        let (kind, icon, words) = match state {
            Chain::Verified => (Kind::Ok, "shield-check", format!("Verified whole {at}")),
            Chain::Verifying => (Kind::Plain, "shield-check", "Verifying now".to_owned()),
            Chain::Broken => (Kind::Bad, "shield-alert", format!("Broken: found {at}")),
            Chain::Stale => (Kind::Warn, "shield-check", format!("Last verified {at}, more than a day ago")),
            Chain::NotSealing => (Kind::Warn, "shield-alert", "New events are not being sealed".to_owned()),
            Chain::NeverVerified => (Kind::Plain, "shield-check", "Not verified yet".to_owned()),
        };
        Self { kind, words, more, icon }
    }
}
