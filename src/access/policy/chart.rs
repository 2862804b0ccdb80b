//! Acts upon one patient's record: role ∩ facility ∩ relationship ∩ sensitivity (PRV-1).

use super::super::act::Act;
use super::super::actor::{Actor, ActorKind};
use super::super::facts::Facts;
use super::super::purpose::Purpose;
use super::super::role::Role;
use super::matrix::{AMENDMENT, DataClass, Limit, matrix};
use super::sight::{DocumentSight, Sight, opens};
use super::{Basis, Decision, Refusal, WhyReason};

/// What one role alone would answer.
enum Answer {
    Yes(Basis),
    Reason(WhyReason),
    No(Refusal),
}

pub(super) fn decide(actor: &Actor, act: Act, facts: &Facts) -> Decision {
    // The looks that a downtime copy's log holds are brought in by whoever looks after the server, who sees nothing by it.
    if actor.kind() == ActorKind::Operator && act == Act::ViewDowntime {
        let purpose = Purpose::EmergencyTreatment;
        return Decision::Allow { basis: Basis::Operator, role: None, purpose, sight: Sight::default() };
    }
    if actor.kind() != ActorKind::Person {
        return Decision::Deny(Refusal::Role);
    }
    if facts.own_record {
        // Employees see their own record through the portal or a release, like anyone (PRV-5).
        return Decision::Deny(Refusal::OwnRecord);
    }
    if !facts.facilities.iter().any(|facility| actor.facilities().contains(facility)) {
        return Decision::Deny(Refusal::OtherFacility);
    }
    let mut refusal = Refusal::Role;
    let mut reason = None;
    for &role in actor.roles() {
        match answer(role, act, facts) {
            Answer::Yes(basis) => {
                let sight =
                    actor.roles().iter().map(|role| Sight::of(*role, facts)).fold(Sight::default(), Sight::with);
                return Decision::Allow { basis, role: Some(role), purpose: purpose(role, basis), sight };
            }
            Answer::Reason(why) => reason = reason.or(Some(why)),
            Answer::No(why) if refusal == Refusal::Role => refusal = why,
            Answer::No(_) => {}
        }
    }
    match reason {
        Some(why) => Decision::NeedsReason(why),
        None => Decision::Deny(refusal),
    }
}

fn purpose(role: Role, basis: Basis) -> Purpose {
    match basis {
        Basis::Emergency => Purpose::EmergencyTreatment,
        Basis::Glass => Purpose::BreakGlass,
        _ => Purpose::of(role),
    }
}

fn answer(role: Role, act: Act, facts: &Facts) -> Answer {
    if !super::sees_identified(role, DataClass::Demographics) {
        return Answer::No(Refusal::Role);
    }
    match act {
        // Breaking the glass is asked before entry is possible; review comes after.
        Act::BreakGlass if may_break_glass(role) => return Answer::Yes(Basis::Role),
        Act::OpenInEmergency if role.is_clinical() => return Answer::Yes(Basis::Role),
        Act::BreakGlass | Act::OpenInEmergency => return Answer::No(Refusal::Role),
        Act::EndGlass => {
            return if facts.grant.is_some() { Answer::Yes(Basis::Own) } else { Answer::No(Refusal::Role) };
        }
        // No entry rule: the review of a restricted record must not itself need a broken glass.
        Act::ViewGlass | Act::ReviewGlass => {
            return if role == Role::Privacy { Answer::Yes(Basis::Role) } else { Answer::No(Refusal::Role) };
        }
        // The privacy office sets and lifts the flag that would keep it out.
        Act::RestrictRecord | Act::ViewRestriction if role == Role::Privacy => return Answer::Yes(Basis::Role),
        Act::AskForChart | Act::ViewRequest | Act::WithdrawRequest => {
            return match enter(role, facts) {
                // Whoever may find the patient may ask for the chart; what they are shown is what the list showed them.
                Answer::Reason(WhyReason::NotAssigned | WhyReason::NoRelationship) => Answer::Yes(Basis::Role),
                other => other,
            };
        }
        Act::AnswerRequest => {
            return if answers_requests(role) { enter(role, facts) } else { Answer::No(Refusal::Role) };
        }
        Act::CloseTask => {
            return if facts.task.is_some() { Answer::Yes(Basis::Task) } else { Answer::No(Refusal::NoTask) };
        }
        _ => {}
    }
    match enter(role, facts) {
        Answer::Yes(basis) => within(role, act, facts, basis),
        other => other,
    }
}

/// Who gets charts out for others.
pub fn answers_requests(role: Role) -> bool {
    matches!(role, Role::Clerk | Role::Manager)
}

/// Who does what about a request for amendment (DOC-11): who takes papers in records it and what comes after a denial, who releases handles it,
/// the privacy officer and the manager decide. A physician reads one and says what they think of it when it is assigned to them.
pub fn amends(role: Role, act: Act) -> bool {
    use Role::{Auditor, Clerk, Manager, Physician, Privacy, Release};
    match act {
        Act::ListAmendments => matches!(role, Clerk | Release | Manager | Privacy | Auditor),
        Act::ViewAmendments => matches!(role, Clerk | Release | Manager | Privacy | Auditor | Physician),
        Act::RecordAmendment | Act::AnswerDenial => matches!(role, Clerk | Release | Manager | Privacy),
        Act::HandleAmendment | Act::PrintAmendment => matches!(role, Release | Manager | Privacy),
        Act::DecideAmendment | Act::CarryOutAmendment => matches!(role, Manager | Privacy),
        Act::AdviseAmendment => matches!(role, Manager | Privacy | Physician),
        _ => false,
    }
}

/// Whether one of these roles may be in the chart at all: what is offered to choose from is cut by it.
pub fn is_inside(roles: &[Role], facts: &Facts) -> bool {
    roles.iter().any(|role| matches!(enter(*role, facts), Answer::Yes(_)))
}

/// May this role come in at all?
fn enter(role: Role, facts: &Facts) -> Answer {
    if let Some(grant) = facts.grant.filter(|_| may_break_glass(role)) {
        return Answer::Yes(if grant.emergency { Basis::Emergency } else { Basis::Glass });
    }
    let related = facts.treating && role == Role::Physician || facts.task.is_some();
    if facts.restricted && !related {
        return if may_break_glass(role) { Answer::Reason(WhyReason::Restricted) } else { Answer::No(Refusal::Hidden) };
    }
    match matrix(role, DataClass::Demographics).limit {
        Limit::Assigned(kinds) if facts.has_task(kinds) => Answer::Yes(Basis::Task),
        Limit::Assigned(_) => Answer::Reason(WhyReason::NotAssigned),
        Limit::Treating if facts.treating => Answer::Yes(Basis::Treating),
        Limit::Treating if facts.has_task(AMENDMENT) => Answer::Yes(Basis::Task),
        Limit::Treating => Answer::Reason(WhyReason::NoRelationship),
        _ if related => Answer::Yes(Basis::Task),
        _ => Answer::Yes(Basis::Role),
    }
}

/// Inside, is this act allowed?
fn within(role: Role, act: Act, facts: &Facts, basis: Basis) -> Answer {
    let sight = Sight::of(role, facts);
    let allowed = |yes: bool| if yes { Answer::Yes(basis) } else { Answer::No(Refusal::Role) };
    match act {
        Act::ViewChart => Answer::Yes(basis),
        Act::ViewEncounter if facts.sensitivity.is_some() => sensitive(role, facts, basis),
        Act::ViewEncounter => allowed(sight.encounters),
        Act::ViewClinicalItems => content(role, DataClass::ClinicalNotes, facts, basis),
        // Taking a document away needs the right to export on top of the right to read it (PRV-3).
        Act::PrintDocument | Act::DownloadDocument if !matrix(role, DataClass::Documents).allows('X') => {
            Answer::No(Refusal::Role)
        }
        _ if act.reads_document() => document(role, facts, &sight, basis),
        Act::ViewConsents => allowed(sight.consents),
        Act::RecordConsent => allowed(matrix(role, DataClass::Consents).allows('C')),
        Act::RevokeConsent => allowed(matrix(role, DataClass::Consents).allows('E')),
        Act::ViewAmendments
        | Act::RecordAmendment
        | Act::HandleAmendment
        | Act::AdviseAmendment
        | Act::DecideAmendment
        | Act::CarryOutAmendment
        | Act::AnswerDenial
        | Act::PrintAmendment => allowed(amends(role, act) && sight.amendments),
        Act::ViewChartAccess => allowed(sight.access_history),
        // Registration and encounters by hand (handbook 7.2: C and E of the class).
        Act::RegisterNewborn => allowed(matrix(role, DataClass::Demographics).allows('C')),
        Act::EditDemographics | Act::ViewDemographicHistory => {
            allowed(matrix(role, DataClass::Demographics).allows('E'))
        }
        // Un-deceasing needs a privileged user (handbook 1.7).
        Act::UndoDeath => allowed(role == Role::Manager),
        Act::RestrictRecord | Act::ViewRestriction => allowed(role == Role::Manager),
        Act::AddEncounter => allowed(matrix(role, DataClass::EncounterHeader).allows('C')),
        Act::ChangeEncounter if facts.sensitivity.is_some() => match sensitive(role, facts, basis) {
            Answer::Yes(basis) if matrix(role, DataClass::EncounterHeader).allows('E') => Answer::Yes(basis),
            Answer::Yes(_) => Answer::No(Refusal::Role),
            other => other,
        },
        Act::ChangeEncounter => allowed(matrix(role, DataClass::EncounterHeader).allows('E')),
        // Documents filed, signed, changed. Whose own work it is, is asked inside, where the document is known.
        Act::FileDocument => allowed(matrix(role, DataClass::Documents).allows('C')),
        Act::WriteNote => allowed(matrix(role, DataClass::ClinicalNotes).allows('C')),
        Act::SearchDocuments => match sight.documents {
            DocumentSight::Open => Answer::Yes(basis),
            _ => content(role, DataClass::Documents, facts, basis),
        },
        _ if act.changes_document() && changes(role, act) => document(role, facts, &sight, basis),
        _ => Answer::No(Refusal::Role),
    }
}

/// Which roles change documents, and how (handbook 7.2: "retract or move a document: indexer, HIM manager").
fn changes(role: Role, act: Act) -> bool {
    let documents = matrix(role, DataClass::Documents);
    match act {
        Act::AppendDocument => matrix(role, DataClass::ClinicalNotes).allows('C'),
        Act::CorrectDocument => matches!(role, Role::Indexer | Role::Physician | Role::Manager),
        // The manager's signature is an administrative closure and nothing else (DOC-10).
        Act::SignDocument => matches!(role, Role::Physician | Role::Manager),
        Act::RetractDocument | Act::MoveDocument => documents.allows('A') || role == Role::Indexer,
        Act::CheckScan => role == Role::ScanQc,
        _ => false,
    }
}

/// The content of one document.
fn document(role: Role, facts: &Facts, sight: &Sight, basis: Basis) -> Answer {
    if facts.retracted && !sight.retracted {
        return Answer::No(Refusal::Retracted);
    }
    if sight.documents == DocumentSight::None {
        return Answer::No(Refusal::Role);
    }
    match facts.sensitivity {
        Some(_) => sensitive(role, facts, basis),
        None => content(role, DataClass::Documents, facts, basis),
    }
}

/// Clinical content of no segmented category.
fn content(role: Role, class: DataClass, facts: &Facts, basis: Basis) -> Answer {
    let cell = matrix(role, class);
    match cell.limit {
        _ if !cell.allows('V') => Answer::No(Refusal::Role),
        Limit::Titles => Answer::No(Refusal::Role),
        _ if opens(role, class, facts) => Answer::Yes(basis),
        Limit::Task(_) => Answer::No(Refusal::NoTask),
        Limit::Assigned(_) if role == Role::Privacy => Answer::Reason(WhyReason::NoCase),
        Limit::Assigned(_) => Answer::Reason(WhyReason::NotAssigned),
        Limit::Treating => Answer::Reason(WhyReason::NoRelationship),
        _ => Answer::No(Refusal::Role),
    }
}

/// Segmented content: psychiatric, substance use (42 CFR Part 2), HIV, genetic, minor-consented.
fn sensitive(role: Role, facts: &Facts, basis: Basis) -> Answer {
    let cell = matrix(role, DataClass::SensitiveNotes);
    if !cell.allows('V') {
        return Answer::No(Refusal::Sensitive);
    }
    // Psychotherapy notes are their originator's alone (45 CFR 164.508(a)(2)); no role opens them through the chart.
    if facts.sensitivity.as_deref() == Some("psychotherapy") {
        return Answer::No(Refusal::Sensitive);
    }
    match cell.limit {
        _ if opens(role, DataClass::SensitiveNotes, facts) => Answer::Yes(basis),
        Limit::Task(_) => Answer::No(Refusal::NoTask),
        _ => Answer::Reason(WhyReason::Sensitive),
    }
}

/// Any role that may view clinical notes or documents may give a reason (handbook 7.2, below the notes).
pub(super) fn may_break_glass(role: Role) -> bool {
    super::sees_identified(role, DataClass::Demographics)
        && (matrix(role, DataClass::ClinicalNotes).allows('V') || matrix(role, DataClass::Documents).allows('V'))
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
