//! `decide`: all permission logic of the house, pure. What a role may is `matrix`; this file adds the person, the record and the act.

mod chart;
mod desk;
mod matrix;
mod sight;

pub use chart::{amends, answers_requests, is_inside};
pub use desk::role_may;
pub use matrix::{Cell, DataClass, Limit, matrix, sees_identified};
pub use sight::{CodeSight, DocumentSight, Sight};

use super::act::{Act, ScopeKind};
use super::actor::Actor;
use super::facts::Facts;
use super::purpose::Purpose;
use super::role::Role;

/// Why an act is allowed; kept with the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The role alone.
    Role,
    /// Treating relationship.
    Treating,
    /// An open task or assignment.
    Task,
    /// A broken glass, with its reason on file.
    Glass,
    /// Emergency treatment, reviewed afterwards (PRV-6).
    Emergency,
    /// Someone at the command line of the server.
    Operator,
    /// The server's own work.
    Job,
    /// One's own account.
    Own,
}

impl Basis {
    pub fn word(self) -> &'static str {
        match self {
            Basis::Role => "role",
            Basis::Treating => "treating",
            Basis::Task => "task",
            Basis::Glass => "glass",
            Basis::Emergency => "emergency",
            Basis::Operator => "operator",
            Basis::Job => "job",
            Basis::Own => "own",
        }
    }
}

/// Why a reason is needed before the record opens (PRV-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyReason {
    Restricted,
    Sensitive,
    NotAssigned,
    NoRelationship,
    NoCase,
}

impl WhyReason {
    pub fn word(self) -> &'static str {
        match self {
            WhyReason::Restricted => "restricted",
            WhyReason::Sensitive => "sensitive",
            WhyReason::NotAssigned => "not-assigned",
            WhyReason::NoRelationship => "no-relationship",
            WhyReason::NoCase => "no-case",
        }
    }
}

/// Why an act is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role has no such right.
    Role,
    /// The right exists only under a task, and there is none.
    NoTask,
    OtherFacility,
    OwnRecord,
    Sensitive,
    Retracted,
    /// The actor must not learn that the record exists.
    Hidden,
    /// Nobody decides about what they did themselves (PRV-2).
    OwnWork,
    /// Nobody signs for another (DOC-9), and nobody changes what another wrote.
    NotYours,
}

impl Refusal {
    pub fn word(self) -> &'static str {
        match self {
            Refusal::Role => "role",
            Refusal::NoTask => "no-task",
            Refusal::OtherFacility => "other-facility",
            Refusal::OwnRecord => "own-record",
            Refusal::Sensitive => "sensitive",
            Refusal::Retracted => "retracted",
            Refusal::Hidden => "hidden",
            Refusal::OwnWork => "own-work",
            Refusal::NotYours => "not-yours",
        }
    }
}

/// What policy answers. `role` is the role in force, kept with the event (AUD-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Allow { basis: Basis, role: Option<Role>, purpose: Purpose, sight: Sight },
    NeedsReason(WhyReason),
    Deny(Refusal),
}

/// May this actor do this, to this record? `facts` is `None` for acts that are about no one patient.
pub fn decide(actor: &Actor, act: Act, facts: Option<&Facts>) -> Decision {
    match (act.spec().scope, facts) {
        (ScopeKind::Chart, Some(facts)) => chart::decide(actor, act, facts),
        (ScopeKind::Chart, None) => Decision::Deny(Refusal::Hidden),
        (ScopeKind::Roster | ScopeKind::Desk | ScopeKind::Ledger, _) => desk::decide(actor, act),
    }
}
