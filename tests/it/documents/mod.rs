//! Documents: who sees which in a list, who reads them, what the ledger says of it, and what damaged files come to.

mod changing;
mod lists;
mod lock;
mod signing;
mod types;
mod viewer;
mod words;

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::base::id::{DocumentId, PatientId, PractitionerId, StaffId};
use custodian::documents::filing;
use custodian::documents::model::{Content, NewDocument, NewVersion, Status};

use crate::people::{PASSWORD, with_password};
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

/// A final text document, to be changed by a test and filed.
pub async fn draft(app: &App, title: &str, text: &str) -> NewDocument {
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

pub fn show(document: DocumentId) -> String {
    custodian::documents::urls::show(document)
}

/// A physician with a provider's name and a password, treating the patient.
pub struct Doctor {
    pub visitor: Visitor,
    pub staff: StaffId,
    pub practitioner: PractitionerId,
}

pub async fn doctor(app: &App, patient: PatientId, family: &str) -> Doctor {
    let staff = app.made().staff(&[Role::Physician]).await;
    with_password(app, staff).await;
    app.made().care_team(patient, staff).await;
    Doctor { visitor: app.signed_in(staff).await, staff, practitioner: provider(app, staff, family).await }
}

/// Makes a provider of somebody, so that documents can be theirs.
pub async fn provider(app: &App, staff: StaffId, family: &str) -> PractitionerId {
    let practitioner = PractitionerId::new();
    sqlx::query(
        "insert into practitioners (practitioner_id, family, given, credential) values ($1, $2, 'Priya', 'MD')",
    )
    .bind(practitioner)
    .bind(family)
    .execute(&mut app.owner().await)
    .await
    .unwrap();
    sqlx::query("update staff set practitioner_id = $2, credential = 'MD' where staff_id = $1")
        .bind(staff)
        .bind(practitioner)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    practitioner
}

/// Somebody of this role who knows their password.
pub async fn person(app: &App, role: Role) -> Visitor {
    let staff = app.made().staff(&[role]).await;
    with_password(app, staff).await;
    app.signed_in(staff).await
}

impl Doctor {
    /// Writes a progress note; with more fields, a note of another kind.
    pub async fn note(&self, patient: PatientId, text: &str, more: &[(&str, &str)]) -> (DocumentId, Page) {
        let (key, author) = (DocumentId::new(), self.practitioner.to_string());
        let key_text = key.to_string();
        let mut fields = vec![
            ("key", key_text.as_str()),
            ("type", "progress-note"),
            ("date", "23-Nov-2026"),
            ("time", "09:00"),
            ("text", text),
        ];
        if !more.iter().any(|(name, _)| *name == "author") {
            fields.push(("author", &author));
        }
        fields.extend_from_slice(more);
        (key, self.visitor.post(&format!("/patients/{patient}/notes"), &fields).await)
    }

    /// A note, signed.
    pub async fn signed(&self, patient: PatientId, text: &str) -> DocumentId {
        let (note, page) = self.note(patient, text, &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        assert_eq!(sign(&self.visitor, note, 1, "author").await.status, StatusCode::SEE_OTHER);
        note
    }
}

/// Reads the version whole and signs it.
pub async fn sign(visitor: &Visitor, document: DocumentId, version: i32, meaning: &str) -> Page {
    let page = visitor.get(&signature(document, version)).await.ok();
    let sha256 = page.attribute("input[name=sha256]", "value").unwrap_or_default();
    put(visitor, document, version, meaning, &sha256, &[]).await
}

/// Sends a signature as it stands.
pub async fn put(
    visitor: &Visitor,
    document: DocumentId,
    version: i32,
    meaning: &str,
    sha256: &str,
    more: &[(&str, &str)],
) -> Page {
    let number = version.to_string();
    let mut fields = vec![("version", number.as_str()), ("sha256", sha256), ("meaning", meaning)];
    if !more.iter().any(|(name, _)| *name == "password") {
        fields.push(("password", PASSWORD));
    }
    fields.extend_from_slice(more);
    visitor.post(&signature(document, version), &fields).await
}

pub fn signature(document: DocumentId, version: i32) -> String {
    custodian::documents::urls::signature(document, version)
}

pub async fn status(app: &App, document: DocumentId) -> (String, i32) {
    sqlx::query_as("select status, current_version from documents where document_id = $1")
        .bind(document)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

pub async fn signatures(app: &App, document: DocumentId) -> Vec<String> {
    sqlx::query_scalar(
        "select meaning from document_signatures where document_id = $1 order by signed_at, signature_id",
    )
    .bind(document)
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap()
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
