//! `custodian audit verify` and `custodian audit export`, as a program beside a database that others use.

use std::process::{Command, Output};

use serde_json::Value;

use super::{Made, Room};

const NOON: &str = "2026-11-20T17:00:00Z";

struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("custodian-command-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

async fn run(room: &Room, folder: &Folder, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_custodian"));
    command
        .args(arguments)
        .args(["--timezone", "America/New_York"])
        .env("DATABASE_URL", room.app.database.url("custodian_app"));
    command.env("CUSTODIAN_DATA_DIR", &folder.0).env("RUST_LOG", "error").current_dir(&folder.0);
    for other in ["CUSTODIAN_OWNER_URL", "CUSTODIAN_CHECKPOINTS", "CUSTODIAN_KEY_FILE"] {
        command.env_remove(other);
    }
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn verify_exits_0_only_if_whole() {
    let (room, folder) = (Room::new().await, Folder::new());
    let event = room.write(Made::at(NOON)).await;
    room.write(Made::at(NOON)).await;
    let output = run(&room, &folder, &["audit", "verify", "--json", "--as", "Marcus Oyelaran"]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&answer["whole"], &answer["leaves"], &answer["first_bad"]),
        (&Value::Bool(true), &2.into(), &Value::Null)
    );
    assert!(answer["checkpoint"].as_str().unwrap().starts_with("custodian/ledger/"));
    let ledger = room.app.ledger().await;
    let verified = ledger.iter().find(|row| row.act == "ledger.verify").unwrap();
    assert_eq!(
        (verified.actor.as_str(), verified.basis.as_str(), verified.arrival.as_str()),
        ("Marcus Oyelaran", "operator", "command")
    );
    let waiting: i64 =
        sqlx::query_scalar("select count(*) from audit_unsealed").fetch_one(&mut room.app.owner().await).await.unwrap();
    assert_eq!(waiting, 0, "a command's own events are sealed before it ends");

    room.tamper(&format!("update audit_events set basis = 'own' where event_id = '{event}'")).await;
    let output = run(&room, &folder, &["audit", "verify", "--json"]).await;
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["whole"], &answer["first_bad"]["leaf"]), (&Value::Bool(false), &0.into()));
    assert_eq!(answer["first_bad"]["event"].as_str().unwrap(), event.to_string());
    assert!(text(&output.stderr).contains("not whole at leaf 0"), "{}", text(&output.stderr));
    room.privacy.get("/audit/verify").await.ok().shows("Broken").shows(&event.to_string());
}

#[tokio::test]
async fn export_gives_events_with_proofs_of_the_days_asked_for() {
    let (room, folder) = (Room::new().await, Folder::new());
    let first = room.write(Made::at("2026-11-19T05:00:00Z")).await;
    let last = room.write(Made::at("2026-11-20T04:59:59Z")).await;
    room.write(Made::at("2026-11-20T05:00:00Z")).await;
    let days = ["--from", "11/19/2026", "--to", "19-Nov-2026"];
    let output = run(&room, &folder, &[&["audit", "export"][..], &days].concat()).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<_> = lines.iter().map(|line| line["event"]["event_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(events, [first.to_string(), last.to_string()]);
    for line in &lines {
        assert!(line["proof"]["tree_size"].as_u64().unwrap() > line["leaf_index"].as_u64().unwrap());
        assert!(line["leaf"].is_string() && line["checkpoint"].is_string() && line["proof"]["hashes"].is_array());
    }
    let output = run(&room, &folder, &[&["audit", "export"][..], &days, &["out.jsonl"]].concat()).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(folder.0.join("out.jsonl")).unwrap().lines().count(), 2);
    assert!(!folder.0.join("out.jsonl.part").exists());
    assert!(room.app.ledger().await.iter().any(|row| row.act == "ledger.export" && row.basis == "operator"));
}

#[tokio::test]
async fn a_date_that_is_none_is_one_clear_line() {
    let (room, folder) = (Room::new().await, Folder::new());
    let output = run(&room, &folder, &["audit", "export", "--from", "soon"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr).lines().count(), 1);
    assert!(room.app.ledger().await.is_empty(), "nothing was opened");
    assert_eq!(run(&room, &folder, &["audit", "inspect"]).await.status.code(), Some(2));
}
