//! Records from other systems.

mod fhir_import;
mod fhir_import_damage;
mod fhir_import_sets;

use std::path::PathBuf;

use custodian::access::Actor;
use custodian::interop::fhir::import::{Import, Report, facilities, import};
use serde_json::Value;

use crate::support::app::App;

/// A folder of files to import, gone with the test.
struct Handed {
    folder: PathBuf,
}

impl Handed {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("custodian-import-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// One resource a line.
    fn lines(self, name: &str, resources: &[Value]) -> Self {
        let text: String = resources.iter().map(|resource| format!("{resource}\n")).collect();
        self.bytes(name, text.as_bytes())
    }

    fn bytes(self, name: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.folder.join(name), bytes).unwrap();
        self
    }

    async fn import(&self, app: &App) -> Report {
        self.import_as(app, "test").await
    }

    async fn import_as(&self, app: &App, source: &str) -> Report {
        let report = run(app, vec![self.folder.clone()], source).await;
        adds_up(&report);
        report
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Imports the way the command does.
pub async fn run(app: &App, paths: Vec<PathBuf>, source: &str) -> Report {
    let operator = Actor::operator("tester");
    let facility = facilities(&app.state.gate, &operator, chrono_tz::UTC).await.unwrap().remove(0);
    import(Import {
        paths,
        source: source.into(),
        facility,
        operator,
        gate: app.state.gate.clone(),
        vault: app.state.vault.clone(),
        blobs: app.state.blobs.clone(),
    })
    .await
    .unwrap()
}

/// created + updated + unchanged + ignored + refused = read, for each type.
fn adds_up(report: &Report) {
    for (kind, read) in &report.read {
        let of = |column: &std::collections::BTreeMap<String, u64>| column.get(kind).copied().unwrap_or(0);
        let sum = of(&report.created)
            + of(&report.updated)
            + of(&report.unchanged)
            + of(&report.ignored)
            + report.refused_of(kind);
        assert_eq!(*read, sum, "{kind}");
    }
}

fn all(column: &std::collections::BTreeMap<String, u64>) -> u64 {
    column.values().sum()
}

async fn count(app: &App, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(&mut app.owner().await).await.unwrap()
}

async fn text(app: &App, statement: &'static str) -> String {
    sqlx::query_scalar::<_, Option<String>>(statement)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
        .unwrap_or_default()
}

fn reasons(lines: &[custodian::interop::fhir::import::Line]) -> String {
    lines.iter().map(|line| format!("{}/{}: {}\n", line.resource_type, line.id, line.reason)).collect()
}
