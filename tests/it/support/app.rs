//! The application in memory: the real router, a real PostgreSQL, a clock that tests move.
//!
//! A test reads: `let app = App::new().await; let coder = app.coder().await; let page = coder.get(&urls::chart(patient)).await;`

use std::sync::Arc;

use chrono::{DateTime, Duration, TimeZone, Utc};
use clap::Parser;
use custodian::access::ledger::Notary;
use custodian::access::ledger::checkpoint::CheckpointKey;
use custodian::access::ledger::outside::Folder;
use custodian::access::session::Found;
use custodian::access::{Actor, Gate, Role};
use custodian::app::router;
use custodian::base::clock::Clock;
use custodian::base::id::{FacilityId, StaffId};
use custodian::blobs::Blobs;
use custodian::config::{Config, Given};
use custodian::vault::Vault;
use custodian::web::state;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::db::{TestDatabase, database};
use super::made::Made;
use super::who::Visitor;

/// The instant tests begin at: a Monday morning.
pub fn monday() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 15, 0, 0).unwrap()
}

pub struct App {
    pub state: state::App,
    pub router: axum::Router,
    pub clock: Clock,
    pub database: TestDatabase,
    pub facility: FacilityId,
    _folder: TemporaryFolder,
}

struct TemporaryFolder(std::path::PathBuf);

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    given: Given,
}

/// One row of the ledger, as tests read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row_ {
    pub act: String,
    pub outcome: String,
    pub actor: String,
    pub role: Option<String>,
    pub basis: String,
    pub purpose: String,
    pub patient: Option<Uuid>,
    pub object: Option<String>,
    pub arrival: String,
    pub grant: Option<Uuid>,
    pub subjects: Vec<Uuid>,
    pub detail: serde_json::Value,
    pub protected: Option<serde_json::Value>,
}

impl App {
    pub async fn new() -> Self {
        let database = database().await;
        let folder = std::env::temp_dir().join(format!("custodian-app-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let given = Arguments::parse_from([
            "test",
            "--data-dir",
            folder.to_str().unwrap(),
            "--timezone",
            "America/New_York",
            "--database-url",
            "",
        ])
        .given;
        let config = Config::load(given).unwrap();
        let clock = Clock::frozen(monday());
        let gate = Gate::new(database.app.clone(), clock.clone());
        let vault = Vault::from_key([9; 32]);
        let state = state::App {
            gate,
            blobs: Blobs::open_place(&config.documents, vault.clone()).unwrap(),
            notary: Notary::new(CheckpointKey::from_seed(&[7; 32]), Folder::new(folder.join("checkpoints"))),
            vault,
            config: Arc::new(config),
            clock: clock.clone(),
            demo: false,
            site: "Test Hospital".into(),
        };
        let facility = FacilityId::new();
        sqlx::query("insert into facilities (facility_id, code, name, mrn_authority, time_zone) values ($1, 'MAIN', 'Main Hospital', 'urn:test:main', 'America/New_York')")
            .bind(facility)
            .execute(&mut database.owner().await)
            .await
            .unwrap();
        Self {
            router: router::build(state.clone()),
            state,
            clock,
            database,
            facility,
            _folder: TemporaryFolder(folder),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A connection that looks behind row-level security.
    pub async fn owner(&self) -> PgConnection {
        self.database.owner().await
    }

    /// Things made to order.
    pub fn made(&self) -> Made<'_> {
        Made { app: self }
    }

    /// Somebody not signed in.
    pub fn anonymous(&self) -> Visitor {
        Visitor::anonymous(self.router.clone())
    }

    /// A new member of staff with this role, signed in.
    pub async fn person(&self, role: Role) -> Visitor {
        let staff = self.made().staff(&[role]).await;
        self.signed_in(staff).await
    }

    /// A new session of this member of staff.
    pub async fn signed_in(&self, staff: StaffId) -> Visitor {
        let token: [u8; 32] = rand::random();
        let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(token).into();
        let now = self.now();
        sqlx::query("insert into sessions (session_id, token_hash, staff_id, created_at, last_seen_at, expires_at) values ($1, $2, $3, $4, $4, $5)")
            .bind(Uuid::new_v4())
            .bind(&hash[..])
            .bind(staff)
            .bind(now)
            .bind(now + Duration::hours(12))
            .execute(&mut self.owner().await)
            .await
            .unwrap();
        Visitor::signed_in(self.router.clone(), staff, token)
    }

    /// The actor behind a visitor's session, for tests that knock at the gate itself.
    pub async fn actor_of(&self, visitor: &Visitor) -> Actor {
        let (limits, request) = (self.state.limits(), custodian::base::id::RequestId::new());
        match self.state.gate.session(&visitor.token().expect("signed in"), limits, None, request).await.unwrap() {
            Found::Live(live) => live.actor,
            Found::Ended(_) | Found::Unknown => panic!("no live session"),
        }
    }

    /// The ledger, oldest first, without sign-ins made by the test support itself.
    pub async fn ledger(&self) -> Vec<Row_> {
        Self::ledger_after(&mut self.owner().await, 0).await
    }

    /// The ledger without its first `known` rows.
    async fn ledger_after(owner: &mut PgConnection, known: i64) -> Vec<Row_> {
        let rows = sqlx::query(
            "select e.act, e.outcome, e.actor_name, e.role, e.basis, e.purpose, e.patient_id, e.object_kind, e.arrival, e.grant_id, e.detail, e.protected,
                array(select s.patient_id from audit_subjects s where s.event_id = e.event_id and s.recorded_at = e.recorded_at order by 1) as subjects
            from audit_events e order by e.txid, e.ordinal offset $1",
        )
        .bind(known)
        .fetch_all(owner)
        .await
        .unwrap();
        rows.iter()
            .map(|row| Row_ {
                act: row.get("act"),
                outcome: row.get("outcome"),
                actor: row.get("actor_name"),
                role: row.get("role"),
                basis: row.get("basis"),
                purpose: row.get("purpose"),
                patient: row.get("patient_id"),
                object: row.get("object_kind"),
                arrival: row.get("arrival"),
                grant: row.get("grant_id"),
                subjects: row.get("subjects"),
                detail: row.get("detail"),
                protected: row.get("protected"),
            })
            .collect()
    }

    /// The rows written while `work` runs.
    pub async fn ledger_of<T>(&self, work: impl Future<Output = T>) -> (T, Vec<Row_>) {
        Self::ledger_of_by(&mut self.owner().await, work).await
    }

    /// [`App::ledger_of`], asked over a connection of the owner's that is open already.
    pub async fn ledger_of_by<T>(owner: &mut PgConnection, work: impl Future<Output = T>) -> (T, Vec<Row_>) {
        let known: i64 = sqlx::query_scalar("select count(*) from audit_events").fetch_one(&mut *owner).await.unwrap();
        let result = work.await;
        (result, Self::ledger_after(owner, known).await)
    }
}
