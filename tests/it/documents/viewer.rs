//! Reading one document: each read on the ledger, each refusal too, and bad files answered in words.

use axum::body::Body;
use axum::http::{StatusCode, header};
use custodian::access::{Act, Error, Role};
use custodian::base::id::DocumentId;
use custodian::documents::model::{RelationKind, Status};
use custodian::documents::store;

use super::{draft, list_of, show, two_pages, version};
use crate::support::app::App;

#[tokio::test]
async fn one_look_is_one_event_with_document_page_and_patient() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let document = app.made().document(patient, "Morning round").await;
    let analyst = app.person(Role::Completion).await;
    let (page, rows) = app.ledger_of(analyst.get(&show(document))).await;
    let page = page.ok().shows("improving, plan unchanged.").shows("Page 1 of 1").shows("LEE, Ann");
    assert_eq!(page.texts("main h1"), ["Morning round"]);
    let [row] = rows.as_slice() else { panic!("one event: {rows:?}") };
    assert_eq!((row.act.as_str(), row.outcome.as_str()), ("document.open", "success"));
    assert_eq!((row.patient, row.object.as_deref()), (Some(patient.0), Some("document")));
    assert_eq!(row.detail, serde_json::json!({ "form": "view", "page": 1 }));
    assert!(!page.body.contains("Download"), "a deficiency analyst takes nothing away");
}

#[tokio::test]
async fn a_prefetch_reads_nothing() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let document = app.made().document(patient, "Note").await;
    let manager = app.person(Role::Manager).await;
    let request =
        manager.request("GET", &show(document)).header("sec-purpose", "prefetch").body(Body::empty()).unwrap();
    let (page, rows) = app.ledger_of(manager.send(request)).await;
    assert!(!page.status.is_success());
    assert!(rows.is_empty(), "{rows:?}");
}

#[tokio::test]
async fn refusals_are_refused_and_recorded_role_by_role() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let document = app.made().document(patient, "Note").await;
    for (role, basis) in [
        (Role::Registrar, "role"),
        (Role::Clerk, "no-task"),
        (Role::Coder, "not-assigned"),
        (Role::Release, "not-assigned"),
        (Role::Physician, "no-relationship"),
        (Role::Privacy, "no-case"),
        (Role::Admin, "role"),
        (Role::Billing, "role"),
        (Role::Analyst, "role"),
        (Role::Auditor, "no-task"),
    ] {
        let visitor = app.person(role).await;
        for address in
            [show(document), format!("{}/versions/1", show(document)), format!("{}/pages/1.png", show(document))]
        {
            let (page, rows) = app.ledger_of(visitor.get(&address)).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {address}");
            assert!(!page.body.contains("improving"), "{role:?}");
            let [row] = rows.as_slice() else { panic!("{role:?}: one refusal: {rows:?}") };
            assert_eq!((row.outcome.as_str(), row.basis.as_str()), ("refused", basis), "{role:?} {address}");
        }
    }
    for kind in [(Role::Clerk, "retrieval"), (Role::Coder, "coding"), (Role::Auditor, "audit-sample")] {
        let visitor = app.person(kind.0).await;
        app.made().task(patient, kind.1, visitor.staff.unwrap()).await;
        visitor.get(&show(document)).await.ok().shows("improving");
    }
    assert_eq!(app.anonymous().get(&show(document)).await.status, StatusCode::SEE_OTHER);
    let manager = app.person(Role::Manager).await;
    assert_eq!(manager.get(&show(DocumentId::new())).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn psychotherapy_and_retracted_documents_stay_closed() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let mut therapy = draft(&app, "Session", "the session").await;
    therapy.type_code = "psychotherapy-note".into();
    let mut wrong = draft(&app, "Wrong patient", "the wrong text").await;
    wrong.status = Status::Retracted;
    app.made().file(patient, &[therapy.clone(), wrong.clone()]).await;
    let physician = app.person(Role::Physician).await;
    app.made().care_team(patient, physician.staff.unwrap()).await;
    for document in [therapy.document, wrong.document] {
        let page = physician.get(&show(document)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.hides("the session").hides("the wrong text");
    }
    // Those who answer for the record read what was retracted, and are warned.
    let manager = app.person(Role::Manager).await;
    manager.get(&show(wrong.document)).await.ok().shows("the wrong text").shows("Entered in error");
    assert_eq!(manager.get(&show(therapy.document)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_version_stays_readable_and_neighbours_are_linked() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let mut note = draft(&app, "Note", "first words").await;
    let mut second = version(&app, "second words").await;
    second.reason = Some("A dose was wrong".into());
    note.versions.push(second);
    note.status = Status::Corrected;
    let mut addendum = draft(&app, "Late thought", "added").await;
    addendum.relations.push((RelationKind::Appends, note.document));
    app.made().file(patient, &[note.clone(), addendum.clone()]).await;
    let manager = app.person(Role::Manager).await;
    let page = manager.get(&show(note.document)).await.ok();
    let page = page.shows("second words").shows("A dose was wrong").shows("Added later: Late thought").shows("2 of 2");
    page.hides("first words");
    let first = format!("{}/versions/1", show(note.document));
    manager.get(&first).await.ok().shows("first words").shows("A newer one exists.");
    assert_eq!(manager.get(&format!("{}/versions/3", show(note.document))).await.status, StatusCode::NOT_FOUND);
    manager.get(&show(addendum.document)).await.ok().shows("Addendum to: Note");
}

#[tokio::test]
async fn page_pictures_are_png_and_recorded_one_by_one() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let document = app.made().document_of(patient, "Scan", "consent", "application/pdf", two_pages()).await;
    let manager = app.person(Role::Manager).await;
    let page = manager.get(&format!("{}?page=2&zoom=150&turn=90", show(document))).await.ok().shows("Page 2 of 2");
    let address = page.attribute("figure img", "src").unwrap();
    let (picture, rows) = app.ledger_of(manager.get(&address)).await;
    assert_eq!(picture.status, StatusCode::OK);
    assert_eq!(picture.headers[header::CONTENT_TYPE], "image/png");
    assert_eq!(picture.headers[header::CACHE_CONTROL], "no-store");
    let [row] = rows.as_slice() else { panic!("one event: {rows:?}") };
    assert_eq!(row.detail, serde_json::json!({ "form": "picture", "version": 1, "page": 2 }));
    let none = manager.get(&format!("{}/pages/9.png", show(document))).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.starts_with("<svg") && none.body.contains("no such page"));
    manager.get(&format!("{}?page=9", show(document))).await.ok().shows("This document has no such page.");
    for nonsense in ["?page=x", "?zoom=-1", "/pages/x.png", "/versions/x"] {
        let status = manager.get(&format!("{}{nonsense}", show(document))).await.status;
        assert!(status.is_client_error(), "{nonsense}: {status}");
    }
}

#[tokio::test]
async fn bad_files_are_answered_in_words_and_leak_nothing() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let made = app.made();
    let manager = app.person(Role::Manager).await;
    for (label, bytes, words) in [
        ("application/pdf", b"%PDF-1.7 cut".to_vec(), "damaged"),
        ("image/tiff", b"II\x2a\0\xff\xff\xff\xff".to_vec(), "damaged"),
        ("image/png", b"\x89PNG\r\n\x1a\n".to_vec(), "damaged"),
        ("application/dicom", vec![0; 300], "This kind of file cannot be shown here"),
        ("", vec![], "This kind of file cannot be shown here"),
        ("text/html", b"<p>Seen</p><script>document.evil()</script><img src=x onerror=evil()>".to_vec(), "Seen"),
        ("text/plain", b"NUL \0 byte".to_vec(), "NUL \u{fffd} byte"),
    ] {
        let document = made.document_of(patient, "Odd", "external-record", label, bytes).await;
        let page = manager.get(&show(document)).await.ok().shows(words);
        assert!(!page.body.contains("evil"), "{label}");
    }
}

#[tokio::test]
async fn damaged_or_missing_bytes_are_said_and_never_shown() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let document = app.made().document(patient, "Note").await;
    let manager = app.person(Role::Manager).await;
    let name: String = sqlx::query_scalar("select blob_name from document_versions where document_id = $1")
        .bind(document)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    let file = app.state.config.data_dir.join("documents").join(&name[..2]).join(&name[2..4]).join(&name);
    let mut kept = std::fs::read(&file).unwrap();
    let middle = kept.len() / 2;
    kept[middle] ^= 1;
    std::fs::write(&file, &kept).unwrap();
    let page = manager.get(&show(document)).await.ok().shows("does not match its fingerprint");
    assert!(!page.body.contains("improving") && !page.body.contains(&name));
    std::fs::remove_file(&file).unwrap();
    manager.get(&show(document)).await.ok().shows("The stored file is missing.");
    let content = manager.get(&format!("{}/content", show(document))).await;
    assert_eq!(content.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn taking_a_document_away_needs_the_right_to_export() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let document = app.made().document(patient, "Note").await;
    let manager = app.person(Role::Manager).await;
    let (file, rows) = app.ledger_of(manager.get(&format!("{}/content", show(document)))).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment;"));
    assert_eq!(file.headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(rows.iter().map(|row| row.act.as_str()).collect::<Vec<_>>(), ["document.download"]);
    let (paper, rows) = app.ledger_of(manager.get(&format!("{}/print", show(document)))).await;
    let paper = paper.ok();
    assert!(paper.texts("table.sheet > thead")[0].contains("LEE, Ann"));
    assert_eq!(rows.iter().map(|row| row.act.as_str()).collect::<Vec<_>>(), ["document.print"]);

    let physician = app.person(Role::Physician).await;
    app.made().care_team(patient, physician.staff.unwrap()).await;
    physician.get(&show(document)).await.ok().hides("/content").hides("/print");
    for way in ["content", "print"] {
        let (page, rows) = app.ledger_of(physician.get(&format!("{}/{way}", show(document)))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{way}");
        assert_eq!((rows.len(), rows[0].outcome.as_str()), (1, "refused"), "{way}");
    }
}

#[tokio::test]
async fn a_chart_opened_for_anything_else_has_no_ticket() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let (one, two) = (app.made().document(patient, "One").await, app.made().document(patient, "Two").await);
    let manager = app.person(Role::Manager).await;
    let actor = app.actor_of(&manager).await;
    let gate = &app.state.gate;
    let refused =
        gate.chart(&actor, Act::ViewChart, patient, async |chart| store::open(chart, one, None).await.map(drop)).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    let refused =
        gate.chart(&actor, Act::OpenDocument, one, async |chart| store::open(chart, two, None).await.map(drop)).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    let refused =
        gate.chart(&actor, Act::ViewChart, one, async |chart| store::open(chart, one, None).await.map(drop)).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "the right document under another act: {refused:?}");
    let (_, ticket) =
        gate.chart(&actor, Act::OpenDocument, one, async |chart| store::open(chart, one, None).await).await.unwrap();
    let content = app.state.blobs.open(ticket).await.unwrap();
    assert!(content.starts_with(b"PROGRESS NOTE"));
}

#[tokio::test]
async fn no_address_on_the_pages_says_anything_of_the_patient() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Quillfeather consult").await;
    let manager = app.person(Role::Manager).await;
    for address in [list_of(patient), show(document)] {
        let page = manager.get(&address).await.ok();
        for link in page.attributes("a, img, form", "href").into_iter().chain(page.attributes("img", "src")) {
            assert!(!link.to_lowercase().contains("quillfeather"), "{link}");
        }
        assert!(!page.texts("title")[0].contains("Quillfeather"));
    }
}
