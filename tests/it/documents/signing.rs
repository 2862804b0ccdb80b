//! Signing (DOC-7 to DOC-10): by the author, with the password, over what this session was shown.

use axum::http::StatusCode;
use custodian::access::Role;
use sqlx::Row as _;

use super::{doctor, person, put, sign, signature, signatures, status};
use crate::people::PASSWORD;
use crate::support::app::App;

#[tokio::test]
async fn doc_7_a_signature_keeps_who_what_when_where_and_over_which_bytes() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (note, page) = doctor.note(patient, "Lungs clear.", &[]).await;
    assert_eq!(page.location(), Some(signature(note, 1)), "saved, and shown whole to be signed");
    assert_eq!(status(&app, note).await, ("draft".into(), 1));
    let shown = doctor.visitor.get(&signature(note, 1)).await.ok().shows("Lungs clear.").shows("I wrote this");
    let sha256 = shown.attribute("input[name=sha256]", "value").unwrap();
    let (signed, rows) = app.ledger_of(put(&doctor.visitor, note, 1, "author", &sha256, &[])).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
    let acts: Vec<&str> = rows.iter().map(|row| row.act.as_str()).collect();
    assert_eq!(acts, ["password.confirm", "document.sign"]);
    assert_eq!(status(&app, note).await, ("final".into(), 1));
    let row = sqlx::query(
        "select s.signer_id = $2 as own, s.signer_name, s.credential, s.role, s.meaning, s.signed_at, s.zone, s.method, s.sha256 = v.sha256 as same,
            exists (select from audit_events e where e.event_id = s.event_id and e.act = 'document.sign') as recorded
        from document_signatures s join document_versions v using (version_id) where s.document_id = $1",
    )
    .bind(note)
    .bind(doctor.staff)
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert!(row.get::<bool, _>("own") && row.get::<bool, _>("same") && row.get::<bool, _>("recorded"));
    for (column, value) in [
        ("credential", "MD"),
        ("role", "physician"),
        ("meaning", "author"),
        ("zone", "America/New_York"),
        ("method", "password"),
    ] {
        assert_eq!(row.get::<String, _>(column), value, "{column}");
    }
    assert_eq!(row.get::<chrono::DateTime<chrono::Utc>, _>("signed_at"), app.now());
    doctor.visitor.get(&super::show(note)).await.ok().shows("Signatures").shows("Author, version 1");
    // a second press changes nothing
    assert_eq!(put(&doctor.visitor, note, 1, "author", &sha256, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(signatures(&app, note).await, ["author"]);
}

#[tokio::test]
async fn doc_7_without_the_password_nothing_is_signed() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (note, _) = doctor.note(patient, "Lungs clear.", &[]).await;
    let shown = doctor.visitor.get(&signature(note, 1)).await.ok();
    let sha256 = shown.attribute("input[name=sha256]", "value").unwrap();
    for password in ["", "not it"] {
        let page = put(&doctor.visitor, note, 1, "author", &sha256, &[("password", password)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.shows("That is not your password");
    }
    assert!(signatures(&app, note).await.is_empty());
}

#[tokio::test]
async fn doc_8_nobody_signs_what_this_session_was_not_shown() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (note, _) = doctor.note(patient, "Lungs clear.", &[]).await;
    let shown = app.signed_in(doctor.staff).await.get(&signature(note, 1)).await.ok();
    let sha256 = shown.attribute("input[name=sha256]", "value").unwrap();
    // read in another session, or only opened in the viewer: not enough
    doctor.visitor.get(&super::show(note)).await.ok();
    let page = put(&doctor.visitor, note, 1, "author", &sha256, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Nothing was signed");
    assert!(signatures(&app, note).await.is_empty());
}

#[tokio::test]
async fn doc_9_nobody_signs_for_another_and_a_delegate_only_prepares() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let (author, scribe) = (doctor(&app, patient, "Raman").await, doctor(&app, patient, "Okafor").await);
    let encounter = app.made().encounter(patient).await;
    sqlx::query("insert into encounter_providers (encounter_id, patient_id, original_patient_id, practitioner_id, role) values ($1, $2, $2, $3, 'attending')")
        .bind(encounter)
        .bind(patient)
        .bind(author.practitioner)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let named = author.practitioner.to_string();
    let (note, page) = scribe.note(patient, "Dictated by Dr. Raman.", &[("author", &named)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let shown = scribe.visitor.get(&signature(note, 1)).await.ok().shows("nothing here for you to sign");
    assert_eq!(shown.attribute("input[name=sha256]", "value"), None);
    let sha256 = author
        .visitor
        .get(&signature(note, 1))
        .await
        .ok()
        .shows("entered this for you")
        .attribute("input[name=sha256]", "value")
        .unwrap();
    assert_eq!(put(&scribe.visitor, note, 1, "author", &sha256, &[]).await.status, StatusCode::FORBIDDEN);
    assert!(signatures(&app, note).await.is_empty());
    assert_eq!(put(&author.visitor, note, 1, "author", &sha256, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(signatures(&app, note).await, ["author"]);
}

/// PRV-5: unfinished work of one's own is assigned work, and opens itself until it is done.
#[tokio::test]
async fn doc_9_an_author_finishes_a_note_when_the_stay_is_long_over() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let neighbour = app.made().document(patient, "Progress note").await;
    let (note, _) = doctor.note(patient, "Lungs clear.", &[]).await;
    sqlx::query("update care_team_members set started_at = $2, ended_at = $3 where patient_id = $1")
        .bind(patient)
        .bind(app.now() - chrono::Duration::days(50))
        .bind(app.now() - chrono::Duration::days(40))
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    doctor.visitor.get(&signature(note, 1)).await.ok().shows("Lungs clear.");
    doctor.visitor.get(&format!("/patients/{patient}")).await.ok();
    assert_eq!(doctor.visitor.get(&super::show(neighbour)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(sign(&doctor.visitor, note, 1, "author").await.status, StatusCode::SEE_OTHER);
    assert_eq!(doctor.visitor.get(&super::show(note)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(doctor.visitor.get(&format!("/patients/{patient}")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_document_that_changed_meanwhile_is_not_signed() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (note, _) = doctor.note(patient, "Lungs clear.", &[]).await;
    let shown = doctor.visitor.get(&signature(note, 1)).await.ok();
    let sha256 = shown.attribute("input[name=sha256]", "value").unwrap();
    let fields = [("seen", "1"), ("text", "Lungs NOT clear."), ("reason", "typing error")];
    let changed = doctor.visitor.post(&format!("/documents/{note}/correction"), &fields).await;
    assert_eq!(changed.location(), Some(signature(note, 2)));
    let page = put(&doctor.visitor, note, 1, "author", &sha256, &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("Nothing was signed").shows("Lungs NOT clear.");
    assert!(signatures(&app, note).await.is_empty());
    assert_eq!(status(&app, note).await, ("draft".into(), 2));
}

#[tokio::test]
async fn a_trainees_note_waits_for_its_cosigner() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let (resident, chief) = (doctor(&app, patient, "Raman").await, doctor(&app, patient, "Okafor").await);
    let encounter = app.made().encounter(patient).await;
    sqlx::query("insert into encounter_providers (encounter_id, patient_id, original_patient_id, practitioner_id, role) values ($1, $2, $2, $3, 'attending')")
        .bind(encounter)
        .bind(patient)
        .bind(chief.practitioner)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let (note, page) =
        resident.note(patient, "Seen with Dr. Okafor.", &[("cosigner", &chief.practitioner.to_string())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    sign(&resident.visitor, note, 1, "author").await;
    resident.visitor.get(&super::show(note)).await.ok().shows("Awaits the cosignature of Okafor, Priya");
    let list = chief.visitor.get("/signatures").await.ok().shows("Cosign").shows("Open first");
    assert_eq!(list.attributes("input[name=item]", "value").len(), 0, "DOC-8: not ticked before it was read");
    assert_eq!(sign(&chief.visitor, note, 1, "cosigner").await.status, StatusCode::SEE_OTHER);
    assert_eq!(signatures(&app, note).await, ["author", "cosigner"]);
    chief.visitor.get(&super::show(note)).await.ok().hides("Awaits the cosignature");
    chief.visitor.get("/signatures").await.ok().shows("Nothing waits for your signature");
}

#[tokio::test]
async fn doc_8_only_what_was_shown_can_be_signed_together() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (read, _) = doctor.note(patient, "Read.", &[]).await;
    let (unread, _) = doctor.note(patient, "Unread.", &[]).await;
    doctor.visitor.get(&signature(read, 1)).await.ok();
    let list = doctor.visitor.get("/signatures").await.ok();
    let items = list.attributes("input[name=item]", "value");
    assert_eq!(items.len(), 1);
    assert!(items[0].starts_with(&read.to_string()));
    // a forged line for the unread one is not signed either
    let forged = items[0].replace(&read.to_string(), &unread.to_string());
    let page =
        doctor.visitor.post("/signatures", &[("item", &items[0]), ("item", &forged), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("1 document signed");
    assert_eq!(status(&app, read).await.0, "final");
    assert_eq!(status(&app, unread).await.0, "draft");
    assert!(signatures(&app, unread).await.is_empty());
}

#[tokio::test]
async fn doc_10_a_departed_authors_note_is_closed_with_a_statement() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let manager = person(&app, Role::Manager).await;
    let (note, _) = doctor.note(patient, "Unfinished business.", &[]).await;
    manager.get(&signature(note, 1)).await.ok().shows("nothing here for you to sign");
    sqlx::query("insert into staff_disablements (staff_id, disabled_at, reason) values ($1, now(), 'left')")
        .bind(doctor.staff)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let shown = manager.get(&signature(note, 1)).await.ok().shows("without vouching");
    let sha256 = shown.attribute("input[name=sha256]", "value").unwrap();
    let short = put(&manager, note, 1, "administrative-closure", &sha256, &[("statement", "left")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        put(&manager, note, 1, "author", &sha256, &[]).await.status,
        StatusCode::FORBIDDEN,
        "never as the author"
    );
    let statement = [("statement", "Dr. Raman left on 1 November; closed by the record committee")];
    assert_eq!(
        put(&manager, note, 1, "administrative-closure", &sha256, &statement).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(signatures(&app, note).await, ["administrative-closure"]);
    assert_eq!(status(&app, note).await.0, "final");
}

#[tokio::test]
async fn who_has_no_business_signing_is_refused() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (note, _) = doctor.note(patient, "Lungs clear.", &[]).await;
    for role in [Role::Registrar, Role::Indexer, Role::Coder, Role::Billing, Role::Auditor] {
        let (page, rows) = app.ledger_of(put(&person(&app, role).await, note, 1, "author", "", &[])).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?}");
        assert!(rows.iter().any(|row| row.act == "document.sign" && row.outcome == "refused"), "{role:?}: {rows:?}");
    }
}
