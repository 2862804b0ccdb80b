//! A chart request and what became of it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::access::About;
use crate::access::purpose::Purpose;
use crate::base::id::{DocumentId, PatientId, StaffId};

/// Where a request stands: the word of its latest step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Accepted,
    Delivered,
    Declined,
    Withdrawn,
}

impl State {
    pub fn of(latest: Option<&str>) -> Self {
        match latest {
            None => State::Open,
            Some("accepted") => State::Accepted,
            Some("delivered") => State::Delivered,
            Some("declined") => State::Declined,
            Some(_) => State::Withdrawn,
        }
    }

    pub fn is_over(self) -> bool {
        matches!(self, State::Delivered | State::Declined | State::Withdrawn)
    }

    pub fn label(self) -> &'static str {
        match self {
            State::Open => "Waiting",
            State::Accepted => "Being got out",
            State::Delivered => "Delivered",
            State::Declined => "Declined",
            State::Withdrawn => "Withdrawn",
        }
    }
}

/// What somebody does about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    Accept,
    Deliver,
    Decline,
    Withdraw,
}

impl StepKind {
    pub fn word(self) -> &'static str {
        match self {
            StepKind::Accept => "accepted",
            StepKind::Deliver => "delivered",
            StepKind::Decline => "declined",
            StepKind::Withdraw => "withdrawn",
        }
    }

    /// In a history.
    pub fn label_of(word: &str) -> &'static str {
        match word {
            "accepted" => "Accepted",
            "delivered" => "Delivered",
            "declined" => "Declined",
            _ => "Withdrawn",
        }
    }
}

/// Why somebody asks: the purposes of handbook 7.3 that staff have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Because(pub Purpose);

impl Because {
    pub const OFFERED: [Because; 4] = [
        Because(Purpose::Treatment),
        Because(Purpose::Payment),
        Because(Purpose::Operations),
        Because(Purpose::PatientRequest),
    ];

    pub fn offered(code: &str) -> Option<Self> {
        Self::OFFERED.into_iter().find(|because| because.0.code() == code)
    }
}

/// What is asked for, as somebody typed it and the rules accepted it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub request: Uuid,
    pub role: &'static str,
    pub because: Because,
    pub wanted: String,
    pub document: Option<DocumentId>,
    pub needed_by: DateTime<Utc>,
}

/// A request, for its page.
#[derive(Clone)]
pub struct Request {
    pub request: Uuid,
    pub document: Option<DocumentId>,
    /// Only for those who may read titles.
    pub document_title: Option<String>,
    pub asked_by: StaffId,
    pub asker: String,
    pub asked_role: String,
    pub purpose: String,
    pub wanted: String,
    pub asked_at: DateTime<Utc>,
    pub needed_by: DateTime<Utc>,
}

/// One step.
#[derive(Clone)]
pub struct Step {
    pub kind: String,
    pub taken_by: StaffId,
    pub taker: String,
    pub taken_at: DateTime<Utc>,
    pub note: String,
    pub task: Option<Uuid>,
}

/// One line of the requests about one patient.
pub struct Line {
    pub request: Uuid,
    pub asker: String,
    pub asked_role: String,
    pub purpose: String,
    pub wanted: String,
    pub asked_at: DateTime<Utc>,
    pub needed_by: DateTime<Utc>,
    pub latest: Option<String>,
}

/// One line of the queue. A masked patient has no name here.
pub struct Listed {
    pub request: Uuid,
    pub patient: PatientId,
    pub family: Option<String>,
    pub given: Option<String>,
    pub mrn: Option<String>,
    pub restricted: bool,
    pub asked_by: StaffId,
    pub asker: String,
    pub asked_role: String,
    pub purpose: String,
    pub wanted: String,
    pub asked_at: DateTime<Utc>,
    pub needed_by: DateTime<Utc>,
    pub latest: Option<String>,
    pub latest_at: Option<DateTime<Utc>>,
    pub latest_by: Option<String>,
}

impl About for Listed {
    fn about(&self) -> PatientId {
        self.patient
    }
}

impl Listed {
    pub fn state(&self) -> State {
        State::of(self.latest.as_deref())
    }

    /// Somebody waits for it longer than they can.
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        !self.state().is_over() && self.needed_by < now
    }
}

/// Which requests to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nobody has taken them: the most urgent first.
    Waiting,
    Accepted,
    Over,
    All,
}

impl Shown {
    pub fn parse(word: &str) -> Self {
        match word {
            "accepted" => Shown::Accepted,
            "over" => Shown::Over,
            "all" => Shown::All,
            _ => Shown::Waiting,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Shown::Waiting => "waiting",
            Shown::Accepted => "accepted",
            Shown::Over => "over",
            Shown::All => "all",
        }
    }
}
