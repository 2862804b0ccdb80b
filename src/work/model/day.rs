//! What stands on my day beside the tasks.

use chrono::{DateTime, Utc};

use crate::access::About;
use crate::access::scope::Figure;
use crate::base::id::PatientId;

/// How many tasks of each kind wait, and how many are late.
#[derive(Clone, Debug, Default)]
pub struct KindCounts {
    pub kinds: Vec<String>,
    pub waiting: Vec<i64>,
    pub late: Vec<i64>,
}

impl Figure for KindCounts {}

impl KindCounts {
    /// Kind, waiting, late.
    pub fn each(&self) -> impl Iterator<Item = (&str, i64, i64)> {
        self.kinds
            .iter()
            .zip(&self.waiting)
            .zip(&self.late)
            .map(|((kind, waiting), late)| (kind.as_str(), *waiting, *late))
    }

    pub fn total(&self) -> i64 {
        self.waiting.iter().sum()
    }

    pub fn total_late(&self) -> i64 {
        self.late.iter().sum()
    }
}

/// A chart one opened lately. A masked one has no name here.
pub struct Recent {
    pub patient: PatientId,
    pub opened_at: DateTime<Utc>,
    pub family: Option<String>,
    pub given: Option<String>,
    pub mrn: Option<String>,
}

impl About for Recent {
    fn about(&self) -> PatientId {
        self.patient
    }
}
