//! A task as a worklist shows it.

use chrono::{DateTime, NaiveDate, Utc};

use crate::access::About;
use crate::base::id::{DocumentId, EncounterId, PatientId, TaskId};
use crate::base::quiet::quiet;

/// One open task, with just enough of the patient to tell one from another.
pub struct Task {
    pub task: TaskId,
    pub patient: PatientId,
    pub kind: String,
    pub note: String,
    pub encounter: Option<EncounterId>,
    pub document: Option<DocumentId>,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub family: String,
    pub given: String,
    pub mrn: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub restricted: bool,
    /// Assigned to the person, not to their role.
    pub own: bool,
}

quiet!(Task.task);

impl About for Task {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// What people read for a kind of task.
pub fn kind_words(kind: &str) -> &'static str {
    match kind {
        "retrieval" => "Chart request",
        "filing" => "File a paper",
        "intake" => "Intake",
        "indexing" => "Index a scan",
        "quality-check" => "Check a scan",
        "coding" => "Code an encounter",
        "coding-review" => "Review coding",
        "documentation-improvement" => "Improve documentation",
        "release" => "Release request",
        "completion" => "Incomplete chart",
        "billing" => "Claim question",
        "audit-sample" => "Audit sample",
        "amendment" => "Amendment request",
        "privacy-case" => "Privacy case",
        _ => "Task",
    }
}
