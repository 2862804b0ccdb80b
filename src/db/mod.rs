//! PostgreSQL: which one, how we connect, and how its schema is brought up to date.
//!
//! [`Database::open`] is what every command calls. Without `DATABASE_URL` it starts (or joins) a private PostgreSQL
//! under the data folder; with one it connects there. Either way the schema is current when it returns, and the pool
//! signs in as `custodian_app`, the role that sees nothing until the gate has opened an event.

mod dump;
pub mod embedded;
pub mod migrate;
pub mod pool;

use sqlx::{Connection, PgConnection, PgPool, postgres::PgConnectOptions};

use crate::config::{self, Config};
use embedded::{Embedded, EmbeddedError, Place};

/// What can go wrong between us and the database, without a word of what was being stored.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// Nobody answers, or too many ask: worth trying again in a moment.
    #[error("the database is not available at the moment")]
    Unavailable(#[source] sqlx::Error),
    #[error(
        "the database is at schema {found}, this program needs {needed}: set CUSTODIAN_OWNER_URL and run `custodian migrate`"
    )]
    SchemaBehind { found: i64, needed: i64 },
    #[error(
        "the database was made by a newer custodian (schema {found}, this program knows {known}): upgrade the program"
    )]
    SchemaAhead { found: i64, known: i64 },
    #[error("migration {version} in the database is not the one in this program: its file was changed after it ran")]
    SchemaDiffers { version: i64 },
    #[error("migration failed: {0}")]
    Migration(String),
    #[error("{0}")]
    Rights(String),
    #[error(
        "the program {0} is not found: install PostgreSQL's client programs (Debian: apt-get install postgresql-client)"
    )]
    NoClient(&'static str),
    #[error(transparent)]
    Sql(sqlx::Error),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        if pool::is_unavailable(&error) { DbError::Unavailable(error) } else { DbError::Sql(error) }
    }
}

/// An open database: the application's pool, and the private server if that is what is behind it.
pub struct Database {
    app: PgPool,
    owner: Option<PgConnectOptions>,
    embedded: Option<Embedded>,
}

impl Database {
    /// Finds or starts the database, brings its schema up to date, and opens the application's pool.
    pub async fn open(config: &Config) -> Result<Self, DbError> {
        let (embedded, app, owner) = match &config.database {
            config::Database::External { app, owner } => {
                (None, app.options(), owner.as_ref().map(config::DatabaseUrl::options))
            }
            config::Database::Embedded { programs } => {
                let place = Place::in_data_dir(&config.data_dir, programs.clone());
                let server = Embedded::start_in_background(place).await?;
                let (app, owner) = (server.app(), server.owner());
                (Some(server), app, Some(owner))
            }
        };
        match &owner {
            Some(owner) => migrate::run(owner.clone()).await?,
            None => migrate::check(app.clone()).await?,
        }
        if embedded.is_none() {
            pool::check_rights(app.clone()).await?;
        }
        Ok(Self { app: pool::open(app, config.database_connections), owner, embedded })
    }

    /// A new private database in `folder` with the two roles and nothing else, for a restore.
    pub async fn open_empty(config: &Config, folder: &std::path::Path) -> Result<Self, DbError> {
        let programs = match &config.database {
            config::Database::Embedded { programs } => programs.clone(),
            config::Database::External { .. } => None,
        };
        let place = Place { folder: folder.to_owned(), ..Place::in_data_dir(&config.data_dir, programs) };
        let server = Embedded::start_in_background(place).await?;
        let (app, owner) = (server.app(), server.owner());
        Ok(Self { app: pool::open(app, config.database_connections), owner: Some(owner), embedded: Some(server) })
    }

    /// Brings the schema up to date, where that is ours to do.
    pub async fn migrate(&self) -> Result<(), DbError> {
        match &self.owner {
            Some(owner) => migrate::run(owner.clone()).await,
            None => Ok(()),
        }
    }

    /// The application's pool. It goes into the gate, and nowhere else.
    pub fn app(&self) -> PgPool {
        self.app.clone()
    }

    /// A connection as the owner of the tables, for backups and repairs; `None` where nobody said how.
    pub async fn owner(&self) -> Result<Option<PgConnection>, DbError> {
        match &self.owner {
            Some(options) => Ok(Some(PgConnection::connect_with(options).await?)),
            None => Ok(None),
        }
    }

    /// Where the private server lives; `None` with `DATABASE_URL`.
    pub fn embedded(&self) -> Option<&Embedded> {
        self.embedded.as_ref()
    }

    /// Closes the pool and, if no other command uses it, stops the private server.
    pub async fn close(mut self) {
        self.app.close().await;
        if let Some(server) = self.embedded.take() {
            server.stop_in_background().await;
        }
    }
}
