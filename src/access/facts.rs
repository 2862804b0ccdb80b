//! What policy may know of a record before it decides: flags and ids, never content.

use uuid::Uuid;

use crate::base::id::{DocumentId, EncounterId, FacilityId, GrantId, PatientId, TaskId};

/// The record an act is about; the gate finds whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Patient(PatientId),
    Encounter(EncounterId),
    Document(DocumentId),
    Task(TaskId),
    Grant(GrantId),
}

impl Subject {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Subject::Patient(_) => "patient",
            Subject::Encounter(_) => "encounter",
            Subject::Document(_) => "document",
            Subject::Task(_) => "task",
            Subject::Grant(_) => "grant",
        }
    }

    pub(super) fn id(self) -> Uuid {
        match self {
            Subject::Patient(id) => id.0,
            Subject::Encounter(id) => id.0,
            Subject::Document(id) => id.0,
            Subject::Task(id) => id.0,
            Subject::Grant(id) => id.0,
        }
    }
}

macro_rules! subject_from {
    ($($id:ident => $variant:ident),*) => {$(
        impl From<$id> for Subject {
            fn from(id: $id) -> Self {
                Subject::$variant(id)
            }
        }
    )*};
}
subject_from!(PatientId => Patient, EncounterId => Encounter, DocumentId => Document, TaskId => Task, GrantId => Grant);

/// An unexpired break-the-glass grant of this person for this patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantFact {
    pub id: GrantId,
    pub emergency: bool,
    /// Also opens segmented categories.
    pub sensitive: bool,
}

/// What is known of one patient in relation to one actor.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// VIP, employee or family, or confidential (handbook 7.4).
    pub restricted: bool,
    /// The actor's own record.
    pub own_record: bool,
    pub facilities: Vec<FacilityId>,
    /// A treating relationship: on the care team, or a provider of an open or recent encounter.
    pub treating: bool,
    /// The oldest open task that is the actor's reason to be here.
    pub task: Option<TaskId>,
    pub task_kinds: Vec<String>,
    pub task_sensitive: bool,
    pub grant: Option<GrantFact>,
    /// The segmented category of the document or encounter itself.
    pub sensitivity: Option<String>,
    pub retracted: bool,
    /// A document type that billing may attach to a claim.
    pub for_claims: bool,
}

impl Facts {
    /// Whether the actor holds an open task of one of these kinds.
    pub fn has_task(&self, kinds: &[&str]) -> bool {
        self.task_kinds.iter().any(|kind| kinds.contains(&kind.as_str()))
    }
}
