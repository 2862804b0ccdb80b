//! The downtime copy: what is in it and what is not, who may open it, and how its looks come back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::{Folder, beside, output, text};
use crate::support::app::App;

const PASSPHRASE: &str = "seven quiet herons at noon";

async fn run(app: &App, arguments: &[&str], input: Option<&str>) -> std::process::Output {
    let mut command = beside(app, arguments);
    let Some(input) = input.map(str::to_owned) else { return output(command).await };
    tokio::task::spawn_blocking(move || {
        use std::io::Write;
        use std::process::Stdio;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    })
    .await
    .unwrap()
}

/// What the page's own script does with the passphrase.
fn open(html: &str, passphrase: &str) -> Option<Value> {
    use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    use ring::pbkdf2;
    let sealed = html.split("id=\"sealed\">").nth(1).unwrap().split("</script>").next().unwrap();
    let sealed: Value = serde_json::from_str(sealed).unwrap();
    let bytes = |name: &str| BASE64.decode(sealed[name].as_str().unwrap()).unwrap();
    let rounds = u32::try_from(sealed["rounds"].as_u64().unwrap()).unwrap();
    let mut key = [0; 32];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        std::num::NonZeroU32::new(rounds).unwrap(),
        &bytes("salt"),
        passphrase.as_bytes(),
        &mut key,
    );
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    let nonce = Nonce::try_assume_unique_for_key(&bytes("nonce")).unwrap();
    let mut content = bytes("content");
    let plain = key.open_in_place(nonce, Aad::from(sealed["copy"].as_str().unwrap().to_owned()), &mut content).ok()?;
    let mut opened: Value = serde_json::from_reader(flate2::read::GzDecoder::new(&*plain)).unwrap();
    opened["copy"] = sealed["copy"].clone();
    Some(opened)
}

/// A log as the page writes it.
fn log(opened: &Value, entries: &[(&str, &str)]) -> Value {
    use hmac::{Hmac, Mac};
    let key = BASE64.decode(opened["log_key"].as_str().unwrap()).unwrap();
    let (copy, mut previous, mut all) = (opened["copy"].as_str().unwrap(), String::new(), Vec::new());
    for (at, (what, patient)) in entries.iter().enumerate() {
        let number = (at + 1).to_string();
        let said =
            [copy, &number, "2026-11-23T16:00:00.000Z", "Nadia Ferrant", what, patient, "", &previous].join("\n");
        let mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap().chain_update(said).finalize().into_bytes();
        let mac: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        all.push(json!({ "number": at + 1, "at": "2026-11-23T16:00:00.000Z", "who": "Nadia Ferrant", "what": what,
            "patient": patient, "reason": "", "previous": previous, "mac": mac }));
        previous = mac;
    }
    json!({ "copy": copy, "entries": all })
}

#[tokio::test]
async fn a_copy_holds_who_was_here_and_nothing_sensitive_and_its_looks_come_back_once() {
    let (app, folder) = (App::new().await, Folder::new());
    let here = app.made().patient("Ann Quillfeather").await;
    let visit = app.made().encounter(here).await;
    // Tests' visits are of November 2026; the program's clock is the machine's.
    let recent = "update encounters set started_at = now() - interval '3 days', ended_at = now() - interval '2 days' where encounter_id = $1";
    app.made().run(recent, visit.0).await;
    app.made().document(here, "Heron note").await;
    let secret = app.made().document(here, "Osprey note").await;
    app.made().unlock_documents().await;
    app.made().run("update documents set authored_at = now() - interval '1 day' where patient_id = $1", here.0).await;
    app.made().run("update documents set sensitivity = 'psychiatric' where document_id = $1", secret.0).await;
    let allergy = "insert into clinical_items (item_id, patient_id, original_patient_id, kind, label, status, resource)
        values (gen_random_uuid(), $1, $1, 'AllergyIntolerance', 'Penicillin', 'active', '{}')";
    app.made().run(allergy, here.0).await;
    app.made().patient("Bo Tidewater").await;

    let to = folder.0.to_str().unwrap();
    let none = run(&app, &["downtime", "write", "--to", to], None).await;
    assert!(text(&none.stderr).contains("custodian downtime passphrase"), "{}", text(&none.stderr));
    let short = run(&app, &["downtime", "passphrase", "--stdin"], Some("short\n")).await;
    assert_eq!(short.status.code(), Some(1));
    let set = run(&app, &["downtime", "passphrase", "--stdin"], Some(PASSPHRASE)).await;
    assert!(set.status.success(), "{}", text(&set.stderr));
    let written = run(&app, &["downtime", "write", "--to", to], None).await;
    assert!(written.status.success(), "{}", text(&written.stderr));
    let listed: Vec<_> = app.ledger().await.into_iter().filter(|row| row.act == "downtime.write").collect();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].subjects, [here.0], "whoever is in the copy is recorded");

    let names = folder.names();
    assert_eq!(names.len(), 1);
    let html = std::fs::read_to_string(folder.path(&names[0])).unwrap();
    for plain in ["QUILLFEATHER", "Penicillin", "Heron", PASSPHRASE] {
        assert!(!html.contains(plain), "{plain} stands in the file");
    }
    assert!(html.contains("default-src 'none'"));
    assert!(open(&html, "another passphrase altogether").is_none());
    let opened = open(&html, PASSPHRASE).unwrap();
    let patients = opened["patients"].as_array().unwrap();
    assert_eq!(patients.len(), 1, "nobody who was not here");
    assert_eq!(patients[0]["name"], "QUILLFEATHER, Ann");
    assert_eq!(patients[0]["allergies"], json!(["Penicillin"]));
    assert_eq!(patients[0]["documents"].as_array().unwrap().len(), 1);
    assert!(patients[0]["documents"][0]["text"].as_str().unwrap().contains("Heron note"));

    // The log: changed, shortened in the middle, of another house; then as it is, twice.
    let id = here.to_string();
    let good = log(&opened, &[("unlocked", ""), ("opened", &id), ("opened", &id)]);
    let file = folder.path("log.json");
    let reconcile = async |log: &Value| {
        std::fs::write(&file, log.to_string()).unwrap();
        run(&app, &["downtime", "reconcile", file.to_str().unwrap(), "--as", "Operator"], None).await
    };
    let mut changed = good.clone();
    changed["entries"][1]["who"] = "Somebody Else".into();
    let mut shortened = good.clone();
    shortened["entries"].as_array_mut().unwrap().remove(1);
    let mut foreign = good.clone();
    foreign["copy"] = uuid::Uuid::nil().to_string().into();
    for (log, says) in
        [(changed, "entry 2 was changed"), (shortened, "taken out"), (foreign, "was changed"), (json!({}), "no log")]
    {
        let answered = reconcile(&log).await;
        assert!(text(&answered.stderr).contains(says), "{says}: {}", text(&answered.stderr));
    }
    let answered = reconcile(&good).await;
    assert!(
        text(&answered.stdout).contains("2 looks brought"),
        "{} {}",
        text(&answered.stdout),
        text(&answered.stderr)
    );
    let again = reconcile(&good).await;
    assert!(text(&again.stdout).contains("0 looks brought") && text(&again.stdout).contains("2 were there"));
    let looks: Vec<_> = app.ledger().await.into_iter().filter(|row| row.act == "downtime.view").collect();
    assert_eq!(looks.len(), 2);
    assert_eq!((looks[0].patient, &looks[0].detail["looked_by"]), (Some(here.0), &json!("Nadia Ferrant")));
    assert_eq!(looks[0].detail["looked_at"], "2026-11-23T16:00:00Z");
}
