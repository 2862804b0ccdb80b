//! No patient row without an event: the gate from the inside, and the database with the gate taken away.

use custodian::access::{Act, Actor, Error, Remarks, Role};
use custodian::base::id::RequestId;
use custodian::patients::store::header::header;
use sqlx::{AssertSqlSafe, Connection};

use crate::support::app::App;

#[tokio::test]
async fn a_bare_connection_of_the_application_sees_no_patient() {
    let app = App::new().await;
    app.made().patient("Ann Lee").await;
    let ann = app.made().patient("Bea Roe").await;
    app.made().encounter(ann).await;
    app.made().document(ann, "Progress note").await;
    let tables: Vec<String> =
        sqlx::query_scalar("select table_name from patient_owned_tables").fetch_all(&app.database.app).await.unwrap();
    let (mut owner, mut filled) = (app.owner().await, 0);
    for table in tables.iter().map(String::as_str).chain(["audit_events", "audit_subjects"]) {
        let count = || sqlx::query_scalar::<_, i64>(AssertSqlSafe(format!("select count(*) from {table}")));
        filled += i64::from(count().fetch_one(&mut owner).await.unwrap() > 0);
        assert_eq!(count().fetch_one(&app.database.app).await.unwrap(), 0, "{table}");
    }
    assert!(filled >= 9, "only {filled} tables had anything to hide");
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

/// AUD-4: whatever the closure answers, it leaves the gate only when the event is permanent.
#[tokio::test]
async fn aud_4_what_was_read_leaves_only_after_the_commit() {
    let app = App::new().await;
    let ann = app.made().patient("Ann Lee").await;
    let manager = app.person(Role::Manager).await;
    let actor = app.actor_of(&manager).await;
    // The database takes every statement and refuses the commit.
    let refusing = "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
        create constraint trigger refuse after insert on audit_unsealed deferrable initially deferred
        for each row execute function refuse()";
    sqlx::raw_sql(refusing).execute(&mut app.owner().await).await.unwrap();
    let gate = &app.state.gate;
    let chart = gate.chart(&actor, Act::ViewChart, ann, async |chart| header(chart).await).await;
    assert!(chart.is_err(), "a chart was shown without its event");
    let roster = gate.roster(&actor, Act::SearchPatients, Remarks::none(), async |roster| Ok(roster.event())).await;
    assert!(roster.is_err(), "a list was shown without its event");
    let desk = gate.desk(&actor, Act::ViewStaff, Remarks::none(), async |desk| Ok(desk.event())).await;
    assert!(desk.is_err(), "a desk was shown without its event");
    assert!(manager.get(&format!("/patients/{ann}")).await.status.is_server_error());
    assert_eq!(app.ledger().await, []);
}

#[tokio::test]
async fn a_scope_opens_only_for_acts_of_its_kind() {
    let app = App::new().await;
    let ann = app.made().patient("Ann Lee").await;
    let actor = app.actor_of(&app.person(Role::Privacy).await).await;
    let gate = &app.state.gate;
    // A desk opened for a search would show patients, and record nobody.
    let desk = gate.desk(&actor, Act::SearchPatients, Remarks::none(), async |desk| Ok(desk.event())).await;
    assert!(matches!(desk, Err(Error::Internal(_))));
    let roster = gate.roster(&actor, Act::ReviewLedger, Remarks::none(), async |roster| Ok(roster.event())).await;
    assert!(matches!(roster, Err(Error::Internal(_))));
    let chart = gate.chart(&actor, Act::SearchPatients, ann, async |chart| Ok(chart.event())).await;
    assert!(matches!(chart, Err(Error::Internal(_))));
    assert_eq!(app.ledger().await, [], "nothing was opened");
}

#[tokio::test]
async fn aud_2_rows_written_for_many_are_recorded_as_theirs() {
    let app = App::new().await;
    let (ann, bea) = (app.made().patient("Ann Lee").await, app.made().patient("Bea Roe").await);
    let operator = Actor::operator("made");
    let touched = app.state.gate.roster(&operator, Act::ImportRecords, Remarks::none(), async |roster| {
        let touch = sqlx::query("update patients set changed_at = changed_at");
        roster.exec_all(&[ann.0, bea.0], touch).await
    });
    assert_eq!(touched.await.unwrap(), 2);
    let ledger = app.ledger().await;
    assert_eq!(ledger.last().unwrap().subjects, [ann.0, bea.0]);
}
