//! The log of a whole journey, at its most talkative, names no patient and holds nothing that was typed.

use std::io;
use std::sync::{Arc, Mutex};

use custodian::access::Role;
use tracing_subscriber::fmt::MakeWriter;

use crate::people::{PASSWORD, knock, with_password};
use crate::support::app::App;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_journey_leaves_no_patient_in_the_log() {
    let kept = Kept::default();
    let everything =
        tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(kept.clone()).finish();
    // With one subscriber alone, a place in the code that another test's thread comes to first is switched off for good.
    let _second = tracing::dispatcher::Dispatch::new(
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(io::sink).finish(),
    );
    // For this thread alone, on which the whole of this test runs.
    let _guard = tracing::subscriber::set_default(everything);
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Zebrafish Clinic note").await;
    let staff = app.made().staff(&[Role::Physician]).await;
    app.made().care_team(patient, staff).await;
    let name = with_password(&app, staff).await;
    let page = knock(&app, &name, PASSWORD, "").await;
    let inside = app.anonymous().with_cookie_of(&page);
    knock(&app, &name, "wrong horse battery staple", "").await;
    let found = inside.post("/patients", &[("q", "quillfeather 1957-04-03")]).await;
    inside.get(&found.location().unwrap_or_else(|| "/patients".into())).await;
    inside.get(&format!("/patients/{patient}")).await.ok().shows("QUILLFEATHER");
    inside.get(&format!("/documents/{}", document.0)).await.ok();
    inside.get("/patients/searches/not-there?q=quillfeather").await;
    // A form refused, a constraint broken, a page that is not there.
    inside.post("/account", &[("theme", "quillfeather")]).await;
    inside.get("/quillfeather").await;

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.lines().count() > 10, "the log was kept: {log}");
    // Statements are left out: the test's own hold literals, and the product's are fixed texts with places for values (guards/sql.rs).
    for line in log.lines().filter(|line| !line.contains("\"target\":\"sqlx::query\"")) {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
        let lower = line.to_lowercase();
        for said in ["quillfeather", "zebrafish", "1957-04-03", "555-0143", "quarry road", PASSWORD, "battery staple"] {
            assert!(!lower.contains(said), "{said} is in the log: {line}");
        }
    }
}
