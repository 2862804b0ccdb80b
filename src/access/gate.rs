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
use super::policy::{Basis, Decision, Refusal, Sight, decide};
use super::purpose::Purpose;
use super::role::Role;
use super::scope::{Chart, Desk, Opened, Roster};
use crate::base::clock::Clock;
use crate::base::id::{EventId, FacilityId, GrantId, PatientId, TaskId};
use crate::db::pool::{begin, begin_by_key};

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

/// One count, some by kind.
pub struct Figure {
    pub name: String,
    pub label: Option<String>,
    pub figure: f64,
}

/// Connections to the database.
#[derive(Clone, Copy, Debug)]
pub struct PoolUse {
    pub open: u32,
    pub idle: u32,
    pub most: u32,
}

/// One patient's record as the gate found it.
struct Found {
    patient: PatientId,
    ids: Vec<Uuid>,
    mrn: Option<String>,
    version: Option<i32>,
    facts: Facts,
}

/// What policy said of it.
struct Looked {
    found: Option<Found>,
    decision: Decision,
}

/// A record that may be entered, and as what.
struct Admitted {
    found: Found,
    role: Option<Role>,
    purpose: Purpose,
    basis: &'static str,
    sight: Sight,
}

impl Looked {
    fn admitted(self) -> std::result::Result<Admitted, Box<Looked>> {
        let basis = basis_word(&self.decision);
        match self {
            Looked { found: Some(found), decision: Decision::Allow { role, purpose, sight, .. } } => {
                Ok(Admitted { found, role, purpose, basis, sight })
            }
            turned => Err(Box::new(turned)),
        }
    }
}

impl Admitted {
    fn whose(&self) -> (PatientId, Option<String>) {
        (self.found.patient, self.found.mrn.clone())
    }
}

/// One of two charts that are opened together.
pub struct Entry {
    pub act: Act,
    pub subject: Subject,
    pub remarks: Remarks,
}

impl Entry {
    pub fn new(act: Act, subject: impl Into<Subject>, remarks: Remarks) -> Self {
        Self { act, subject: subject.into(), remarks }
    }
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
        let subject = subject.into();
        let mut transaction = begin_by_key(&self.pool).await?;
        let looked = self.look(&mut transaction, actor, act, subject).await?;
        let admitted = match looked.admitted() {
            Ok(admitted) => admitted,
            Err(turned) => {
                drop(transaction);
                return Err(self.turn_away(actor, act, subject, *turned).await?);
            }
        };
        let whose = admitted.whose();
        let result = {
            let mut chart = self.enter(&mut transaction, 0, actor, act, subject, remarks, admitted).await?;
            work(&mut chart).await
        };
        match result {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                transaction.rollback().await.ok();
                self.fail(actor, act, Some(whose), subject, &error).await?;
                Err(error)
            }
        }
    }

    /// Shows the form of an act. That is a look and recorded as one; whoever may not send the form is refused under the act itself, before
    /// anything of the record is shown.
    ///
    /// # Errors
    /// As [`Gate::chart`].
    pub async fn form<T>(
        &self,
        actor: &Actor,
        look: Act,
        send: Act,
        subject: impl Into<Subject>,
        remarks: Remarks,
        work: impl AsyncFnOnce(&mut Chart<'_>) -> Result<T>,
    ) -> Result<T> {
        let subject = subject.into();
        let sending = {
            let mut transaction = begin_by_key(&self.pool).await?;
            self.look(&mut transaction, actor, send, subject).await?
        };
        match sending.admitted() {
            Ok(_) => self.chart_with(actor, look, subject, remarks, work).await,
            Err(turned) => Err(self.turn_away(actor, send, subject, *turned).await?),
        }
    }

    /// Opens two charts for one piece of work that must be whole or not at all, such as moving a document from one to the other. Each is
    /// decided and recorded for itself; what the first hands over, the second receives, and both are committed together.
    ///
    /// # Errors
    /// As [`Gate::chart`]; if either is refused, neither is entered.
    pub async fn chart_pair<T, U>(
        &self,
        actor: &Actor,
        from: Entry,
        to: Entry,
        give: impl AsyncFnOnce(&mut Chart<'_>) -> Result<T>,
        take: impl AsyncFnOnce(&mut Chart<'_>, T) -> Result<U>,
    ) -> Result<U> {
        let mut transaction = begin_by_key(&self.pool).await?;
        let first = self.look(&mut transaction, actor, from.act, from.subject).await?;
        let second = self.look(&mut transaction, actor, to.act, to.subject).await?;
        let (first, second) = match (first.admitted(), second.admitted()) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(turned), _) => {
                drop(transaction);
                return Err(self.turn_away(actor, from.act, from.subject, *turned).await?);
            }
            (_, Err(turned)) => {
                drop(transaction);
                return Err(self.turn_away(actor, to.act, to.subject, *turned).await?);
            }
        };
        let (giver, taker) = (first.whose(), second.whose());
        let (from_act, from_subject, to_act, to_subject) = (from.act, from.subject, to.act, to.subject);
        let result = async {
            let given = {
                let mut chart =
                    self.enter(&mut transaction, 0, actor, from.act, from.subject, from.remarks, first).await?;
                give(&mut chart).await?
            };
            let mut chart = self.enter(&mut transaction, 1, actor, to.act, to.subject, to.remarks, second).await?;
            take(&mut chart, given).await
        }
        .await;
        match result {
            Ok(value) => {
                transaction.commit().await?;
                Ok(value)
            }
            Err(error) => {
                transaction.rollback().await.ok();
                self.fail(actor, from_act, Some(giver), from_subject, &error).await?;
                self.fail(actor, to_act, Some(taker), to_subject, &error).await?;
                Err(error)
            }
        }
    }

    /// Asks what is known of the record and what policy says of it. Nothing is opened yet.
    async fn look(&self, connection: &mut PgConnection, actor: &Actor, act: Act, subject: Subject) -> Result<Looked> {
        opens(act, &[ScopeKind::Chart])?;
        let found = self.find(connection, actor, subject).await?;
        let decision = match &found {
            Some(found) => decide(actor, act, Some(&found.facts)),
            None => Decision::Deny(Refusal::Hidden),
        };
        Ok(Looked { found, decision })
    }

    /// Writes the event and hands out the chart it opens.
    #[expect(clippy::too_many_arguments, reason = "the parts of one event; a struct would be used here alone")]
    async fn enter<'c>(
        &self,
        connection: &'c mut PgConnection,
        ordinal: i16,
        actor: &Actor,
        act: Act,
        subject: Subject,
        remarks: Remarks,
        admitted: Admitted,
    ) -> Result<Chart<'c>> {
        let Admitted { found, role, purpose, basis, sight } = admitted;
        let id = EventId::new();
        let event = Event {
            id,
            outcome: Outcome::Success,
            role,
            purpose: purpose.code(),
            grant: found.facts.grant.map(|grant| grant.id),
            task: found.facts.task,
            patient: Some(found.patient),
            patient_mrn: found.mrn.clone(),
            covers: found.ids.clone(),
            object: object(remarks.object.unwrap_or(subject), found.version),
            detail: marked(remarks.detail, found.facts.restricted),
            protected: remarks.protected,
            ..Event::of(actor, act, Outcome::Success, basis)
        };
        event.write(connection, ordinal).await?;
        let opened = self.opened(id, act, actor, sight);
        let Found { patient, ids, mrn, facts, .. } = found;
        Ok(Chart { connection, opened, patient, mrn, ids, facts, subject })
    }

    /// Records a refusal, and answers what to tell the actor.
    async fn turn_away(&self, actor: &Actor, act: Act, subject: Subject, looked: Looked) -> Result<Error> {
        let Looked { found, decision } = looked;
        let patient = found.as_ref().map(|found| found.patient);
        self.refuse(actor, act, subject, found, &decision).await?;
        Ok(match (decision, patient) {
            (Decision::NeedsReason(why), Some(patient)) => Error::NeedsReason { patient, why },
            (Decision::Deny(Refusal::Hidden), _) | (_, None) => Error::NotFound,
            (Decision::Deny(refusal), _) => Error::Forbidden(refusal),
            (Decision::Allow { .. }, _) => Error::Internal("allowed and refused at once".into()),
        })
    }

    /// Opens rows of many patients for one act.
    pub async fn roster<T>(
        &self,
        actor: &Actor,
        act: Act,
        remarks: Remarks,
        work: impl AsyncFnOnce(&mut Roster<'_>) -> Result<T>,
    ) -> Result<T> {
        opens(act, &[ScopeKind::Roster])?;
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
        opens(act, &[ScopeKind::Desk, ScopeKind::Ledger])?;
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

    /// Counts for whoever watches the server; no act, because no patient, person or record is in them.
    pub async fn figures(&self) -> Result<Vec<Figure>> {
        let figures =
            sqlx::query_as!(Figure, r#"select name as "name!", label, figure as "figure!" from operations_figures()"#);
        Ok(figures.fetch_all(&self.pool).await?)
    }

    /// How the connections of this server are used.
    pub fn pool_use(&self) -> PoolUse {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        PoolUse { open: self.pool.size(), idle, most: self.pool.options().get_max_connections() }
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
        let mut transaction = match act {
            // Long statements, the same each time, that look up by key: planning them anew took longer than running them.
            Act::CompareRegistration | Act::RegisterPatient => begin_by_key(&self.pool).await?,
            _ => begin(&self.pool).await?,
        };
        let id = EventId::new();
        let event = Event {
            id,
            role,
            purpose: purpose.code(),
            // A list about one record (its registration) belongs to that patient's history.
            patient: match remarks.object {
                Some(Subject::Patient(patient)) => Some(patient),
                _ => None,
            },
            object: remarks.object.map(|subject| object(subject, None)).unwrap_or_default(),
            detail: remarks.detail.unwrap_or_else(|| json!({})),
            protected: remarks.protected,
            ..Event::of(actor, act, Outcome::Success, Basis::word(basis))
        };
        event.write(&mut transaction, 0).await?;
        Ok((transaction, self.opened(id, act, actor, sight)))
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
                let (outcome, why) = outcome(&error);
                Event::of(actor, act, outcome, why).write(&mut transaction, 0).await?;
                transaction.commit().await?;
                Err(error)
            }
        }
    }

    fn opened(&self, event: EventId, act: Act, actor: &Actor, sight: Sight) -> Opened {
        Opened {
            act,
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
        let (outcome, why) = outcome(error);
        let event =
            Event { patient, patient_mrn: mrn, object: object(subject, None), ..Event::of(actor, act, outcome, why) };
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

/// A scope shows the database what its act says; a desk opened for a list would show patients without recording whom.
fn opens(act: Act, kinds: &[ScopeKind]) -> Result<()> {
    let spec = act.spec();
    if kinds.contains(&spec.scope) {
        return Ok(());
    }
    Err(Error::Internal(format!("{} opens another kind of scope", spec.word)))
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

/// What an act came to that was begun and taken back, and a word for why: never the error's own text, which may quote what was typed. A refusal
/// that only the record itself could give is a refusal like any other.
fn outcome(error: &Error) -> (Outcome, &'static str) {
    match error {
        Error::Forbidden(refusal) => (Outcome::Refused, refusal.word()),
        Error::NeedsReason { why, .. } => (Outcome::Refused, why.word()),
        Error::NotFound => (Outcome::Failed, "not-found"),
        Error::Conflict => (Outcome::Failed, "conflict"),
        Error::Constraint(_) => (Outcome::Failed, "constraint"),
        Error::Invalid(_) | Error::Fields(_) => (Outcome::Failed, "invalid"),
        Error::Unavailable => (Outcome::Failed, "unavailable"),
        Error::Database(_) | Error::Internal(_) => (Outcome::Failed, "internal"),
    }
}
