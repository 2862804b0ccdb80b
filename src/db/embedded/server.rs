//! Running the server: start it, know when it is ready, start it again if it dies, stop it, and the watchdog.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::{
        fs::OpenOptionsExt,
        net::UnixStream,
        process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::{
    fs::OFlags,
    process::{Pid, Signal, kill_process, test_kill_process},
};

use super::{
    EmbeddedError, Place,
    account::{Account, last_lines},
    io,
    locks::Locks,
    programs::Programs,
    settings::{memory, settings},
};

/// After a power cut the server first replays its journal.
const START_PATIENCE: Duration = Duration::from_secs(120);
const STOP_PATIENCE: Duration = Duration::from_secs(60);
/// The log is put aside at a start when it has grown past this.
const LOG_LIMIT: u64 = 10_000_000;

/// Waits until nobody holds `users.lock`, then stops whatever server runs in the folder; for tests, removes the folder.
/// The lock is held while the server stops, so that newcomers wait for that instead of joining a dying one.
const WATCHDOG: &str = r#"
trap '' HUP INT TERM
exec 9<users.lock || exit
if command -v flock >/dev/null; then flock 9; else perl -e 'open(F, "<&=9"); flock(F, 2)'; fi || exit
if read -r pid <data/postmaster.pid && case $(cat "/proc/$pid/comm" || ps -o comm= -p "$pid") in *postgres*) ;; *) false ;; esac; then
    kill -INT "$pid"
    tries=0
    while [ -e data/postmaster.pid ] && kill -0 "$pid" && [ $tries -lt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
fi
if [ -n "$1" ]; then cd / && rm -rf "$1"; fi
"#;

/// A server in its folder, running or not.
#[derive(Debug)]
pub struct Server {
    pub folder: PathBuf,
    pub account: Account,
    pub place: Place,
}

/// Starts the server, and a thread that starts it again should it die while in use.
/// The caller holds the start lock and is a user.
pub fn start_and_keep(server: &Arc<Server>, leaving: &Arc<AtomicBool>) -> Result<JoinHandle<()>, EmbeddedError> {
    let child = server.start()?;
    let (kept, leaving) = (Arc::clone(server), Arc::clone(leaving));
    let keeper = thread::Builder::new().name("postgres-keeper".into()).spawn(move || keep(&kept, child, &leaving));
    keeper.map_err(io("cannot watch", &server.folder))
}

fn keep(server: &Server, mut child: Child, leaving: &AtomicBool) {
    for _ in 0..10 {
        let ended = child.wait().unwrap_or(ExitStatus::from_raw(0));
        if leaving.load(Ordering::SeqCst) {
            return;
        }
        tracing::error!(%ended, "the private PostgreSQL ended by itself; starting it again");
        thread::sleep(Duration::from_secs(1));
        match start_again(server, leaving) {
            Ok(Some(started)) => child = started,
            Ok(None) => return,
            Err(error) => tracing::error!(%error, "the private PostgreSQL does not start again"),
        }
    }
    tracing::error!("the private PostgreSQL keeps ending; giving up on it");
}

fn start_again(server: &Server, leaving: &AtomicBool) -> Result<Option<Child>, EmbeddedError> {
    let _starting = Locks::open(&server.folder, &server.account)?.starting()?;
    if leaving.load(Ordering::SeqCst) || server.answers() {
        return Ok(None);
    }
    server.start().map(Some)
}

impl Server {
    /// The PostgreSQL programs that fit this cluster.
    pub fn programs(&self) -> Result<Programs, EmbeddedError> {
        Programs::find(&self.folder, self.place.programs.as_deref(), &self.account)
    }

    /// Whether a server listens on the socket. A socket left behind by a dead one refuses.
    pub fn answers(&self) -> bool {
        UnixStream::connect(self.folder.join("run/.s.PGSQL.5432")).is_ok()
    }

    /// Starts the server and waits until it takes connections.
    fn start(&self) -> Result<Child, EmbeddedError> {
        let begun = Instant::now();
        self.clear_stale_pid()?;
        let log = self.open_log()?;
        let mut postgres = self.account.command(&self.programs()?.program("postgres"), &self.folder);
        postgres.arg("-D").arg(self.folder.join("data")).arg("-k").arg(self.folder.join("run"));
        for setting in settings(self.place.throwaway, memory()) {
            postgres.args(["-c", &setting]);
        }
        // Its own process group, so that ^C in a terminal reaches us and we stop it in order.
        postgres.stdin(Stdio::null()).stderr(log.try_clone().map_err(io("cannot open", &self.log()))?).stdout(log);
        let mut child = postgres.process_group(0).spawn().map_err(io("cannot run postgres in", &self.folder))?;
        if let Err(error) = self.wait_until_ready(Some(&mut child)) {
            let _ = child.kill();
            let _ = child.wait();
            return Err(error);
        }
        tracing::info!(ms = begun.elapsed().as_millis(), folder = %self.folder.display(), "private PostgreSQL ready");
        Ok(child)
    }

    /// Waits until the server says so in its pid file: process id on line 1, `ready` on line 8.
    pub fn wait_until_ready(&self, mut child: Option<&mut Child>) -> Result<(), EmbeddedError> {
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(self.pid_file()).unwrap_or_default();
            let mut lines = text.lines().map(str::trim);
            let whose = child.as_ref().map(|child| child.id().to_string());
            let ours = lines.next().is_some_and(|pid| whose.is_none_or(|whose| whose == pid));
            if ours && lines.nth(6) == Some("ready") {
                return Ok(());
            }
            let ended = child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(Some(_))));
            if ended || begun.elapsed() > START_PATIENCE {
                let said = last_lines(&fs::read_to_string(self.log()).unwrap_or_default(), 2);
                return Err(EmbeddedError::NotStarted { said, log: self.log() });
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks for a fast shutdown (SIGINT) and waits for its end. The caller is the only one left.
    pub fn stop(&self) {
        let Some(pid) = self.pid().filter(|pid| is_postgres(*pid)) else { return };
        let _ = kill_process(pid, Signal::INT);
        let begun = Instant::now();
        while self.pid_file().exists() && test_kill_process(pid).is_ok() && begun.elapsed() < STOP_PATIENCE {
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Before the server, so that there is no moment at which our death leaves it running for ever.
    pub fn set_watchdog(&self) -> Result<(), EmbeddedError> {
        let mut watchdog = self.account.command(Path::new("/bin/sh"), &self.folder);
        watchdog.args(["-c", WATCHDOG, "custodian-watchdog"]);
        watchdog.args(self.place.throwaway.then_some(&self.folder));
        watchdog.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut child = watchdog.spawn().map_err(io("cannot run a watchdog in", &self.folder))?;
        // Waited for, so that no dead process is left on the list if we live on after leaving.
        let reaper = thread::Builder::new().name("postgres-watchdog".into()).spawn(move || child.wait());
        reaper.map(drop).map_err(io("cannot watch", &self.folder))
    }

    /// A pid file outlives a power cut, and by then its number may be another program's, at the sight of which
    /// PostgreSQL refuses to start. We hold the start lock and nobody listens, so unless that process really is a
    /// server about to end, the file is stale.
    fn clear_stale_pid(&self) -> Result<(), EmbeddedError> {
        let begun = Instant::now();
        while let Some(pid) = self.pid() {
            if test_kill_process(pid).is_err() || !is_postgres(pid) {
                return self.account.shell(&self.folder, "rm -f data/postmaster.pid", "");
            }
            if begun.elapsed() > Duration::from_secs(15) {
                return Ok(()); // let PostgreSQL say what it thinks of it
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    pub fn pid(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.pid_file()).ok()?;
        Pid::from_raw(text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 1)?)
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.join("data/postmaster.pid")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn open_log(&self) -> Result<File, EmbeddedError> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|found| found.len() > LOG_LIMIT) {
            self.account.shell(&self.folder, "mv -f server.log server.log.old", "")?;
        }
        self.account.shell(&self.folder, ": >> server.log", "")?;
        let no_links = OFlags::NOFOLLOW.bits().cast_signed();
        OpenOptions::new().append(true).custom_flags(no_links).open(&path).map_err(io("cannot open", &path))
    }
}

/// Whether the process is a PostgreSQL: a number in a file that outlived its server may by now be anybody's.
fn is_postgres(pid: Pid) -> bool {
    let number = pid.as_raw_nonzero().to_string();
    let name = fs::read_to_string(format!("/proc/{number}/comm")).or_else(|_| {
        let answer = Command::new("ps").args(["-o", "comm=", "-p", &number]).output()?; // no /proc on a Mac
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer.stdout).into_owned())
    });
    name.is_ok_and(|name| name.contains("postgres"))
}
