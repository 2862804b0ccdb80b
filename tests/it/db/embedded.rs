//! The private PostgreSQL through its life: started, joined, killed, refused.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use custodian::db::embedded::{Embedded, EmbeddedError, Place};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use crate::support::db::parent_folder;

/// A data folder of its own for a test, removed at the end. Short, because socket paths are.
struct DataDir(PathBuf);

impl DataDir {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(parent_folder().0.join(format!("custodian-data-{}-{number}", std::process::id())))
    }

    fn place(&self) -> Place {
        Place { programs: Place::throwaway(&self.0).programs, ..Place::in_data_dir(&self.0, None) }
    }

    fn start(&self) -> Embedded {
        Embedded::start(self.place()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn pid(&self) -> Option<u32> {
        fs::read_to_string(self.0.join("postgres/data/postmaster.pid")).ok()?.lines().next()?.parse().ok()
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn ask(options: &PgConnectOptions, question: &'static str) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    let answer = sqlx::query_scalar(question).fetch_one(&mut connection).await;
    connection.close().await?;
    answer
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "still waiting for: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_from_nothing_and_keeps_what_was_written() {
    let data = DataDir::new();
    let server = data.start();
    assert_eq!(
        ask(&server.owner(), "create table kept as select 'here'::text as word").await.err().map(drop),
        Some(())
    );
    let first = data.pid().expect("a server runs");
    server.stop();
    assert_eq!(data.pid(), None, "the last one to leave stops the server");

    let again = data.start();
    assert_ne!(data.pid(), Some(first));
    assert_eq!(ask(&again.owner(), "select word from kept").await.unwrap(), "here");
    again.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_are_plain_and_the_superuser_cannot_sign_in() {
    let data = DataDir::new();
    let server = data.start();
    let plain = "select string_agg(rolname, ' ' order by rolname) from pg_roles
                 where rolname like 'custodian%' and not (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole)";
    assert_eq!(ask(&server.owner(), plain).await.unwrap(), "custodian_app custodian_owner");
    let owner = "select pg_get_userbyid(datdba) from pg_database where datname = 'custodian'";
    assert_eq!(ask(&server.app(), owner).await.unwrap().trim(), "custodian_owner");
    let may = "select concat(has_database_privilege('custodian_app', 'custodian', 'create'),
                             has_schema_privilege('custodian_app', 'public', 'create'),
                             has_database_privilege('custodian_app', 'custodian', 'temp'))";
    assert_eq!(ask(&server.app(), may).await.unwrap(), "fff");
    assert!(ask(&server.owner().username("postgres"), "select 'in'").await.is_err());
    let network = "select setting from pg_settings where name = 'listen_addresses'";
    assert_eq!(ask(&server.app(), network).await.unwrap(), "");
}

#[test]
fn only_the_postgres_folder_belongs_to_the_database_user() {
    let data = DataDir::new();
    let server = data.start();
    let mine = rustix::process::geteuid().as_raw();
    assert_eq!(fs::metadata(&data.0).unwrap().uid(), mine);
    let folder = fs::metadata(data.0.join("postgres")).unwrap();
    assert_eq!(folder.mode() & 0o777, 0o700);
    assert_ne!(folder.uid(), 0, "PostgreSQL does not run as root");
    assert_eq!(fs::metadata(data.0.join("postgres/run")).unwrap().mode() & 0o777, 0o700);
    for inside in ["data", "run", "server.log", "start.lock", "users.lock", "data/pg_hba.conf", "data/pg_ident.conf"] {
        assert_eq!(fs::metadata(data.0.join("postgres").join(inside)).unwrap().uid(), folder.uid(), "{inside}");
    }
    server.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_share_it_and_the_last_one_stops_it() {
    let data = DataDir::new();
    let (first, second) = (data.start(), data.start());
    let pid = data.pid();
    first.stop();
    assert_eq!(data.pid(), pid, "another still uses it");
    assert_eq!(ask(&second.app(), "select 'still here'").await.unwrap(), "still here");
    second.stop();
    assert_eq!(data.pid(), None);
}

#[test]
fn many_start_at_once_and_one_server_serves_them() {
    let data = DataDir::new();
    let servers: Vec<Embedded> = thread::scope(|scope| {
        let starting: Vec<_> = (0..6).map(|_| scope.spawn(|| data.start())).collect();
        starting.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(data.pid().is_some());
    thread::scope(|scope| servers.into_iter().for_each(|server| drop(scope.spawn(|| server.stop()))));
    assert_eq!(data.pid(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_user_leaves_no_server_behind_and_the_next_start_works() {
    let data = DataDir::new();
    for round in 0..3 {
        let mut holder = holder(&data.0);
        let pid = data.pid().expect("the holder's server runs");
        holder.kill().unwrap();
        holder.wait().unwrap();
        if round == 0 {
            eventually("the watchdog stops the server", || data.pid().is_none());
            eventually("its process is gone", || !runs(pid));
        }
        // In the later rounds at once, while the watchdog is at work.
        let server = data.start();
        assert_eq!(ask(&server.app(), "select 'back'").await.unwrap(), "back");
        server.stop();
        assert_eq!(data.pid(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_starter_does_not_take_the_server_from_others() {
    let data = DataDir::new();
    let mut holder = holder(&data.0);
    let server = data.start();
    let pid = data.pid();
    holder.kill().unwrap();
    holder.wait().unwrap();
    thread::sleep(Duration::from_millis(300));
    assert_eq!(data.pid(), pid);
    assert_eq!(ask(&server.app(), "select 'mine now'").await.unwrap(), "mine now");
    server.stop();
    eventually("the server stops", || data.pid().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_is_started_again() {
    let data = DataDir::new();
    let server = data.start();
    let pid = data.pid().unwrap();
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
    eventually("another server", || data.pid().is_some_and(|found| found != pid));
    let pool = custodian::db::pool::open(server.app(), 2);
    assert!(custodian::db::pool::begin(&pool).await.is_ok());
    pool.close().await;
    server.stop();
    assert_eq!(data.pid(), None);
}

#[test]
fn a_pid_file_from_before_a_power_cut_is_no_obstacle() {
    let data = DataDir::new();
    data.start().stop();
    // The number of a process that lives, and is no PostgreSQL: ours.
    let stale = format!("{}\n/elsewhere\n0\n5432\n\n\n\nready\n", std::process::id());
    fs::write(data.0.join("postgres/data/postmaster.pid"), stale).unwrap();
    data.start().stop();
}

#[test]
fn wrong_programs_are_named() {
    let data = DataDir::new();
    let nowhere = Place { programs: Some("/nonexistent/bin".into()), ..data.place() };
    let said = Embedded::start(nowhere).unwrap_err().to_string();
    assert_eq!(said, "CUSTODIAN_PG_BIN is /nonexistent/bin, but there is no `postgres` program in that folder");
}

#[test]
fn a_throwaway_that_fails_to_start_leaves_nothing() {
    let data = DataDir::new();
    fs::create_dir_all(&data.0).unwrap();
    let place = Place { programs: Some("/nonexistent/bin".into()), ..Place::throwaway(&data.0.join("postgres")) };
    assert!(Embedded::start(place).is_err());
    eventually("the folder is empty", || {
        fs::read_dir(data.0.join("postgres")).map_or(true, |mut left| left.next().is_none())
    });
}

#[test]
fn data_of_another_major_version_is_refused_in_one_line() {
    let data = DataDir::new();
    data.start().stop();
    fs::write(data.0.join("postgres/data/PG_VERSION"), "12\n").unwrap();
    let error = Embedded::start(data.place()).unwrap_err();
    assert!(matches!(error, EmbeddedError::OtherVersion { ref made, .. } if made == "12"), "{error}");
    assert_eq!(error.to_string().lines().count(), 1);
}

#[test]
fn a_path_too_long_for_a_socket_is_refused() {
    let data = DataDir::new();
    let place = Place::in_data_dir(&data.0.join("x".repeat(90)), None);
    assert!(matches!(Embedded::start(place), Err(EmbeddedError::PathTooLong(_))));
    assert!(!data.0.exists());
}

#[test]
fn a_closed_parent_folder_is_named() {
    if !rustix::process::geteuid().is_root() {
        return; // only root changes to another user
    }
    let data = DataDir::new();
    fs::create_dir_all(data.0.join("home")).unwrap();
    fs::set_permissions(data.0.join("home"), fs::Permissions::from_mode(0o700)).unwrap();
    let error = Embedded::start(Place::in_data_dir(&data.0.join("home/data"), None)).unwrap_err();
    assert!(matches!(error, EmbeddedError::Closed { ref closed, .. } if closed.ends_with("home")), "{error}");
    // The data folder itself is ours to open, as one from `mktemp -d` needs.
    let server = Embedded::start(Place::in_data_dir(&data.0.join("home"), data.place().programs)).unwrap();
    assert_eq!(fs::metadata(data.0.join("home")).unwrap().mode() & 0o777, 0o711);
    server.stop();
}

/// Another process that uses the database: this test binary, running [`holds_until_killed`].
fn holder(data_dir: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "db::embedded::holds_until_killed", "--ignored", "--nocapture"]);
    let mut child = command.env("HELD_DATA_DIR", data_dir).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("holding")), "the holder starts");
    child
}

#[test]
#[ignore = "a part played by the tests above, in a process of its own"]
fn holds_until_killed() {
    let Some(data_dir) = std::env::var_os("HELD_DATA_DIR") else { return };
    let programs = Place::throwaway(Path::new("/")).programs;
    let _server = Embedded::start(Place::in_data_dir(Path::new(&data_dir), programs)).unwrap();
    println!("holding");
    thread::sleep(Duration::from_secs(600));
}

fn runs(pid: u32) -> bool {
    rustix::process::Pid::from_raw(pid.cast_signed()).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}
