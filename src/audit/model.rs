//! An event as reviewers read it, what a list of events is asked for, and what a verification found.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::access::act::Act;
use crate::base::quiet::quiet;

/// One line of the list.
#[derive(Clone, sqlx::FromRow)]
pub struct Entry {
    pub event: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub act: String,
    pub outcome: String,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub role: Option<String>,
    pub session: Option<Uuid>,
    pub request: Uuid,
    pub address: Option<String>,
    pub purpose: String,
    pub basis: String,
    pub grant_id: Option<Uuid>,
    pub arrival: String,
    pub patient: Option<Uuid>,
    /// As it was shown then.
    pub mrn: Option<String>,
    pub object_kind: Option<String>,
    pub object_id: Option<Uuid>,
    /// The record was restricted at the time.
    pub restricted: bool,
    /// How many patients a list showed.
    pub subjects: i64,
}

// Names a patient by number: only the id may appear in a log.
quiet!(Entry.event);

impl Entry {
    pub fn key(&self) -> Key {
        Key { recorded_at: self.recorded_at, event: self.event }
    }
}

/// Everything else that was recorded of one event (AUD-1).
#[derive(sqlx::FromRow)]
pub struct Particulars {
    pub action: String,
    pub scope: String,
    pub application: String,
    pub task: Option<Uuid>,
    pub arrival_id: Option<Uuid>,
    pub object_version: Option<i32>,
    pub detail: Value,
    /// Search criteria, reasons, before and after: patient data.
    pub protected: Option<Value>,
}

/// A patient whom a list showed, with the number the log last knew them by.
pub struct Shown {
    pub patient: Uuid,
    pub mrn: Option<String>,
}

/// How much one staff member did in the thirty days up to an event.
#[derive(Clone, Copy, Default)]
pub struct Month {
    pub events: i64,
    pub patients: i64,
    pub glass: i64,
    pub refused: i64,
}

/// A member of staff to filter by.
#[derive(Clone)]
pub struct Staff {
    pub staff: Uuid,
    pub sign_in_name: String,
    pub full_name: String,
}

/// The place of an event in the list: its time and, as several happen at once, its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub recorded_at: DateTime<Utc>,
    pub event: Uuid,
}

/// From where a page of the list begins. Rows arrive while somebody reads, so pages begin at a row and never at a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Newest,
    /// The rows next older than this one.
    Before(Key),
    /// The rows next newer than this one.
    After(Key),
}

/// What the list is cut to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub until: Option<DateTime<Utc>>,
    pub by: Option<By>,
    /// Words of acts; empty for all.
    pub acts: Vec<String>,
    pub flag: Option<Flag>,
    pub outcome: Option<&'static str>,
    /// The records of one patient: events about them, and lists that showed them.
    pub patients: Option<Vec<Uuid>>,
    pub session: Option<Uuid>,
    /// What "after hours" is local to.
    pub zone: &'static str,
}

/// Who acted: members of staff by id; operators, jobs and visitors, who have none, by the name they gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct By {
    pub staff: Vec<Uuid>,
    pub name: Option<String>,
}

/// What makes an event worth a look, as far as the ledger itself knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    Glass,
    Emergency,
    Refused,
    Failed,
    Restricted,
    AfterHours,
    Exported,
}

impl Flag {
    pub const ALL: [Flag; 7] =
        [Flag::Glass, Flag::Emergency, Flag::Refused, Flag::Failed, Flag::Restricted, Flag::AfterHours, Flag::Exported];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Flag::Glass => "glass",
            Flag::Emergency => "emergency",
            Flag::Refused => "refused",
            Flag::Failed => "failed",
            Flag::Restricted => "restricted",
            Flag::AfterHours => "after-hours",
            Flag::Exported => "exported",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Flag::Glass => "Break-the-glass",
            Flag::Emergency => "Emergency",
            Flag::Refused => "Refused",
            Flag::Failed => "Failed",
            Flag::Restricted => "Restricted patient",
            Flag::AfterHours => "After hours",
            Flag::Exported => "Exported or printed",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.word() == word)
    }
}

/// DICOM's code for taking data out: an export or a print.
const EXPORT: &str = "110106";

/// Words of the acts that take data out of the system.
pub fn exports() -> Vec<&'static str> {
    Act::ALL.iter().map(|act| act.spec()).filter(|spec| spec.dicom == EXPORT).map(|spec| spec.word).collect()
}

/// The working day of the office, local time, for "after hours": from 07:00 to 19:00.
pub const DAY_BEGINS: u32 = 7;
pub const DAY_ENDS: u32 = 19;

/// One verification that was made.
#[derive(Clone, Debug)]
pub struct Verified {
    pub event: Uuid,
    pub at: DateTime<Utc>,
    pub by: String,
    pub took_ms: i64,
    pub whole: bool,
    pub leaves: i64,
    pub unsealed: i64,
    pub checkpoints: i64,
    pub outside_checkpoints: i64,
    pub root: String,
    pub first_bad_leaf: Option<i64>,
    pub first_bad_event: Option<Uuid>,
    pub first_bad_what: Option<String>,
}

/// How far the ledger is sealed.
#[derive(Clone, Debug, Default)]
pub struct Seal {
    pub leaves: u64,
    /// Events that await their seal, and since when the oldest of them does.
    pub waiting: u64,
    pub waiting_for: chrono::Duration,
    pub newest: Option<SignedHead>,
}

/// The newest checkpoint: a signed tree head.
#[derive(Clone, Debug)]
pub struct SignedHead {
    pub size: u64,
    pub text: String,
    /// When it was signed and over which root; none when the signature is not ours.
    pub read: Option<(DateTime<Utc>, String)>,
}

/// An event's place in the sealed tree.
pub enum Proof {
    /// Committed, and the next seal will take it.
    Waiting,
    Sealed(Box<Sealed>),
    /// The tree does not vouch for the row; the words say why.
    Broken(String),
}

/// The path from an event to the signed root.
pub struct Sealed {
    pub leaf: u64,
    pub leaf_hash: String,
    pub of: u64,
    pub path: Vec<String>,
    pub root: String,
    pub signed_at: Option<DateTime<Utc>>,
    pub checkpoint: String,
}
