//! The open scopes. A store can reach the database only through one of these, and one exists only inside [`super::Gate`].
//!
//! `Chart` covers one patient, `Roster` rows of many (and records whom it showed), `Desk` no patient at all.

use std::collections::BTreeSet;
use std::future::Future;

use chrono::{DateTime, Utc};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::query::{Map, Query, QueryAs, QueryScalar};
use sqlx::{Decode, FromRow, IntoArguments, Postgres, Type};
use uuid::Uuid;

use super::act::Act;
use super::error::Result;
use super::facts::{Facts, Subject};
use super::policy::{Sight, is_inside};
use super::role::Role;
use crate::base::id::{EventId, FacilityId, PatientId, StaffId};
use crate::db::pool::BY_KEY;

/// A statement that answers rows of `O`: what `query_as!`, `query!` and `QueryBuilder` make, and nothing else. It is handed the connection, so
/// nobody else may write one.
pub trait Statement<O>: sealed::Statement + Send {
    fn all(self, connection: &mut PgConnection) -> impl Future<Output = sqlx::Result<Vec<O>>> + Send;
    fn optional(self, connection: &mut PgConnection) -> impl Future<Output = sqlx::Result<Option<O>>> + Send;
}

/// Only this file says what a statement is.
mod sealed {
    use super::{Map, Postgres, QueryAs, QueryScalar};

    pub trait Statement {}
    impl<F, A> Statement for Map<'_, Postgres, F, A> {}
    impl<O, A> Statement for QueryAs<'_, Postgres, O, A> {}
    impl<O, A> Statement for QueryScalar<'_, Postgres, O, A> {}
}

impl<'q, O, F, A> Statement<O> for Map<'q, Postgres, F, A>
where
    F: FnMut(PgRow) -> sqlx::Result<O> + Send,
    O: Send + Unpin,
    A: 'q + Send + IntoArguments<Postgres>,
{
    async fn all(self, connection: &mut PgConnection) -> sqlx::Result<Vec<O>> {
        self.fetch_all(connection).await
    }
    async fn optional(self, connection: &mut PgConnection) -> sqlx::Result<Option<O>> {
        self.fetch_optional(connection).await
    }
}

impl<'q, O, A> Statement<O> for QueryAs<'q, Postgres, O, A>
where
    O: Send + Unpin + for<'r> FromRow<'r, PgRow>,
    A: 'q + Send + IntoArguments<Postgres>,
{
    async fn all(self, connection: &mut PgConnection) -> sqlx::Result<Vec<O>> {
        self.fetch_all(connection).await
    }
    async fn optional(self, connection: &mut PgConnection) -> sqlx::Result<Option<O>> {
        self.fetch_optional(connection).await
    }
}

impl<'q, O, A> Statement<O> for QueryScalar<'q, Postgres, O, A>
where
    O: Send + Unpin + for<'r> Decode<'r, Postgres> + Type<Postgres>,
    A: 'q + Send + IntoArguments<Postgres>,
    (O,): for<'r> FromRow<'r, PgRow>,
{
    async fn all(self, connection: &mut PgConnection) -> sqlx::Result<Vec<O>> {
        self.fetch_all(connection).await
    }
    async fn optional(self, connection: &mut PgConnection) -> sqlx::Result<Option<O>> {
        self.fetch_optional(connection).await
    }
}

/// What every scope knows of its own event.
pub(super) struct Opened {
    /// What the scope was opened for: bytes are handed out for nothing else.
    pub act: Act,
    pub event: EventId,
    pub at: DateTime<Utc>,
    pub staff: Option<StaffId>,
    pub actor_name: String,
    pub roles: Vec<Role>,
    pub facilities: Vec<FacilityId>,
    pub sight: Sight,
}

/// One patient's record, opened and on the log.
pub struct Chart<'c> {
    pub(super) connection: &'c mut PgConnection,
    pub(super) opened: Opened,
    pub(super) patient: PatientId,
    pub(super) mrn: Option<String>,
    pub(super) ids: Vec<Uuid>,
    pub(super) facts: Facts,
    pub(super) subject: Subject,
}

impl Chart<'_> {
    /// The surviving record.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// The record number the event names.
    pub fn mrn(&self) -> Option<&str> {
        self.mrn.as_deref()
    }

    /// The surviving record and every record merged into it: `where patient_id = any($1)`.
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
    }

    /// Whether the actor may be in this chart at all, or was only let to ask for it.
    pub fn is_inside(&self) -> bool {
        is_inside(&self.opened.roles, &self.facts)
    }

    pub async fn one<O>(&mut self, statement: impl Statement<O>) -> Result<O> {
        statement.optional(self.connection).await?.ok_or(super::Error::NotFound)
    }

    pub async fn optional<O>(&mut self, statement: impl Statement<O>) -> Result<Option<O>> {
        Ok(statement.optional(self.connection).await?)
    }

    pub async fn all<O>(&mut self, statement: impl Statement<O>) -> Result<Vec<O>> {
        Ok(statement.all(self.connection).await?)
    }

    /// Runs a change; answers the rows touched.
    pub async fn exec<'q, A: 'q + IntoArguments<Postgres>>(
        &mut self,
        statement: Query<'q, Postgres, A>,
    ) -> Result<u64> {
        Ok(statement.execute(&mut *self.connection).await?.rows_affected())
    }
}

/// Rows that say whose they are, so that a list records whom it showed.
pub trait About {
    fn about(&self) -> PatientId;
}

/// Rows of many patients, opened and on the log. What it returns is recorded row by row.
pub struct Roster<'c> {
    pub(super) connection: &'c mut PgConnection,
    pub(super) opened: Opened,
    pub(super) seen: BTreeSet<Uuid>,
}

impl Roster<'_> {
    /// The rows of a list; each is recorded as shown.
    pub async fn all<O: About>(&mut self, statement: impl Statement<O>) -> Result<Vec<O>> {
        let rows = statement.all(self.connection).await?;
        self.seen.extend(rows.iter().map(|row| row.about().0));
        Ok(rows)
    }

    pub async fn optional<O: About>(&mut self, statement: impl Statement<O>) -> Result<Option<O>> {
        let row = statement.optional(self.connection).await?;
        self.seen.extend(row.iter().map(|row| row.about().0));
        Ok(row)
    }

    /// Figures about no one person (counts, dates, existence); anything that names a patient goes through [`Roster::all`].
    pub async fn figure<O: Figure>(&mut self, statement: impl Statement<O>) -> Result<O> {
        statement.optional(self.connection).await?.ok_or(super::Error::NotFound)
    }

    /// Changes a patient's rows, recorded as theirs.
    pub async fn exec<'q, A: 'q + IntoArguments<Postgres>>(
        &mut self,
        patient: PatientId,
        statement: Query<'q, Postgres, A>,
    ) -> Result<u64> {
        self.exec_all(&[patient.0], statement).await
    }

    /// Changes rows of many patients at once, recorded as theirs; of nobody's tables, when there are none.
    pub async fn exec_all<'q, A: 'q + IntoArguments<Postgres>>(
        &mut self,
        patients: &[Uuid],
        statement: Query<'q, Postgres, A>,
    ) -> Result<u64> {
        self.seen.extend(patients);
        Ok(statement.execute(&mut *self.connection).await?.rows_affected())
    }
}

impl Roster<'_> {
    /// From here on the statements of this scope look everything up by key: each is planned once a connection, whatever the values.
    pub async fn look_up_by_key(&mut self) -> Result<()> {
        sqlx::raw_sql(BY_KEY).execute(&mut *self.connection).await?;
        Ok(())
    }
}

/// Rows that are nobody's yet: files in quarantine (DOC-18).
pub trait Unowned {}

impl Roster<'_> {
    /// Rows that belong to no patient, though they may tell of one: the event of the roster itself is what records them.
    pub async fn all_unowned<O: Unowned>(&mut self, statement: impl Statement<O>) -> Result<Vec<O>> {
        Ok(statement.all(self.connection).await?)
    }

    /// Changes rows that belong to no patient.
    pub async fn unowned<'q, A: 'q + IntoArguments<Postgres>>(
        &mut self,
        statement: Query<'q, Postgres, A>,
    ) -> Result<u64> {
        Ok(statement.execute(&mut *self.connection).await?.rows_affected())
    }
}

/// What may leave a list without naming a patient: figures, and rows of tables that are nobody's (a dictionary, a directory). A row type that
/// claims this stands, with its reason, in `tests/it/guards/exempt/figures.txt`.
pub trait Figure {}
impl Figure for i64 {}
impl Figure for i32 {}
impl Figure for bool {}
impl Figure for Option<i64> {}
impl Figure for Option<bool> {}
impl Figure for Option<DateTime<Utc>> {}

/// Staff, settings, the ledger: row-level security shows no patient here.
pub struct Desk<'c> {
    pub(super) connection: &'c mut PgConnection,
    pub(super) opened: Opened,
}

impl Desk<'_> {
    pub async fn one<O>(&mut self, statement: impl Statement<O>) -> Result<O> {
        statement.optional(self.connection).await?.ok_or(super::Error::NotFound)
    }

    pub async fn optional<O>(&mut self, statement: impl Statement<O>) -> Result<Option<O>> {
        Ok(statement.optional(self.connection).await?)
    }

    pub async fn all<O>(&mut self, statement: impl Statement<O>) -> Result<Vec<O>> {
        Ok(statement.all(self.connection).await?)
    }

    pub async fn exec<'q, A: 'q + IntoArguments<Postgres>>(
        &mut self,
        statement: Query<'q, Postgres, A>,
    ) -> Result<u64> {
        Ok(statement.execute(&mut *self.connection).await?.rows_affected())
    }
}

macro_rules! opened {
    ($($scope:ident),*) => {$(
        impl $scope<'_> {
            /// The event this scope wrote when it opened.
            pub fn event(&self) -> EventId {
                self.opened.event
            }

            /// The instant the scope was opened: the time of everything written in it.
            pub fn at(&self) -> DateTime<Utc> {
                self.opened.at
            }

            /// Who acts, when they are a member of staff.
            pub fn staff(&self) -> Option<StaffId> {
                self.opened.staff
            }

            pub fn actor_name(&self) -> &str {
                &self.opened.actor_name
            }

            /// The actor's roles as stored words.
            pub fn role_words(&self) -> Vec<String> {
                self.opened.roles.iter().map(|role| role.word().to_owned()).collect()
            }

            pub fn facilities(&self) -> Vec<Uuid> {
                self.opened.facilities.iter().map(|facility| facility.0).collect()
            }

            /// What the actor may see here, class by class.
            pub fn sight(&self) -> Sight {
                self.opened.sight
            }
        }
    )*};
}
opened!(Chart, Roster, Desk);

/// The raw connection, for the ledger's own proofs.
impl Desk<'_> {
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }
}
