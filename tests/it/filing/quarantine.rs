//! From arrival to the right chart: quarantine, two identifiers, index, a second person's check (DOC-14 to DOC-18).

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::base::id::{DocumentId, PatientId};

use super::{pdf, plain_pdf};
use crate::documents::{doctor, person, show, sign, status};
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

const FILES: &str = "/indexing/files";

async fn mrn(app: &App, patient: PatientId) -> String {
    sqlx::query_scalar("select value from patient_identifiers where patient_id = $1 and type = 'MR'")
        .bind(patient)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

async fn files(app: &App) -> i64 {
    sqlx::query_scalar("select count(*) from intake_files").fetch_one(&mut app.owner().await).await.unwrap()
}

/// Sends a file; answers the address of its page.
async fn send(visitor: &Visitor, content: &[u8]) -> String {
    let page = visitor.upload(FILES, &[], "C:\\scans\\ann lee.pdf", content).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    page.location().unwrap()
}

async fn identify(visitor: &Visitor, file: &str, mrn: &str, born: &str) -> Page {
    let path = format!("{}/match", file.split('?').next().unwrap());
    visitor.post(&path, &[("mrn", mrn), ("birth_date", born)]).await
}

fn id_of(file: &str) -> String {
    file.split('?').next().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// Indexes a matched file; answers the page after it.
async fn index(visitor: &Visitor, patient: PatientId, file: &str, type_code: &str, more: &[(&str, &str)]) -> Page {
    let file = id_of(file);
    let mut fields = vec![("file", file.as_str()), ("type", type_code)];
    if !more.iter().any(|(name, _)| *name == "date") {
        fields.push(("date", "20-Nov-2026"));
    }
    fields.extend_from_slice(more);
    visitor.post(&format!("/patients/{patient}/documents"), &fields).await
}

#[tokio::test]
async fn a_paper_goes_from_the_scanner_into_the_right_chart() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let encounter = app.made().encounter(patient).await.to_string();
    let indexer = person(&app, Role::Indexer).await;
    let file = send(&indexer, &plain_pdf()).await;
    indexer.get("/indexing").await.ok().shows("ann lee.pdf").shows("PDF, 1 page").hides("scans\\");
    let page = indexer.get(&file).await.ok().shows("Whose is it?");
    let picture = page.attribute(".leaf img", "src").unwrap();
    assert_eq!(indexer.get(&picture).await.ok().headers["content-type"], "image/png");
    let (page, rows) = app.ledger_of(identify(&indexer, &file, &mrn(&app, patient).await, "4/3/1957")).await;
    let form = format!("/patients/{patient}/documents/new?file={}", id_of(&file));
    assert_eq!(page.location(), Some(form.clone()));
    assert_eq!((rows[0].act.as_str(), &rows[0].subjects), ("intake.match", &vec![patient.0]));
    // DOC-14: name, birth date and MRN of the target beside the image
    let page = indexer.get(&form).await.ok().shows("LEE").shows("03-Apr-1957").shows(&mrn(&app, patient).await);
    assert!(page.attribute(".leaf img", "src").is_some());
    assert!(page.texts("select[name=type] option").iter().any(|option| option == "Letter (51852-2)"));
    let wrong = index(&indexer, patient, &file, "", &[("date", "1 Jan 1900"), ("encounter", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.shows("Choose a type");
    let filed = index(&indexer, patient, &file, "letter", &[("encounter", &encounter), ("title", "From the GP")]).await;
    let address = filed.location().unwrap();
    let again = index(&indexer, patient, &file, "letter", &[("encounter", &encounter)]).await;
    assert_eq!(again.location(), Some(address.clone()), "sent twice, filed once");
    indexer.get(&address).await.ok().shows("From the GP").shows("20-Nov-2026").shows("1 page");
    indexer.get("/indexing").await.ok().shows("Nothing waits to be indexed");
    assert_eq!(indexer.get(&file).await.status, StatusCode::NOT_FOUND, "it left the quarantine");
}

#[tokio::test]
async fn doc_18_doubtful_papers_stay_in_quarantine() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let other = app.made().patient("Bea Stone").await;
    let indexer = person(&app, Role::Indexer).await;
    let file = send(&indexer, &plain_pdf()).await;
    let number = mrn(&app, patient).await;
    for (mrn, born, words) in [
        (number.as_str(), "4/3/1958", "No chart bears these two identifiers"),
        ("M000", "4/3/1957", "No chart bears these two identifiers"),
        (number.as_str(), "", "Enter the birth date"),
        ("", "4/3/1957", "Enter the MRN, or family and given name"),
        (number.as_str(), "1957", "Enter the whole birth date"),
    ] {
        let page = identify(&indexer, &file, mrn, born).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{mrn} {born}");
        page.shows(words);
    }
    // two people of one name and one birth date: not even a guess
    app.made().patient("Ann Lee").await;
    let path = format!("{file}/match");
    let page = indexer.post(&path, &[("family", "LEE"), ("given", "ann"), ("birth_date", "4/3/1957")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("More than one chart");
    // without a match nobody files it, whatever the address says
    let page = index(&indexer, patient, &file, "letter", &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // from a chart, the paper must agree with it: the guard against the wrong patient
    let chart = other.to_string();
    let page = indexer.post(&path, &[("mrn", &number), ("birth_date", "4/3/1957"), ("chart", &chart)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("another patient's");
    assert_eq!(index(&indexer, patient, &file, "letter", &[]).await.status, StatusCode::NOT_FOUND);
    // a match is its maker's, and opens no other chart
    identify(&indexer, &file, &number, "4/3/1957").await;
    assert_eq!(index(&indexer, other, &file, "letter", &[]).await.status, StatusCode::NOT_FOUND);
    let colleague = person(&app, Role::Indexer).await;
    assert_eq!(index(&colleague, patient, &file, "letter", &[]).await.status, StatusCode::NOT_FOUND);
    // nobody's: set aside with a reason, bytes kept
    let aside = format!("{file}/outcome");
    assert_eq!(indexer.post(&aside, &[("reason", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(indexer.post(&aside, &[("reason", "An advertisement")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(indexer.post(&aside, &[("reason", "An advertisement")]).await.status, StatusCode::CONFLICT);
    assert_eq!(files(&app).await, 1);
}

#[tokio::test]
async fn doc_19_what_is_not_fit_leaves_nothing_behind() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let indexer = person(&app, Role::Indexer).await;
    let script = pdf(|_, catalog| {
        catalog
            .set("OpenAction", lopdf::dictionary! { "S" => "JavaScript", "JS" => lopdf::Object::string_literal("x") });
    });
    for (content, words) in [
        (&b""[..], "The file is empty"),
        (b"MZ\x90\x00", "This kind of file is not kept here"),
        (&script, "holds a script"),
        (b"%PDF-1.7 nothing", "damaged"),
    ] {
        let page = indexer.upload(FILES, &[], "letter.pdf", content).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        page.shows("Nothing was filed").shows(words);
    }
    let large = vec![b'a'; usize::try_from(app.state.config.largest_upload).unwrap() + 1];
    let page = indexer.upload(FILES, &[], "large.txt", &large).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("larger than");
    let chart = patient.to_string();
    let page = indexer.upload(FILES, &[("chart", &chart)], "letter.pdf", b"MZ\x90\x00").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("LEE").shows("This kind of file");
    // nothing chosen; no token; a role that files nothing
    assert_eq!(indexer.upload(FILES, &[], "", b"").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let forged = indexer.upload_as_is(FILES, &[("csrf", "no")], "a.txt", b"text").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let clerk = person(&app, Role::Registrar).await;
    assert_eq!(clerk.upload(FILES, &[], "a.txt", b"text").await.status, StatusCode::FORBIDDEN);
    assert_eq!(files(&app).await, 0);
}

#[tokio::test]
async fn a_kept_file_with_a_fault_says_so_in_the_chart() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let indexer = person(&app, Role::Indexer).await;
    let whole = plain_pdf();
    let end = whole.windows(9).rposition(|window| window == b"startxref").unwrap();
    let file = send(&indexer, &whole[..end]).await;
    indexer.get(&file).await.ok().shows("Not includable in a release");
    identify(&indexer, &file, &mrn(&app, patient).await, "4/3/1957").await;
    let filed = index(&indexer, patient, &file, "letter", &[]).await;
    indexer.get(&filed.location().unwrap()).await.ok().shows("Not includable in a release");
}

#[tokio::test]
async fn doc_15_a_second_person_checks_and_the_indexer_can_t() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    // both roles in one person: the role is not enough
    let staff = app.made().staff(&[Role::Indexer, Role::ScanQc]).await;
    let indexer = app.signed_in(staff).await;
    let checker = person(&app, Role::ScanQc).await;
    let file = send(&indexer, &plain_pdf()).await;
    identify(&indexer, &file, &mrn(&app, patient).await, "4/3/1957").await;
    // an advance directive is always checked
    let address = index(&indexer, patient, &file, "advance-directive", &[]).await.location().unwrap();
    let check = format!("{address}/check");
    indexer.get(&address).await.ok().hides("Check this scan");
    assert_eq!(indexer.post(&check, &[("finding", "pass")]).await.status, StatusCode::FORBIDDEN);
    checker.get("/").await.ok().shows("Check a scan");
    checker.get(&address).await.ok().shows("Check this scan");
    assert_eq!(checker.post(&check, &[("finding", "fine")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = checker.post(&check, &[("finding", "wrong-date"), ("note", "It says 12 November")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(checker.post(&check, &[("finding", "pass")]).await.status, StatusCode::CONFLICT, "answered once");
    indexer.get("/").await.ok().shows("Scan check: Wrong date");
    indexer.get("/indexing").await.ok().shows("1 checked, 1 error, accuracy 0.0 %");
    let row: (bool, String) =
        sqlx::query_as("select indexed_by = $1 and checked_by <> $1, error_class from scan_checks")
            .bind(staff)
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(row, (true, "wrong-date".into()));
    // the indexer takes back their own unsigned filing; nobody else's
    let path = format!("{address}/retraction");
    let reason = [("why", "other-error"), ("explanation", "Indexed with the wrong date")];
    assert_eq!(person(&app, Role::Indexer).await.post(&path, &reason).await.status, StatusCode::FORBIDDEN);
    assert_eq!(indexer.post(&path, &reason).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_indexed_scan_waits_for_its_author_who_signs_it() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let doctor = doctor(&app, patient, "Raman").await;
    let encounter = app.made().encounter(patient).await;
    sqlx::query("insert into encounter_providers (encounter_id, patient_id, original_patient_id, practitioner_id, role) values ($1, $2, $2, $3, 'attending')")
        .bind(encounter)
        .bind(patient)
        .bind(doctor.practitioner)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let indexer = person(&app, Role::Indexer).await;
    let file = send(&indexer, &plain_pdf()).await;
    identify(&indexer, &file, &mrn(&app, patient).await, "4/3/1957").await;
    let signer = doctor.practitioner.to_string();
    let filed = index(&indexer, patient, &file, "consult-note", &[("signature", &signer)]).await;
    let address = filed.location().unwrap();
    let document: DocumentId = address.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(status(&app, document).await, ("preliminary".into(), 1));
    doctor.visitor.get("/signatures").await.ok().shows("Consultation").shows("Entered by");
    assert_eq!(sign(&doctor.visitor, document, 1, "author").await.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&app, document).await, ("final".into(), 1));
    // its words are found, and another file no longer simply takes its place
    let found = doctor.visitor.post(&format!("/patients/{patient}/documents/search"), &[("words", "asthma")]).await;
    found.ok().shows("Consultation");
    let manager = person(&app, Role::Manager).await;
    let sent = manager
        .upload(
            &format!("/documents/{document}/versions"),
            &[("seen", "1"), ("reason", "Better scan")],
            "b.txt",
            b"New",
        )
        .await;
    assert_eq!(sent.location(), Some(show(document)), "{}", sent.body);
    assert_eq!(status(&app, document).await, ("final".into(), 1), "it waits for the author");
    manager.get(&show(document)).await.ok().shows("waits for its signature");
    assert_eq!(sign(&doctor.visitor, document, 2, "author").await.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&app, document).await, ("corrected".into(), 2));
}

#[tokio::test]
async fn doc_15_everything_a_new_indexer_files_is_checked_until_they_are_old_hands() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    let number = mrn(&app, patient).await;
    let checks = async || -> i64 {
        sqlx::query_scalar("select count(*) from tasks where kind = 'quality-check'")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap()
    };
    let indexer = person(&app, Role::Indexer).await;
    let file_one = async || {
        let file = send(&indexer, &plain_pdf()).await;
        identify(&indexer, &file, &number, "4/3/1957").await;
        assert_eq!(index(&indexer, patient, &file, "letter", &[]).await.status, StatusCode::SEE_OTHER);
    };
    for number in 1..=3 {
        file_one().await;
        assert_eq!(checks().await, number, "new by their account");
    }
    // Long here, but new at this desk: the first fifty.
    app.made()
        .run(
            "update staff set created_at = created_at - interval '90 days' where staff_id = $1",
            indexer.staff.unwrap().0,
        )
        .await;
    file_one().await;
    assert_eq!(checks().await, 4);
    sqlx::query(
        "with sent as (
            insert into intake_files (file_id, facility_id, name, content_type, size_bytes, sha256, blob_name, received_at, received_by, received_by_name)
            select gen_random_uuid(), f.facility_id, f.name, f.content_type, f.size_bytes, f.sha256, f.blob_name, f.received_at, f.received_by, f.received_by_name
            from (select * from intake_files limit 1) f, generate_series(1, 60)
            returning file_id, received_at, received_by)
        insert into intake_outcomes (file_id, outcome, document_id, decided_at, decided_by)
        select file_id, 'filed', gen_random_uuid(), received_at, received_by from sent",
    )
    .execute(&mut app.owner().await)
    .await
    .unwrap();
    // An old hand is sampled: of ten, hardly all.
    for _ in 0..10 {
        file_one().await;
    }
    let sampled = checks().await - 4;
    assert!(sampled < 10, "{sampled} of 10");
}
