//! DOC-11 as tables: dates, order, grounds, and what goes with a document.

use chrono::{DateTime, Utc};

use super::super::model::{Recipient, Request};
use super::*;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn document(number: u128) -> DocumentId {
    DocumentId(Uuid::from_u128(number))
}

fn target(number: u128, in_designated_record_set: bool, from_here: bool) -> Target {
    Target { document: document(number), title: None, in_designated_record_set, from_here, sensitive: false }
}

fn at() -> DateTime<Utc> {
    "2026-11-23T15:00:00Z".parse().unwrap()
}

fn step(kind: StepKind, happened: &str) -> Step {
    Step {
        step: Uuid::now_v7(),
        kind,
        happened_on: on(happened),
        note: format!("{} note", kind.word()),
        assigned_to: None,
        assignee: None,
        until_on: None,
        ground: kind.denies().then_some(Ground::AccurateAndComplete),
        target: (kind == StepKind::Amended).then(|| document(1)),
        document: (kind == StepKind::Amended).then(|| document(9)),
        taker: "Test".into(),
        taken_at: at(),
    }
}

/// A request about document 1, received on 5 October 2026, with these steps.
fn case(kinds: &[StepKind]) -> Case {
    Case {
        request: Request {
            request: Uuid::from_u128(50),
            requester: "patient".into(),
            requester_name: None,
            entry: String::new(),
            wanted: "Left, not right".into(),
            reason: "It was the other knee".into(),
            paper: None,
            received_on: on("2026-10-05"),
            recorded_by: "Test".into(),
            recorded_at: at(),
        },
        targets: vec![target(1, true, true)],
        steps: kinds.iter().map(|kind| step(*kind, "2026-10-20")).collect(),
        recipients: Vec::new(),
    }
}

#[test]
fn doc_11_sixty_days_and_thirty_more_by_the_calendar() {
    let table = [
        // 2028 is a leap year: January has 31 days, February 29.
        ("2028-01-01", "2028-03-01", "2028-03-31"),
        ("2027-01-01", "2027-03-02", "2027-04-01"),
        ("2027-12-31", "2028-02-29", "2028-03-30"),
        ("2100-01-01", "2100-03-02", "2100-04-01"),
        ("2026-10-05", "2026-12-04", "2027-01-03"),
        // Over the end of summer time; days are days.
        ("2026-09-30", "2026-11-29", "2026-12-29"),
    ];
    for (received, due, last) in table {
        assert_eq!((due_on(on(received)), latest(on(received))), (on(due), on(last)), "{received}");
    }
}

#[test]
fn doc_11_an_extension_is_told_within_the_sixty_days_and_is_at_most_thirty() {
    let (received, today) = (on("2026-10-05"), on("2026-12-31"));
    let table = [
        ("2026-12-04", "2027-01-03", true, true),
        ("2026-12-05", "2027-01-03", false, true),
        ("2026-12-04", "2027-01-04", true, false),
        ("2026-12-04", "2026-12-04", true, false),
        ("2026-12-04", "2026-12-05", true, true),
        ("2026-10-04", "2027-01-03", false, true),
    ];
    for (told, until, told_fits, until_fits) in table {
        let [told_problem, until_problem] = extension(received, Some(on(told)), Some(on(until)), today);
        assert_eq!((told_problem.is_none(), until_problem.is_none()), (told_fits, until_fits), "{told} {until}");
    }
    assert!(extension(received, Some(on("2026-12-04")), None, today)[1].is_some());
    assert!(
        extension(received, Some(on("2026-12-01")), Some(on("2026-12-20")), on("2026-11-30"))[0].is_some(),
        "not yet"
    );
    // In a leap year the last day to tell is the 29th of February.
    let received = on("2027-12-31");
    for (told, fits) in [("2028-02-29", true), ("2028-03-01", false)] {
        assert_eq!(
            extension(received, Some(on(told)), Some(on("2028-03-30")), today.max(on(told)))[0].is_none(),
            fits,
            "{told}"
        );
    }
}

#[test]
fn doc_11_the_clock_stops_when_the_person_is_told_and_not_when_it_is_decided() {
    use StepKind::{Amended, Denied, Extended, Granted, Told, Withdrawn};
    let table: [(&[StepKind], &str, bool); 8] = [
        (&[], "2026-12-04", false),
        (&[], "2026-12-05", true),
        (&[Denied], "2026-12-05", true),
        (&[Denied, Told], "2026-12-05", false),
        (&[Granted, Amended], "2026-12-05", true),
        (&[Granted, Amended, Told], "2026-12-05", false),
        (&[Withdrawn], "2026-12-05", false),
        (&[Extended], "2026-12-05", false),
    ];
    for (kinds, today, overdue) in table {
        let mut known = case(kinds);
        for step in known.steps.iter_mut().filter(|step| step.kind == Extended) {
            step.until_on = Some(on("2027-01-03"));
        }
        assert_eq!(known.is_overdue(on(today)), overdue, "{kinds:?} {today}");
    }
    let mut late = case(&[Denied, Told]);
    late.steps[1].happened_on = on("2026-12-05");
    assert!(late.is_overdue(on("2026-12-31")), "told a day late stays late");
}

#[test]
fn doc_11_what_may_follow_what() {
    use StepKind::{
        Advised, Amended, Assigned, AttachmentAsked, Denied, Disagreed, Extended, Granted, GrantedInPart, Rebutted,
        Told, Withdrawn,
    };
    let table: [(&[StepKind], &[StepKind]); 12] = [
        (&[], &[Assigned, Extended, Advised, Granted, GrantedInPart, Denied, Withdrawn]),
        (&[Extended], &[Assigned, Advised, Granted, GrantedInPart, Denied, Withdrawn]),
        (&[Assigned, Advised], &[Assigned, Extended, Advised, Granted, GrantedInPart, Denied, Withdrawn]),
        (&[Granted], &[Assigned, Amended]),
        (&[Granted, Amended], &[Assigned, Told]),
        (&[Granted, Amended, Told], &[]),
        (&[Denied], &[Assigned, Told]),
        (&[Denied, Told], &[Disagreed, AttachmentAsked]),
        (&[Denied, Told, AttachmentAsked], &[Disagreed]),
        (&[Denied, Told, Disagreed], &[Rebutted]),
        (&[GrantedInPart, Amended, Told], &[Disagreed, AttachmentAsked]),
        (&[Withdrawn], &[]),
    ];
    for (before, next) in table {
        let known = case(before);
        let may: Vec<StepKind> = StepKind::ALL.into_iter().filter(|kind| known.may(*kind)).collect();
        assert_eq!(may, next, "after {before:?}");
    }
    // An entry for each document before the person is told.
    let mut two = case(&[Granted, Amended]);
    two.targets.push(target(2, true, true));
    assert!(!two.may(Told) && two.may(Amended));
}

#[test]
fn doc_11_a_request_is_over_when_everybody_is_told() {
    use StepKind::{Amended, Denied, Granted, Told, Withdrawn};
    let mut known = case(&[Granted, Amended, Told]);
    assert_eq!(known.state(), State::Closed);
    let recipient = Recipient {
        recipient: Uuid::nil(),
        name: "Dr. Amari".into(),
        address: String::new(),
        why: "named".into(),
        told_on: None,
        how: None,
    };
    known.recipients.push(recipient);
    assert_eq!(known.state(), State::Decided);
    assert!(known.waits_for_notice());
    known.recipients[0].told_on = Some(on("2026-11-01"));
    assert_eq!(known.state(), State::Closed);
    for (kinds, state) in [
        (&[][..], State::Open),
        (&[Denied], State::Decided),
        (&[Withdrawn], State::Withdrawn),
        (&[Denied, Told], State::Closed),
    ] {
        assert_eq!(case(kinds).state(), state, "{kinds:?}");
    }
}

#[test]
fn doc_11_a_ground_that_the_record_contradicts_is_no_ground() {
    let table = [
        (Ground::NotCreatedHere, vec![target(1, true, true)], false),
        (Ground::NotCreatedHere, vec![target(1, true, false)], true),
        (Ground::NotCreatedHere, vec![target(1, true, true), target(2, true, false)], true),
        (Ground::NotInDesignatedRecordSet, vec![target(1, true, true)], false),
        (Ground::NotInDesignatedRecordSet, vec![target(1, false, true)], true),
        (Ground::NotInDesignatedRecordSet, vec![], true),
        (Ground::NotAccessible, vec![target(1, true, true)], true),
        (Ground::AccurateAndComplete, vec![target(1, true, true)], true),
    ];
    for (chosen, targets, fits) in table {
        assert_eq!(ground(chosen, &targets).is_none(), fits, "{chosen:?}");
    }
}

#[test]
fn doc_11_what_goes_with_a_document_when_it_leaves() {
    use PaperKind::{Amendment, Denial, Disagreement, Rebuttal, Request as Asked};
    use StepKind::{Amended, AttachmentAsked, Denied, Disagreed, Granted, GrantedInPart, Rebutted, Told, Withdrawn};
    let table: [(&[StepKind], &[PaperKind]); 9] = [
        (&[], &[]),
        (&[Denied, Told], &[]),
        (&[Denied, Told, AttachmentAsked], &[Asked, Denial]),
        (&[Denied, Told, Disagreed], &[Asked, Denial, Disagreement]),
        (&[Denied, Told, Disagreed, Rebutted], &[Asked, Denial, Disagreement, Rebuttal]),
        (&[Granted, Amended], &[Amendment]),
        (&[GrantedInPart, Amended, Told], &[Amendment]),
        (&[GrantedInPart, Amended, Told, Disagreed], &[Amendment, Asked, Denial, Disagreement]),
        (&[Withdrawn], &[]),
    ];
    for (steps, papers) in table {
        let known = [case(steps)];
        let kinds: Vec<PaperKind> = accompanies(document(1), &known).iter().map(|paper| paper.kind).collect();
        assert_eq!(kinds, papers, "{steps:?}");
        assert_eq!(accompanies(document(2), &known), [], "another document carries nothing of it");
    }
    let papers = accompanies(document(1), &[case(&[Denied, Told, Disagreed])]);
    assert!(papers[0].words.contains("Left, not right") && papers[0].words.contains("the other knee"), "{papers:?}");
    assert!(papers[1].words.contains("accurate and complete"), "{papers:?}");
    assert_eq!(papers[2].words, "disagreed note");
    // Two requests about one document: the older first.
    let (mut older, newer) = (case(&[Granted, Amended]), case(&[Denied, Told, AttachmentAsked]));
    older.request.received_on = on("2026-01-05");
    let kinds: Vec<PaperKind> = accompanies(document(1), &[newer, older]).iter().map(|paper| paper.kind).collect();
    assert_eq!(kinds, [Amendment, Asked, Denial]);
}
