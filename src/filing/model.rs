//! The nouns of the room.

use chrono::{DateTime, Utc};

use crate::access::scope::Unowned;
use crate::base::id::{IntakeId, StaffId};

/// A file that is nobody's yet.
#[derive(Clone)]
pub struct Received {
    pub file: IntakeId,
    /// As its sender called it; it may tell of a patient.
    pub name: String,
    pub content_type: String,
    pub size: i64,
    pub pages: Option<i32>,
    /// Stored words of what keeps it out of a release.
    pub defects: Vec<String>,
    pub received_at: DateTime<Utc>,
    pub received_by: StaffId,
    pub received_by_name: String,
}

impl std::fmt::Debug for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Received({})", self.file)
    }
}

/// The quarantine names no patient.
impl Unowned for Received {}

/// By which two identifiers a chart was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifiers {
    MrnAndBirthDate,
    NameAndBirthDate,
}

impl Identifiers {
    pub fn word(self) -> &'static str {
        match self {
            Identifiers::MrnAndBirthDate => "mrn-and-birth-date",
            Identifiers::NameAndBirthDate => "name-and-birth-date",
        }
    }
}

/// How the checks of the last thirty days went (DOC-16).
#[derive(Clone, Copy, Debug, Default)]
pub struct Quality {
    pub checked: u64,
    pub errors: u64,
}
