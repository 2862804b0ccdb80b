//! Grants and their reviews, as the privacy office sees them.

use chrono::{DateTime, Utc};

use crate::access::About;
use crate::access::glass::ReasonCode;
use crate::base::id::{GrantId, PatientId, StaffId};
use crate::base::quiet::quiet;
use crate::web::format;

/// Which grants to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Not reviewed, or under investigation: oldest first, because that is the most urgent.
    Waiting,
    /// Closed by a finding, newest first.
    Closed,
    /// Newest first.
    All,
}

impl Shown {
    pub fn parse(word: &str) -> Self {
        match word {
            "closed" => Shown::Closed,
            "all" => Shown::All,
            _ => Shown::Waiting,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Shown::Waiting => "waiting",
            Shown::Closed => "closed",
            Shown::All => "all",
        }
    }
}

/// What a reviewer finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    Appropriate,
    NotAppropriate,
    Investigation,
}

impl Finding {
    pub const ALL: [Finding; 3] = [Finding::Appropriate, Finding::NotAppropriate, Finding::Investigation];

    pub fn word(self) -> &'static str {
        match self {
            Finding::Appropriate => "appropriate",
            Finding::NotAppropriate => "not-appropriate",
            Finding::Investigation => "investigation",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Finding::Appropriate => "Appropriate",
            Finding::NotAppropriate => "Not appropriate",
            Finding::Investigation => "Investigation",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.word() == word)
    }
}

/// One line of the review list.
#[derive(Clone)]
pub struct GrantLine {
    pub grant: GrantId,
    pub patient: PatientId,
    pub family: String,
    pub given: String,
    pub mrn: Option<String>,
    pub restricted: bool,
    pub staff: StaffId,
    pub staff_name: String,
    pub roles: Vec<String>,
    pub emergency: bool,
    pub data_class: String,
    pub reason_code: String,
    pub reason: String,
    pub granted_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub finding: Option<String>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub reviewer: Option<String>,
    /// Ledger events under the grant.
    pub uses: i64,
}

quiet!(GrantLine.grant);

impl About for GrantLine {
    fn about(&self) -> PatientId {
        self.patient
    }
}

impl GrantLine {
    pub fn patient_name(&self) -> String {
        format::name(&self.family, &self.given, "")
    }

    pub fn reason_words(&self) -> &str {
        ReasonCode::label_of(&self.reason_code)
    }

    pub fn finding(&self) -> Option<Finding> {
        self.finding.as_deref().and_then(Finding::parse)
    }

    /// Still to be closed by somebody.
    pub fn is_waiting(&self) -> bool {
        !matches!(self.finding(), Some(Finding::Appropriate | Finding::NotAppropriate))
    }

    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && self.expires_at > now
    }
}

/// A grant, for its review.
#[derive(Clone, Debug)]
pub struct Grant {
    pub grant: GrantId,
    pub staff: StaffId,
    pub staff_name: String,
    pub roles: Vec<String>,
    pub emergency: bool,
    pub data_class: String,
    pub reason_code: String,
    pub reason: String,
    pub granted_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// One finding about a grant.
#[derive(Clone, Debug)]
pub struct Review {
    pub reviewed_at: DateTime<Utc>,
    pub reviewer: Option<String>,
    pub finding: String,
    pub note: String,
}

/// One thing done under a grant.
#[derive(Clone, Debug)]
pub struct Use {
    pub at: DateTime<Utc>,
    /// The act's stored word.
    pub act: String,
    pub outcome: String,
    pub object_kind: Option<String>,
}
