//! The handbook's sentences about charts, as a table.

use super::super::super::actor::Actor;
use super::super::super::facts::{Facts, GrantFact};
use super::super::super::purpose::Purpose;
use super::super::*;
use crate::base::id::{FacilityId, GrantId, RequestId, SessionId, StaffId, TaskId};

fn facility() -> FacilityId {
    FacilityId(uuid::Uuid::from_u128(1))
}

fn person(role: Role) -> Actor {
    Actor::person(StaffId::new(), "Pat".into(), vec![role], vec![facility()], SessionId::new(), None, RequestId::new())
}

fn ordinary() -> Facts {
    Facts { facilities: vec![facility()], ..Facts::default() }
}

fn with_task(kind: &str) -> Facts {
    Facts { task: Some(TaskId::new()), task_kinds: vec![kind.into()], ..ordinary() }
}

fn glass(emergency: bool, sensitive: bool) -> Option<GrantFact> {
    Some(GrantFact { id: GrantId::new(), emergency, sensitive })
}

/// What was decided, in the words of the table below.
fn answer(role: Role, act: Act, facts: &Facts) -> String {
    match decide(&person(role), act, Some(facts)) {
        Decision::Allow { basis, .. } => format!("allow {}", basis.word()),
        Decision::NeedsReason(why) => format!("reason {}", why.word()),
        Decision::Deny(why) => format!("deny {}", why.word()),
    }
}

#[test]
fn the_sentences_of_handbook_7_2() {
    use Role::*;
    let vip = |facts: Facts| Facts { restricted: true, ..facts };
    let protected = |facts: Facts, category: &str| Facts { sensitivity: Some(category.into()), ..facts };
    let needed = |facts: Facts| Facts { task_sensitive: true, ..facts };
    let cases = [
        // Registrar: titles only.
        (Registrar, Act::ViewChart, ordinary(), "allow role"),
        (Registrar, Act::OpenDocument, ordinary(), "deny role"),
        (Registrar, Act::ViewClinicalItems, ordinary(), "deny role"),
        // Records clerk: a document only under a task (note 6), never a sensitive one.
        (Clerk, Act::OpenDocument, ordinary(), "deny no-task"),
        (Clerk, Act::OpenDocument, with_task("retrieval"), "allow task"),
        (Clerk, Act::OpenDocument, with_task("coding"), "deny no-task"),
        (Clerk, Act::OpenDocument, protected(with_task("retrieval"), "hiv"), "deny sensitive"),
        // Coder: assignment is the relationship; without it the glass (below the notes).
        (Coder, Act::ViewChart, ordinary(), "reason not-assigned"),
        (Coder, Act::ViewChart, with_task("coding"), "allow task"),
        (Coder, Act::OpenDocument, vip(with_task("coding")), "allow task"),
        (Coder, Act::OpenDocument, vip(ordinary()), "reason restricted"),
        (Coder, Act::OpenDocument, protected(with_task("coding"), "psychiatric"), "reason sensitive"),
        (Coder, Act::OpenDocument, protected(needed(with_task("coding")), "psychiatric"), "allow task"),
        // Release: inside an open request only; else the glass (note 2).
        (Release, Act::ViewChart, ordinary(), "allow role"),
        (Release, Act::OpenDocument, ordinary(), "reason not-assigned"),
        (Release, Act::OpenDocument, with_task("release"), "allow task"),
        // Physician: treating relationship (note 3).
        (Physician, Act::ViewChart, ordinary(), "reason no-relationship"),
        (Physician, Act::OpenDocument, Facts { treating: true, ..ordinary() }, "allow treating"),
        (Physician, Act::OpenDocument, protected(Facts { treating: true, ..ordinary() }, "hiv"), "allow treating"),
        (
            Physician,
            Act::OpenDocument,
            protected(Facts { treating: true, ..ordinary() }, "psychotherapy"),
            "deny sensitive",
        ),
        (Physician, Act::OpenInEmergency, vip(ordinary()), "allow role"),
        // Nobody but clinical staff has the one-press way (PRV-5).
        (Coder, Act::OpenInEmergency, ordinary(), "deny role"),
        (Manager, Act::OpenInEmergency, ordinary(), "deny role"),
        // Manager: sensitive notes only by the glass.
        (Manager, Act::OpenDocument, ordinary(), "allow role"),
        (Manager, Act::OpenDocument, protected(ordinary(), "psychiatric"), "reason sensitive"),
        (Manager, Act::OpenDocument, Facts { retracted: true, ..ordinary() }, "allow role"),
        (Physician, Act::OpenDocument, Facts { retracted: true, treating: true, ..ordinary() }, "deny retracted"),
        // Privacy: clinical content only with a case.
        (Privacy, Act::ViewChart, ordinary(), "allow role"),
        (Privacy, Act::OpenDocument, ordinary(), "reason no-case"),
        (Privacy, Act::OpenDocument, with_task("privacy-case"), "allow task"),
        // Administrators and analysts see no chart, glass or not.
        (Admin, Act::ViewChart, ordinary(), "deny role"),
        (Admin, Act::BreakGlass, ordinary(), "deny role"),
        (Analyst, Act::ViewChart, ordinary(), "deny role"),
        (Analyst, Act::BreakGlass, ordinary(), "deny role"),
        // Billing: claim documents.
        (Billing, Act::OpenDocument, ordinary(), "deny role"),
        (Billing, Act::OpenDocument, Facts { for_claims: true, ..ordinary() }, "allow role"),
        (Billing, Act::ViewClinicalItems, ordinary(), "deny role"),
        // Auditor: the sample.
        (Auditor, Act::OpenDocument, ordinary(), "deny no-task"),
        (Auditor, Act::OpenDocument, with_task("audit-sample"), "allow task"),
        // Restricted: related people need no glass, others do.
        (Registrar, Act::ViewChart, vip(ordinary()), "reason restricted"),
        (Manager, Act::ViewChart, vip(ordinary()), "reason restricted"),
        (Physician, Act::ViewChart, vip(Facts { treating: true, ..ordinary() }), "allow treating"),
        // Who looked.
        (Privacy, Act::ViewChartAccess, ordinary(), "allow role"),
        (Coder, Act::ViewChartAccess, with_task("coding"), "deny role"),
    ];
    for (role, act, facts, expected) in cases {
        assert_eq!(answer(role, act, &facts), expected, "{role:?} {act:?} {facts:?}");
    }
}

#[test]
fn prv_5_nobody_opens_their_own_record_at_work() {
    let own = Facts { own_record: true, treating: true, ..with_task("coding") };
    for role in Role::ALL {
        for act in [Act::ViewChart, Act::OpenDocument, Act::BreakGlass, Act::OpenInEmergency] {
            assert_eq!(answer(role, act, &own), "deny own-record", "{role:?} {act:?}");
        }
    }
}

#[test]
fn prv_1_another_facility_is_closed() {
    let elsewhere = Facts { facilities: vec![FacilityId::new()], treating: true, ..Facts::default() };
    for role in Role::ALL {
        assert_eq!(answer(role, Act::ViewChart, &elsewhere), "deny other-facility", "{role:?}");
    }
}

#[test]
fn prv_6_a_grant_opens_its_class_and_says_so() {
    let opened = Facts { grant: glass(false, false), restricted: true, ..ordinary() };
    assert_eq!(answer(Role::Coder, Act::OpenDocument, &opened), "allow glass");
    let protected = Facts { sensitivity: Some("hiv".into()), ..opened };
    assert_eq!(answer(Role::Coder, Act::OpenDocument, &protected), "reason sensitive");
    let both = Facts { grant: glass(false, true), ..protected };
    assert_eq!(answer(Role::Coder, Act::OpenDocument, &both), "allow glass");
    let emergency = Facts { grant: glass(true, false), sensitivity: Some("hiv".into()), ..ordinary() };
    assert_eq!(answer(Role::Physician, Act::OpenDocument, &emergency), "allow emergency");
    let Decision::Allow { purpose, .. } = decide(&person(Role::Physician), Act::ViewChart, Some(&emergency)) else {
        panic!()
    };
    assert_eq!(purpose, Purpose::EmergencyTreatment);
}

#[test]
fn a_grant_does_not_widen_the_role() {
    // The glass opens the chart, not the columns: a coder still sees no contact data, a registrar no content.
    let opened = Facts { grant: glass(false, true), ..ordinary() };
    let Decision::Allow { sight, .. } = decide(&person(Role::Coder), Act::ViewChart, Some(&opened)) else { panic!() };
    assert!(!sight.contact && !sight.ssn_masked && !sight.charges);
    assert_eq!(answer(Role::Registrar, Act::OpenDocument, &opened), "deny role");
}

#[test]
fn two_roles_see_what_either_sees_and_the_better_answer_wins() {
    let actor = Actor::person(
        StaffId::new(),
        "Pat".into(),
        vec![Role::Clerk, Role::Manager],
        vec![facility()],
        SessionId::new(),
        None,
        RequestId::new(),
    );
    let Decision::Allow { role, sight, .. } = decide(&actor, Act::OpenDocument, Some(&ordinary())) else { panic!() };
    assert_eq!(role, Some(Role::Manager));
    assert!(sight.contact && sight.charges);
}
