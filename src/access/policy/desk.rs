//! Acts about no one patient: lists, the ledger, people and settings.

use super::super::act::Act;
use super::super::actor::{Actor, ActorKind};
use super::super::purpose::Purpose;
use super::super::role::Role;
use super::matrix::{DataClass, matrix, sees_identified};
use super::sight::Sight;
use super::{Basis, Decision, Refusal};

pub(super) fn decide(actor: &Actor, act: Act) -> Decision {
    match actor.kind() {
        ActorKind::Operator if operator_may(act) => allow(Basis::Operator, None, Sight::whole()),
        ActorKind::Job if job_may(act) => allow(Basis::Job, None, Sight::default()),
        // A stranger may knock, and leave what somebody had typed when their session ended.
        ActorKind::Stranger if matches!(act, Act::SignIn | Act::AskSecondFactor | Act::KeepForm) => {
            allow(Basis::Own, None, Sight::default())
        }
        ActorKind::Person if own(act) => allow(Basis::Own, actor.roles().first().copied(), Sight::default()),
        ActorKind::Person => match actor.roles().iter().copied().find(|role| role_may(*role, act)) {
            Some(role) => allow(
                Basis::Role,
                Some(role),
                actor.roles().iter().map(|r| Sight::in_lists(*r)).fold(Sight::default(), Sight::with),
            ),
            None => Decision::Deny(Refusal::Role),
        },
        _ => Decision::Deny(Refusal::Role),
    }
}

fn allow(basis: Basis, role: Option<Role>, sight: Sight) -> Decision {
    Decision::Allow { basis, role, purpose: role.map_or(Purpose::Operations, Purpose::of), sight }
}

/// One's own session and account: every signed-in person.
fn own(act: Act) -> bool {
    matches!(
        act,
        Act::SignIn
            | Act::SignOut
            | Act::ConfirmPassword
            | Act::KeepForm
            | Act::ViewAccount
            | Act::ChangeAccount
            | Act::EnrolSecondFactor
    )
}

fn operator_may(act: Act) -> bool {
    matches!(
        act,
        Act::ImportRecords
            | Act::PrepareDemo
            | Act::VerifyLedger
            | Act::ExportLedger
            | Act::ViewStaff
            | Act::AddStaff
            | Act::ChangeStaff
            | Act::DisableStaff
            | Act::ResetPassword
            | Act::RemoveSecondFactor
            | Act::ViewFacilities
            | Act::ChangeFacilities
            | Act::KeepHouse
            | Act::BackUp
            | Act::RestoreBackup
            | Act::ExamineHouse
            | Act::WriteDowntime
            | Act::SetDowntimePassphrase
    )
}

fn job_may(act: Act) -> bool {
    matches!(act, Act::KeepHouse | Act::EndRights | Act::BackUp | Act::WriteDowntime)
}

/// What a role may, of the acts about no one patient. Segregation: who administers users does not review the log (PRV-2).
pub fn role_may(role: Role, act: Act) -> bool {
    match act {
        Act::SearchPatients | Act::ViewMyDay | Act::ListRequests | Act::SaveSearch => {
            sees_identified(role, DataClass::Demographics)
        }
        Act::ExportPatients => sees_identified(role, DataClass::Demographics) && Sight::in_lists(role).export,
        // Registration: who may create demographics (handbook 7.2).
        Act::OpenRegistration | Act::CompareRegistration | Act::RegisterPatient => {
            sees_identified(role, DataClass::Demographics) && matrix(role, DataClass::Demographics).allows('C')
        }
        Act::ListGlass => role == Role::Privacy,
        Act::ListAmendments => super::amends(role, act),
        Act::ReceiveFile => matrix(role, DataClass::Documents).allows('C'),
        Act::OpenIntake | Act::MatchIntake => {
            ['C', 'A'].iter().any(|verb| matrix(role, DataClass::Documents).allows(*verb))
        }
        Act::ListIntake | Act::SetAsideIntake => matches!(role, Role::Indexer | Role::Manager),
        Act::ListSignatures => role.is_clinical(),
        Act::ReviewLedger | Act::VerifyLedger => matches!(role, Role::Privacy | Role::Auditor),
        Act::ExportLedger => role == Role::Privacy,
        Act::ViewStaff => matrix(role, DataClass::Staff).allows('V') || matrix(role, DataClass::Staff).allows('A'),
        Act::AddStaff
        | Act::ChangeStaff
        | Act::DisableStaff
        | Act::ResetPassword
        | Act::ChangeFacilities
        | Act::RemoveSecondFactor
        | Act::EndSessions => matrix(role, DataClass::Staff).allows('A'),
        Act::ViewFacilities | Act::ViewPolicy | Act::ViewDocumentTypes => {
            matrix(role, DataClass::Staff).allows('V') || matrix(role, DataClass::Staff).allows('A')
        }
        _ => false,
    }
}
