//! Round after round, the server or its PostgreSQL is killed (SIGKILL) at a random moment while 32 clients write through HTTP. After each, every
//! write that was acknowledged must be there, none half, and the access log whole. `make faults`; not among the usual tests, because it takes
//! minutes. `CUSTODIAN_FAULT_ROUNDS` says how many rounds.
//!
//! The write is a facility added: the row and its event are one transaction, so one without the other is a half write.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use custodian::access::session::Token;
use rand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::people::PASSWORD;

const CLIENTS: usize = 32;

struct House {
    folder: PathBuf,
    address: SocketAddr,
    server: Option<Child>,
}

impl House {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("custodian-faults-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder, address, server: None }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_custodian"));
        command.args(arguments).env_remove("DATABASE_URL").env_remove("CUSTODIAN_OWNER_URL");
        command.env("CUSTODIAN_DATA_DIR", &self.folder).env("CUSTODIAN_LISTEN", self.address.to_string());
        command.env("RUST_LOG", "off").stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn start(&mut self) {
        self.server = Some(self.command(&["serve"]).spawn().unwrap());
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        let begun = Instant::now();
        while !get(self.address, "/health/ready", "").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            assert!(begun.elapsed() < Duration::from_secs(120), "the server does not become ready");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn kill_database(&self) {
        let text = fs::read_to_string(self.folder.join("postgres/data/postmaster.pid")).unwrap();
        let pid = text.lines().next().unwrap().trim().parse().unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
    }

    async fn owner(&self) -> PgConnection {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(self.folder.join("postgres/run"))
            .username("custodian_owner")
            .database("custodian");
        for _ in 0..100 {
            if let Ok(connection) = PgConnection::connect_with(&options).await {
                return connection;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the database does not come back");
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let pid = Pid::from_child(&server);
            let _ = kill_process(pid, Signal::TERM);
            let _ = server.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn ask(address: SocketAddr, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    // An answer cut off in its head is none.
    let text = String::from_utf8_lossy(&answer).into_owned();
    text.contains("\r\n\r\n").then_some(text)
}

fn get(address: SocketAddr, path: &str, cookie: &str) -> Option<String> {
    ask(address, &format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"))
}

fn post(address: SocketAddr, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Option<String> {
    let body = serde_urlencoded::to_string(fields).unwrap();
    ask(
        address,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
}

fn cookie_of(answer: &str, name: &str) -> String {
    let start = format!("set-cookie: {name}=");
    let line = answer.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no {name} in {answer}"));
    line["set-cookie: ".len()..].split(';').next().unwrap().to_owned()
}

/// The session's cookie and the token for its forms.
fn sign_in(address: SocketAddr) -> (String, String) {
    let page = get(address, "/sign-in", "").unwrap();
    let door = cookie_of(&page, "custodian-door");
    let field = page.split("name=\"csrf\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1)).unwrap();
    let token = field.split('"').next().unwrap();
    let fields = [("csrf", token), ("name", "faults"), ("password", PASSWORD), ("next", "")];
    let session = cookie_of(&post(address, "/sign-in", &door, &fields).unwrap(), "custodian");
    let csrf = Token::parse(session.strip_prefix("custodian=").unwrap()).unwrap().csrf();
    (session, csrf)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: make faults"]
async fn no_acknowledged_write_is_lost_whatever_is_killed() {
    let rounds: usize = std::env::var("CUSTODIAN_FAULT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    let mut house = House::new();
    let mut adding = house
        .command(&["staff", "add", "faults", "--role", "admin", "--full-name", "Fault Finder", "--password-stdin"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(adding.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(adding.wait().unwrap().success());
    house.start();
    let (session, csrf) = sign_in(house.address);
    let (acknowledged, sent) = (Mutex::new(BTreeSet::new()), AtomicU64::new(0));
    let mut slowest = Duration::ZERO;
    let begun = Instant::now();

    for round in 0..rounds {
        let stop = AtomicBool::new(false);
        let alive = Duration::from_millis(rand::rng().random_range(100..2000));
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let code = format!("F{}", sent.fetch_add(1, Ordering::Relaxed));
                        let (name, authority) = (format!("Facility {code}"), format!("urn:faults:{code}"));
                        let fields = [
                            ("csrf", &*csrf),
                            ("code", &*code),
                            ("name", &*name),
                            ("mrn_authority", &*authority),
                            ("time_zone", "UTC"),
                        ];
                        match post(house.address, "/admin/facilities", &session, &fields) {
                            Some(answer) if answer.starts_with("HTTP/1.1 303") => {
                                assert!(answer.contains("location: /admin/facilities"), "{answer}");
                                acknowledged.lock().unwrap().insert(code);
                            }
                            Some(answer) => assert!(answer.starts_with("HTTP/1.1 503"), "{answer}"),
                            None => thread::sleep(Duration::from_millis(20)),
                        }
                    }
                });
            }
            thread::sleep(alive);
            if round.is_multiple_of(2) {
                let pid = Pid::from_child(house.server.as_ref().unwrap());
                kill_process(pid, Signal::KILL).unwrap();
            } else {
                house.kill_database();
                // Some go on while it is away: their answers must not be lies either.
                thread::sleep(Duration::from_millis(200));
            }
            stop.store(true, Ordering::Relaxed);
        });
        let down = Instant::now();
        if round.is_multiple_of(2) {
            house.server.take().unwrap().wait().unwrap();
            house.start();
        } else {
            house.wait_until_ready();
        }
        slowest = slowest.max(down.elapsed());
        let known = acknowledged.lock().unwrap().clone();
        check(&house, &known, round).await;
    }
    let (sent, kept) = (sent.into_inner(), acknowledged.into_inner().unwrap().len());
    eprintln!(
        "{rounds} rounds in {:?}: {sent} writes sent, {kept} acknowledged and all there, none half, the log whole each time; \
         back after {slowest:?} at the slowest",
        begun.elapsed()
    );
    assert!(kept > rounds, "hardly anything was written");
}

async fn check(house: &House, acknowledged: &BTreeSet<String>, round: usize) {
    let mut owner = house.owner().await;
    let there: Vec<String> = sqlx::query_scalar("select code from facilities").fetch_all(&mut owner).await.unwrap();
    let there: BTreeSet<String> = there.into_iter().collect();
    let lost: Vec<&String> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
    let halves: i64 = sqlx::query_scalar(
        "select count(*)
        from facilities f
        full join (
            select detail ->> 'facility' as id, count(*) as events
            from audit_events
            where act = 'facilities.change' and outcome = 'success' and detail ? 'facility'
            group by 1
        ) e on e.id = f.facility_id::text
        where (f.facility_id is null or e.events is distinct from 1) and coalesce(f.code, 'F') like 'F%'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(halves, 0, "round {round}: rows without their event, or events without their row");
    owner.close().await.unwrap();
    let verified = house.command(&["audit", "verify", "--json"]).stdout(Stdio::piped()).output().unwrap();
    assert!(verified.status.success(), "round {round}: {}", String::from_utf8_lossy(&verified.stdout));
}
