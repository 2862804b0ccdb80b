//! One ordinary patient with one of everything, and a visit to any route: its address, a form that fits, whoever comes.
//!
//! What a route is sent is made to fit it by noun: `charts` (the person, encounters, consents), `papers` (documents and the quarantine), `work`
//! (searches, requests, tasks, the glass), `amendments`, `accounts`. Each makes the state that the act needs, as the people of the house make it.

mod accounts;
mod amendments;
mod charts;
mod papers;
mod work;

use std::io::Cursor;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::StatusCode;
use custodian::access::act::Act;
use custodian::access::role::Role;
use custodian::app::router;
use custodian::base::id::{DocumentId, GrantId, PatientId, PractitionerId, StaffId};
use custodian::people::password::{Password, hash};
use custodian::web::routes::{Door, Route};
use sqlx::PgConnection;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::people::PASSWORD;
use crate::support::app::{App, Row_};
use crate::support::who::Visitor;

/// The surname of the world's patient, as every page that shows it prints it.
pub const NAME: &str = "QUILLFEATHER";
/// A list that is also a table, with `.csv` behind its id.
const RESULTS: &str = "/patients/searches/{id}";

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
    counter: AtomicU32,
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

    fn is_post(&self) -> bool {
        self.route.method == "POST"
    }

    fn begins(&self, starts: &[&str]) -> bool {
        starts.iter().any(|start| self.route.path.starts_with(start))
    }

    pub fn ends(&self, ends: &[&str]) -> bool {
        ends.iter().any(|end| self.route.path.ends_with(end))
    }
}

/// What a visit sends: the parameters of its address, its fields, and a file where the route takes one.
#[derive(Default)]
pub struct Asked {
    pub parameters: Vec<(&'static str, String)>,
    pub fields: Vec<(&'static str, String)>,
    pub file: Option<Vec<u8>>,
    /// The fields that were made to fit this very form.
    pub own: Vec<&'static str>,
    /// The browser came back with another cookie while the state was made.
    pub visitor: Option<Visitor>,
}

impl Asked {
    fn at(id: impl ToString) -> Self {
        Self::default().and("{id}", id)
    }

    fn and(mut self, parameter: &'static str, value: impl ToString) -> Self {
        self.parameters.push((parameter, value.to_string()));
        self
    }

    fn with<const N: usize>(mut self, fields: [(&'static str, &str); N]) -> Self {
        self.fields.extend(fields.map(|(name, value)| (name, value.to_owned())));
        self
    }

    fn file(mut self, bytes: Vec<u8>) -> Self {
        self.file = Some(bytes);
        self
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
        let scan = app.made().document_of(patient, "Scan", "progress-note", "image/png", picture(8)).await;
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
            counter: AtomicU32::new(0),
            owner,
        };
        for role in Role::ALL {
            let staff = world.member(role).await;
            world.people.push((role, world.app.signed_in(staff).await));
        }
        world
    }

    /// Visits as somebody with this role. Where a visit leaves a mark on whoever makes it (a grant, a task, an ended session), a new member of
    /// staff comes, so that no visit is another's reason to be let in.
    pub async fn visit_as(&self, visit: &Visit, role: Role) -> Answer {
        let visitor = self.visitor(visit, role).await;
        let asked = self.asked(visit, &visitor).await;
        let answer = self.send(visit, &asked, &visitor, None).await;
        self.mend(visit).await;
        answer
    }

    /// Who makes this visit in this role.
    pub async fn visitor(&self, visit: &Visit, role: Role) -> Visitor {
        if writes(visit) {
            return self.author(role).await;
        }
        let marks = [
            "/glass",
            "/tasks",
            "/parked",
            "/account",
            "/confirm",
            "/sign-out",
            "/patients/{id}/requests/{request}/",
            "/patients/{id}/amendments/{amendment}/",
        ];
        if visit.begins(&marks) {
            return self.app.signed_in(self.member(role).await).await;
        }
        self.resident(role).clone()
    }

    /// Visits with another token in the form than the session's.
    pub async fn visit_forged(&self, visit: &Visit, role: Role, token: &str) -> Answer {
        let visitor = self.resident(role);
        let asked = self.asked(visit, visitor).await;
        let answer = self.send(visit, &asked, visitor, Some(token)).await;
        self.mend(visit).await;
        answer
    }

    pub async fn visit_signed_out(&self, visit: &Visit) -> Answer {
        let asked = self.asked(visit, self.resident(Role::Indexer)).await;
        let answer = self.send(visit, &Asked { visitor: None, ..asked }, &self.app.anonymous(), None).await;
        self.mend(visit).await;
        answer
    }

    /// Whoever has this role in the house all day.
    fn resident(&self, role: Role) -> &Visitor {
        &self.people.iter().find(|(known, _)| *known == role).unwrap().1
    }

    /// A member of staff whose password the forms know.
    async fn member(&self, role: Role) -> StaffId {
        let staff = self.app.made().staff(&[role]).await;
        self.set("update staff set password_hash = $2 where staff_id = $1", staff.0, &self.password_hash).await;
        staff
    }

    /// Somebody who writes in this chart: a provider, on its care team where the role treats.
    pub async fn author(&self, role: Role) -> Visitor {
        let (staff, practitioner) = (self.member(role).await, PractitionerId::new());
        self.set("insert into practitioners (practitioner_id, family) values ($1, $2)", practitioner.0, "Raman").await;
        self.set(
            "update staff set practitioner_id = $2::uuid, credential = 'MD' where staff_id = $1",
            staff.0,
            &practitioner.to_string(),
        )
        .await;
        self.app.made().care_team(self.patient, staff).await;
        self.app.signed_in(staff).await
    }

    /// Makes the state this visit needs, and the form that fits it.
    pub async fn asked(&self, visit: &Visit, visitor: &Visitor) -> Asked {
        let asked = match visit.route.path.trim_start_matches('/').split('/').next().unwrap_or_default() {
            _ if visit.begins(&["/patients/searches", "/patients/saved"]) => self.of_work(visit, visitor).await,
            _ if visit.begins(&["/patients/{id}/amendments"]) => self.of_amendments(visit, visitor).await,
            _ if visit.route.path.contains("/requests") => self.of_work(visit, visitor).await,
            _ if visit.route.path.contains("/documents") || visit.route.path.contains("/notes") => {
                self.of_papers(visit, visitor).await
            }
            "signatures" | "indexing" => self.of_papers(visit, visitor).await,
            "patients" | "encounters" => self.of_charts(visit, visitor).await,
            "account" | "admin" | "parked" => self.of_accounts(visit, visitor).await,
            _ => self.of_work(visit, visitor).await,
        };
        let common: Vec<_> = self.common().await;
        let missing: Vec<_> =
            common.into_iter().filter(|(name, _)| !asked.fields.iter().any(|(known, _)| known == name)).collect();
        let own = asked.fields.iter().map(|(name, _)| *name).collect();
        Asked { fields: asked.fields.into_iter().chain(missing).collect(), own, ..asked }
    }

    /// Takes back what would change every visit after this one.
    pub async fn mend(&self, visit: &Visit) {
        if visit.ends(&["/death", "/restriction"]) {
            self.app
                .made()
                .run(
                    "update patients set deceased = false, deceased_at = null, restricted = false, restricted_reason = null
                    where patient_id = $1",
                    self.patient.0,
                )
                .await;
        }
    }

    /// Fields of forms that need no state; whatever a form does not know it ignores.
    async fn common(&self) -> Vec<(&'static str, String)> {
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

    /// The address of a visit with these parameters.
    pub fn address(&self, visit: &Visit, parameters: &[(&'static str, String)]) -> String {
        let path = visit.route.path;
        let address = parameters.iter().fold(path.to_owned(), |address, (name, value)| address.replace(name, value));
        assert!(!address.contains('{'), "{path}: say in tests/it/guards/world what to put for its parameter");
        format!("{address}{}", visit.ending)
    }

    pub async fn send(&self, visit: &Visit, asked: &Asked, visitor: &Visitor, token: Option<&str>) -> Answer {
        let address = self.address(visit, &asked.parameters);
        let visitor = asked.visitor.as_ref().unwrap_or(visitor);
        let sent = async {
            if !visit.is_post() {
                return visitor.get(&address).await;
            }
            let mut all = vec![("csrf", token.unwrap_or(visitor.csrf()))];
            all.extend(asked.fields.iter().map(|(name, value)| (*name, value.as_str())));
            match &asked.file {
                Some(file) => visitor.upload_as_is(&address, &all, "scan.png", file).await,
                None => visitor.post_as_is(&address, &all).await,
            }
        };
        let (page, rows) = App::ledger_of_by(&mut *self.owner.lock().await, sent).await;
        Answer { status: page.status, body: page.body, rows }
    }

    /// A statement about one row, with one more value.
    async fn set(&self, statement: &'static str, id: Uuid, value: &str) {
        sqlx::query(statement).bind(id).bind(value).execute(&mut *self.owner.lock().await).await.unwrap();
    }

    /// One value of one row.
    pub async fn told(&self, statement: &'static str, id: Uuid) -> String {
        sqlx::query_scalar(statement).bind(id).fetch_one(&mut *self.owner.lock().await).await.unwrap()
    }

    /// A number nobody else has in this world.
    fn number(&self) -> u32 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Gives the visitor's password once more.
    async fn step_up(&self, visitor: &Visitor) {
        let staff = visitor.staff.unwrap();
        self.app
            .made()
            .run(
                "update sessions set stepped_up_at = (select max(last_seen_at) from sessions) where staff_id = $1",
                staff.0,
            )
            .await;
    }
}

/// Routes on which somebody writes in the chart, as whoever they are to it.
fn writes(visit: &Visit) -> bool {
    visit.begins(&["/signatures"])
        || visit.ends(&["/signature", "/addenda", "/addenda/new", "/correction", "/notes", "/notes/new"])
}

/// The last part of where a page leads to.
fn led_to(location: Option<String>) -> Uuid {
    let address = location.unwrap_or_default();
    let path = address.split('?').next().unwrap_or_default();
    path.rsplit('/').next().and_then(|id| id.parse().ok()).unwrap_or_default()
}

fn picture(side: u32) -> Vec<u8> {
    let mut picture = Cursor::new(Vec::new());
    image::GrayImage::new(side, side).write_to(&mut picture, image::ImageFormat::Png).unwrap();
    picture.into_inner()
}
