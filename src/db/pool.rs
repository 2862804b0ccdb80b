//! The application's connections: how many, how long a statement may take, and what counts as "the database is away".
//!
//! A pool opens connections as they are needed and replaces those that broke, so a database that restarts
//! is found again without help. [`begin`] bridges the seconds in between.

use std::time::{Duration, Instant};

use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::DbError;

/// How long a request waits for a connection before it says "not available".
const PATIENCE: Duration = Duration::from_secs(5);

/// How long after its last use a connection needs no question whether it is still there.
const TRUSTED: Duration = Duration::from_secs(1);

/// Limits the server puts on each of our connections. A single long statement (an import, a report) raises its own
/// with `set local statement_timeout`.
const LIMITS: [(&str, &str); 5] = [
    ("statement_timeout", "30s"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "120s"),
    ("timezone", "UTC"),
    // Compiling a statement costs more than any of ours takes to run.
    ("jit", "off"),
];

/// Statements of this transaction are planned once a connection.
pub const BY_KEY: &str = "set local plan_cache_mode = force_generic_plan";
const BEGIN_BY_KEY: &str = "begin; set local plan_cache_mode = force_generic_plan";

/// Opens the application's pool. Nothing is connected yet, so this cannot fail.
pub fn open(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // A connection used a moment ago is taken to be well; one that rested is asked first.
        .test_before_acquire(false)
        .before_acquire(|connection, rested| {
            Box::pin(async move {
                if rested.idle_for >= TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(Duration::from_secs(3600))
        .connect_lazy_with(options.application_name("custodian").options(LIMITS))
}

/// Begins a transaction. A database that is restarting is waited for, up to [`PATIENCE`] in all.
pub async fn begin(pool: &PgPool) -> Result<Transaction<'static, Postgres>, DbError> {
    begin_with(pool, "begin").await
}

/// [`begin`], for statements that are known beforehand and look everything up by key: each is planned once a connection, whatever the values. One round
/// trip, like the other.
pub async fn begin_by_key(pool: &PgPool) -> Result<Transaction<'static, Postgres>, DbError> {
    begin_with(pool, BEGIN_BY_KEY).await
}

async fn begin_with(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>, DbError> {
    let begun = Instant::now();
    loop {
        match pool.begin_with(statement).await {
            Ok(transaction) => return Ok(transaction),
            Err(error) if is_unavailable(&error) && begun.elapsed() < PATIENCE && !pool.is_closed() => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether `error` says that the database is away or overloaded, and not that something is wrong with the statement.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        // Class 08 is a broken connection; 53300 too many of them; 57P01 to 57P03 shutting down or starting up.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08") || matches!(code.as_ref(), "53300" | "57P01" | "57P02" | "57P03")
        }),
        _ => false,
    }
}

/// Refuses to serve with rights that switch row-level security off: as superuser, as owner, or outside `custodian_app`.
pub async fn check_rights(options: PgConnectOptions) -> Result<(), DbError> {
    let mut connection = PgConnection::connect_with(&options).await?;
    let (bypasses, owns, serves): (bool, bool, bool) = sqlx::query_as(
        "select r.rolsuper or r.rolbypassrls,
                exists (select from pg_roles o where o.rolname = 'custodian_owner' and pg_has_role(r.oid, o.oid, 'member')),
                exists (select from pg_roles a where a.rolname = 'custodian_app' and pg_has_role(r.oid, a.oid, 'usage'))
         from pg_roles r
         where r.rolname = current_user",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    let problem = match (bypasses, owns, serves) {
        (true, _, _) => "is a superuser or bypasses row-level security",
        (_, true, _) => "is a member of custodian_owner",
        (_, _, false) => "is not a member of custodian_app",
        _ => return Ok(()),
    };
    Err(DbError::Rights(format!(
        "the user of DATABASE_URL {problem}: the server must sign in as a plain member of custodian_app"
    )))
}
