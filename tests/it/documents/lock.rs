//! What is signed is locked by the database: the application's own role tries, and fails (DOC-3, DOC-4).

use custodian::access::{Act, Actor, Error, Remarks};
use custodian::base::id::{DocumentId, PatientId};
use custodian::documents::model::Status;
use custodian::documents::rules::may_become;

use super::{doctor, status};
use crate::support::app::App;

/// Runs a statement about one document as `custodian_app`, in a scope that may see every row.
async fn try_to(app: &App, patient: PatientId, statement: &'static str, document: DocumentId) -> Result<u64, Error> {
    let operator = Actor::operator("intruder");
    app.state
        .gate
        .roster(&operator, Act::ImportRecords, Remarks::none(), async |roster| {
            roster.exec(patient, sqlx::query(statement).bind(document)).await
        })
        .await
}

fn constraint(answer: Result<u64, Error>) -> String {
    match answer {
        Err(Error::Constraint(name)) => name,
        Err(Error::Database(error)) => {
            error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned()).unwrap_or_default()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn doc_3_signed_content_can_t_be_changed_replaced_or_deleted() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let note = doctor.signed(patient, "Lungs clear.").await;
    let table = [
        ("update document_versions set content_type = 'text/html' where document_id = $1", "document_version_is_kept"),
        ("update document_versions set sha256 = sha256(''::bytea) where document_id = $1", "document_version_is_kept"),
        ("update document_versions set blob_name = 'other' where document_id = $1", "document_version_is_kept"),
        ("update document_versions set size_bytes = 1 where document_id = $1", "document_version_is_kept"),
        ("update document_versions set page_count = 9 where document_id = $1", "document_version_is_kept"),
        ("update document_versions set defects = '{damaged}' where document_id = $1", "document_version_is_kept"),
        ("update document_versions set created_by_name = 'x' where document_id = $1", "document_version_is_kept"),
        ("update document_versions set version_no = 7 where document_id = $1", "document_version_is_kept"),
        ("update documents set title = 'x' where document_id = $1", "document_is_locked"),
        ("update documents set type_code = 'letter' where document_id = $1", "document_is_locked"),
        ("update documents set author_id = null where document_id = $1", "document_is_locked"),
        ("update documents set author_name = 'x' where document_id = $1", "document_is_locked"),
        ("update documents set authored_at = now() where document_id = $1", "document_is_locked"),
        ("update documents set service_date = '2020-01-01' where document_id = $1", "document_is_locked"),
        ("update documents set entry = 'addendum' where document_id = $1", "document_is_locked"),
        ("update documents set status = 'draft' where document_id = $1", "document_status_order"),
        ("update documents set status = 'preliminary' where document_id = $1", "document_status_order"),
        ("update documents set filed_at = now() where document_id = $1", "document_is_kept"),
        ("update documents set source = 'elsewhere' where document_id = $1", "document_is_kept"),
        ("update documents set current_version = 2 where document_id = $1", "document_version_order"),
        // no such right at all
        ("delete from documents where document_id = $1", "42501"),
        ("delete from document_versions where document_id = $1", "42501"),
        ("delete from document_signatures where document_id = $1", "42501"),
        ("update document_signatures set meaning = 'reviewer' where document_id = $1", "42501"),
        ("update document_texts set body = 'x' where document_id = $1", "42501"),
        ("delete from document_texts where document_id = $1", "42501"),
    ];
    for (statement, expected) in table {
        assert_eq!(constraint(try_to(&app, patient, statement, note).await), expected, "{statement}");
    }
    assert_eq!(status(&app, note).await, ("final".into(), 1));
}

#[tokio::test]
async fn doc_4_an_unsigned_version_does_not_replace_a_signed_one() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let note = doctor.signed(patient, "Lungs clear.").await;
    let slip = "with slipped as (
            insert into document_versions (version_id, document_id, patient_id, original_patient_id, version_no, supersedes, created_by_name,
                created_at, content_type, size_bytes, sha256, blob_name)
            select gen_random_uuid(), document_id, patient_id, patient_id, 2, version_id, 'x', now(), content_type, size_bytes, sha256, blob_name
            from document_versions where document_id = $1)
        select 1";
    try_to(&app, patient, slip, note).await.unwrap();
    let raise = "update documents set current_version = 2, status = 'corrected' where document_id = $1";
    assert_eq!(constraint(try_to(&app, patient, raise, note).await), "document_version_unsigned");
    // a second version 2, or one that follows nothing, does not come in either
    assert_eq!(constraint(try_to(&app, patient, slip, note).await), "document_versions_document_id_version_no_key");
}

#[tokio::test]
async fn doc_7_doc_9_the_database_takes_no_signature_over_other_content_or_for_somebody_else() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (note, _) = doctor.note(patient, "Lungs clear.", &[]).await;
    let other = super::doctor(&app, patient, "Okafor").await;
    let forged = "insert into document_signatures (signature_id, document_id, version_id, patient_id, original_patient_id, signer_id, signer_name,
            role, meaning, signed_at, zone, sha256, method, event_id)
        select gen_random_uuid(), v.document_id, v.version_id, v.patient_id, v.patient_id, s.staff_id, 'x', 'physician', 'author', now(), 'UTC',
            v.sha256, 'password', gen_random_uuid()
        from document_versions v, staff s join practitioners p on p.practitioner_id = s.practitioner_id
        where v.document_id = $1 and p.family = 'Okafor'";
    assert_eq!(constraint(try_to(&app, patient, forged, note).await), "signature_for_somebody_else");
    let _ = other;
    let mixed = "insert into document_signatures (signature_id, document_id, version_id, patient_id, original_patient_id, signer_id, signer_name,
            role, meaning, signed_at, zone, sha256, method, event_id)
        select gen_random_uuid(), v.document_id, v.version_id, v.patient_id, v.patient_id, s.staff_id, 'x', 'physician', 'author', now(), 'UTC',
            sha256(''::bytea), 'password', gen_random_uuid()
        from document_versions v, staff s join practitioners p on p.practitioner_id = s.practitioner_id
        where v.document_id = $1 and p.family = 'Raman'";
    assert_eq!(constraint(try_to(&app, patient, mixed, note).await), "signature_of_other_content");
    // final means signed
    let raise = "update documents set status = 'final' where document_id = $1";
    assert_eq!(constraint(try_to(&app, patient, raise, note).await), "document_version_unsigned");
}

/// Handbook 3.3: the table of the program and the table of the database are one.
#[tokio::test]
async fn doc_3_program_and_database_agree_on_every_step() {
    let app = App::new().await;
    let mut owner = app.owner().await;
    for before in Status::ALL {
        for after in Status::ALL {
            let may: bool = sqlx::query_scalar("select document_may_become($1, $2)")
                .bind(before.word())
                .bind(after.word())
                .fetch_one(&mut owner)
                .await
                .unwrap();
            assert_eq!(may, may_become(before, after), "{before:?} to {after:?}");
        }
    }
}
