//! Several servers on one database: none is special, and none steps on another.

use custodian::access::ledger::Notary;
use custodian::access::ledger::checkpoint::CheckpointKey;
use custodian::access::ledger::outside::Folder as Checkpoints;
use custodian::access::ledger::seal::Turn;
use custodian::access::{Act, Actor, Gate, Remarks, Role};
use custodian::app::router;
use custodian::db::{migrate, pool};
use custodian::operations::schedule;
use sqlx::{Connection, PgConnection};

use crate::support::app::App;
use crate::support::db::database;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_servers_write_and_seal_at_once_and_the_log_is_whole() {
    let app = App::new().await;
    let folder = app.state.config.checkpoints.clone();
    let mut second = app.state.clone();
    second.gate = Gate::new(pool::open(app.database.app_options(), 5), app.clock.clone());
    second.notary = Notary::new(CheckpointKey::from_seed(&[7; 32]), Checkpoints::new(&folder));
    let patient = app.made().patient("Ann Quillfeather").await;
    let registrar = app.person(Role::Registrar).await;
    let there = registrar.at(router::build(second.clone()));
    let mut working = tokio::task::JoinSet::new();
    for visitor in [registrar.clone(), there.clone(), registrar, there] {
        working.spawn(async move {
            for _ in 0..40 {
                visitor.get(&format!("/patients/{patient}")).await.ok();
            }
        });
    }
    for state in [app.state.clone(), second.clone()] {
        working.spawn(async move {
            for _ in 0..30 {
                state.notary.seal(&state.gate, Turn::Skip).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
    }
    while let Some(done) = working.join_next().await {
        done.unwrap();
    }
    second.notary.seal(&second.gate, Turn::Wait).await.unwrap();
    let operator = Actor::operator("test");
    let found = app
        .state
        .gate
        .desk(&operator, Act::VerifyLedger, Remarks::none(), async |desk| {
            Ok(app.state.notary.verify(desk, |_| ()).await?)
        })
        .await
        .unwrap();
    assert!(found.whole, "{found:?}");
    assert_eq!(found.leaves, 160, "{found:?}");
    assert_eq!(found.checkpoints, found.outside_checkpoints, "each head stands in the folder once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_start_at_once_migrate_once() {
    let database = database().await;
    let mut owner = database.owner().await;
    // As empty as a new one.
    sqlx::raw_sql("drop schema public cascade; create schema public; grant usage on schema public to public")
        .execute(&mut owner)
        .await
        .unwrap();
    let mut starting = tokio::task::JoinSet::new();
    for _ in 0..4 {
        starting.spawn(migrate::run(database.owner_options()));
    }
    while let Some(done) = starting.join_next().await {
        done.unwrap().unwrap();
    }
    migrate::check(database.app_options()).await.unwrap();
    let mut app = PgConnection::connect_with(&database.app_options()).await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from patients").fetch_one(&mut app).await.unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scheduled_job_is_done_by_one_of_them() {
    let app = App::new().await;
    let every = chrono::Duration::hours(24);
    let ask = || {
        let gate = app.state.gate.clone();
        async move { schedule::take_turn(&gate, &Actor::job("backup"), "backup", every).await.unwrap() }
    };
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..8 {
        asking.spawn(ask());
    }
    let taken = asking.join_all().await.into_iter().filter(|taken| *taken).count();
    assert_eq!(taken, 1);
    app.later(chrono::Duration::hours(23));
    assert!(!ask().await);
    app.later(chrono::Duration::hours(2));
    assert!(ask().await);
    schedule::try_again(&app.state.gate, &Actor::job("backup"), "backup").await.unwrap();
    app.later(chrono::Duration::minutes(11));
    assert!(ask().await, "a job that failed comes again soon");
}
