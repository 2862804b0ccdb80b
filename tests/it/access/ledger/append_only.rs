//! AUD-3: the application can add to the ledger and to its seal, and do nothing else to either; nor does it read unseen.

use custodian::access::ledger::LedgerError;
use custodian::access::ledger::canonical::COLUMNS;
use custodian::access::ledger::prove::inclusion;
use custodian::access::ledger::verify::verify;
use sqlx::{AssertSqlSafe, Connection};

use super::{Ledger, open};

async fn refusal(ledger: &mut Ledger, statement: &str) -> String {
    let error = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut ledger.app).await.unwrap_err();
    error.as_database_error().and_then(|error| error.code()).unwrap().into_owned()
}

#[tokio::test]
async fn the_application_writes_the_seal_only_through_its_functions() {
    let mut ledger = Ledger::sealed(&[300]).await;
    for table in ["audit_leaves", "audit_nodes", "audit_checkpoints", "audit_unsealed"] {
        for statement in ["insert into # select * from #", "delete from #", "truncate #"] {
            let statement = statement.replace('#', table);
            assert_eq!(refusal(&mut ledger, &statement).await, "42501", "{statement}");
        }
    }
    assert_eq!(refusal(&mut ledger, "update audit_leaves set leaf_hash = leaf_hash").await, "42501");
}

#[tokio::test]
async fn the_functions_only_append() {
    let mut ledger = Ledger::sealed(&[5]).await;
    ledger.write(1).await;
    let one = |first: i64, event: &str| {
        format!("select access_seal({first}, (select array[txid] from audit_unsealed), (select array[ordinal] from audit_unsealed),
            array[{event}], array[sha256('x')], '{{}}', '{{}}', '{{}}')")
    };
    let waiting = "(select event_id from audit_unsealed)";
    for first in [-1, 0, 4, 6] {
        assert_eq!(refusal(&mut ledger, &one(first, waiting)).await, "23514", "leaf {first} is not the next");
    }
    assert_eq!(
        refusal(&mut ledger, &one(5, "(select event_id from audit_leaves limit 1)")).await,
        "23514",
        "sealed before"
    );
    assert_eq!(refusal(&mut ledger, &one(5, "gen_random_uuid()")).await, "23514", "no such event");
    for (size, note) in [(4, "x\n4\n"), (5, "x\n6\n"), (6, "x\n6\n")] {
        assert_eq!(
            refusal(&mut ledger, &format!("select access_checkpoint({size}, '{note}')")).await,
            "23514",
            "{size}"
        );
    }
    assert_eq!(
        refusal(&mut ledger, "select access_checkpoint(5, E'x\\n5\\n')").await,
        "23505",
        "a second over the same leaves"
    );
    assert_eq!(
        refusal(&mut ledger, "select access_seal(5, '{}', '{}', '{}', '{}', '{8}', '{0}', array[sha256('x')])").await,
        "23514",
        "a node over leaves that do not exist"
    );
    assert_eq!(ledger.seal().await.unwrap().added, 1);
    assert!(ledger.verify().await.whole);
}

#[tokio::test]
async fn even_the_owner_must_take_a_trigger_away_first() {
    let ledger = Ledger::sealed(&[300]).await;
    let mut owner = ledger.database.owner().await;
    for table in ["audit_events", "audit_subjects", "audit_leaves", "audit_nodes", "audit_checkpoints"] {
        let error = sqlx::query(AssertSqlSafe(format!("delete from {table}"))).execute(&mut owner).await.unwrap_err();
        assert!(error.to_string().contains("only ever added to"), "{table}: {error}");
    }
}

#[tokio::test]
async fn the_ledger_is_not_read_unseen() {
    let mut ledger = Ledger::sealed(&[5]).await;
    let (folder, verifier, event) = (ledger.folder(), ledger.key.verifier(), ledger.event(0).await);
    let seen: i64 = sqlx::query_scalar("select count(*) from audit_rows").fetch_one(&mut ledger.app).await.unwrap();
    assert_eq!(seen, 0);
    assert!(matches!(verify(&mut ledger.app, &verifier, &folder, |_| ()).await, Err(LedgerError::NotOpened)));
    let mut roster = ledger.app.begin().await.unwrap();
    open(&mut roster, "roster").await;
    assert!(
        matches!(inclusion(&mut roster, event).await, Err(LedgerError::NotOpened)),
        "a roster opens patients, not the ledger"
    );
    roster.rollback().await.unwrap();
    ledger.write(1).await;
    let peek = "select * from access_unsealed(0, 0::smallint, gen_random_uuid(), 10)";
    assert_eq!(refusal(&mut ledger, peek).await, "42501", "only who holds the turn");
}

/// A column that the leaf does not know could be changed unnoticed.
#[tokio::test]
async fn every_column_of_an_event_is_in_its_leaf() {
    let ledger = Ledger::new().await;
    let mut owner = ledger.database.owner().await;
    let mut columns: Vec<String> =
        sqlx::query_scalar("select column_name::text from information_schema.columns where table_schema = 'public' and table_name = 'audit_events'")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    columns.push("subjects".into());
    columns.sort();
    assert_eq!(columns, COLUMNS, "a new column of audit_events goes into view audit_rows and AuditRow::leaf as well");
    let mut shown: Vec<String> =
        sqlx::query_scalar("select column_name::text from information_schema.columns where table_name = 'audit_rows'")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    shown.sort();
    assert_eq!(shown, COLUMNS);
    let subjects: i64 =
        sqlx::query_scalar("select count(*) from information_schema.columns where table_name = 'audit_subjects'")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    assert_eq!(subjects, 3);
}
