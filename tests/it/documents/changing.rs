//! Changing without forgetting (handbook 3.5): versions, addenda, late entries, retraction, moving.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::base::id::DocumentId;

use super::{doctor, person, show, sign, signature, signatures, status};
use crate::support::app::App;

const WHY: &str = "The label on the paper is another person's";

#[tokio::test]
async fn doc_4_a_correction_counts_once_it_is_signed_and_the_old_version_stays_readable() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let note = doctor.signed(patient, "Left knee.").await;
    let form = doctor.visitor.get(&format!("/documents/{note}/correction")).await.ok().shows("Left knee.");
    assert_eq!(form.attribute("input[name=seen]", "value").as_deref(), Some("1"));
    let fields = [("seen", "1"), ("text", "Right knee."), ("reason", "Wrong side")];
    let sent = doctor.visitor.post(&format!("/documents/{note}/correction"), &fields).await;
    assert_eq!(sent.location(), Some(signature(note, 2)));
    assert_eq!(status(&app, note).await, ("final".into(), 1), "it waits");
    doctor.visitor.get(&show(note)).await.ok().shows("Left knee.").shows("waits for its signature");
    assert_eq!(sign(&doctor.visitor, note, 2, "author").await.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&app, note).await, ("corrected".into(), 2));
    let manager = person(&app, Role::Manager).await;
    manager.get(&show(note)).await.ok().shows("Right knee.").shows("Wrong side").hides("Left knee.");
    manager.get(&format!("/documents/{note}/versions/1")).await.ok().shows("Left knee.").shows("A newer one exists");
    // somebody who saw version 1 is shown the newer one, and loses nothing
    let fields = [("seen", "1"), ("text", "Both knees."), ("reason", "Wrong again")];
    let late = doctor.visitor.post(&format!("/documents/{note}/correction"), &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    late.shows("Both knees.").shows("Right knee.");
}

#[tokio::test]
async fn an_addendum_adds_and_the_original_stays_untouched() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let note = doctor.signed(patient, "Lungs clear.").await;
    let add = async |entry: &str, text: &str| {
        let key = DocumentId::new();
        let fields = [("key", key.to_string()), ("entry", entry.into()), ("text", text.into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sent = doctor.visitor.post(&format!("/documents/{note}/addenda"), &fields).await;
        assert_eq!(sent.location(), Some(signature(key, 1)), "{}", sent.body);
        // sent twice, written once
        assert_eq!(
            doctor.visitor.post(&format!("/documents/{note}/addenda"), &fields).await.location(),
            Some(signature(key, 1))
        );
        key
    };
    let addendum = add("addendum", "X-ray seen: no change.").await;
    assert_eq!(status(&app, note).await, ("final".into(), 1), "not before it is signed");
    sign(&doctor.visitor, addendum, 1, "author").await;
    assert_eq!(status(&app, note).await, ("addended".into(), 1));
    assert_eq!(status(&app, addendum).await.0, "final");
    let page = doctor.visitor.get(&show(note)).await.ok().shows("Belongs with").shows("Lungs clear.");
    assert!(page.attributes(".details a", "href").contains(&show(addendum)), "always shown with its parent");
    let amendment = add("amendment", "Clarified: both lungs.").await;
    sign(&doctor.visitor, amendment, 1, "author").await;
    assert_eq!(status(&app, note).await, ("amended".into(), 1));
    // an addendum to a draft makes no sense, and another's amendment is refused
    let (draft, _) = doctor.note(patient, "Draft.", &[]).await;
    let fields = [("entry", "addendum"), ("text", "More.")];
    let page = doctor.visitor.post(&format!("/documents/{draft}/addenda"), &fields).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let other = super::doctor(&app, patient, "Okafor").await;
    let fields = [("entry", "amendment"), ("text", "More.")];
    let page = other.visitor.post(&format!("/documents/{note}/addenda"), &fields).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_late_entry_says_when_it_happened_and_why_it_is_late() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let (_, page) = doctor.note(patient, "Fell at night.", &[("late", "yes")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = page.shows("Say why the entry is late");
    assert_eq!(page.texts("textarea[name=text]"), ["Fell at night."], "nothing typed is lost");
    let (note, page) =
        doctor.note(patient, "Fell at night.", &[("late", "yes"), ("delay", "Called to a resuscitation")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    sign(&doctor.visitor, note, 1, "author").await;
    doctor
        .visitor
        .get(&show(note))
        .await
        .ok()
        .shows("Late entry")
        .shows("23-Nov-2026 09:00")
        .shows("Called to a resuscitation");
}

#[tokio::test]
async fn doc_12_a_retraction_leaves_a_tombstone_and_reopens_what_stood_on_it() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let note = doctor.signed(patient, "Somebody else's lungs.").await;
    sqlx::query("insert into tasks (task_id, patient_id, original_patient_id, document_id, kind, assigned_role, note, opened_at) values (gen_random_uuid(), $1, $1, $2, 'release', 'release', 'x', now())")
        .bind(patient)
        .bind(note)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let manager = person(&app, Role::Manager).await;
    let path = format!("/documents/{note}/retraction");
    let short = manager.post(&path, &[("why", "wrong-patient"), ("explanation", "oops")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    for visitor in [&doctor.visitor, &person(&app, Role::Indexer).await, &person(&app, Role::Clerk).await] {
        let refused = visitor.post(&path, &[("why", "wrong-patient"), ("explanation", WHY)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let done = manager.post(&path, &[("why", "wrong-patient"), ("explanation", WHY)]).await;
    assert_eq!(done.location(), Some(show(note)));
    assert_eq!(status(&app, note).await, ("retracted".into(), 1));
    manager
        .get(&show(note))
        .await
        .ok()
        .shows("Wrong patient")
        .shows(WHY)
        .shows("lungs")
        .shows("Do not use it for care");
    assert_eq!(doctor.visitor.get(&show(note)).await.status, StatusCode::FORBIDDEN);
    doctor.visitor.get(&super::list_of(patient)).await.ok().shows("Retracted document").hides("Progress note");
    let opened: Vec<String> = sqlx::query_scalar(
        "select kind from tasks t where patient_id = $1 and not exists (select from task_closures c where c.task_id = t.task_id) order by kind",
    )
    .bind(patient)
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(opened, ["privacy-case", "release"]);
    // the end of its road
    let again = manager.post(&path, &[("why", "duplicate"), ("explanation", WHY)]).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN);
    assert!(super::put(&doctor.visitor, note, 1, "reviewer", "", &[]).await.status.is_client_error());
}

#[tokio::test]
async fn doc_13_a_move_to_another_patient_is_a_retraction_and_a_new_filing_both_recorded() {
    let app = App::new().await;
    let (wrong, right) = (app.made().patient("Ann Lee").await, app.made().patient("Bea Stone").await);
    let doctor = doctor(&app, wrong, "Raman").await;
    let note = doctor.signed(wrong, "Bea's lungs.").await;
    let manager = person(&app, Role::Manager).await;
    let mrn: String = sqlx::query_scalar("select value from patient_identifiers where patient_id = $1 and type = 'MR'")
        .bind(right)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    let path = format!("/documents/{note}/relocation");
    let nobody = [("mrn", mrn.as_str()), ("birth_date", "1 Jan 1960"), ("explanation", WHY)];
    assert_eq!(manager.post(&path, &nobody).await.status, StatusCode::UNPROCESSABLE_ENTITY, "both must agree");
    let fields = [("mrn", mrn.as_str()), ("birth_date", "3-Apr-1957"), ("explanation", WHY)];
    let (done, rows) = app.ledger_of(manager.post(&path, &fields)).await;
    assert_eq!(done.location(), Some(show(note)), "{}", done.body);
    let moves: Vec<_> = rows.iter().filter(|row| row.act == "document.move").map(|row| row.patient).collect();
    assert_eq!(moves, [Some(wrong.0), Some(right.0)]);
    assert_eq!(status(&app, note).await.0, "retracted");
    let (new, new_status): (DocumentId, String) =
        sqlx::query_as("select document_id, status from documents where patient_id = $1")
            .bind(right)
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(new_status, "preliminary", "the author signs again");
    assert!(signatures(&app, new).await.is_empty());
    manager.get(&show(new)).await.ok().shows("Bea's lungs.").hides("LEE").hides("Lee, Ann");
    let tombstone = manager.get(&show(note)).await.ok().shows("filed again where it belongs");
    assert!(!tombstone.body.contains(&right.to_string()) && !tombstone.body.contains("Stone"));
}

#[tokio::test]
async fn doc_13_a_move_to_another_encounter_keeps_the_signature() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let note = doctor.signed(patient, "Lungs clear.").await;
    let encounter = app.made().encounter(patient).await;
    let manager = person(&app, Role::Manager).await;
    let fields = [("encounter", encounter.to_string()), ("explanation", WHY.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = manager.post(&format!("/documents/{note}/relocation"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let new: DocumentId = sqlx::query_scalar("select document_id from documents where encounter_id = $1")
        .bind(encounter)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(status(&app, new).await, ("final".into(), 1));
    assert_eq!(signatures(&app, new).await, ["author"]);
    assert_eq!(status(&app, note).await.0, "retracted");
    // an encounter of somebody else is refused, and nothing is half-done
    let stranger = app.made().patient("Bea Stone").await;
    let elsewhere = app.made().encounter(stranger).await.to_string();
    let fields = [("encounter", elsewhere.as_str()), ("explanation", WHY)];
    assert!(manager.post(&format!("/documents/{new}/relocation"), &fields).await.status.is_client_error());
    assert_eq!(status(&app, new).await, ("final".into(), 1));
}
