//! `custodian backup` and `custodian restore`: what goes in comes out, and what is wrong is said and leaves nothing behind.

use std::path::Path;

use custodian::access::Role;

use super::{Folder, beside, custodian, output, text, write_keys};
use crate::support::app::App;

/// An application with a few charts, one of them with a document of more than one frame.
async fn lived_in() -> App {
    let app = App::new().await;
    for name in ["Ann Quillfeather", "Bo Tidewater"] {
        let patient = app.made().patient(name).await;
        app.made().encounter(patient).await;
        app.made().document(patient, "Progress note").await;
        let large = (0..300_000u32 + u32::try_from(name.len()).unwrap()).flat_map(u32::to_le_bytes).collect();
        app.made()
            .document_of(patient, &format!("Scan of {name}"), "progress-note", "application/octet-stream", large)
            .await;
    }
    let clerk = app.person(Role::Privacy).await;
    clerk.get("/audit").await.ok();
    app
}

async fn back_up(app: &App, file: &Path) -> String {
    let made = output(beside(app, &["backup", file.to_str().unwrap(), "--as", "Night operator"])).await;
    assert!(made.status.success(), "{}", text(&made.stderr));
    text(&made.stdout)
}

/// An empty data folder with the right keys: the master key alone.
fn empty() -> Folder {
    let folder = Folder::new();
    write_keys(&folder.path("key"));
    std::fs::remove_file(folder.path("checkpoint.key")).unwrap();
    folder
}

#[tokio::test]
async fn what_was_backed_up_is_restored_verified_and_served() {
    let (app, store, target) = (lived_in().await, Folder::new(), empty());
    let file = store.path("one.backup");
    let said = back_up(&app, &file).await;
    assert!(said.contains("3 documents"), "equal content is stored once: {said}");
    let bytes = std::fs::read(&file).unwrap();
    for plain in ["QUILLFEATHER", "Quillfeather", "PGDMP", "manifest", "09090909", "PRIVATE+KEY"] {
        assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()), "{plain} stands in the file");
    }
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(app.ledger().await.iter().any(|row| row.act == "backup.make" && row.actor == "Night operator"));

    let restored = output(custodian(&target.0, &["restore", file.to_str().unwrap(), "--as", "Day operator"])).await;
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert!(text(&restored.stdout).contains("3 documents opened and checked"), "{}", text(&restored.stdout));
    assert_eq!(target.names(), ["checkpoint.key", "checkpoints", "documents", "key", "postgres"]);

    let verified = output(custodian(&target.0, &["audit", "verify", "--json"])).await;
    let answer: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(answer["whole"], true, "{answer}");
    let exported = output(custodian(&target.0, &["audit", "export"])).await;
    let log = text(&exported.stdout);
    assert!(log.contains("\"backup.restore\"") && log.contains("Day operator"), "the ledger says that it was restored");

    // The doctor finds the restored house in order, and rows are what they were.
    let names = "select string_agg(family || ' ' || given, ', ' order by family) from patient_names";
    let before: String = sqlx::query_scalar(names).fetch_one(&mut app.owner().await).await.unwrap();
    let server = custodian::db::embedded::Embedded::start_in_background(custodian::db::embedded::Place {
        throwaway: false,
        ..custodian::db::embedded::Place::throwaway(&target.path("postgres"))
    })
    .await
    .unwrap();
    let mut owner = <sqlx::PgConnection as sqlx::Connection>::connect_with(&server.owner()).await.unwrap();
    let after: String = sqlx::query_scalar(names).fetch_one(&mut owner).await.unwrap();
    assert_eq!(before, after);
    drop(owner);
    server.stop_in_background().await;
    let doctor = output(custodian(&target.0, &["doctor", "--json"])).await;
    assert!(doctor.status.success(), "{}", text(&doctor.stdout));

    // A folder with data in it is left alone.
    let again = output(custodian(&target.0, &["restore", file.to_str().unwrap()])).await;
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("holds data"), "{}", text(&again.stderr));
    assert_eq!(target.names(), ["checkpoint.key", "checkpoints", "documents", "key", "postgres"]);
}

#[tokio::test]
async fn a_file_that_is_wrong_says_how_and_leaves_nothing_behind() {
    let (app, store) = (lived_in().await, Folder::new());
    let file = store.path("one.backup");
    back_up(&app, &file).await;
    let whole = std::fs::read(&file).unwrap();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let half = whole.len() / 2;
    for (what, bytes, says) in [
        ("cut in the middle", whole[..half].to_vec(), "cut short"),
        ("cut by a byte", whole[..whole.len() - 1].to_vec(), "cut short"),
        ("longer", [&whole[..], b"x"].concat(), "added after the end"),
        ("changed in the header", flipped(10), "first bytes are damaged"),
        ("changed in the middle", flipped(half), "damaged: part"),
        ("changed at the end", flipped(whole.len() - 1), "damaged: part"),
        ("something else", b"\x89PNG and so on".to_vec(), "no backup of custodian"),
        ("empty", Vec::new(), "no backup of custodian"),
    ] {
        let target = empty();
        let bad = store.path("bad.backup");
        std::fs::write(&bad, bytes).unwrap();
        let answered = output(custodian(&target.0, &["restore", bad.to_str().unwrap()])).await;
        let said = text(&answered.stderr);
        assert_eq!(answered.status.code(), Some(1), "{what}");
        assert!(said.contains(says) && said.lines().count() == 1, "{what}: {said}");
        assert_eq!(target.names(), ["key"], "{what}");
    }
}

#[tokio::test]
async fn the_wrong_key_and_no_key_are_told_apart() {
    let (app, store) = (lived_in().await, Folder::new());
    let file = store.path("one.backup");
    back_up(&app, &file).await;
    let target = empty();
    std::fs::write(target.path("key"), "08".repeat(32)).unwrap();
    let answered = output(custodian(&target.0, &["restore", file.to_str().unwrap()])).await;
    assert!(text(&answered.stderr).contains("under another master key"), "{}", text(&answered.stderr));
    assert_eq!(target.names(), ["key"]);

    std::fs::remove_file(target.path("key")).unwrap();
    let answered = output(custodian(&target.0, &["restore", file.to_str().unwrap()])).await;
    assert!(text(&answered.stderr).contains("there is no master key"), "{}", text(&answered.stderr));
    assert!(target.names().is_empty(), "no key was made up");
}

#[tokio::test]
async fn a_document_the_store_lost_is_named_and_the_rest_is_kept() {
    let (app, store, target) = (lived_in().await, Folder::new(), empty());
    let name: String = sqlx::query_scalar("select blob_name from document_versions where size_bytes < 1000 limit 1")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    let documents = app.state.config.data_dir.join("documents");
    std::fs::remove_file(documents.join(&name[..2]).join(&name[2..4]).join(&name)).unwrap();
    let file = store.path("one.backup");
    let made = output(beside(&app, &["backup", file.to_str().unwrap()])).await;
    assert_eq!(made.status.code(), Some(1));
    assert!(text(&made.stderr).contains("lacks 1 document") && text(&made.stderr).contains(&name[..12]));
    let restored = output(custodian(&target.0, &["restore", file.to_str().unwrap()])).await;
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert!(text(&restored.stdout).contains("1 document could not be read"), "{}", text(&restored.stdout));
}

#[tokio::test]
async fn a_backup_never_writes_over_a_file_and_never_leaves_half_a_one() {
    let (app, store) = (lived_in().await, Folder::new());
    let file = store.path("one.backup");
    std::fs::write(&file, "something of somebody's").unwrap();
    let made = output(beside(&app, &["backup", file.to_str().unwrap()])).await;
    assert!(text(&made.stderr).contains("is there already"), "{}", text(&made.stderr));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "something of somebody's");
    let made = output(beside(&app, &["backup", store.path("nowhere/x.backup").to_str().unwrap()])).await;
    assert_eq!(made.status.code(), Some(1));
    let mut without_owner = beside(&app, &["backup", store.path("two.backup").to_str().unwrap()]);
    without_owner.env_remove("CUSTODIAN_OWNER_URL");
    let made = output(without_owner).await;
    assert!(text(&made.stderr).contains("CUSTODIAN_OWNER_URL"), "{}", text(&made.stderr));
    assert_eq!(store.names(), ["one.backup"]);
}
