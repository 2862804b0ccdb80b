//! `custodian bench` from end to end, on a handful of patients for a fraction of a second: the shape of its answers, never their size.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use tokio::process::Command;

async fn bench(data_dir: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_custodian"))
        .env_remove("DATABASE_URL")
        .env("CUSTODIAN_DATA_DIR", data_dir)
        .env("RUST_LOG", "error")
        .arg("bench")
        .args(arguments)
        .output()
        .await
        .unwrap()
}

fn nowhere(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("custodian-{name}-{}", std::process::id()))
}

#[tokio::test]
async fn every_benchmark_answers_measures_and_ratios() {
    let folder = nowhere("bench-all");
    let arguments =
        ["--count", "60", "--seconds", "0.2", "--events", "300", "--clients", "2", "--json", "--as", "Ann Lee"];
    let output = bench(&folder, &arguments).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!folder.exists(), "the data folder is none of its business");
    let reports: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = reports.iter().map(|report| report["bench"].as_str().unwrap()).collect();
    assert_eq!(names, ["chart", "search", "registrations", "day", "seal"]);
    for report in &reports {
        let skipped = report["notes"].to_string().contains("SKIPPED: no pgbench");
        assert!(skipped || !report["ratios"].as_array().unwrap().is_empty(), "{report}");
        for measure in report["measures"].as_array().unwrap() {
            assert!(measure["what"].is_string(), "{report}");
            for figure in ["per_second", "median_ms", "p99_ms", "cpu_ms"] {
                assert!(measure[figure].is_null() || measure[figure].as_f64().unwrap() >= 0.0, "{report}");
            }
        }
    }
    let said = |bench: usize| reports[bench]["measures"].to_string();
    for what in ["axum page with one select 1", "chart page"] {
        assert!(said(0).contains(what), "{}", reports[0]);
    }
    // Where there is pgbench the page is compared with its own statements, else that is said.
    assert!(said(0).contains("by pgbench") || reports[0]["notes"].to_string().contains("SKIPPED: no pgbench"));
    for what in ["primary key", "exact", "prefix", "typo"] {
        assert!(said(1).contains(what), "{}", reports[1]);
    }
    assert!(said(2).contains("registrations") && reports[2]["measures"][0]["per_second"].as_f64().unwrap() > 0.0);
    assert!(said(3).contains("my day: coder"), "{}", reports[3]);
    for what in ["events sealed", "events verified", "last page of the viewer"] {
        assert!(said(4).contains(what), "{}", reports[4]);
    }
    // The three hundred, and the looks of the benchmark itself.
    let new = reports[4]["setting"]
        .as_str()
        .unwrap()
        .split_whitespace()
        .filter_map(|word| word.parse::<u32>().ok())
        .next_back();
    assert!(new.is_some_and(|new| new >= 300), "{}", reports[4]);
}

#[tokio::test]
async fn nobody_s_records_are_benched() {
    let folder = nowhere("bench-real");
    std::fs::create_dir_all(&folder).unwrap();
    let output = bench(&folder, &["chart", "--demo"]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("holds no demonstration"), "{said}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing was made there");
    std::fs::remove_dir_all(&folder).unwrap();

    let output = Command::new(env!("CARGO_BIN_EXE_custodian"))
        .env("DATABASE_URL", "postgres://custodian_app@localhost/custodian")
        .args(["bench", "chart", "--demo"])
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("take DATABASE_URL away"));
}
