//! Bringing the schema up to date, as the owner of the tables, and checking that it is.
//!
//! sqlx holds an advisory lock while it migrates, so several servers may start at once: one migrates, the others wait.

use sqlx::{
    Connection, PgConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
};

use super::DbError;

/// Every migration of this program.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Applies what is missing, signed in with `owner`, and lets the application read which migrations ran.
pub async fn run(owner: PgConnectOptions) -> Result<(), DbError> {
    let quietly = owner.application_name("custodian migrate").options([("client_min_messages", "warning")]);
    let mut connection = PgConnection::connect_with(&quietly).await?;
    become_owner(&mut connection).await?;
    MIGRATIONS.run_direct(None, &mut connection, false).await.map_err(explain)?;
    sqlx::raw_sql("grant select on _sqlx_migrations to custodian_app").execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Makes sure that the schema is the one this program was built with; for a server that may not change it.
pub async fn check(options: PgConnectOptions) -> Result<(), DbError> {
    let needed = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    let mut connection = PgConnection::connect_with(&options).await?;
    let applied: Vec<(i64, Vec<u8>)> =
        match sqlx::query_as("select version, checksum from _sqlx_migrations where success order by version")
            .fetch_all(&mut connection)
            .await
        {
            Ok(rows) => rows,
            // No such table, or not ours to read: nothing of ours was ever migrated here.
            Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42P01" | "42501")) => vec![],
            Err(error) => return Err(error.into()),
        };
    connection.close().await?;
    let found = applied.last().map_or(0, |(version, _)| *version);
    if found > needed {
        return Err(DbError::SchemaAhead { found, known: needed });
    }
    for migration in MIGRATIONS.iter() {
        match applied.iter().find(|(version, _)| *version == migration.version) {
            None => return Err(DbError::SchemaBehind { found, needed }),
            Some((version, checksum)) if checksum[..] != migration.checksum[..] => {
                return Err(DbError::SchemaDiffers { version: *version });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Roles belong to the whole server and not to one database, so they are made only where they are missing. Then every
/// table is made by `custodian_owner`, whoever signed in.
async fn become_owner(connection: &mut PgConnection) -> Result<(), DbError> {
    for (role, create) in [
        ("custodian_owner", "create role custodian_owner nologin; grant custodian_owner to current_user"),
        ("custodian_app", "create role custodian_app nologin"),
    ] {
        if !exists(connection, role).await? {
            sqlx::raw_sql(create).execute(&mut *connection).await.map_err(|error| role_missing(role, error))?;
        }
    }
    let owner_already: bool =
        sqlx::query_scalar("select current_user = 'custodian_owner'").fetch_one(&mut *connection).await?;
    if owner_already {
        return Ok(());
    }
    let may_create: bool = sqlx::query_scalar(
        "select has_database_privilege('custodian_owner', current_database(), 'create')
            and has_schema_privilege('custodian_owner', 'public', 'create')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !may_create {
        let grant = "do $$ begin
            execute format('grant create, connect on database %I to custodian_owner', current_database());
            execute 'grant create, usage on schema public to custodian_owner';
        end $$";
        sqlx::raw_sql(grant).execute(&mut *connection).await.map_err(not_the_owner)?;
    }
    sqlx::raw_sql("set role custodian_owner").execute(&mut *connection).await.map_err(not_the_owner)?;
    Ok(())
}

async fn exists(connection: &mut PgConnection, role: &str) -> Result<bool, DbError> {
    let found = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)").bind(role);
    Ok(found.fetch_one(connection).await?)
}

fn role_missing(role: &str, error: sqlx::Error) -> DbError {
    match error.as_database_error().and_then(|error| error.code()).as_deref() {
        Some("42710") => DbError::Unavailable(error), // another server just made it
        Some("42501") => DbError::Rights(format!(
            "the role {role} is missing and the user of CUSTODIAN_OWNER_URL may not create it: \
             have the administrator run `create role {role} nologin` (docs/deployment.md)"
        )),
        _ => error.into(),
    }
}

fn not_the_owner(error: sqlx::Error) -> DbError {
    match error.as_database_error().and_then(|error| error.code()).as_deref() {
        Some("42501") => DbError::Rights(
            "the user of CUSTODIAN_OWNER_URL is not a member of custodian_owner, or that role may not create tables \
             here: see docs/deployment.md for the statements an administrator runs once"
                .into(),
        ),
        _ => error.into(),
    }
}

fn explain(error: MigrateError) -> DbError {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    match error {
        MigrateError::VersionMissing(found) if found > known => DbError::SchemaAhead { found, known },
        MigrateError::VersionMissing(version) | MigrateError::VersionMismatch(version) => {
            DbError::SchemaDiffers { version }
        }
        MigrateError::Execute(error) => error.into(),
        other => DbError::Migration(other.to_string()),
    }
}
