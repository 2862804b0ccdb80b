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

/// A PDF of two pages, the second with words.
pub fn two_pages() -> Vec<u8> {
    let words = "BT /F1 24 Tf 72 700 Td (Second page) Tj ET";
    let page = |content: u8| {
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
    };
    let stream = |text: &str| format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] >>".to_owned(),
        page(5),
        page(6),
        stream(""),
        stream(words),
    ];
    let (mut file, mut table) = (String::from("%PDF-1.4\n"), String::from("0000000000 65535 f \n"));
    for (number, object) in (1..).zip(&objects) {
        table += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let start = file.len();
    file += &format!("xref\n0 7\n{table}trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.into_bytes()
}
