//! One ordinary patient with one of everything, and a visit to any route: its address, a form that fits, whoever comes.

use std::io::Cursor;

use axum::http::StatusCode;
use custodian::access::act::Act;
use custodian::access::role::Role;
use custodian::app::router;
use custodian::base::id::{DocumentId, GrantId, PatientId, StaffId};
use custodian::people::password::{Password, hash};
use custodian::web::routes::{Door, Route};
use sqlx::PgConnection;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::support::app::{App, Row_};
use crate::support::who::Visitor;

/// The surname of the world's patient, as every page that shows it prints it.
pub const NAME: &str = "QUILLFEATHER";
/// A list that is also a table, with `.csv` behind its id.
const RESULTS: &str = "/patients/searches/{id}";
const PASSWORD: &str = "bright maple lantern 2026";

pub struct World {
    pub app: App,
    pub patient: PatientId,
    mrn: String,
    encounter: Uuid,
    document: DocumentId,
    scan: DocumentId,
    /// Somebody for administration to change.
    staff: StaffId,
    /// A grant of somebody else's.
    grant: GrantId,
    event: Uuid,
    password_hash: String,
    people: Vec<(Role, Visitor)>,
    /// Open for the whole of a test: there are a thousand visits.
    owner: Mutex<PgConnection>,
}

/// A route with its act; a list's table is a visit of its own.
#[derive(Clone, Copy)]
pub struct Visit {
    pub route: Route,
    pub act: Act,
    ending: &'static str,
}

impl Visit {
    /// Every route that has an act, from the router itself.
    pub fn all() -> Vec<Visit> {
        let mut visits = Vec::new();
        for route in router::list() {
            let Door::Act(act) = route.door else { continue };
            visits.push(Visit { route, act, ending: "" });
            if route.path == RESULTS {
                visits.push(Visit { route, act: Act::ExportPatients, ending: ".csv" });
            }
        }
        visits
    }

    /// As the tables write it.
    pub fn place(&self) -> String {
        format!("{} {}{}", self.route.method, self.route.path, self.ending)
    }
}

/// What came back, and what the ledger has of it.
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    pub rows: Vec<Row_>,
}

impl World {
    pub async fn new() -> Self {
        let app = App::new().await;
        let patient = app.made().patient("Ann Quillfeather").await;
        let mrn = sqlx::query_scalar("select value from patient_identifiers where patient_id = $1 and type = 'MR'")
            .bind(patient)
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
        let encounter = app.made().encounter(patient).await.0;
        let document = app.made().document(patient, "Progress note").await;
        let mut picture = Cursor::new(Vec::new());
        image::GrayImage::new(8, 8).write_to(&mut picture, image::ImageFormat::Png).unwrap();
        let picture = picture.into_inner();
        let scan = app.made().document_of(patient, "Scan", "progress-note", "image/png", picture).await;
        let staff = app.made().staff(&[Role::Clerk]).await;
        let somebody = app.made().staff(&[Role::Physician]).await;
        let grant = app.made().grant(patient, somebody).await;
        let event = sqlx::query_scalar("select event_id from audit_events limit 1")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
        let password_hash = hash(Password::typed(PASSWORD)).await.unwrap();
        let owner = Mutex::new(app.owner().await);
        let mut world = Self {
            app,
            patient,
            mrn,
            encounter,
            document,
            scan,
            staff,
            grant,
            event,
            password_hash,
            people: Vec::new(),
            owner,
        };
        for role in Role::ALL {
            let staff = world.member(role).await;
            world.people.push((role, world.app.signed_in(staff).await));
        }
        world
    }

    /// A member of staff whose password the forms know.
    async fn member(&self, role: Role) -> StaffId {
        let staff = self.app.made().staff(&[role]).await;
        sqlx::query("update staff set password_hash = $2 where staff_id = $1")
            .bind(staff)
            .bind(&self.password_hash)
            .execute(&mut self.app.owner().await)
            .await
            .unwrap();
        staff
    }

    /// Visits as somebody with this role. Where a visit leaves a mark on whoever makes it (a grant, a task, an ended session), a new member of
    /// staff comes, so that no visit is another's reason to be let in.
    pub async fn visit_as(&self, visit: &Visit, role: Role) -> Answer {
        let marks = ["/glass", "/tasks", "/parked", "/account", "/confirm", "/sign-out"];
        if !marks.iter().any(|start| visit.route.path.starts_with(start)) {
            let visitor = &self.people.iter().find(|(known, _)| *known == role).unwrap().1;
            let address = self.address(visit, visitor.staff).await;
            return self.send(visit, &address, visitor, None).await;
        }
        let staff = self.member(role).await;
        let address = self.address(visit, Some(staff)).await;
        self.send(visit, &address, &self.app.signed_in(staff).await, None).await
    }

    /// Visits with another token in the form than the session's.
    pub async fn visit_forged(&self, visit: &Visit, role: Role, token: &str) -> Answer {
        let visitor = &self.people.iter().find(|(known, _)| *known == role).unwrap().1;
        let address = self.address(visit, None).await;
        self.send(visit, &address, visitor, Some(token)).await
    }

    pub async fn visit_signed_out(&self, visit: &Visit) -> Answer {
        let address = self.address(visit, None).await;
        self.send(visit, &address, &self.app.anonymous(), None).await
    }

    /// The route's address, with something of the visitor's own where it takes something of one's own.
    async fn address(&self, visit: &Visit, staff: Option<StaffId>) -> String {
        let path = visit.route.path;
        let made = self.app.made();
        let own = match (path, staff) {
            ("/tasks/{id}/closure", Some(staff)) => made.task(self.patient, "audit-sample", staff).await.0,
            ("/glass/{grant}/end", Some(staff)) => made.grant(self.patient, staff).await.0,
            ("/parked/{id}" | "/parked/{id}/discard", Some(staff)) => self.parked(staff).await,
            (RESULTS, Some(staff)) => self.searched(staff).await,
            _ => Uuid::nil(),
        };
        let of_path = match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
            "encounters" => self.encounter,
            "documents" if path.contains("/pages/") => self.scan.0,
            "documents" => self.document.0,
            "admin" if path.contains("facilities") => self.app.facility.0,
            "admin" => self.staff.0,
            "patients" if !path.contains("searches") && !path.contains("saved") => self.patient.0,
            _ => own,
        };
        let page = if path.contains("/pages/") { "1.png" } else { "1" };
        let address = path
            .replace("{id}", &of_path.to_string())
            .replace("{patient}", &self.patient.to_string())
            .replace("{grant}", &if path.starts_with("/privacy") { self.grant.0 } else { own }.to_string())
            .replace("{event}", &self.event.to_string())
            .replace("{n}", page)
            .replace("{section}", "person")
            .replace("{kind}", "names")
            .replace("{change}", "transfer");
        let nobodys = ["{consent}", "{request}", "{row}", "{file}"];
        let address = nobodys.iter().fold(address, |address, name| address.replace(name, &Uuid::nil().to_string()));
        assert!(!address.contains('{'), "{path}: say in tests/it/guards/world.rs what to put for its parameter");
        format!("{address}{}", visit.ending)
    }

    /// A form this person sent too late, kept for them.
    async fn parked(&self, staff: StaffId) -> Uuid {
        let late = self.app.signed_in(staff).await;
        self.app.made().run("update sessions set ended_at = created_at where staff_id = $1", staff.0).await;
        late.post("/admin/staff", &[("full_name", "Pat Lee")]).await;
        sqlx::query_scalar("select parked_form_id from parked_forms where staff_id = $1")
            .bind(staff)
            .fetch_one(&mut self.app.owner().await)
            .await
            .unwrap()
    }

    /// A search of this person's; nil for whom it is not.
    async fn searched(&self, staff: StaffId) -> Uuid {
        let page = self.app.signed_in(staff).await.post("/patients", &[("q", "quillfeather")]).await;
        page.location().and_then(|address| address.rsplit('/').next()?.parse().ok()).unwrap_or_default()
    }

    /// Fields enough for any form of the house; unknown ones are ignored.
    async fn fields(&self) -> Vec<(&'static str, String)> {
        let (version, name, zone): (i32, String, String) = sqlx::query_as(
            "select s.version, f.name, f.time_zone from staff s, facilities f where staff_id = $1 and facility_id = $2",
        )
        .bind(self.staff)
        .bind(self.app.facility)
        .fetch_one(&mut *self.owner.lock().await)
        .await
        .unwrap();
        let new: String = Uuid::new_v4().simple().to_string().chars().take(12).collect();
        vec![
            ("q", "quillfeather".into()),
            ("name", "Quill Hospital".into()),
            ("mrn", self.mrn.clone()),
            ("reason", "direct-care".into()),
            ("explanation", "a reason of more than ten characters".into()),
            ("password", PASSWORD.into()),
            ("new_password", "seven quiet herons crossing".into()),
            ("new_password_again", "seven quiet herons crossing".into()),
            ("next", "/".into()),
            ("finding", "appropriate".into()),
            ("note", "looked at".into()),
            ("known", "0".into()),
            ("version", version.to_string()),
            ("full_name", "Pat Lee".into()),
            ("sign_in_name", format!("u{new}")),
            ("roles", "clerk".into()),
            ("facilities", self.app.facility.to_string()),
            ("code", new.to_uppercase()),
            ("mrn_authority", format!("urn:test:{new}")),
            ("time_zone", "America/New_York".into()),
            ("was_name", name),
            ("was_time_zone", zone),
        ]
    }

    async fn send(&self, visit: &Visit, address: &str, visitor: &Visitor, token: Option<&str>) -> Answer {
        let fields = if visit.route.method == "GET" { Vec::new() } else { self.fields().await };
        let sent = async {
            if visit.route.method == "GET" {
                return visitor.get(address).await;
            }
            let mut all = vec![("csrf", token.unwrap_or(visitor.csrf()))];
            all.extend(fields.iter().map(|(name, value)| (*name, value.as_str())));
            visitor.post_as_is(address, &all).await
        };
        let (page, rows) = App::ledger_of_by(&mut *self.owner.lock().await, sent).await;
        Answer { status: page.status, body: page.body, rows }
    }
}
