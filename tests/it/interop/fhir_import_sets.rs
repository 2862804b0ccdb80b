//! Parts of two sets that nobody here made: what is read equals a count made without the importer, and a second run changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{adds_up, all, reasons, run};
use crate::support::app::App;
use crate::support::given::{shared, unpack};

/// How many of Synthea's patients: a whole set takes minutes in a debug build.
const BUNDLES: usize = 6;
/// Lines of each of the hospital's files, but all of those that others point at.
const LINES: usize = 150;

/// Counts by looking for the words alone. A resource names its type once at its own level; contained ones stand inside another.
fn counted(folder: &Path) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let mut add = |kind: &str| *counts.entry(kind.to_owned()).or_insert(0) += 1;
        if path.extension().is_some_and(|end| end == "ndjson") {
            for line in text.lines().filter(|line| !line.is_empty()) {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                add(value["resourceType"].as_str().unwrap());
            }
        } else {
            let bundle: serde_json::Value = serde_json::from_str(&text).unwrap();
            for entry in bundle["entry"].as_array().unwrap() {
                add(entry["resource"]["resourceType"].as_str().unwrap());
            }
        }
    }
    counts
}

async fn imported_twice(folder: &Path) -> custodian::interop::fhir::import::Report {
    let app = App::new().await;
    let first = run(&app, vec![folder.to_owned()], "set").await;
    adds_up(&first);
    assert_eq!(first.read, counted(folder));
    app.later(chrono::Duration::hours(1));
    let second = run(&app, vec![folder.to_owned()], "set").await;
    adds_up(&second);
    assert_eq!((all(&second.created), all(&second.updated)), (0, 0));
    assert_eq!(all(&second.unchanged), all(&first.created) + all(&first.updated) + all(&first.unchanged));
    first
}

fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("custodian-set-{}", uuid::Uuid::new_v4()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test]
async fn synthea_bundles() {
    let Some(shared) = shared() else { return };
    let folder = folder();
    let mut left = BUNDLES;
    unpack(&shared.join("synthea/synthea-r4-400.tar.zst"), &folder, |_, bytes| {
        left = left.checked_sub(1)?;
        Some(bytes)
    });
    let report = imported_twice(&folder).await;
    assert_eq!(reasons(&report.refused), "");
    assert_eq!(report.created["Patient"], BUNDLES as u64);
    assert_eq!(report.ignored.keys().map(String::as_str).collect::<Vec<_>>(), ["ExplanationOfBenefit", "Goal"]);
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn the_hospital() {
    let Some(shared) = shared() else { return };
    let folder = folder();
    unpack(&shared.join("hospital/hospital-fhir-r4.tar.zst"), &folder, |name, bytes| {
        let whole = ["Patient", "Organization", "Location", "Practitioner", "PractitionerRole"]
            .iter()
            .any(|kind| name == format!("{kind}.ndjson"));
        let lines = if whole { usize::MAX } else { LINES };
        Some(bytes.split_inclusive(|byte| *byte == b'\n').take(lines).flatten().copied().collect())
    });
    let report = imported_twice(&folder).await;
    assert_eq!(reasons(&report.refused), "");
    assert_eq!(report.created["Patient"], 849);
    // Every Coverage of this set has an empty list, which R4 forbids: kept, and said.
    let coverages = report
        .warnings
        .iter()
        .filter(|line| line.resource_type == "Coverage" && line.reason.contains("empty list"))
        .count();
    assert_eq!(coverages as u64, report.read["Coverage"]);
    fs::remove_dir_all(folder).unwrap();
}
