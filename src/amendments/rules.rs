//! DOC-11 as decisions: the clock, what may follow what, the grounds of a denial, and what goes with a document when it leaves (45 CFR 164.526).

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::model::{Case, Ground, Step, StepKind, Target};
use crate::base::id::{DocumentId, StaffId};

/// Days from receipt in which the request is acted on (164.526(b)(2)(i)).
pub const DAYS: u64 = 60;
/// The one extension's most (164.526(b)(2)(ii)).
pub const MORE_DAYS: u64 = 30;
/// A basis in plain words is a sentence at least.
pub const SHORTEST_BASIS: usize = 10;

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The last day to act, before any extension.
pub fn due_on(received: NaiveDate) -> NaiveDate {
    after(received, DAYS)
}

/// The last day to act, whatever the extension.
pub fn latest(received: NaiveDate) -> NaiveDate {
    after(received, DAYS + MORE_DAYS)
}

/// What is wrong with an extension: the day the person is told, and the new last day.
pub fn extension(
    received: NaiveDate,
    told: Option<NaiveDate>,
    until: Option<NaiveDate>,
    today: NaiveDate,
) -> [Option<String>; 2] {
    let due = due_on(received);
    [
        match told {
            Some(day) if day > due => Some(format!(
                "The person has to be told by {}: an extension after that is none (45 CFR 164.526(b)(2)(ii))",
                day_words(due)
            )),
            told => happened(told, received, today),
        },
        match until {
            None => Some("Enter the new last day, such as 14-Nov-2026".into()),
            Some(day) if day <= due => Some(format!("It is due by {} already", day_words(due))),
            Some(day) if day > latest(received) => {
                Some(format!("At most {MORE_DAYS} days more: {}", day_words(latest(received))))
            }
            Some(_) => None,
        },
    ]
}

/// What is wrong with the day something happened.
pub fn happened(on: Option<NaiveDate>, received: NaiveDate, today: NaiveDate) -> Option<String> {
    match on {
        None => Some("Enter a day such as 14-Nov-2026".into()),
        Some(day) if day > today => Some("That is after today".into()),
        Some(day) if day < received => Some(format!("The request was received on {}", day_words(received))),
        Some(_) => None,
    }
}

/// What is wrong with the day of receipt.
pub fn received(on: Option<NaiveDate>, born: Option<NaiveDate>, today: NaiveDate) -> Option<&'static str> {
    match on {
        None => Some("Enter the day it was received, such as 14-Nov-2026"),
        Some(day) if day > today => Some("It can't be received after today"),
        Some(day) if born.is_some_and(|born| day < born) => Some("That is before the patient was born"),
        Some(_) => None,
    }
}

fn day_words(day: NaiveDate) -> String {
    crate::web::format::date(day)
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits for a decision.
    Open,
    /// Something follows from the decision: an entry to be linked, somebody to be told.
    Decided,
    Closed,
    Withdrawn,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Decided => "decided",
            State::Closed => "closed",
            State::Withdrawn => "withdrawn",
        }
    }
}

impl Case {
    fn has(&self, kind: StepKind) -> bool {
        self.steps.iter().any(|step| step.kind == kind)
    }

    fn granted(&self) -> bool {
        self.decision().is_some_and(|step| step.kind.grants())
    }

    fn denied(&self) -> bool {
        self.decision().is_some_and(|step| step.kind.denies())
    }

    /// Every document the request names has its entry; of a request that names none, one has.
    pub fn is_amended(&self) -> bool {
        self.has(StepKind::Amended) && self.unamended().next().is_none()
    }

    /// Documents that wait for their entry.
    pub fn unamended(&self) -> impl Iterator<Item = &Target> {
        self.targets.iter().filter(|target| {
            !self.steps.iter().any(|step| step.kind == StepKind::Amended && step.target == Some(target.document))
        })
    }

    pub fn state(&self) -> State {
        let told_all = self.recipients.iter().all(|one| one.told_on.is_some());
        match () {
            () if self.has(StepKind::Withdrawn) => State::Withdrawn,
            () if self.has(StepKind::Told) && told_all => State::Closed,
            () if self.decision().is_some() => State::Decided,
            () => State::Open,
        }
    }

    /// The last day to act, with the extension if there is one.
    pub fn due_on(&self) -> NaiveDate {
        let extended = self.step(StepKind::Extended).and_then(|step| step.until_on);
        extended.unwrap_or_else(|| due_on(self.request.received_on))
    }

    /// When it was acted on: the decision carried out and told, or the request taken back. The clock stops there and not before.
    pub fn acted_on(&self) -> Option<NaiveDate> {
        self.step(StepKind::Told).or_else(|| self.step(StepKind::Withdrawn)).map(|step| step.happened_on)
    }

    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.acted_on().unwrap_or(today) > self.due_on()
    }

    /// Whether this step may come next; the database holds the same table (`check_amendment_step`).
    pub fn may(&self, kind: StepKind) -> bool {
        let (decided, told) = (self.decision().is_some(), self.has(StepKind::Told));
        !self.has(StepKind::Withdrawn)
            && match kind {
                StepKind::Assigned => !told,
                StepKind::Extended => !decided && !self.has(StepKind::Extended),
                StepKind::Advised
                | StepKind::Granted
                | StepKind::GrantedInPart
                | StepKind::Denied
                | StepKind::Withdrawn => !decided,
                StepKind::Amended => self.granted() && !self.is_amended(),
                StepKind::Told => !told && (self.denied() && !self.granted() || self.granted() && self.is_amended()),
                StepKind::Disagreed => self.denied() && told && !self.has(StepKind::Disagreed),
                StepKind::AttachmentAsked => {
                    self.denied() && told && !self.has(StepKind::Disagreed) && !self.has(StepKind::AttachmentAsked)
                }
                StepKind::Rebutted => self.has(StepKind::Disagreed) && !self.has(StepKind::Rebutted),
            }
    }

    /// Recipients belong to a granted amendment.
    pub fn may_name_recipients(&self) -> bool {
        self.granted() && !self.has(StepKind::Withdrawn)
    }

    pub fn waits_for_notice(&self) -> bool {
        self.has(StepKind::Amended) && self.recipients.iter().any(|one| one.told_on.is_none())
    }

    /// An opinion is asked of whom it is assigned to, and of nobody else.
    pub fn is_with(&self, staff: StaffId) -> bool {
        self.assignee() == Some(staff)
    }
}

/// Whether a ground can be true of what was asked about; `None` when it can.
pub fn ground(ground: Ground, targets: &[Target]) -> Option<&'static str> {
    let all = |is: fn(&Target) -> bool| !targets.is_empty() && targets.iter().all(is);
    match ground {
        Ground::NotCreatedHere if all(|target| target.from_here) => Some("Every document it is about was created here"),
        Ground::NotInDesignatedRecordSet if all(|target| target.in_designated_record_set) => {
            Some("The types of all its documents are part of the designated record set")
        }
        _ => None,
    }
}

/// What goes with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperKind {
    Amendment,
    Request,
    Denial,
    Disagreement,
    Rebuttal,
}

impl PaperKind {
    pub fn label(self) -> &'static str {
        match self {
            PaperKind::Amendment => "Amendment",
            PaperKind::Request => "Request for amendment",
            PaperKind::Denial => "Denial",
            PaperKind::Disagreement => "Statement of disagreement",
            PaperKind::Rebuttal => "Rebuttal",
        }
    }
}

/// One paper that goes with a document: its words, or the document that holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub kind: PaperKind,
    pub request: Uuid,
    pub on: NaiveDate,
    pub words: String,
    pub document: Option<DocumentId>,
}

/// What every later disclosure of this document carries, oldest request first (164.526(c)(1), (d)(4), (d)(5)): the amendment; after a denial,
/// request, denial, statement of disagreement and rebuttal once the person disagreed, or request and denial where the person asked for it.
/// A denial that was never told does not travel, and nothing of a request that was taken back.
pub fn accompanies(document: DocumentId, cases: &[Case]) -> Vec<Paper> {
    let about = |case: &&Case| {
        case.targets.iter().any(|target| target.document == document)
            || case.steps.iter().any(|step| step.target == Some(document))
    };
    let mut cases: Vec<&Case> = cases.iter().filter(about).collect();
    cases.sort_by_key(|case| (case.request.received_on, case.request.request));
    cases.into_iter().filter(|case| case.state() != State::Withdrawn).flat_map(|case| papers(document, case)).collect()
}

fn papers(document: DocumentId, case: &Case) -> Vec<Paper> {
    let request = &case.request;
    let of = |kind, step: &Step, words: &str| Paper {
        kind,
        request: request.request,
        on: step.happened_on,
        words: words.to_owned(),
        document: step.document,
    };
    let mut papers: Vec<Paper> = case
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::Amended && step.target == Some(document))
        .map(|step| of(PaperKind::Amendment, step, &step.note))
        .collect();
    let travels = case.has(StepKind::Disagreed) || case.has(StepKind::AttachmentAsked);
    if let Some(denial) = case.decision().filter(|step| step.kind.denies() && travels) {
        papers.push(Paper {
            kind: PaperKind::Request,
            request: request.request,
            on: request.received_on,
            words: format!("{}\n\nWhy: {}", request.wanted, request.reason),
            document: request.paper,
        });
        let ground = denial.ground.map_or("", Ground::sentence);
        papers.push(of(PaperKind::Denial, denial, &format!("{ground}\n\n{}", denial.note)));
        for (kind, of_kind) in
            [(StepKind::Disagreed, PaperKind::Disagreement), (StepKind::Rebutted, PaperKind::Rebuttal)]
        {
            papers.extend(case.step(kind).map(|step| of(of_kind, step, &step.note)));
        }
    }
    papers
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
