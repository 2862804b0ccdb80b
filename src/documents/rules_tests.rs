//! The rules of the room as tables, with the examples of the handbook.

use super::*;
use crate::base::id::PractitionerId;
use crate::documents::standing::Entry;

fn signature(version: i32, meaning: Meaning, signer: StaffId) -> Signature {
    Signature {
        version,
        signer,
        signer_name: String::new(),
        credential: None,
        role: String::new(),
        meaning,
        statement: None,
        signed_at: chrono::DateTime::UNIX_EPOCH,
        zone: "UTC".into(),
        method: "password".into(),
        carried: false,
    }
}

fn note(author: PractitionerId, reader: PractitionerId) -> Standing {
    Standing {
        author: Some(author),
        reader: Some(reader),
        newest: 1,
        current: 1,
        needs_signature: true,
        ..Standing::default()
    }
}

fn doer(staff: StaffId, roles: &[Role]) -> Doer<'_> {
    Doer { staff: Some(staff), roles }
}

/// DOC-3, 3.3: `draft → preliminary → final → {addended | amended | corrected} → superseded`, retracted from anywhere, back from nowhere.
#[test]
fn doc_3_a_document_goes_forward_only() {
    use Status as S;
    let allowed = [
        (S::Draft, &[S::Preliminary, S::Final, S::Retracted][..]),
        (S::Preliminary, &[S::Final, S::Retracted]),
        (S::Final, &[S::Addended, S::Amended, S::Corrected, S::Superseded, S::Retracted]),
        (S::Addended, &[S::Amended, S::Corrected, S::Superseded, S::Retracted]),
        (S::Amended, &[S::Corrected, S::Superseded, S::Retracted]),
        (S::Corrected, &[S::Amended, S::Superseded, S::Retracted]),
        (S::Superseded, &[S::Retracted]),
        (S::Retracted, &[]),
    ];
    for (before, after) in allowed {
        for status in S::ALL {
            assert_eq!(
                may_become(before, status),
                before == status || after.contains(&status),
                "{before:?} to {status:?}"
            );
        }
    }
}

/// DOC-9: nobody signs for another.
#[test]
fn doc_9_only_the_author_signs_as_the_author() {
    let (one, other, staff) = (PractitionerId::new(), PractitionerId::new(), StaffId::new());
    let physician = doer(staff, &[Role::Physician]);
    assert_eq!(meanings(Status::Draft, &note(one, one), &[], physician), [Meaning::Author]);
    assert_eq!(meanings(Status::Draft, &note(one, other), &[], physician), []);
    assert_eq!(meanings(Status::Draft, &Standing { author: None, ..note(one, one) }, &[], physician), []);
    let nobody = Standing { author: None, reader: None, ..note(one, one) };
    assert_eq!(meanings(Status::Draft, &nobody, &[], physician), [], "no author and no reader are not the same person");
    for role in [Role::Coder, Role::Indexer, Role::Clerk, Role::Manager] {
        assert_eq!(meanings(Status::Draft, &note(one, one), &[], doer(staff, &[role])), [], "{role:?}");
    }
    assert_eq!(meanings(Status::Retracted, &note(one, one), &[], physician), []);
}

/// 3.4: the cosigner signs after the author; until then the note is flagged.
#[test]
fn a_cosigner_follows_the_author() {
    let (author, chief, resident, attending) =
        (PractitionerId::new(), PractitionerId::new(), StaffId::new(), StaffId::new());
    let standing = Standing { cosigner: Some(chief), ..note(author, chief) };
    let physician = doer(attending, &[Role::Physician]);
    assert_eq!(meanings(Status::Draft, &standing, &[], physician), []);
    let signed = [signature(1, Meaning::Author, resident)];
    assert_eq!(meanings(Status::Final, &standing, &signed, physician), [Meaning::Cosigner]);
    assert!(awaits_cosigner(&standing, &signed, 1));
    let both = [signed[0].clone(), signature(1, Meaning::Cosigner, attending)];
    assert_eq!(meanings(Status::Final, &standing, &both, physician), []);
    assert!(!awaits_cosigner(&standing, &both, 1));
}

/// DOC-10: only when the author is gone, and never as the author.
#[test]
fn doc_10_a_departed_authors_note_is_closed_not_signed() {
    let (author, staff) = (PractitionerId::new(), StaffId::new());
    let manager = doer(staff, &[Role::Manager]);
    let standing = Standing { reader: None, ..note(author, author) };
    assert_eq!(meanings(Status::Preliminary, &standing, &[], manager), []);
    let gone = Standing { author_is_gone: true, ..standing };
    assert_eq!(meanings(Status::Preliminary, &gone, &[], manager), [Meaning::AdministrativeClosure]);
    let closed = [signature(1, Meaning::AdministrativeClosure, staff)];
    assert_eq!(meanings(Status::Final, &gone, &closed, manager), []);
}

/// DOC-4: a correction of a signed note waits for its own signature.
#[test]
fn doc_4_a_new_version_is_signed_again() {
    let (author, staff) = (PractitionerId::new(), StaffId::new());
    let standing = Standing { newest: 2, ..note(author, author) };
    let signed = [signature(1, Meaning::Author, staff)];
    assert!(is_signed(&signed, 1) && !is_signed(&signed, 2));
    assert_eq!(meanings(Status::Final, &standing, &signed, doer(staff, &[Role::Physician])), [Meaning::Author]);
}

/// 7.2: indexer unsigned and own filing, manager any.
#[test]
fn taking_back_is_the_indexers_own_or_the_managers() {
    let (indexer, other) = (StaffId::new(), StaffId::new());
    let filed = Standing { filed_by: Some(indexer), ..Standing::default() };
    let signed = [signature(1, Meaning::Author, other)];
    let table = [
        (indexer, Role::Indexer, &[][..], true),
        (other, Role::Indexer, &[], false),
        (indexer, Role::Indexer, &signed, false),
        (other, Role::Manager, &signed, true),
        (indexer, Role::Physician, &[], false),
        (indexer, Role::ScanQc, &[], false),
    ];
    for (staff, role, signatures, may) in table {
        assert_eq!(may_retract(Status::Final, &filed, signatures, doer(staff, &[role])), may, "{role:?}");
    }
    assert!(!may_retract(Status::Retracted, &filed, &[], doer(other, &[Role::Manager])), "once");
}

/// 3.5: an addendum adds to what is signed; an amendment is the author's.
#[test]
fn addenda_belong_to_signed_documents() {
    let (author, other, staff) = (PractitionerId::new(), PractitionerId::new(), StaffId::new());
    let physician = doer(staff, &[Role::Physician]);
    for (status, may) in [
        (Status::Draft, false),
        (Status::Preliminary, false),
        (Status::Final, true),
        (Status::Amended, true),
        (Status::Retracted, false),
    ] {
        assert_eq!(may_append(status, physician), may, "{status:?}");
    }
    assert!(may_amend(Status::Final, &note(author, author), physician));
    assert!(!may_amend(Status::Final, &note(author, other), physician));
    assert!(!may_append(Status::Final, doer(staff, &[Role::Coder])));
    assert_eq!(Entry::Addendum.makes_of(Status::Final), Status::Addended);
    assert_eq!(Entry::Addendum.makes_of(Status::Corrected), Status::Corrected);
    assert_eq!(Entry::Amendment.makes_of(Status::Addended), Status::Amended);
    for parent in Status::ALL {
        for entry in Entry::ALL {
            assert!(may_become(parent, entry.makes_of(parent)), "{entry:?} of {parent:?}");
        }
    }
}

/// DOC-15: consents, directives, legal papers always; otherwise a tenth.
#[test]
fn doc_15_a_sample_is_checked_by_somebody_else() {
    let documents: Vec<DocumentId> = (0..4000_u128).map(|n| DocumentId(uuid::Uuid::from_u128(n * 7_919))).collect();
    let sampled = documents.iter().filter(|document| needs_check("letter", **document, sampling(10), OLD_HAND)).count();
    assert!((250..550).contains(&sampled), "{sampled} of 4000");
    assert!(documents.iter().all(|document| needs_check("advance-directive", *document, sampling(0), OLD_HAND)));
    assert!(documents.iter().all(|document| needs_check("letter", *document, sampling(100), OLD_HAND)));
    assert!(!documents.iter().any(|document| needs_check("letter", *document, sampling(0), OLD_HAND)));
    let (indexer, other) = (StaffId::new(), StaffId::new());
    let open = Standing { filed_by: Some(indexer), check_is_open: true, ..Standing::default() };
    assert!(may_check(&open, doer(other, &[Role::ScanQc])));
    assert!(!may_check(&open, doer(indexer, &[Role::ScanQc])), "their own");
    assert!(!may_check(&open, doer(other, &[Role::Indexer])));
}

/// DOC-16.
#[test]
fn doc_16_accuracy_and_the_critical_error() {
    assert_eq!(accuracy(0, 0), None);
    assert_eq!(accuracy(200, 1), Some(99.5));
    assert!(sample_passes(200, &[ScanError::WrongDate]));
    assert!(!sample_passes(199, &[ScanError::WrongDate]));
    assert!(!sample_passes(100_000, &[ScanError::WrongPatient]), "a wrong patient rejects the batch");
}

const OLD_HAND: Indexer = Indexer { days: 900, filed: 12_000 };

fn sampling(percent: u32) -> Sampling {
    Sampling { percent, new_days: 30, first: 50 }
}

#[test]
fn doc_15_every_scan_of_somebody_new_is_checked() {
    // Days here, documents filed before, days and documents of the settings, checked whatever the sample.
    let table = [
        (0, 0, 30, 50, true),
        (29, 500, 30, 50, true),
        (30, 50, 30, 50, false),
        (400, 49, 30, 50, true),
        (400, 50, 30, 50, false),
        (0, 0, 0, 0, false),
        (3, 0, 0, 1, true),
        (3, 1, 0, 1, false),
    ];
    let document = DocumentId(uuid::Uuid::from_u128(7));
    for (days, filed, new_days, first, checked) in table {
        let sampling = Sampling { percent: 0, new_days, first };
        let indexer = Indexer { days, filed };
        assert_eq!(needs_check("letter", document, sampling, indexer), checked, "{days} {filed} {new_days} {first}");
        assert!(needs_check("advance-directive", document, sampling, indexer), "a directive always");
    }
}
