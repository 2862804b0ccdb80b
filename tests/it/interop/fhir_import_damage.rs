//! Damage costs what it hits and no more, and everything lost is named.

use serde_json::{Value, json};

use super::{Handed, count, reasons, run};
use crate::support::app::App;

fn patient(id: &str, family: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "name": [{"use": "official", "family": family}]})
}

#[tokio::test]
async fn a_bad_line_nul_bytes_and_a_cut_bundle_lose_only_themselves() {
    let app = App::new().await;
    let lines = format!(
        "{}\n{{\"resourceType\":\"Patient\",\"id\":\"bad\",\"name\":[{{\n{}\n{{\"resourceType\":\"Patient\",\"id\":\"nul\",\"name\":[{{\"family\":\"a\\u0000b\"}}]}}\nnonsense\n",
        patient("a", "One"),
        patient("b", "שלום"),
    );
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient("c", "Three")}, {"resource": patient("d", "Four")}]}).to_string();
    let cut = &bundle[..bundle.len() - 20];
    let report = Handed::new().bytes("a.ndjson", lines.as_bytes()).bytes("b.json", cut.as_bytes()).import(&app).await;
    assert_eq!(report.created["Patient"], 4, "{}", reasons(&report.refused));
    assert_eq!((report.read["Patient"], report.read["unreadable"]), (6, 1));
    let refused: Vec<_> =
        report.refused.iter().map(|line| (line.source.rsplit('/').next().unwrap(), line.id.as_str())).collect();
    assert_eq!(refused, [("a.ndjson:2", "bad"), ("a.ndjson:5", ""), ("b.json entry 2", "d")]);
    assert!(reasons(&report.warnings).contains("NUL characters were removed"));
    assert_eq!(count(&app, "select count(*) from patient_names where family = 'שלום'").await, 1);
}

#[tokio::test]
async fn a_cut_archive_keeps_what_came_before() {
    let app = App::new().await;
    let mut tar = tar::Builder::new(Vec::new());
    for file in 0..3 {
        let text: String = (0..200)
            .map(|n| format!("{}\n", patient(&format!("{file}-{n}"), &format!("{}", uuid::Uuid::new_v4()))))
            .collect();
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_cksum();
        tar.append_data(&mut header, format!("{file}.ndjson"), text.as_bytes()).unwrap();
    }
    let packed = zstd::encode_all(&tar.into_inner().unwrap()[..], 1).unwrap();
    let handed = Handed::new().bytes("x.tar.zst", &packed[..packed.len() / 2]);
    let report = handed.import(&app).await;
    // A small archive is one block of zstd: it may give nothing, but says so either way.
    assert!(reasons(&report.warnings).contains("damaged or cut"), "{}", reasons(&report.warnings));
    assert_eq!(
        report.created.get("Patient").copied().unwrap_or(0) + report.refused_of("Patient"),
        report.read.get("Patient").copied().unwrap_or(0)
    );
    let whole = Handed::new().bytes("x.tar.zst", &packed).import(&app).await;
    assert_eq!(whole.read["Patient"], 600);
}

#[tokio::test]
async fn a_record_the_database_refuses_is_refused_alone() {
    let app = App::new().await;
    // A code too long for the index it stands in, in the middle of a batch.
    let long: String = (0..400).map(|_| uuid::Uuid::new_v4().simple().to_string()).collect();
    let mut odd = patient("b", "Two");
    odd["extension"] = json!([{"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        "extension": [{"url": "ombCategory", "valueCoding": {"code": long}}]}]);
    let batch = [patient("a", "One"), odd, patient("c", "Three"), patient("d", "Four")];
    let handed = Handed::new().lines("a.ndjson", &batch);
    let report = handed.import(&app).await;
    assert_eq!((report.created["Patient"], report.refused.len()), (3, 1));
    assert!(
        reasons(&report.refused).starts_with("Patient/b: the database does not take it"),
        "{}",
        reasons(&report.refused)
    );
    assert_eq!(handed.import(&app).await.unchanged["Patient"], 3);
}

#[tokio::test]
async fn a_name_that_is_none_costs_the_name_only() {
    let app = App::new().await;
    let report = Handed::new().lines("a.ndjson", &[patient("b", &"x".repeat(300))]).import(&app).await;
    assert_eq!(report.created["Patient"], 1, "{}", reasons(&report.refused));
    assert!(
        reasons(&report.warnings).contains("name is longer than 200 characters; left out"),
        "{}",
        reasons(&report.warnings)
    );
}

#[tokio::test]
async fn faults_of_structure_are_kept_in_part_with_a_warning() {
    let app = App::new().await;
    let report = Handed::new()
        .lines("a.ndjson", &[
            patient("p", "Lee"),
            json!({"resourceType": "Coverage", "id": "v", "extension": [], "beneficiary": {"reference": "Patient/p"}, "type": {"text": "Medicaid"}, "payor": [{"reference": "Organization/none"}]}),
            json!({"resourceType": "Encounter", "id": "e", "status": "completed", "class": [{"coding": [{"code": "IMP"}]}], "subject": {"reference": "Patient/p"},
                "actualPeriod": {"start": "2026-01-05T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, "admission": {"dischargeDisposition": {"coding": [{"code": "home"}]}}}),
            json!({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "onsetDateTime": "2026-02-30", "code": {"text": "Fall"}}),
            json!({"resourceType": "Condition", "id": "none", "subject": {"reference": "Patient/p"}}),
        ])
        .import(&app)
        .await;
    assert_eq!((super::all(&report.created), report.refused.len()), (4, 1), "{}", reasons(&report.refused));
    let told = reasons(&report.warnings);
    for expected in [
        "Coverage/v: extension is an empty list",
        "the payer it names is not known here",
        "actualPeriod belongs to another FHIR release",
        "period ends before it starts",
        "Condition/c: onsetDateTime is not a date and time",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    assert_eq!(
        count(&app, "select count(*) from encounters where class = 'inpatient' and disposition = '01'").await,
        1
    );
}

#[tokio::test]
async fn an_empty_folder_imports_nothing_and_a_missing_one_is_an_error() {
    let app = App::new().await;
    let report = Handed::new().import(&app).await;
    assert!(report.read.is_empty());
    let handed = Handed::new();
    let gone = handed.folder.join("gone");
    let error = std::panic::AssertUnwindSafe(run(&app, vec![gone], "test"));
    assert!(futures_util::FutureExt::catch_unwind(error).await.is_err());
}
