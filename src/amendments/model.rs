//! The nouns: a request for amendment, its steps, whom it is told, and how lists show it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::access::About;
use crate::base::id::{DocumentId, PatientId, StaffId};

mod form;

pub use form::{Form, Letter};

/// Who asks. The words in the database never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    Patient,
    Representative,
}

impl Requester {
    pub const ALL: [Requester; 2] = [Requester::Patient, Requester::Representative];

    pub fn word(self) -> &'static str {
        match self {
            Requester::Patient => "patient",
            Requester::Representative => "personal-representative",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|requester| requester.word() == word)
    }
}

/// Why a request is denied: there are no other grounds (164.526(a)(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    NotCreatedHere,
    NotInDesignatedRecordSet,
    NotAccessible,
    AccurateAndComplete,
}

impl Ground {
    pub const ALL: [Ground; 4] =
        [Ground::NotCreatedHere, Ground::NotInDesignatedRecordSet, Ground::NotAccessible, Ground::AccurateAndComplete];

    pub fn word(self) -> &'static str {
        match self {
            Ground::NotCreatedHere => "not-created-here",
            Ground::NotInDesignatedRecordSet => "not-in-designated-record-set",
            Ground::NotAccessible => "not-accessible",
            Ground::AccurateAndComplete => "accurate-and-complete",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.word() == word)
    }

    pub fn label(self) -> &'static str {
        match self {
            Ground::NotCreatedHere => "Not created by us, and its originator can still act on it",
            Ground::NotInDesignatedRecordSet => "Not part of the designated record set",
            Ground::NotAccessible => "Not open to the person's inspection (45 CFR 164.524)",
            Ground::AccurateAndComplete => "Accurate and complete as it stands",
        }
    }

    /// In the letter.
    pub fn sentence(self) -> &'static str {
        match self {
            Ground::NotCreatedHere => {
                "We did not create this information. Whoever did is still there to act on your request; ask them to amend it."
            }
            Ground::NotInDesignatedRecordSet => {
                "This information is not part of the records we keep to make decisions about you (the designated record set)."
            }
            Ground::NotAccessible => {
                "The law does not give access to this information (45 CFR 164.524), and so no right to amend it."
            }
            Ground::AccurateAndComplete => {
                "We looked into it, and the information is accurate and complete as it stands."
            }
        }
    }
}

/// What was done. A decision is one of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    Assigned,
    Extended,
    Advised,
    Granted,
    GrantedInPart,
    Denied,
    Amended,
    /// The person was told of the decision, in writing when it is a denial.
    Told,
    Disagreed,
    Rebutted,
    AttachmentAsked,
    Withdrawn,
}

impl StepKind {
    pub const ALL: [StepKind; 12] = [
        StepKind::Assigned,
        StepKind::Extended,
        StepKind::Advised,
        StepKind::Granted,
        StepKind::GrantedInPart,
        StepKind::Denied,
        StepKind::Amended,
        StepKind::Told,
        StepKind::Disagreed,
        StepKind::Rebutted,
        StepKind::AttachmentAsked,
        StepKind::Withdrawn,
    ];
    pub const DECISIONS: [StepKind; 3] = [StepKind::Granted, StepKind::GrantedInPart, StepKind::Denied];

    pub fn word(self) -> &'static str {
        match self {
            StepKind::Assigned => "assigned",
            StepKind::Extended => "extended",
            StepKind::Advised => "advised",
            StepKind::Granted => "granted",
            StepKind::GrantedInPart => "granted-in-part",
            StepKind::Denied => "denied",
            StepKind::Amended => "amended",
            StepKind::Told => "told",
            StepKind::Disagreed => "disagreed",
            StepKind::Rebutted => "rebutted",
            StepKind::AttachmentAsked => "attachment-asked",
            StepKind::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// In a history.
    pub fn label(self) -> &'static str {
        match self {
            StepKind::Assigned => "Assigned",
            StepKind::Extended => "Extended",
            StepKind::Advised => "Opinion given",
            StepKind::Granted => "Granted",
            StepKind::GrantedInPart => "Granted in part",
            StepKind::Denied => "Denied",
            StepKind::Amended => "Document amended",
            StepKind::Told => "The person was told",
            StepKind::Disagreed => "Statement of disagreement",
            StepKind::Rebutted => "Rebuttal, with its copy to the person",
            StepKind::AttachmentAsked => "Request and denial to be attached",
            StepKind::Withdrawn => "Withdrawn",
        }
    }

    pub fn is_decision(self) -> bool {
        Self::DECISIONS.contains(&self)
    }

    /// Something is denied, in whole or in part.
    pub fn denies(self) -> bool {
        matches!(self, StepKind::Denied | StepKind::GrantedInPart)
    }

    pub fn grants(self) -> bool {
        matches!(self, StepKind::Granted | StepKind::GrantedInPart)
    }
}

/// A request as somebody typed it and the rules accepted it.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub request: Uuid,
    pub requester: Requester,
    pub requester_name: Option<String>,
    pub documents: Vec<DocumentId>,
    pub entry: String,
    pub wanted: String,
    pub reason: String,
    pub paper: Option<DocumentId>,
    pub received_on: NaiveDate,
}

/// A request on file.
#[derive(Clone)]
pub struct Request {
    pub request: Uuid,
    pub requester: String,
    pub requester_name: Option<String>,
    pub entry: String,
    pub wanted: String,
    pub reason: String,
    pub paper: Option<DocumentId>,
    pub received_on: NaiveDate,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

/// A document a request is about.
#[derive(Clone)]
pub struct Target {
    pub document: DocumentId,
    /// None where the reader may see no titles, or not this one.
    pub title: Option<String>,
    pub in_designated_record_set: bool,
    /// Made by this organisation.
    pub from_here: bool,
    /// Of a segmented category.
    pub sensitive: bool,
}

/// One step, as kept.
#[derive(Clone)]
pub struct Step {
    pub step: Uuid,
    pub kind: StepKind,
    pub happened_on: NaiveDate,
    pub note: String,
    pub assigned_to: Option<StaffId>,
    pub assignee: Option<String>,
    pub until_on: Option<NaiveDate>,
    pub ground: Option<Ground>,
    pub target: Option<DocumentId>,
    pub document: Option<DocumentId>,
    pub taker: String,
    pub taken_at: DateTime<Utc>,
}

/// A step to be taken.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// Made with the form, so that one sent twice is one step.
    pub step: Uuid,
    pub kind: StepKind,
    pub happened_on: NaiveDate,
    pub note: String,
    pub assigned_to: Option<StaffId>,
    pub until_on: Option<NaiveDate>,
    pub ground: Option<Ground>,
    pub target: Option<DocumentId>,
    pub document: Option<DocumentId>,
}

impl NewStep {
    pub fn new(step: Uuid, kind: StepKind, happened_on: NaiveDate, note: String) -> Self {
        let (assigned_to, until_on, ground, target, document) = (None, None, None, None, None);
        Self { step, kind, happened_on, note, assigned_to, until_on, ground, target, document }
    }
}

/// Whom a granted amendment is to be told.
#[derive(Clone)]
pub struct Recipient {
    pub recipient: Uuid,
    pub name: String,
    pub address: String,
    pub why: String,
    pub told_on: Option<NaiveDate>,
    pub how: Option<String>,
}

impl Recipient {
    pub fn why_words(&self) -> &'static str {
        if self.why == "named" { "Named by the person" } else { "Known to rely on it" }
    }
}

/// Everything about one request.
#[derive(Clone)]
pub struct Case {
    pub request: Request,
    pub targets: Vec<Target>,
    /// Oldest first.
    pub steps: Vec<Step>,
    pub recipients: Vec<Recipient>,
}

impl Case {
    /// What changes with every step; a form that knew less is overtaken.
    pub fn known(&self) -> usize {
        self.steps.len() + self.recipients.len() + self.recipients.iter().filter(|one| one.told_on.is_some()).count()
    }

    pub fn decision(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.kind.is_decision())
    }

    pub fn step(&self, kind: StepKind) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.kind == kind)
    }

    pub fn assignee(&self) -> Option<StaffId> {
        self.step(StepKind::Assigned)?.assigned_to
    }
}

/// Somebody a request may be assigned to.
#[derive(Clone)]
pub struct Assignable {
    pub staff: StaffId,
    pub name: String,
    /// They wrote one of the documents; else they decide.
    pub is_author: bool,
}

/// An amendment that its author wrote and signed, to be linked.
#[derive(Clone)]
pub struct SignedEntry {
    pub document: DocumentId,
    pub target: DocumentId,
    pub title: String,
}

/// One line of the queue or of a patient's list. A masked patient has neither name nor words here.
#[derive(Clone)]
pub struct Listed {
    pub request: Uuid,
    pub patient: PatientId,
    pub family: Option<String>,
    pub given: Option<String>,
    pub mrn: Option<String>,
    pub restricted: bool,
    pub wanted: Option<String>,
    pub received_on: NaiveDate,
    pub due_on: NaiveDate,
    pub extended: bool,
    pub decision: Option<String>,
    pub acted: bool,
    pub state: String,
    pub assignee: Option<String>,
}

impl About for Listed {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// Which requests to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    #[default]
    Open,
    /// Decided; somebody is still to be told, or something to be amended.
    Decided,
    Closed,
    All,
}

impl Shown {
    pub const ALL: [Shown; 4] = [Shown::Open, Shown::Decided, Shown::Closed, Shown::All];

    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|shown| shown.word() == word).unwrap_or_default()
    }

    pub fn word(self) -> &'static str {
        match self {
            Shown::Open => "open",
            Shown::Decided => "decided",
            Shown::Closed => "closed",
            Shown::All => "all",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Shown::Open => "To decide",
            Shown::Decided => "To carry out",
            Shown::Closed => "Closed",
            Shown::All => "All",
        }
    }
}

/// With whom it lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum With {
    #[default]
    Anybody,
    Me,
    Nobody,
}

impl With {
    pub const ALL: [With; 3] = [With::Anybody, With::Me, With::Nobody];

    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|with| with.word() == word).unwrap_or_default()
    }

    pub fn word(self) -> &'static str {
        match self {
            With::Anybody => "anybody",
            With::Me => "me",
            With::Nobody => "nobody",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            With::Anybody => "Anybody",
            With::Me => "Me",
            With::Nobody => "Nobody yet",
        }
    }
}
