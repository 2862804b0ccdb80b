//! The ledger against somebody who holds the database in his hands.

mod append_only;
mod exports;
mod sealing;
mod tampering;

use std::path::PathBuf;

use custodian::access::ledger::LedgerError;
use custodian::access::ledger::checkpoint::CheckpointKey;
use custodian::access::ledger::outside::Folder;
use custodian::access::ledger::seal::{Sealed, Turn, seal};
use custodian::access::ledger::verify::{Verification, verify};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::support::db::{TestDatabase, database};

/// A ledger of its own, written and sealed as the application does it.
pub struct Ledger {
    pub database: TestDatabase,
    pub app: PgConnection,
    pub key: CheckpointKey,
    pub place: PathBuf,
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.place);
    }
}

impl Ledger {
    pub async fn new() -> Self {
        let database = database().await;
        let app = PgConnection::connect_with(&database.app_options()).await.unwrap();
        let place = std::env::temp_dir().join(format!("custodian-ledger-{}", Uuid::new_v4()));
        Self { database, app, key: CheckpointKey::from_seed(&[5; 32]), place }
    }

    /// A ledger with seals over these many events each.
    pub async fn sealed(counts: &[i32]) -> Self {
        let mut ledger = Self::new().await;
        for count in counts {
            ledger.write(*count).await;
            assert_eq!(ledger.seal().await.unwrap().added, u64::try_from(*count).unwrap());
        }
        ledger
    }

    pub fn folder(&self) -> Folder {
        Folder::new(&self.place)
    }

    /// So many events in one transaction.
    pub async fn write(&mut self, count: i32) {
        write(&mut self.app, count).await;
    }

    pub async fn seal(&mut self) -> Result<Sealed, LedgerError> {
        let folder = self.folder();
        seal(&mut self.app, &self.key, &folder, Turn::Wait).await
    }

    /// Verifies as the application does, in a transaction that has opened the ledger (and is rolled back here, to leave no event).
    pub async fn verify(&mut self) -> Verification {
        let (folder, verifier) = (self.folder(), self.key.verifier());
        let mut opened = self.app.begin().await.unwrap();
        open(&mut opened, "ledger").await;
        let verification = verify(&mut opened, &verifier, &folder, |_| ()).await.unwrap();
        opened.rollback().await.unwrap();
        verification
    }

    /// What is wrong, or nothing.
    pub async fn bad(&mut self) -> (Option<u64>, Option<Uuid>, String) {
        let verification = self.verify().await;
        assert!(!verification.whole, "nothing was noticed");
        let bad = verification.first_bad.unwrap();
        (bad.leaf, bad.event, bad.what)
    }

    /// The event of a leaf.
    pub async fn event(&mut self, leaf: i64) -> Uuid {
        sqlx::query_scalar("select event_id from audit_leaves where leaf_index = $1")
            .bind(leaf)
            .fetch_one(&mut self.app)
            .await
            .unwrap()
    }

    /// Does what only the owner of the tables can, and only after taking the triggers away.
    pub async fn tamper(&mut self, statements: &str) {
        let tables = ["audit_events", "audit_subjects", "audit_leaves", "audit_nodes", "audit_checkpoints"];
        let switch =
            |word: &str| tables.map(|table| format!("alter table {table} {word} trigger unchanging;")).concat();
        let script = format!("begin; {} {statements}; {} commit", switch("disable"), switch("enable"));
        let mut owner = self.database.owner().await;
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut owner).await.unwrap();
    }
}

/// So many events in one transaction, each with two subjects.
pub async fn write(connection: &mut PgConnection, count: i32) {
    let mut transaction = connection.begin().await.unwrap();
    sqlx::query(
        "with written as materialized (
            select n, access_open(md5(pg_current_xact_id()::text || n)::uuid, n::smallint, 'roster', 'patients.search', 'R', 'success',
                'person', md5('actor')::uuid, 'Zoë \"Z\" O''Brien', 'clerk', null, '10.0.0.7', 'test', gen_random_uuid(), 'HOPERAT', 'role',
                null, null, 'search', null, null, null, '{}', null, null, null, '{\"rows\": 2, \"kinds\": {\"b\": 1, \"a\": null}}',
                jsonb_build_object('name', 'Lee' || n))
            from generate_series(1, $1) n
        )
        select count(*) from written",
    )
    .bind(count)
    .execute(&mut *transaction)
    .await
    .unwrap();
    sqlx::query(
        "select access_seen(md5(pg_current_xact_id()::text || n)::uuid, array[md5('b' || n)::uuid, md5('a' || n)::uuid])
        from generate_series(1, $1) n",
    )
    .bind(count)
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
}

/// Records that the ledger, or another kind of scope, is opened.
pub async fn open(connection: &mut PgConnection, scope: &str) {
    sqlx::query(
        "select access_open(gen_random_uuid(), 0::smallint, $1, 'audit.verify', 'E', 'success', 'operator', null, 'test', null, null, null,
            'test', gen_random_uuid(), 'HOPERAT', 'role', null, null, 'command', null, null, null, '{}', null, null, null, '{}', null)",
    )
    .bind(scope)
    .execute(connection)
    .await
    .unwrap();
}
