//! The gate. No patient data without an audit row: the only way to the database is an open scope, the only way to open one is to name an
//! actor and an act, and what was read leaves only after the commit that makes its row permanent (AUD-4).

use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use uuid::Uuid;

use super::act::{Act, ScopeKind};
use super::actor::Actor;
use super::error::{Error, Result};
use super::facts::{Facts, GrantFact, Subject};
use super::ledger::record::{Event, Object, Outcome, basis_word, seen};
use super::policy::{Basis, Decision, Refusal, decide};
use super::role::Role;
use super::scope::{Chart, Desk, Opened, Roster};
use crate::base::clock::Clock;
use crate::base::id::{EventId, FacilityId, GrantId, PatientId, TaskId};
use crate::db::pool::begin;

/// Holds the pool, privately. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    pool: PgPool,
    clock: Clock,
}

/// What the event should say beyond who, what and whose.
#[derive(Default)]
pub struct Remarks {
    /// Counts, kinds and ids only.
    pub detail: Option<Value>,
    /// Patient data: search criteria, before and after values.
    pub protected: Option<Value>,
    pub object: Option<Subject>,
}

impl Remarks {
    pub fn none() -> Self {
        Self::default()
    }
}

/// One patient's record as the gate found it.
struct Found {
    patient: PatientId,
    ids: Vec<Uuid>,
    mrn: Option<String>,
    version: Option<i32>,
    facts: Facts,
}

impl Gate {
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Opens one patient's chart for one act and runs `work` in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such record or the actor must not learn of it, [`Error::Forbidden`], [`Error::NeedsReason`], or
    /// whatever `work` answers; every one of them leaves an event of its own.
    pub async fn chart<T>(
        &self,
        actor: &Actor,
        act: Act,
        subject: impl Into<Subject>,
        work: impl AsyncFnOnce(&mut Chart<'_>) -> Result<T>,
    ) -> Result<T> {
        self.chart_with(actor, act, subject, Remarks::none(), work).await
    }

    /// [`Gate::chart`], with remarks for the event.
    pub async fn chart_with<T>(
        &self,
        actor: &Actor,
        act: Act,
        subject: impl Into<Subject>,
        remarks: Remarks,
        work: impl AsyncFnOnce(&mut Chart<'_>) -> Result<T>,
    ) -> Result<T> {
        debug_assert_eq!(act.spec().scope, ScopeKind::Chart);
        let subject = subject.into();
        let mut transaction = begin(&self.pool).await?;
        let Some(found) = self.find(&mut transaction, actor, subject).await? else {
            drop(transaction);
            self.refuse(actor, act, subject, None, &Decision::Deny(Refusal::Hidden)).await?;
            return Err(Error::NotFound);
        };
        let decision = decide(actor, act, Some(&found.facts));
        let Decision::Allow { role, purpose, sight, .. } = &decision else {
            drop(transaction);
            let patient = found.patient;
            self.refuse(actor, act, subject, Some(found), &decision).await?;
            return Err(match decision {
                Decision::NeedsReason(why) => Error::NeedsReason { patient, why },
                Decision::Deny(Refusal::Hidden) => Error::NotFound,
                Decision::Deny(refusal) => Error::Forbidden(refusal),
                Decision::Allow { .. } => Error::Internal("allowed and refused at once".into()),
            });
        };
        let id = EventId::new();
        let event = Event {
            id,
            outcome: Outcome::Success,
            role: *role,
            purpose: purpose.code(),
            grant: found.facts.grant.map(|grant| grant.id),
            task: found.facts.task,
            patient: Some(found.patient),
            patient_mrn: found.mrn.clone(),
            covers: found.ids.clone(),
            object: object(remarks.object.unwrap_or(subject), found.version),
            detail: marked(remarks.detail, found.facts.restricted),
            protected: remarks.protected,
            ..Event::of(actor, act, Outcome::Success, basis_word(&decision))
        };
        event.write(&mut transaction, 0).await?;
        let opened = self.opened(id, actor, *sight);
        let result = {
            let mut chart = Chart {
                connection: &mut transaction,
                opened,
                patient: found.patient,
                ids: found.ids.clone(),
                act,
                subject,
            };
            work(&mut chart).await
        };
        match result {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                transaction.rollback().await.ok();
                self.fail(actor, act, Some((found.patient, found.mrn)), subject, &error).await?;
                Err(error)
            }
        }
    }

    /// Opens rows of many patients for one act.
    pub async fn roster<T>(
        &self,
        actor: &Actor,
        act: Act,
        remarks: Remarks,
        work: impl AsyncFnOnce(&mut Roster<'_>) -> Result<T>,
    ) -> Result<T> {
        debug_assert_eq!(act.spec().scope, ScopeKind::Roster);
        let (mut transaction, opened) = self.open(actor, act, remarks).await?;
        let event = opened.event;
        let mut roster = Roster { connection: &mut transaction, opened, seen: Default::default() };
        let result = work(&mut roster).await;
        let shown: Vec<Uuid> = roster.seen.iter().copied().collect();
        self.close(actor, act, transaction, event, shown, result).await
    }

    /// Opens a desk (staff, settings) or the ledger for one act.
    pub async fn desk<T>(
        &self,
        actor: &Actor,
        act: Act,
        remarks: Remarks,
        work: impl AsyncFnOnce(&mut Desk<'_>) -> Result<T>,
    ) -> Result<T> {
        debug_assert!(matches!(act.spec().scope, ScopeKind::Desk | ScopeKind::Ledger));
        let (mut transaction, opened) = self.open(actor, act, remarks).await?;
        let event = opened.event;
        let mut desk = Desk { connection: &mut transaction, opened };
        let result = work(&mut desk).await;
        self.close(actor, act, transaction, event, Vec::new(), result).await
    }

    /// Puts a refused or failed attempt on the log that no scope stands for (a wrong password, a lock-out).
    pub async fn note(&self, actor: &Actor, act: Act, outcome: Outcome, basis: &str, detail: Value) -> Result<()> {
        let mut transaction = begin(&self.pool).await?;
        let event = Event { detail, ..Event::of(actor, act, outcome, basis) };
        event.write(&mut transaction, 0).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Whether the database answers: for readiness, and nothing else.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query!("select 1 as one").fetch_one(&self.pool).await?;
        Ok(())
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    async fn open(
        &self,
        actor: &Actor,
        act: Act,
        remarks: Remarks,
    ) -> Result<(Transaction<'static, Postgres>, Opened)> {
        let decision = decide(actor, act, None);
        let Decision::Allow { basis, role, purpose, sight } = decision else {
            let event = Event::of(actor, act, Outcome::Refused, basis_word(&decision));
            let mut transaction = begin(&self.pool).await?;
            event.write(&mut transaction, 0).await?;
            transaction.commit().await?;
            return Err(match decision {
                Decision::Deny(refusal) => Error::Forbidden(refusal),
                _ => Error::Forbidden(Refusal::Role),
            });
        };
        let mut transaction = begin(&self.pool).await?;
        let id = EventId::new();
        let event = Event {
            id,
            role,
            purpose: purpose.code(),
            object: remarks.object.map(|subject| object(subject, None)).unwrap_or_default(),
            detail: remarks.detail.unwrap_or_else(|| json!({})),
            protected: remarks.protected,
            ..Event::of(actor, act, Outcome::Success, Basis::word(basis))
        };
        event.write(&mut transaction, 0).await?;
        Ok((transaction, self.opened(id, actor, sight)))
    }

    async fn close<T>(
        &self,
        actor: &Actor,
        act: Act,
        mut transaction: Transaction<'static, Postgres>,
        event: EventId,
        shown: Vec<Uuid>,
        result: Result<T>,
    ) -> Result<T> {
        match result {
            Ok(value) => {
                seen(&mut transaction, event, &shown).await?;
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                transaction.rollback().await.ok();
                let mut transaction = begin(&self.pool).await?;
                Event::of(actor, act, Outcome::Failed, failure(&error)).write(&mut transaction, 0).await?;
                transaction.commit().await?;
                Err(error)
            }
        }
    }

    fn opened(&self, event: EventId, actor: &Actor, sight: super::policy::Sight) -> Opened {
        Opened {
            event,
            at: self.clock.now(),
            staff: actor.staff(),
            actor_name: actor.name().to_owned(),
            roles: actor.roles().to_vec(),
            facilities: actor.facilities().to_vec(),
            sight,
        }
    }

    async fn refuse(
        &self,
        actor: &Actor,
        act: Act,
        subject: Subject,
        found: Option<Found>,
        decision: &Decision,
    ) -> Result<()> {
        let mut transaction = begin(&self.pool).await?;
        let restricted = found.as_ref().is_some_and(|found| found.facts.restricted);
        let (patient, mrn) = found.map_or((None, None), |found| (Some(found.patient), found.mrn));
        let event = Event {
            patient,
            patient_mrn: mrn,
            object: object(subject, None),
            detail: marked(None, restricted),
            ..Event::of(actor, act, Outcome::Refused, basis_word(decision))
        };
        event.write(&mut transaction, 0).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn fail(
        &self,
        actor: &Actor,
        act: Act,
        whose: Option<(PatientId, Option<String>)>,
        subject: Subject,
        error: &Error,
    ) -> Result<()> {
        let mut transaction = begin(&self.pool).await?;
        let (patient, mrn) = whose.map_or((None, None), |(patient, mrn)| (Some(patient), mrn));
        let event = Event {
            patient,
            patient_mrn: mrn,
            object: object(subject, None),
            ..Event::of(actor, act, Outcome::Failed, failure(error))
        };
        event.write(&mut transaction, 0).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn find(&self, connection: &mut PgConnection, actor: &Actor, subject: Subject) -> Result<Option<Found>> {
        let roles: Vec<String> = actor.roles().iter().map(|role| Role::word(*role).to_owned()).collect();
        let row = sqlx::query!(
            r#"select patient_id as "patient_id!", ids as "ids!", mrn, restricted as "restricted!", own_record as "own_record!",
                facility_ids as "facility_ids!", treating as "treating!", task_id, task_kinds as "task_kinds!", task_sensitive as "task_sensitive!",
                grant_id, grant_emergency as "grant_emergency!", grant_sensitive as "grant_sensitive!",
                sensitivity, retracted as "retracted!", for_claims as "for_claims!", object_version
            from access_facts($1, $2, $3, $4, $5)"#,
            actor.staff().map(|staff| staff.0),
            &roles,
            subject.kind(),
            subject.id(),
            self.clock.now(),
        )
        .fetch_optional(connection)
        .await?;
        Ok(row.map(|row| Found {
            patient: PatientId(row.patient_id),
            ids: row.ids,
            mrn: row.mrn,
            version: row.object_version,
            facts: Facts {
                restricted: row.restricted,
                own_record: row.own_record,
                facilities: row.facility_ids.into_iter().map(FacilityId).collect(),
                treating: row.treating,
                task: row.task_id.map(TaskId),
                task_kinds: row.task_kinds,
                task_sensitive: row.task_sensitive,
                grant: row.grant_id.map(|id| GrantFact {
                    id: GrantId(id),
                    emergency: row.grant_emergency,
                    sensitive: row.grant_sensitive,
                }),
                sensitivity: row.sensitivity,
                retracted: row.retracted,
                for_claims: row.for_claims,
            },
        }))
    }
}

fn object(subject: Subject, version: Option<i32>) -> Object {
    Object { kind: Some(subject.kind()), id: Some(subject.id()), version }
}

/// What the event says beside who, what and whose; with a mark when the record is restricted, because that is what a review of the log looks for
/// first, and no patient row is visible in one.
fn marked(detail: Option<Value>, restricted: bool) -> Value {
    let mut detail = detail.unwrap_or_else(|| json!({}));
    if let (true, Some(fields)) = (restricted, detail.as_object_mut()) {
        fields.insert("restricted".into(), Value::Bool(true));
    }
    detail
}

/// A word for a failed act: never the error's own text, which may quote what was typed.
fn failure(error: &Error) -> &'static str {
    match error {
        Error::NotFound => "not-found",
        Error::Forbidden(_) => "forbidden",
        Error::NeedsReason { .. } => "needs-reason",
        Error::Conflict => "conflict",
        Error::Constraint(_) => "constraint",
        Error::Invalid(_) => "invalid",
        Error::Unavailable => "unavailable",
        Error::Database(_) | Error::Internal(_) => "internal",
    }
}
