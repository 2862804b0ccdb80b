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
use super::facts::Subject;
use super::policy::Sight;
use super::role::Role;
use crate::base::id::{EventId, FacilityId, PatientId, StaffId};

/// A statement that answers rows of `O`: what `query_as!`, `query!` and `QueryBuilder` make.
pub trait Statement<O>: Send {
    fn all(self, connection: &mut PgConnection) -> impl Future<Output = sqlx::Result<Vec<O>>> + Send;
    fn optional(self, connection: &mut PgConnection) -> impl Future<Output = sqlx::Result<Option<O>>> + Send;
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
    pub(super) ids: Vec<Uuid>,
    /// What it was opened for: bytes are handed out for nothing else.
    pub(super) act: Act,
    pub(super) subject: Subject,
}

impl Chart<'_> {
    /// The surviving record.
    pub fn patient(&self) -> PatientId {
        self.patient
    }

    /// The surviving record and every record merged into it: `where patient_id = any($1)`.
    pub fn ids(&self) -> &[Uuid] {
        &self.ids
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
        self.seen.insert(patient.0);
        Ok(statement.execute(&mut *self.connection).await?.rows_affected())
    }
}

/// What may leave a list without naming a patient.
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

/// The raw connection, for the few places that stream: COPY into a roster, reading the ledger at a desk.
impl Roster<'_> {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }
}

impl Desk<'_> {
    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }
}
