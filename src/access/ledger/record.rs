//! Writes one event: the only caller of `access_open` and `access_seen`.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::act::Act;
use super::super::actor::Actor;
use super::super::error::Result;
use super::super::policy::{Basis, Decision, Refusal, WhyReason};
use super::super::purpose::Purpose;
use super::super::role::Role;
use super::super::scope::Desk;
use crate::base::id::{EventId, GrantId, PatientId, TaskId};

/// The object of an event beside the patient.
#[derive(Clone, Debug, Default)]
pub struct Object {
    pub kind: Option<&'static str>,
    pub id: Option<Uuid>,
    pub version: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Refused,
    Failed,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::Success => "success",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
        }
    }
}

/// Everything of an event that the database does not say itself.
pub struct Event<'a> {
    pub id: EventId,
    pub actor: &'a Actor,
    pub act: Act,
    pub outcome: Outcome,
    pub role: Option<Role>,
    pub purpose: &'a str,
    pub basis: &'a str,
    pub grant: Option<GrantId>,
    pub task: Option<TaskId>,
    pub patient: Option<PatientId>,
    pub patient_mrn: Option<String>,
    pub covers: Vec<Uuid>,
    pub object: Object,
    /// Counts, kinds and ids.
    pub detail: Value,
    /// Patient data: search criteria, before and after.
    pub protected: Option<Value>,
}

impl<'a> Event<'a> {
    /// An event with no patient; the caller fills in what else it knows.
    pub fn of(actor: &'a Actor, act: Act, outcome: Outcome, basis: &'a str) -> Self {
        Self {
            id: EventId::new(),
            actor,
            act,
            outcome,
            role: actor.roles().first().copied(),
            purpose: actor.roles().first().map_or(Purpose::Operations, |role| Purpose::of(*role)).code(),
            basis,
            grant: None,
            task: None,
            patient: None,
            patient_mrn: None,
            covers: Vec::new(),
            object: Object::default(),
            detail: Value::Object(serde_json::Map::new()),
            protected: None,
        }
    }

    /// Writes it as the `ordinal`th event of the open transaction.
    pub async fn write(self, connection: &mut PgConnection, ordinal: i16) -> sqlx::Result<()> {
        let spec = self.act.spec();
        let scope = if self.outcome == Outcome::Success { spec.scope.word() } else { "none" };
        let arrival = self.actor.arrival();
        sqlx::query!(
            "select access_open($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
                $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)",
            self.id.0,
            ordinal,
            scope,
            spec.word,
            spec.action,
            self.outcome.word(),
            self.actor.kind().word(),
            self.actor.staff().map(|staff| staff.0),
            self.actor.name(),
            self.role.map(Role::word),
            self.actor.session().map(|session| session.0),
            self.actor.address().map(sqlx::types::ipnetwork::IpNetwork::from),
            "custodian",
            self.actor.request().0,
            self.purpose,
            self.basis,
            self.grant.map(|grant| grant.0),
            self.task.map(|task| task.0),
            arrival.word(),
            arrival.id(),
            self.patient.map(|patient| patient.0),
            self.patient_mrn,
            &self.covers,
            self.object.kind,
            self.object.id,
            self.object.version,
            self.detail,
            self.protected,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Records whom a list showed.
pub async fn seen(connection: &mut PgConnection, event: EventId, patients: &[Uuid]) -> sqlx::Result<()> {
    if !patients.is_empty() {
        sqlx::query!("select access_seen($1, $2)", event.0, patients).execute(connection).await?;
    }
    Ok(())
}

/// Makes sure that this month's partition of the ledger and the next three exist; answers how many were made.
pub async fn keep_partitions(desk: &mut Desk<'_>) -> Result<i32> {
    desk.one(sqlx::query_scalar!(r#"select access_keep_partitions() as "made!""#)).await
}

/// The stored word for why a decision went as it did.
pub fn basis_word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allow { basis, .. } => Basis::word(*basis),
        Decision::NeedsReason(why) => WhyReason::word(*why),
        Decision::Deny(why) => Refusal::word(*why),
    }
}
