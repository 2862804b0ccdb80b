//! The pool and the template: every test has a database of its own, seen with the application's eyes.

use custodian::{
    config::{Config, Given},
    db::{Database, DbError, embedded::Place, migrate, pool},
};

use crate::support::db::{database, parent_folder};

#[tokio::test]
async fn a_test_database_is_migrated_and_served_as_the_application() {
    let database = database().await;
    let who: String = sqlx::query_scalar("select current_user::text").fetch_one(&database.app).await.unwrap();
    assert_eq!(who, "custodian_app");
    migrate::check(database.app_options()).await.unwrap();
    pool::check_rights(database.app_options()).await.unwrap();
}

#[tokio::test]
async fn test_databases_do_not_see_each_other() {
    let (one, other) = (database().await, database().await);
    sqlx::raw_sql("create table mine ()").execute(&mut one.owner().await).await.unwrap();
    assert!(sqlx::raw_sql("table mine").execute(&mut other.owner().await).await.is_err());
}

#[tokio::test]
async fn serving_as_the_owner_is_refused_because_it_switches_row_level_security_off() {
    let database = database().await;
    let error = pool::check_rights(database.owner_options()).await.unwrap_err();
    assert!(error.to_string().contains("is a member of custodian_owner"), "{error}");
}

#[tokio::test]
async fn an_empty_database_is_behind_and_a_newer_one_ahead() {
    let database = database().await;
    let mut owner = database.owner().await;
    sqlx::raw_sql(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                   values (99991231235959, 'from the future', true, '', 0)",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let ahead = migrate::check(database.app_options()).await.unwrap_err();
    assert!(matches!(ahead, DbError::SchemaAhead { found: 99_991_231_235_959, .. }), "{ahead}");
    assert!(matches!(migrate::run(database.owner_options()).await.unwrap_err(), DbError::SchemaAhead { .. }));

    sqlx::raw_sql("drop table _sqlx_migrations").execute(&mut owner).await.unwrap();
    let behind = migrate::check(database.app_options()).await;
    assert_eq!(behind.is_err(), migrate::MIGRATIONS.iter().count() > 0);
}

#[tokio::test]
async fn a_database_that_is_away_is_called_unavailable() {
    let nowhere = database().await.app_options().socket("/nonexistent");
    let pool = pool::open(nowhere, 1);
    assert!(matches!(pool::begin(&pool).await.unwrap_err(), DbError::Unavailable(_)));
}

fn config(given: Given) -> Config {
    Config::load(given).unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test]
async fn a_database_of_somebody_elses_is_opened_with_its_two_addresses() {
    let database = database().await;
    let given = Given {
        data_dir: Some("/nonexistent".into()), // nothing may be written there
        database_url: Some(database.url("custodian_app")),
        owner_url: Some(database.url("custodian_owner")),
        ..Given::default()
    };
    let opened = Database::open(&config(given.clone())).await.unwrap();
    assert!(opened.embedded().is_none());
    opened.close().await;

    // Without the owner's address the schema must be current, and is not touched.
    let opened = Database::open(&config(Given { owner_url: None, ..given.clone() })).await.unwrap();
    opened.close().await;

    let as_owner = Given { database_url: given.owner_url.clone(), ..given };
    assert!(matches!(Database::open(&config(as_owner)).await.err(), Some(DbError::Rights(_))));
}

#[tokio::test]
async fn an_empty_data_folder_becomes_a_migrated_database() {
    let folder = parent_folder().0.join(format!("custodian-open-{}", std::process::id()));
    let pg_bin = Place::throwaway(&folder).programs;
    let config = config(Given { data_dir: Some(folder.clone()), pg_bin, ..Given::default() });
    let opened = Database::open(&config).await.unwrap();
    let migrated: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
        .fetch_one(&opened.app())
        .await
        .unwrap();
    assert_eq!(usize::try_from(migrated).unwrap(), migrate::MIGRATIONS.iter().count());
    opened.close().await;
    assert!(!folder.join("postgres/data/postmaster.pid").exists());
    std::fs::remove_dir_all(&folder).unwrap();
}
