//! No patient row without an event: the gate from the inside, and the database with the gate taken away.

use custodian::access::{Act, Actor, Error, Remarks, Role};
use custodian::base::id::RequestId;
use sqlx::Connection;

use crate::support::app::App;

#[tokio::test]
async fn a_bare_connection_of_the_application_sees_no_patient() {
    let app = App::new().await;
    app.made().patient("Ann Lee").await;
    let count: i64 = sqlx::query_scalar("select count(*) from patients").fetch_one(&app.database.app).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn the_application_role_cannot_write_the_ledger() {
    let app = App::new().await;
    for statement in [
        "insert into audit_events select * from audit_events",
        "update audit_events set act = 'x'",
        "delete from audit_events",
        "truncate audit_events",
        "delete from audit_subjects",
    ] {
        let error = sqlx::query(statement).execute(&app.database.app).await.unwrap_err();
        let code = error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
        assert_eq!(code.as_deref(), Some("42501"), "{statement}");
    }
}

#[tokio::test]
async fn an_event_opens_its_patient_for_its_own_transaction_only() {
    let app = App::new().await;
    let ann = app.made().patient("Ann Lee").await;
    app.made().patient("Bea Roe").await;
    let mut connection = sqlx::PgConnection::connect_with(&app.database.app_options()).await.unwrap();
    let mut transaction = connection.begin().await.unwrap();
    sqlx::query(
        "select access_open(gen_random_uuid(), 0::smallint, 'chart', 'chart.view', 'R', 'success', 'person', null, 'x', null, null, null, 'test',
            gen_random_uuid(), 'TREAT', 'role', null, null, 'link', null, $1, null, array[$1], null, null, null, '{}', null)",
    )
    .bind(ann.0)
    .execute(&mut *transaction)
    .await
    .unwrap();
    let seen: Vec<uuid::Uuid> =
        sqlx::query_scalar("select patient_id from patients").fetch_all(&mut *transaction).await.unwrap();
    assert_eq!(seen, [ann.0]);
    transaction.commit().await.unwrap();
    let after: i64 = sqlx::query_scalar("select count(*) from patients").fetch_one(&mut connection).await.unwrap();
    assert_eq!(after, 0);
}

#[tokio::test]
async fn a_refused_event_opens_nothing() {
    let app = App::new().await;
    let ann = app.made().patient("Ann Lee").await;
    let mut transaction = app.database.app.begin().await.unwrap();
    sqlx::query(
        "select access_open(gen_random_uuid(), 0::smallint, 'chart', 'chart.view', 'R', 'refused', 'person', null, 'x', null, null, null, 'test',
            gen_random_uuid(), 'TREAT', 'role', null, null, 'link', null, $1, null, array[$1], null, null, null, '{}', null)",
    )
    .bind(ann.0)
    .execute(&mut *transaction)
    .await
    .unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from patients").fetch_one(&mut *transaction).await.unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test]
async fn a_failed_look_leaves_an_event_that_says_so() {
    let app = App::new().await;
    let stranger = Actor::stranger(None, RequestId::new());
    let result: Result<(), Error> =
        app.state.gate.desk(&stranger, Act::SignIn, Remarks::none(), async |_| Err(Error::Conflict)).await;
    assert!(matches!(result, Err(Error::Conflict)));
    let ledger = app.ledger().await;
    assert_eq!(ledger.len(), 1);
    assert_eq!(
        (ledger[0].act.as_str(), ledger[0].outcome.as_str(), ledger[0].basis.as_str()),
        ("sign-in", "failed", "conflict")
    );
}

#[tokio::test]
async fn a_stranger_opens_no_chart_and_the_attempt_is_recorded() {
    let app = App::new().await;
    let ann = app.made().patient("Ann Lee").await;
    let stranger = Actor::stranger(None, RequestId::new());
    let result = app.state.gate.chart(&stranger, Act::ViewChart, ann, async |chart| Ok(chart.patient())).await;
    assert!(matches!(result, Err(Error::Forbidden(_))));
    let ledger = app.ledger().await;
    assert_eq!((ledger[0].outcome.as_str(), ledger[0].patient), ("refused", Some(ann.0)));
    let clerk = app.person(Role::Clerk).await;
    assert!(clerk.get("/nothing-here").await.status.is_client_error());
}
