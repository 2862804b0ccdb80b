//! Documents in the chart, and files that are nobody's yet.

use custodian::access::Role;
use custodian::base::id::{DocumentId, PractitionerId, StaffId};
use custodian::documents::filing;
use custodian::documents::model::{Content, NewDocument, NewVersion, Status};
use uuid::Uuid;

use super::{Asked, Visit, World, led_to, picture, writes};
use crate::support::who::Visitor;

const TEXT: &str = "PROGRESS NOTE:\nimproving, plan unchanged.\n";

impl World {
    pub(super) async fn of_papers(&self, visit: &Visit, visitor: &Visitor) -> Asked {
        let chart = Asked::at(self.patient);
        match visit.route.path {
            "/documents/{id}/pages/{n}" => Asked::at(self.scan).and("{n}", "1.png"),
            "/documents/{id}/versions/{n}" => Asked::at(self.document).and("{n}", "1"),
            "/documents/{id}/signature" => {
                let (draft, sha256) = self.read_whole(visit, visitor).await;
                Asked::at(draft).with([("version", "1"), ("sha256", &sha256), ("meaning", "author")])
            }
            "/signatures" => {
                let (draft, sha256) = self.read_whole(visit, visitor).await;
                Asked::default().with([("item", &format!("{draft}:1:{sha256}"))])
            }
            "/documents/{id}/addenda" => {
                let key = DocumentId::new().to_string();
                Asked::at(self.document).with([("key", &key), ("entry", "addendum"), ("text", "One thing more.")])
            }
            "/documents/{id}/correction" => {
                let draft = self.draft(visitor).await;
                Asked::at(draft).with([("seen", "1"), ("text", "Worse, plan changed."), ("reason", "Misread")])
            }
            "/documents/{id}/versions" => {
                let scan = self.paper(visitor.staff, None, Status::Final, "image/png", picture(9)).await;
                Asked::at(scan).with([("seen", "1"), ("reason", "Scanned askew")]).file(picture(10))
            }
            "/documents/{id}/retraction" => {
                let paper = self.paper(visitor.staff, None, Status::Final, "text/plain", TEXT.into()).await;
                Asked::at(paper).with([("why", "duplicate")])
            }
            "/documents/{id}/relocation" => {
                let paper = self.paper(visitor.staff, None, Status::Final, "text/plain", TEXT.into()).await;
                Asked::at(paper).with([("mrn", ""), ("encounter", &self.encounter.to_string())])
            }
            "/documents/{id}/check" => Asked::at(self.unchecked().await).with([("finding", "pass")]),
            "/patients/{id}/notes" => {
                let author = self.practitioner(visitor).await.map(|author| author.to_string()).unwrap_or_default();
                chart.with([
                    ("key", &DocumentId::new().to_string()),
                    ("type", "progress-note"),
                    ("author", &author),
                    ("date", "23-Nov-2026"),
                    ("time", "09:00"),
                    ("text", TEXT),
                    ("do", "draft"),
                ])
            }
            "/patients/{id}/documents/search" => chart.with([("words", "plan")]),
            "/patients/{id}/documents" if visit.is_post() => {
                let file = self.intake(visitor).await;
                self.matched(file, visitor).await;
                chart.with([("file", &file.to_string()), ("type", "progress-note"), ("date", "20-Nov-2026")])
            }
            "/indexing/files" => Asked::default().file(picture(11)),
            path if path.starts_with("/indexing/{file}") => {
                let file = self.intake(visitor).await;
                Asked::default()
                    .and("{file}", file)
                    .and("{n}", "1.png")
                    .with([("birth_date", "03-Apr-1957"), ("reason", "Nobody's paper")])
            }
            path if path.starts_with("/documents/{id}") => Asked::at(self.document),
            _ => chart,
        }
    }

    /// Who the visitor is as a provider.
    async fn practitioner(&self, visitor: &Visitor) -> Option<PractitionerId> {
        sqlx::query_scalar("select practitioner_id from staff where staff_id = $1")
            .bind(visitor.staff)
            .fetch_one(&mut *self.owner.lock().await)
            .await
            .unwrap()
    }

    /// A document somebody filed.
    async fn paper(
        &self,
        by: Option<StaffId>,
        author: Option<PractitionerId>,
        status: Status,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> DocumentId {
        let (document, at) = (DocumentId::new(), self.app.now());
        let content = Content { content_type: content_type.into(), bytes: bytes.into() };
        let new = NewDocument {
            document,
            encounter: None,
            type_code: "progress-note".into(),
            title: "Progress note".into(),
            status,
            sensitivity: None,
            author,
            author_name: Some("Raman".into()),
            authored_at: Some(at),
            service_date: None,
            source: "local".into(),
            versions: vec![NewVersion {
                filed: filing::store(&self.app.state.blobs, content).await.unwrap(),
                reason: None,
                created_by: by.map(|by| by.0),
                created_by_name: "Test".into(),
                created_at: at,
            }],
            relations: vec![],
        };
        self.app.made().file(self.patient, &[new]).await;
        document
    }

    /// A note of the visitor's own that is not signed yet.
    async fn draft(&self, visitor: &Visitor) -> DocumentId {
        let author = self.practitioner(visitor).await;
        self.paper(visitor.staff, author, Status::Draft, "text/plain", TEXT.into()).await
    }

    /// [`World::draft`], read to its end by whoever signs it, with the hash of what was read.
    async fn read_whole(&self, visit: &Visit, visitor: &Visitor) -> (DocumentId, String) {
        let draft = self.draft(visitor).await;
        if visit.is_post() && writes(visit) {
            visitor.get(&format!("/documents/{draft}/signature?version=1")).await;
        }
        let hash = "select encode(sha256, 'hex') from document_versions where document_id = $1";
        (draft, self.told(hash, draft.0).await)
    }

    /// A scan that waits for a second pair of eyes.
    async fn unchecked(&self) -> DocumentId {
        let indexer = self.resident(Role::Indexer).staff;
        let scan = self.paper(indexer, None, Status::Final, "image/png", picture(12)).await;
        self.set(
            "insert into tasks (task_id, patient_id, original_patient_id, document_id, kind, assigned_role, note, opened_at)
            values (gen_random_uuid(), $2::uuid, $2::uuid, $1, 'quality-check', 'scanqc', 'made by a test', now())",
            scan.0,
            &self.patient.to_string(),
        )
        .await;
        scan
    }

    /// A file in the quarantine that the visitor sent.
    async fn intake(&self, visitor: &Visitor) -> Uuid {
        let indexer = self.resident(Role::Indexer);
        let page = indexer.upload("/indexing/files", &[], "scan.png", &picture(13)).await;
        let file = led_to(page.location());
        let sender = visitor.staff.unwrap().to_string();
        self.set("update intake_files set received_by = $2::uuid where file_id = $1", file, &sender).await;
        file
    }

    /// The visitor found whose it is.
    async fn matched(&self, file: Uuid, visitor: &Visitor) {
        sqlx::query(
            "insert into intake_matches (match_id, file_id, patient_id, original_patient_id, identifiers, matched_by, matched_at)
            values (gen_random_uuid(), $1, $2, $2, 'mrn-and-birth-date', $3, now())",
        )
        .bind(file)
        .bind(self.patient)
        .bind(visitor.staff)
        .execute(&mut *self.owner.lock().await)
        .await
        .unwrap();
    }
}
