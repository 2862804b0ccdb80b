//! The audit room through its addresses: what reviewers see of the ledger, who else does not, and what tampering looks like from there.

mod command;
mod entry;
mod filters;
mod list;
mod spreadsheet;
mod verification;

use chrono::{DateTime, Utc};
use custodian::access::Role;
use custodian::access::ledger::seal::{Sealed, Turn};
use custodian::base::id::StaffId;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use crate::support::app::App;
use crate::support::who::Visitor;

/// The whole room as one privacy officer has it.
pub struct Room {
    pub app: App,
    pub privacy: Visitor,
}

/// An event put straight into the log, as it could have come from anybody at any time.
#[derive(Clone)]
pub struct Made {
    pub at: DateTime<Utc>,
    pub act: &'static str,
    pub outcome: &'static str,
    pub kind: &'static str,
    pub actor: Option<StaffId>,
    pub name: String,
    pub basis: &'static str,
    pub grant: Option<Uuid>,
    pub session: Option<Uuid>,
    pub patient: Option<Uuid>,
    pub mrn: Option<String>,
    pub detail: serde_json::Value,
    pub protected: Option<serde_json::Value>,
    pub subjects: Vec<Uuid>,
}

impl Made {
    /// An ordinary look at a chart at noon in New York.
    pub fn at(at: &str) -> Self {
        Self {
            at: at.parse().unwrap(),
            act: "chart.view",
            outcome: "success",
            kind: "person",
            actor: None,
            name: "Zoë O’Brien".into(),
            basis: "role",
            grant: None,
            session: None,
            patient: None,
            mrn: None,
            detail: serde_json::json!({}),
            protected: None,
            subjects: Vec::new(),
        }
    }
}

impl Room {
    pub async fn new() -> Self {
        let app = App::new().await;
        let privacy = app.person(Role::Privacy).await;
        Self { app, privacy }
    }

    /// Writes an event as the owner of the tables; answers its id.
    pub async fn write(&self, made: Made) -> Uuid {
        let mut owner = self.app.owner().await;
        let event = Uuid::now_v7();
        sqlx::query("select access_make_partitions($1, $1)").bind(made.at).execute(&mut owner).await.unwrap();
        sqlx::query(
            "insert into audit_events (event_id, recorded_at, txid, ordinal, scope, act, action, outcome, actor_kind, actor_id, actor_name,
                role, session_id, address, application, request_id, purpose, basis, grant_id, arrival, patient_id, patient_mrn, covers,
                detail, protected)
            values ($1, $2, pg_current_xact_id()::text::bigint, 0, 'none', $3, 'R', $4, $5, $6, $7, 'clerk', $8, '10.4.7.22', 'test',
                gen_random_uuid(), 'HOPERAT', $9, $10, 'search', $11, $12, '{}', $13, $14)",
        )
        .bind(event)
        .bind(made.at)
        .bind(made.act)
        .bind(made.outcome)
        .bind(made.kind)
        .bind(made.actor)
        .bind(made.name)
        .bind(made.session)
        .bind(made.basis)
        .bind(made.grant)
        .bind(made.patient)
        .bind(made.mrn)
        .bind(made.detail)
        .bind(made.protected)
        .execute(&mut owner)
        .await
        .unwrap();
        for subject in made.subjects {
            sqlx::query("insert into audit_subjects (event_id, recorded_at, patient_id) values ($1, $2, $3)")
                .bind(event)
                .bind(made.at)
                .bind(subject)
                .execute(&mut owner)
                .await
                .unwrap();
        }
        event
    }

    pub async fn seal(&self) -> Sealed {
        self.app.state.notary.seal(&self.app.state.gate, Turn::Wait).await.unwrap()
    }

    /// What only the owner of the tables can do, and only after taking the triggers away.
    pub async fn tamper(&self, statement: &str) {
        let script = format!(
            "begin; alter table audit_events disable trigger unchanging; {statement}; alter table audit_events enable trigger unchanging; commit"
        );
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut self.app.owner().await).await.unwrap();
    }

    /// The ids on a page of the list, top down.
    pub async fn listed(&self, address: &str) -> Vec<Uuid> {
        events(&self.privacy.get(address).await.ok())
    }

    /// Every event of the log, newest first.
    pub async fn all(&self) -> Vec<Uuid> {
        sqlx::query("select event_id from audit_events order by recorded_at desc, event_id desc")
            .fetch_all(&mut self.app.owner().await)
            .await
            .unwrap()
            .iter()
            .map(|row| row.get("event_id"))
            .collect()
    }
}

/// The ids that a page's rows link to.
pub fn events(page: &crate::support::html::Page) -> Vec<Uuid> {
    page.attributes("table th a.main", "href")
        .iter()
        .map(|href| href.trim_start_matches("/audit/").parse().unwrap())
        .collect()
}
