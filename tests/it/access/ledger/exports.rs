//! Proofs given away, and an outsider's check of them: `tests/oracle/verify_export.py` knows the RFCs and nothing of this program.

use std::path::Path;
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use custodian::access::ledger::prove::{consistency, export, inclusion};
use custodian::access::ledger::stored;
use custodian::access::ledger::tree::{Hash, proves_consistency, proves_inclusion};
use serde_json::Value;
use sqlx::Connection;

use super::{Ledger, open};

impl Ledger {
    async fn export(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<String> {
        let mut opened = self.app.begin().await.unwrap();
        open(&mut opened, "ledger").await;
        let mut text = String::new();
        let write = |part: &str| {
            text.push_str(part);
            Ok(())
        };
        let count = export(&mut opened, from, to, write).await.unwrap();
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        assert_eq!(lines.len() as u64, count);
        lines
    }

    async fn export_all(&mut self) -> Vec<String> {
        self.export(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::days(100_000)).await
    }
}

#[tokio::test]
async fn every_sealed_event_can_be_proved() {
    let mut ledger = Ledger::sealed(&[1, 2, 300, 30]).await;
    let mut opened = ledger.app.begin().await.unwrap();
    open(&mut opened, "ledger").await;
    let (size, head) = stored::extent(&mut opened).await.unwrap();
    let root = ledger.key.verifier().open(&head.unwrap().note).unwrap().root;
    for leaf in stored::leaves(&mut opened, &(0..size)).await.unwrap() {
        let proof = inclusion(&mut opened, leaf.event).await.unwrap().unwrap();
        assert_eq!((proof.leaf_index, proof.tree_size), (leaf.index, 333));
        assert!(
            proves_inclusion(Hash::of_leaf(&proof.leaf), leaf.index, 333, &proof.hashes, root),
            "leaf {}",
            leaf.index
        );
    }
    assert_eq!(inclusion(&mut opened, uuid::Uuid::nil()).await.unwrap(), None);
}

#[tokio::test]
async fn each_checkpoint_is_the_beginning_of_the_next() {
    let mut ledger = Ledger::sealed(&[1, 2, 300, 30, 1]).await;
    let heads = stored::checkpoints(&mut ledger.app, 0, 1000, 100).await.unwrap();
    let open = |note: &str| ledger.key.verifier().open(note).unwrap();
    for old in &heads {
        for new in heads.iter().filter(|new| new.size >= old.size) {
            let proof = consistency(&mut ledger.app, old.size, new.size).await.unwrap().unwrap();
            assert!(
                proves_consistency(old.size, new.size, &proof, open(&old.note).root, open(&new.note).root),
                "{} to {}",
                old.size,
                new.size
            );
        }
    }
    assert_eq!(consistency(&mut ledger.app, 5, 335).await.unwrap(), None, "not so many leaves");
}

#[tokio::test]
async fn an_export_holds_the_events_of_its_time_and_no_others() {
    let mut ledger = Ledger::sealed(&[4]).await;
    let between: DateTime<Utc> =
        sqlx::query_scalar("select clock_timestamp()").fetch_one(&mut ledger.app).await.unwrap();
    ledger.write(300).await;
    ledger.seal().await.unwrap();
    ledger.write(1).await;
    let after = between + TimeDelta::days(1);
    assert_eq!(ledger.export_all().await.len(), 304, "the unsealed one can't be proved yet");
    assert_eq!(ledger.export(between, after).await.len(), 300);
    assert_eq!(ledger.export(DateTime::UNIX_EPOCH, between).await.len(), 4);
    assert!(ledger.export(after, after + TimeDelta::days(1)).await.is_empty());
    let first: Value = serde_json::from_str(&ledger.export(between, after).await[0]).unwrap();
    assert_eq!((first["leaf_index"].as_u64(), first["proof"]["tree_size"].as_u64()), (Some(4), Some(304)));
    assert_eq!(first["event"]["act"], "patients.search");
    assert!(first["checkpoint"].as_str().unwrap().contains("\n304\n"));
}

#[tokio::test]
async fn an_export_does_not_pass_over_a_missing_row() {
    let mut ledger = Ledger::sealed(&[10]).await;
    ledger.tamper("delete from audit_events where ordinal = 5").await;
    let mut opened = ledger.app.begin().await.unwrap();
    open(&mut opened, "ledger").await;
    let refused =
        export(&mut opened, DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::days(100_000), |_| Ok(())).await;
    assert!(refused.unwrap_err().to_string().contains("leaf 4 is missing"));
}

fn oracle(file: &Path, key: &str) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/verify_export.py");
    let output = Command::new("python3").arg(script).arg("--key").arg(key).arg(file).output().unwrap();
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
    )
}

/// Tells a whole export from a spoilt one, whatever was spoilt.
#[tokio::test]
async fn an_outsider_accepts_a_true_export_and_no_other() {
    if !Command::new("python3").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        println!("SKIPPED an_outsider_accepts_a_true_export_and_no_other: there is no python3 on this machine");
        return;
    }
    let mut ledger = Ledger::sealed(&[1, 2, 300, 30]).await;
    let lines = ledger.export_all().await;
    let key = ledger.key.verifier().to_string();
    let file = ledger.place.join("export.jsonl");
    let judge = |text: String, key: &str| {
        std::fs::write(&file, text).unwrap();
        oracle(&file, key)
    };
    let whole = lines.join("\n") + "\n";
    let (accepted, said) = judge(whole.clone(), &key);
    assert!(accepted && said.contains("333"), "{said}");
    let line = |change: &dyn Fn(&mut Value)| {
        let mut spoilt: Value = serde_json::from_str(&lines[200]).unwrap();
        change(&mut spoilt);
        whole.replace(&lines[200], &spoilt.to_string())
    };
    let forged: [(&str, String); 7] = [
        ("another actor", line(&|line| line["event"]["actor_name"] = "Somebody Else".into())),
        ("another leaf", whole.replace(&lines[200], &lines[200].replacen("\"leaf\":\"ey", "\"leaf\":\"fy", 1))),
        ("another place", line(&|line| line["leaf_index"] = 201.into())),
        ("another path", line(&|line| line["proof"]["hashes"][0] = "00".repeat(32).into())),
        ("a shorter path", line(&|line| drop(line["proof"]["hashes"].as_array_mut().unwrap().pop()))),
        ("another size", line(&|line| line["proof"]["tree_size"] = 332.into())),
        (
            "another checkpoint",
            line(&|line| {
                line["checkpoint"] = line["checkpoint"].as_str().unwrap().replace("\n333\n", "\n334\n").into();
            }),
        ),
    ];
    for (what, text) in forged {
        assert_ne!(text, whole, "{what}");
        let (accepted, said) = judge(text, &key);
        assert!(!accepted, "{what} was accepted: {said}");
    }
    let stranger = custodian::access::ledger::checkpoint::CheckpointKey::from_seed(&[1; 32]).verifier().to_string();
    assert!(!judge(whole, &stranger).0, "another ledger's key");
}
