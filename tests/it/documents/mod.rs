//! Documents: who sees which in a list, who reads them, what the ledger says of it, and what damaged files come to.

mod lists;
mod viewer;

use custodian::base::id::{DocumentId, PatientId};
use custodian::documents::filing;
use custodian::documents::model::{Content, NewDocument, NewVersion, Status};

use crate::support::app::App;

/// A final text document, to be changed by a test and filed.
async fn draft(app: &App, title: &str, text: &str) -> NewDocument {
    NewDocument {
        document: DocumentId::new(),
        encounter: None,
        type_code: "progress-note".into(),
        title: title.into(),
        status: Status::Final,
        sensitivity: None,
        author: None,
        author_name: Some("Raman, Priya".into()),
        authored_at: Some(app.now()),
        service_date: None,
        source: "local".into(),
        versions: vec![version(app, text).await],
        relations: vec![],
    }
}

async fn version(app: &App, text: &str) -> NewVersion {
    let content = Content { content_type: "text/plain".into(), bytes: text.to_owned().into() };
    NewVersion {
        filed: filing::store(&app.state.blobs, content).await.unwrap(),
        reason: None,
        created_by: None,
        created_by_name: "Test".into(),
        created_at: app.now(),
    }
}

fn list_of(patient: PatientId) -> String {
    custodian::documents::urls::list(patient)
}

fn show(document: DocumentId) -> String {
    custodian::documents::urls::show(document)
}
