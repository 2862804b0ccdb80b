//! `custodian doctor`: each thing that can be wrong is broken once, and named.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use sqlx::AssertSqlSafe;

use super::{beside, output, text};
use crate::support::app::App;

async fn examine(app: &App) -> (Option<i32>, Value) {
    let answered = output(beside(app, &["doctor", "--json", "--as", "Operator"])).await;
    let answer = serde_json::from_slice(&answered.stdout).unwrap_or_else(|_| panic!("{}", text(&answered.stderr)));
    (answered.status.code(), answer)
}

fn finding<'a>(answer: &'a Value, check: &str) -> &'a Value {
    let checks = answer["checks"].as_array().unwrap();
    checks.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("no check {check} in {answer}"))
}

#[tokio::test]
async fn a_house_in_order_is_called_that_and_the_look_is_on_record() {
    let app = App::new().await;
    let (status, answer) = examine(&app).await;
    assert_eq!((status, &answer["well"]), (Some(0), &Value::Bool(true)), "{answer}");
    for check in [
        "master key",
        "ledger key",
        "database role",
        "ownership",
        "ledger",
        "row-level security",
        "clock",
        "last seal",
        "document store",
    ] {
        assert_eq!(finding(&answer, check)["state"], "good", "{answer}");
    }
    assert_eq!(finding(&answer, "last backup")["state"], "look", "never, and the house is new");
    assert!(app.ledger().await.iter().any(|row| row.act == "house.examine" && row.actor == "Operator"));
}

#[tokio::test]
async fn what_is_broken_in_the_database_is_named() {
    for (statement, check, says) in [
        ("alter table documents disable row level security", "row-level security", "documents"),
        ("drop policy opened on patient_names", "row-level security", "patient_names"),
        ("create table stray (patient_id uuid)", "row-level security", "stray"),
        ("grant update on audit_events to custodian_app", "ledger", "directly"),
        ("alter table audit_leaves disable trigger unchanging", "ledger", "audit_leaves"),
        (
            "insert into audit_unsealed values (1, 0, gen_random_uuid(), now() - interval '10 minutes')",
            "last seal",
            "waiting for 10 min",
        ),
        (
            "insert into backups values (gen_random_uuid(), gen_random_uuid(), now() - interval '9 days', 'x', 'y', 1, 0, 0, 0, 0)",
            "last backup",
            "9 days",
        ),
        (
            "insert into backups values (gen_random_uuid(), gen_random_uuid(), now(), 'x', 'y', 1, 0, 2, 0, 0)",
            "last backup",
            "without 2 documents",
        ),
    ] {
        let app = App::new().await;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut app.owner().await).await.unwrap();
        let (status, answer) = examine(&app).await;
        assert_eq!(status, Some(1), "{statement}");
        let finding = finding(&answer, check);
        assert_eq!(finding["state"], "fix", "{statement}: {answer}");
        assert!(finding["found"].as_str().unwrap().contains(says), "{statement}: {finding}");
        assert!(finding["remedy"].is_string());
    }
}

#[tokio::test]
async fn what_is_broken_on_the_machine_is_named() {
    let app = App::new().await;
    examine(&app).await;
    let key = app.state.config.key_file.clone();
    // Written again by each run of these tests, so it is the settings that point elsewhere.
    let open = key.with_file_name("open");
    std::fs::copy(&key, &open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = beside(&app, &["doctor", "--json"]);
    command.env("CUSTODIAN_KEY_FILE", &open);
    let answered = output(command).await;
    let answer: Value = serde_json::from_slice(&answered.stdout).unwrap();
    assert_eq!(answered.status.code(), Some(1));
    assert!(finding(&answer, "master key")["found"].as_str().unwrap().contains("mode 644"), "{answer}");
    assert_eq!(finding(&answer, "start")["state"], "fix");

    let mut command = beside(&app, &["doctor"]);
    command.env("CUSTODIAN_DOCUMENTS", "/proc/nowhere");
    let answered = output(command).await;
    assert_eq!(answered.status.code(), Some(1));
    assert!(text(&answered.stdout).contains("FIX "), "{}", text(&answered.stdout));

    let mut command = beside(&app, &["doctor", "--json"]);
    command.env("DATABASE_URL", app.database.url("custodian_owner"));
    let answered = output(command).await;
    let answer: Value = serde_json::from_slice(&answered.stdout).unwrap();
    assert!(finding(&answer, "start")["found"].as_str().unwrap().contains("member of custodian_owner"), "{answer}");
}

#[tokio::test]
async fn a_schema_that_is_not_current_is_named() {
    let app = App::new().await;
    let newest = "delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)";
    sqlx::raw_sql(newest).execute(&mut app.owner().await).await.unwrap();
    let mut command = beside(&app, &["doctor", "--json"]);
    command.env_remove("CUSTODIAN_OWNER_URL");
    let answered = output(command).await;
    let answer: Value = serde_json::from_slice(&answered.stdout).unwrap();
    assert_eq!(answered.status.code(), Some(1));
    assert!(finding(&answer, "start")["found"].as_str().unwrap().contains("custodian migrate"), "{answer}");
}
