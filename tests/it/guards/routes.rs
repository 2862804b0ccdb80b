//! Every route as every role and signed out, taken from the router itself: a route without a row here fails.
//!
//! For each, the table keeps the status and what the ledger recorded. A page that shows patient data without exactly one event, or a refusal
//! without exactly one refusal, fails whatever the table says.

use std::fmt::Write as _;

use axum::http::StatusCode;
use custodian::access::act::ScopeKind;
use custodian::access::role::Role;
use custodian::app::router;
use custodian::base::id::{PatientId, StaffId};
use custodian::web::routes::{Door, Route};
use uuid::Uuid;

use super::golden;
use crate::support::app::App;
use crate::support::who::Visitor;

/// One ordinary patient with one of everything.
struct World {
    app: App,
    patient: PatientId,
    encounter: Uuid,
    document: Uuid,
    staff: StaffId,
}

/// A route's address in the world, made anew for each visit where a visit would use it up.
struct Target {
    address: String,
    /// Fields enough for any form of the house; unknown ones are ignored.
    fields: Vec<(&'static str, String)>,
}

impl World {
    async fn new() -> Self {
        let app = App::new().await;
        let patient = app.made().patient("Ann Quillfeather").await;
        let encounter = app.made().encounter(patient).await;
        let document = app.made().document(patient, "Progress note").await;
        let staff = app.made().staff(&[Role::Clerk]).await;
        Self { patient, encounter: encounter.0, document: document.0, staff, app }
    }

    async fn target(&self, route: &Route, visitor: &Visitor) -> Target {
        let made = self.app.made();
        let mut address = route.path.to_owned();
        let mut put = |name: &str, value: String| address = address.replace(&format!("{{{name}}}"), &value);
        let first = route.path.trim_start_matches('/').split('/').next().unwrap_or_default();
        put("n", "1".into());
        put("code", "MAIN".into());
        // Registration and encounters by hand.
        put("section", "person".into());
        put("kind", "names".into());
        put("row", Uuid::nil().to_string());
        put("change", "transfer".into());
        match first {
            "encounters" => put("id", self.encounter.to_string()),
            "documents" => put("id", self.document.to_string()),
            "tasks" => {
                let task = match visitor.staff {
                    Some(staff) => made.task(self.patient, "audit-sample", staff).await.0,
                    None => Uuid::new_v4(),
                };
                put("id", task.to_string());
            }
            "admin" if route.path.contains("facilities") => put("id", self.app.facility.to_string()),
            "admin" => put("id", self.staff.to_string()),
            "privacy" => put("id", Uuid::nil().to_string()),
            "audit" => put("id", Uuid::nil().to_string()),
            "patients" if route.path.contains("searches") || route.path.contains("saved") => {
                put("id", Uuid::nil().to_string())
            }
            _ => put("id", self.patient.to_string()),
        }
        put("patient", self.patient.to_string());
        for other in ["grant", "search", "event", "parked", "session", "staff", "task", "file", "request", "consent"] {
            put(other, Uuid::nil().to_string());
        }
        assert!(
            !address.contains('{'),
            "{}: say in tests/it/guards/routes.rs what to put for its parameter",
            route.path
        );
        let fields = [
            ("q", "quillfeather"),
            ("name", "quillfeather"),
            ("reason", "direct-care"),
            ("explanation", "a reason of more than ten characters"),
            ("password", "not the right password"),
            ("next", "/"),
            ("finding", "appropriate"),
            ("note", "looked at"),
            ("do", "reason"),
        ];
        Target { address, fields: fields.map(|(name, value)| (name, value.to_owned())).into() }
    }

    async fn visit(&self, route: &Route, visitor: &Visitor) -> (StatusCode, String, Vec<String>) {
        let target = self.target(route, visitor).await;
        let visit = async {
            match route.method {
                "GET" => visitor.get(&target.address).await,
                _ => {
                    let fields: Vec<_> = target.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    visitor.post(&target.address, &fields).await
                }
            }
        };
        let (page, rows) = self.app.ledger_of(visit).await;
        let rows = rows.iter().map(|row| format!("{}:{}", row.act, row.outcome)).collect();
        (page.status, page.body, rows)
    }
}

#[tokio::test]
async fn the_route_list_is_as_agreed() {
    let mut table = String::new();
    for route in router::list() {
        let door = match route.door {
            Door::Act(act) => act.spec().word,
            Door::Open => "OPEN",
        };
        let _ = writeln!(table, "{:<5} {:<44} {door}", route.method, route.path);
    }
    golden("routes.txt", &table);
}

#[tokio::test]
async fn signed_out_nothing_opens() {
    let world = World::new().await;
    let nobody = world.app.anonymous();
    for route in router::list() {
        let Door::Act(_) = route.door else { continue };
        let (status, body, _) = world.visit(&route, &nobody).await;
        assert!(
            matches!(status, StatusCode::SEE_OTHER | StatusCode::UNAUTHORIZED),
            "{} {}: signed out it answered {status}; take a Viewer in the handler",
            route.method,
            route.path
        );
        assert!(!body.contains("QUILLFEATHER"), "{} {}: a name leaked", route.method, route.path);
    }
}

#[tokio::test]
async fn every_route_as_every_role() {
    let world = World::new().await;
    let mut people = Vec::new();
    for role in Role::ALL {
        people.push((role, world.app.person(role).await));
    }
    let mut table = String::new();
    let mut wrong = Vec::new();
    for route in router::list() {
        let Door::Act(act) = route.door else { continue };
        let _ = writeln!(table, "{} {}", route.method, route.path);
        for (role, visitor) in &people {
            // A route may end the session, as signing out does.
            let visitor = world.app.signed_in(visitor.staff.unwrap()).await;
            let (status, body, rows) = world.visit(&route, &visitor).await;
            let _ = writeln!(table, "    {:<11} {} {}", role.word(), status.as_u16(), rows.join(" "));
            let place = format!("{} {} as {}", route.method, route.path, role.word());
            let shows_patients = matches!(act.spec().scope, ScopeKind::Chart | ScopeKind::Roster);
            let successes = rows.iter().filter(|row| row.ends_with(":success")).count();
            let refusals = rows.iter().filter(|row| row.ends_with(":refused")).count();
            if status.is_server_error() {
                wrong.push(format!("{place}: {status}"));
            }
            if shows_patients && status == StatusCode::OK && route.method == "GET" && successes != 1 {
                wrong.push(format!("{place}: answered 200 with {successes} events; open exactly one scope"));
            }
            if body.contains("QUILLFEATHER") && successes == 0 {
                wrong.push(format!("{place}: showed a name without an event"));
            }
            if status == StatusCode::FORBIDDEN && refusals == 0 && !rows.iter().any(|row| row.ends_with(":failed")) {
                wrong.push(format!("{place}: refused without a trace; let the gate refuse"));
            }
            if matches!(*role, Role::Admin | Role::Analyst) && body.contains("QUILLFEATHER") {
                wrong.push(format!("{place}: this role sees no identified patient"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    golden("matrix.txt", &table);
}
