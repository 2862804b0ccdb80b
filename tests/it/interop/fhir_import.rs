//! What an import keeps, links and changes.

use custodian::access::Role;
use serde_json::{Value, json};

use super::{Handed, all, count, reasons, text};
use crate::support::app::App;

fn ann() -> Value {
    json!({"resourceType": "Patient", "id": "p1", "name": [{"use": "official", "family": "Lee", "given": ["Ann"]}], "gender": "female",
        "birthDate": "1957-03-04", "identifier": [
            {"type": {"coding": [{"code": "MR"}]}, "system": "urn:mercy:mrn", "value": "0042"},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6780"}],
        "address": [{"line": ["1 Elm St"], "city": "Lowell", "postalCode": "01852"}], "telecom": [{"system": "phone", "value": "(617) 531-4752"}]})
}

fn visit() -> Value {
    json!({"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "IMP"}, "subject": {"reference": "Patient/p1"},
        "period": {"start": "2026-01-01T10:00:00Z", "end": "2026-01-05T10:00:00Z"},
        "participant": [{"type": [{"coding": [{"code": "ATND"}]}], "individual": {"reference": "Practitioner/d1"}}],
        "location": [{"location": {"reference": "Location/l2"}}],
        "diagnosis": [{"condition": {"reference": "Condition/c1"}, "use": {"coding": [{"code": "DD"}]}, "rank": 1},
            {"condition": {"reference": "Condition/c2"}, "use": {"coding": [{"code": "CM"}]}, "rank": 2}],
        "partOf": {"reference": "Encounter/e0"}})
}

fn condition(id: &str, own_visit: bool) -> Value {
    let mut value = json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p1"},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10", "display": "Hypertension"}]}});
    if own_visit {
        value["encounter"] = json!({"reference": "Encounter/e1"});
    }
    value
}

/// Everything before what it points at.
fn backwards() -> Handed {
    let mut part = visit();
    part["id"] = json!("e0");
    part["partOf"] = Value::Null;
    part["diagnosis"] = Value::Null;
    Handed::new()
        .lines("a.ndjson", &[condition("c1", true), condition("c2", false), document("doc2", "second", Some("doc1")), document("doc1", "first", None)])
        .lines("b.ndjson", &[visit(), part])
        .lines("c.ndjson", &[
            json!({"resourceType": "Location", "id": "l2", "name": "Bed 1", "partOf": {"reference": "Location/l1"}, "managingOrganization": {"reference": "Organization/o1"}}),
            json!({"resourceType": "Location", "id": "l1", "name": "Ward 3E"}),
            json!({"resourceType": "Organization", "id": "o1", "name": "Mercy"}),
            json!({"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/d1"}, "specialty": [{"text": "Cardiology"}]}),
            json!({"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Raman", "given": ["Priya"]}]}),
            ann(),
            json!({"resourceType": "Goal", "id": "g1"}),
        ])
}

fn document(id: &str, words: &str, appends: Option<&str>) -> Value {
    use base64::Engine as _;
    let mut value = json!({"resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": "Patient/p1"},
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]}, "author": [{"reference": "Practitioner/d1", "display": "Priya Raman"}],
        "context": {"encounter": [{"reference": "Encounter/e1"}]}, "date": "2026-01-02T08:00:00Z",
        "content": [{"attachment": {"contentType": "text/plain", "data": base64::engine::general_purpose::STANDARD.encode(words)}}]});
    if let Some(other) = appends {
        value["relatesTo"] =
            json!([{"code": "appends", "target": {"reference": format!("DocumentReference/{other}")}}]);
    }
    value
}

#[tokio::test]
async fn references_may_come_before_their_targets_and_a_second_run_changes_nothing() {
    let app = App::new().await;
    let handed = backwards();
    let report = handed.import(&app).await;
    assert_eq!(reasons(&report.refused), "");
    assert_eq!(reasons(&report.warnings), "");
    assert_eq!((all(&report.read), all(&report.created), report.ignored["Goal"]), (13, 12, 1));

    assert_eq!(
        count(&app, "select count(*) from encounters where part_of is not null and attending_id is not null").await,
        1
    );
    assert_eq!(
        count(&app, "select count(*) from locations where part_of is not null and organization_id is not null").await,
        1
    );
    assert_eq!(count(&app, "select count(*) from encounter_locations where location_name = 'Bed 1'").await, 2);
    assert_eq!(count(&app, "select count(*) from document_relations where kind = 'appends'").await, 1);
    assert_eq!(text(&app, "select specialty from practitioners").await, "Cardiology");
    // c1 is this visit's own and carries role and rank itself; c2 is a problem that the visit lists beside.
    assert_eq!(
        count(
            &app,
            "select count(*) from source_diagnoses where role = 'discharge' and rank = 1 and encounter_id is not null"
        )
        .await,
        1
    );
    assert_eq!(
        count(&app, "select count(*) from source_diagnoses where role = 'comorbidity' and encounter_id is not null")
            .await,
        1
    );
    assert_eq!(count(&app, "select count(*) from source_diagnoses").await, 3);

    app.later(chrono::Duration::hours(1));
    let again = handed.import(&app).await;
    assert_eq!((all(&again.created), all(&again.updated), all(&again.unchanged)), (0, 0, 12));
    assert_eq!(reasons(&again.warnings), "");
    assert_eq!(count(&app, "select count(*) from source_diagnoses").await, 3);
    assert_eq!(count(&app, "select count(*) from document_versions").await, 2);
}

#[tokio::test]
async fn every_batch_is_on_the_ledger_with_whose_records_it_wrote() {
    let app = App::new().await;
    backwards().import(&app).await;
    let rows = app.ledger().await;
    let imports: Vec<_> = rows.iter().filter(|row| row.act == "records.import").collect();
    assert!(!imports.is_empty());
    assert!(imports.iter().all(|row| row.actor == "tester" && row.outcome == "success"));
    assert!(imports.iter().any(|row| row.subjects.len() == 1));
}

#[tokio::test]
async fn a_social_security_number_is_sealed_and_nowhere_in_clear() {
    let app = App::new().await;
    let report = Handed::new().lines("a.ndjson", &[ann()]).import(&app).await;
    assert_eq!(count(&app, "select count(*) from patients where ssn_sealed is not null and ssn_index is not null and ssn_last4_index is not null").await, 1);
    let told = serde_json::to_string(&report).unwrap();
    assert!(!told.contains("6780") && !told.contains("Lee"));
    let everywhere = "select string_agg(t, ' ') from (select row(i.*)::text as t from patient_identifiers i
        union all select row(s.*)::text from source_records s union all select row(e.*)::text from audit_events e) x";
    let everywhere = text(&app, everywhere).await;
    assert!(everywhere.contains("0042") && !everywhere.contains("6780"));
}

#[tokio::test]
async fn a_changed_name_keeps_the_one_before_and_a_changed_document_its_first_version() {
    let app = App::new().await;
    let first = Handed::new().lines("a.ndjson", &[ann(), document("doc1", "first", None)]);
    first.import(&app).await;
    app.later(chrono::Duration::hours(1));
    let mut changed = ann();
    changed["name"][0]["family"] = json!("Lee-Roe");
    changed["telecom"] = json!([{"system": "phone", "value": "(617) 000-0000"}]);
    let second = Handed::new().lines("a.ndjson", &[changed, document("doc1", "second", None)]);
    let report = second.import(&app).await;
    assert_eq!((all(&report.created), all(&report.updated)), (0, 2), "{}", reasons(&report.refused));
    assert_eq!(
        text(&app, "select string_agg(use || ' ' || family, ', ' order by use) from patient_names").await,
        "official Lee-Roe, old Lee"
    );
    assert_eq!(count(&app, "select count(*) from patient_telecoms").await, 2);
    assert_eq!(count(&app, "select count(*) from document_versions").await, 2);
    assert_eq!(count(&app, "select current_version::bigint from documents").await, 2);
    let again = second.import(&app).await;
    assert_eq!((all(&again.created), all(&again.updated)), (0, 0));
}

#[tokio::test]
async fn what_waits_for_a_target_is_completed_when_the_target_comes() {
    let app = App::new().await;
    let early = Handed::new().lines(
        "a.ndjson",
        &[ann(), condition("c1", true), {
            let mut lost = condition("c9", false);
            lost["subject"] = json!({"reference": "Patient/p9"});
            lost
        }],
    );
    let report = early.import(&app).await;
    assert_eq!((report.created["Condition"], report.refused_of("Condition")), (1, 1));
    assert!(
        reasons(&report.refused).contains("c9: the patient it names is not known here"),
        "{}",
        reasons(&report.refused)
    );
    assert!(
        reasons(&report.warnings).contains("c1: the encounter it names is not known here"),
        "{}",
        reasons(&report.warnings)
    );

    app.later(chrono::Duration::hours(1));
    let mut other = ann();
    other["id"] = json!("p9");
    other["identifier"] = json!([]);
    let late = early.lines("b.ndjson", &[visit(), other]);
    let report = late.import(&app).await;
    assert_eq!((report.created["Condition"], report.updated["Condition"]), (1, 1), "{}", reasons(&report.refused));
    assert_eq!(count(&app, "select count(*) from source_diagnoses d join encounters e using (encounter_id)").await, 1);
}

#[tokio::test]
async fn one_persons_visit_never_holds_another_persons_data() {
    let app = App::new().await;
    let mut other = ann();
    other["id"] = json!("p2");
    other["identifier"] = json!([]);
    let mut stray = condition("c1", true);
    stray["subject"] = json!({"reference": "Patient/p2"});
    let report = Handed::new().lines("a.ndjson", &[ann(), other, visit(), stray]).import(&app).await;
    assert!(
        reasons(&report.warnings).contains("its visit belongs to another patient"),
        "{}",
        reasons(&report.warnings)
    );
    assert_eq!(count(&app, "select count(*) from source_diagnoses where encounter_id is null").await, 1);
}

#[tokio::test]
async fn the_same_number_in_another_system_is_not_the_same_person() {
    let app = App::new().await;
    Handed::new().lines("a.ndjson", &[ann()]).import(&app).await;
    app.later(chrono::Duration::hours(1));
    let stranger = json!({"resourceType": "Patient", "id": "p1", "name": [{"family": "Okafor", "given": ["Ben"]}], "birthDate": "1990-01-01"});
    let handed = Handed::new().lines("a.ndjson", &[stranger]);
    let report = handed.import(&app).await;
    assert!(reasons(&report.refused).contains("a different person"), "{}", reasons(&report.refused));
    let report = handed.import_as(&app, "other").await;
    assert_eq!(report.created["Patient"], 1);
    assert_eq!(count(&app, "select count(*) from patients").await, 2);
    // Whoever came without a record number was given one of the facility's.
    assert_eq!(
        count(&app, "select count(*) from patient_identifiers where type = 'MR' and authority = 'urn:test:main'").await,
        1
    );
}

#[tokio::test]
async fn a_record_number_of_the_same_authority_is_the_same_person_only_if_birth_and_sex_agree() {
    let app = App::new().await;
    Handed::new().lines("a.ndjson", &[ann()]).import(&app).await;
    Handed::new().lines("a.ndjson", &[ann()]).import_as(&app, "copy").await;
    assert_eq!(count(&app, "select count(*) from patients").await, 1);
    let mut stranger = ann();
    stranger["birthDate"] = json!("1990-01-01");
    let report = Handed::new().lines("a.ndjson", &[stranger]).import_as(&app, "third").await;
    assert!(reasons(&report.warnings).contains("somebody else"), "{}", reasons(&report.warnings));
    assert_eq!(count(&app, "select count(*) from patients").await, 2);
    assert_eq!(count(&app, "select count(distinct patient_id) from patient_identifiers where type = 'MR'").await, 2);
}

#[tokio::test]
async fn bundles_conditional_and_logical_references_are_followed() {
    let app = App::new().await;
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": "urn:uuid:obs", "resource": {"resourceType": "Observation", "status": "final", "code": {"text": "Pulse"},
            "subject": {"reference": "urn:uuid:pat"}, "encounter": {"reference": "urn:uuid:enc"}, "valueQuantity": {"value": 72, "unit": "/min"}}},
        {"fullUrl": "urn:uuid:enc", "resource": {"resourceType": "Encounter", "id": "e7", "status": "finished", "class": {"code": "AMB"},
            "subject": {"identifier": {"system": "urn:mercy:mrn", "value": "0042"}}, "period": {"start": "2026-01-01"},
            "participant": [{"individual": {"reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893"}}]}},
        {"fullUrl": "urn:uuid:pat", "resource": ann()},
        {"fullUrl": "https://ehr.example/fhir/Practitioner/d7", "resource": {"resourceType": "Practitioner", "name": [{"family": "Raman"}],
            "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"}]}}]});
    let report =
        Handed::new().bytes("b.json", serde_json::to_string_pretty(&bundle).unwrap().as_bytes()).import(&app).await;
    assert_eq!(reasons(&report.refused), "");
    assert_eq!(reasons(&report.warnings), "");
    assert_eq!(count(&app, "select count(*) from clinical_items i join encounters e using (encounter_id) where e.attending_id is not null and i.value = '72 /min'").await, 1);
}

#[tokio::test]
async fn the_same_id_twice_in_one_input_counts_twice_and_stays_stable() {
    let app = App::new().await;
    let mut later = ann();
    later["maritalStatus"] = json!({"coding": [{"code": "M"}]});
    let handed = Handed::new().lines("a.ndjson", &[ann(), ann(), later]);
    let report = handed.import(&app).await;
    assert_eq!(
        (report.read["Patient"], report.created["Patient"], report.unchanged["Patient"], report.updated["Patient"]),
        (3, 1, 1, 1)
    );
    app.later(chrono::Duration::hours(1));
    let again = handed.import(&app).await;
    assert_eq!((all(&again.created), all(&again.updated), all(&again.unchanged)), (0, 0, 3));
    assert_eq!(text(&app, "select marital_status from patients").await, "M");
}

#[tokio::test]
async fn reports_and_compositions_are_documents_of_their_type() {
    let app = App::new().await;
    let report = Handed::new()
        .lines("a.ndjson", &[
            ann(),
            json!({"resourceType": "DiagnosticReport", "id": "r1", "status": "final", "subject": {"reference": "Patient/p1"},
                "category": [{"coding": [{"code": "RAD"}]}], "code": {"text": "Chest X-ray"}, "conclusion": "Clear."}),
            json!({"resourceType": "DiagnosticReport", "id": "r2", "status": "final", "subject": {"reference": "Patient/p1"}, "code": {"text": "Lipids"}}),
            json!({"resourceType": "Composition", "id": "k1", "status": "final", "subject": {"reference": "Patient/p1"}, "title": "Nursing discharge",
                "type": {"coding": [{"system": "http://loinc.org", "code": "34745-0", "display": "Nurse Discharge summary"}]}, "confidentiality": "R",
                "date": "2026-01-02", "section": [{"title": "Plan", "text": {"div": "<div>Home.</div>"}}]}),
        ])
        .import(&app)
        .await;
    assert_eq!(reasons(&report.refused), "");
    assert_eq!(count(&app, "select count(*) from clinical_items where kind = 'DiagnosticReport'").await, 2);
    let documents = "select string_agg(d.type_code || ' ' || coalesce(d.sensitivity, '-') || ' ' || t.label, ', ' order by d.type_code) from documents d join document_types t on t.code = d.type_code";
    assert_eq!(
        text(&app, documents).await,
        "imaging-report - Imaging report, loinc-34745-0 other Nurse Discharge summary"
    );
}

#[tokio::test]
async fn doc_5_several_formats_of_a_document_are_one_version_of_it() {
    let app = App::new().await;
    let note = json!({"resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": {"reference": "Patient/p1"},
        "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]}, "date": "2026-01-02T10:00:00Z",
        "content": [{"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}},
            {"attachment": {"contentType": "text/html", "data": "PGI+SGVsbG88L2I+"}}]});
    let report = Handed::new().lines("a.ndjson", &[ann(), note]).import(&app).await;
    assert_eq!(reasons(&report.refused), "");
    assert!(reasons(&report.warnings).contains("several formats"), "{}", reasons(&report.warnings));
    assert_eq!(
        text(
            &app,
            "select count(distinct document_id) || ' ' || count(*) || ' ' || max(content_type) from document_versions"
        )
        .await,
        "1 1 text/plain"
    );
}

/// A scanned report of the chest, as its two resources.
fn both(attachment: &Value) -> [Value; 2] {
    [
        json!({"resourceType": "DiagnosticReport", "id": "r1", "status": "final", "subject": {"reference": "Patient/p1"},
            "category": [{"coding": [{"code": "RAD"}]}], "code": {"text": "Chest X-ray"}, "effectiveDateTime": "2026-01-02T10:00:00Z",
            "presentedForm": [attachment]}),
        json!({"resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": {"reference": "Patient/p1"},
            "type": {"coding": [{"system": "http://loinc.org", "code": "18748-4"}]}, "description": "Chest, two views",
            "securityLabel": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "N"}]}],
            "date": "2026-01-02T10:00:00Z", "content": [{"attachment": attachment}]}),
    ]
}

#[tokio::test]
async fn doc_6_a_scanned_report_is_one_file_reached_through_results_and_documents() {
    let bytes = json!({"contentType": "text/plain", "data": "TnVsbHVuZyBjbGVhci4="});
    let address = json!({"contentType": "application/pdf", "url": "https://imaging.example/Binary/77"});
    for attachment in [bytes, address] {
        let [report, reference] = both(&attachment);
        // Either may come first, in one batch or in two.
        let orders = [
            vec![vec![ann(), report.clone(), reference.clone()]],
            vec![vec![ann(), reference.clone(), report.clone()]],
            vec![vec![ann(), report.clone()], vec![reference.clone()]],
            vec![vec![ann(), reference], vec![report]],
        ];
        for (number, batches) in (0..).zip(orders) {
            let app = App::new().await;
            let mut handed: Vec<Handed> = Vec::new();
            for batch in &batches {
                let batch = Handed::new().lines("a.ndjson", batch);
                assert_eq!(reasons(&batch.import(&app).await.refused), "");
                handed.push(batch);
            }
            let told = "select count(*) || ' ' || (select count(*) from document_versions) || ' ' || min(type_code) from documents";
            assert_eq!(text(&app, told).await, "1 1 imaging-report", "{attachment} {number}");
            assert_eq!(
                count(
                    &app,
                    "select count(*) from source_records where target_id = (select document_id from documents)"
                )
                .await,
                2
            );
            let (patient, document): (uuid::Uuid, uuid::Uuid) =
                sqlx::query_as("select patient_id, document_id from documents")
                    .fetch_one(&mut app.owner().await)
                    .await
                    .unwrap();
            let manager = app.person(Role::Manager).await;
            let opens = format!("/documents/{document}");
            for page in [
                format!("/patients/{patient}/clinical?kind=DiagnosticReport"),
                format!("/patients/{patient}/documents"),
            ] {
                let page = manager.get(&page).await.ok();
                assert_eq!(page.attributes("tbody th a.main", "href"), std::slice::from_ref(&opens), "{number}");
            }
            manager.get(&opens).await.ok();
            // Again, and nothing changes.
            app.later(chrono::Duration::hours(1));
            for batch in &handed {
                let again = batch.import(&app).await;
                assert_eq!((all(&again.created), all(&again.updated)), (0, 0), "{number}");
            }
        }
    }
}

#[tokio::test]
async fn doc_6_two_documents_of_the_same_words_stay_two() {
    let app = App::new().await;
    let [_, mut reference] = both(&json!({"contentType": "text/plain", "data": "TnVsbHVuZyBjbGVhci4="}));
    let first = reference.clone();
    reference["id"] = json!("d2");
    let report = Handed::new().lines("a.ndjson", &[ann(), first, reference]).import(&app).await;
    assert_eq!(reasons(&report.refused), "");
    assert_eq!(count(&app, "select count(*) from documents").await, 2);
}
