//! A database for each test: one throwaway PostgreSQL per test binary, migrated once into a template, cloned per test.
//!
//! `cargo test` needs no setting and leaves nothing behind: the cluster lives in memory where there is room,
//! and its watchdog removes it when the test binary ends, however it ends.

use std::{
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{self, Sender},
    },
    time::Instant,
};

use custodian::db::{
    embedded::{Embedded, Place},
    migrate, pool,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, postgres::PgConnectOptions};

/// A clone of a cluster's template is made of files; below this much free memory they go to disk.
const ROOM_NEEDED: u64 = 3 << 30;

struct Cluster {
    server: Embedded,
    /// How a clone is made: copying files is fastest in memory, writing the journal on disk.
    strategy: &'static str,
    used_up: Sender<String>,
}

/// The database of one test. Dropped with the test.
pub struct TestDatabase {
    name: String,
    /// Connected as `custodian_app`, as the program is: row-level security holds.
    pub app: PgPool,
}

/// A fresh, migrated, empty database.
pub async fn database() -> TestDatabase {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = tokio::task::spawn_blocking(cluster).await.expect("the test cluster starts");
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let create = format!("create database {name} template migrated strategy {}", cluster.strategy);
    execute(&cluster.server.owner().database("postgres"), create).await;
    let app = pool::open(cluster.server.app().database(&name), 5);
    TestDatabase { name, app }
}

impl TestDatabase {
    /// A connection as the owner of the tables, for tests that tamper or look behind row-level security.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.owner_options()).await.expect("the owner connects")
    }

    /// How the application signs in here, for a second pool or a single connection.
    pub fn app_options(&self) -> PgConnectOptions {
        cluster().server.app().database(&self.name)
    }

    pub fn owner_options(&self) -> PgConnectOptions {
        cluster().server.owner().database(&self.name)
    }

    /// The address of this database for a program started by a test, as `DATABASE_URL` (`custodian_app`) or
    /// `CUSTODIAN_OWNER_URL` (`custodian_owner`).
    pub fn url(&self, role: &str) -> String {
        let socket = cluster().server.folder().join("run");
        format!("postgres://{role}@localhost/{}?host={}", self.name, socket.display())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Dropping needs a connection, which a destructor can't wait for.
        let _ = cluster().used_up.send(std::mem::take(&mut self.name));
    }
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    // A thread of its own, because a runtime can't be started inside a test's runtime.
    CLUSTER.get_or_init(|| std::thread::spawn(start).join().expect("the test cluster starts"))
}

fn start() -> Cluster {
    let begun = Instant::now();
    let (parent, strategy) = parent_folder();
    let folder = parent.join(format!("custodian-test-{}", std::process::id()));
    let server = Embedded::start(Place::throwaway(&folder)).unwrap_or_else(|error| panic!("{error}"));
    let admin = server.owner().database("postgres");
    runtime().block_on(async {
        execute(&admin, "create database migrated".into()).await;
        migrate::run(server.owner().database("migrated")).await.unwrap_or_else(|error| panic!("{error}"));
        execute(&admin, "alter database migrated with is_template true allow_connections false".into()).await;
    });
    let (used_up, names) = mpsc::channel::<String>();
    std::thread::spawn(move || {
        let runtime = runtime();
        for name in names {
            runtime.block_on(execute(&admin, format!("drop database if exists {name} with (force)")));
        }
    });
    eprintln!("test database: cluster and template in {:?} ({})", begun.elapsed(), folder.display());
    Cluster { server, strategy, used_up }
}

/// Where throwaway clusters go, and how to clone a database there.
pub fn parent_folder() -> (PathBuf, &'static str) {
    let memory = PathBuf::from("/dev/shm");
    let free = rustix::fs::statvfs(&memory).map_or(0, |found| found.f_bavail * found.f_frsize);
    if free >= ROOM_NEEDED { (memory, "file_copy") } else { (std::env::temp_dir(), "wal_log") }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn execute(options: &PgConnectOptions, statement: String) {
    let mut connection = PgConnection::connect_with(options).await.expect("the owner connects");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect("the statement runs");
    connection.close().await.expect("the connection closes");
}
