//! The same statements without us: pgbench, as the application's role, on the same private PostgreSQL.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use uuid::Uuid;

use super::error::{Error, Result};
use crate::db::Database;

/// All statements of a chart page, in order; a test holds it to what the page really asks.
pub const CHART: &str = include_str!("scripts/chart.sql");
/// One event in a transaction of its own.
pub const EVENT: &str = include_str!("scripts/event.sql");
/// The same transaction without the event.
pub const NOTHING: &str = include_str!("scripts/nothing.sql");

/// A plain table of the benchmark's own, for as long as it runs, and one row committed into it.
const COMMITS_BEGIN: &str = include_str!("scripts/commits_begin.sql");
const COMMIT: &str = include_str!("scripts/commit.sql");
const COMMITS_END: &str = include_str!("scripts/commits_end.sql");

/// As whom a script runs.
const APPLICATION: &str = "custodian_app";
const OWNER: &str = "custodian_owner";

/// Rounds a connection of a trial run.
const TRIAL: u32 = 5;

/// What a benchmark says when there is no pgbench.
pub const MISSING: &str =
    "SKIPPED: no pgbench beside the PostgreSQL programs or on the PATH, so nothing is compared with bare SQL";

pub struct Pgbench {
    program: PathBuf,
    socket: PathBuf,
}

/// Transactions a second, and how many there were.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub per_second: f64,
    /// How many rounds in all.
    pub rounds: f64,
}

/// How long a script runs.
#[derive(Clone, Copy)]
enum Rounds {
    /// So many a connection.
    Number(u32),
    Seconds(u64),
}

impl Rounds {
    /// pgbench knows whole seconds only; less than one is a trial run.
    fn of(lasts: Duration) -> Self {
        match lasts.as_secs() {
            0 => Self::Number(TRIAL),
            seconds => Self::Seconds(seconds),
        }
    }
}

/// Who and what the statements are about: values by name.
pub struct Values {
    named: Vec<(&'static str, String)>,
    patients: Vec<Uuid>,
}

impl Values {
    pub fn new(patients: Vec<Uuid>, named: Vec<(&'static str, String)>) -> Self {
        Self { named, patients }
    }
}

impl Pgbench {
    /// Beside the programs of the private database, else on the PATH.
    pub fn find(database: &Database) -> Option<Self> {
        let embedded = database.embedded()?;
        let beside = embedded.programs().ok().map(|folder| folder.join("pgbench")).filter(|path| path.is_file());
        let program = beside.or_else(|| on_path("pgbench"))?;
        Some(Self { program, socket: embedded.folder().join("run") })
    }

    /// Runs a script with this many connections, as the application's role.
    pub async fn run(&self, script: &str, values: &Values, connections: usize, lasts: Duration) -> Result<Pace> {
        self.run_as(APPLICATION, script, values, connections, Rounds::of(lasts)).await
    }

    /// Commits of one plain row a second. The table is the owner's, because the application's role may make none, and is gone afterwards.
    pub async fn commits(&self, connections: usize, lasts: Duration) -> Result<Pace> {
        let nothing = Values::new(Vec::new(), Vec::new());
        self.run_as(OWNER, COMMITS_BEGIN, &nothing, 1, Rounds::Number(1)).await?;
        let pace = self.run_as(OWNER, COMMIT, &nothing, connections, Rounds::of(lasts)).await;
        self.run_as(OWNER, COMMITS_END, &nothing, 1, Rounds::Number(1)).await?;
        pace
    }

    async fn run_as(
        &self,
        role: &str,
        script: &str,
        values: &Values,
        connections: usize,
        rounds: Rounds,
    ) -> Result<Pace> {
        let file = std::env::temp_dir().join(format!("custodian-bench-{}.sql", std::process::id()));
        fs::write(&file, filled_in(script, &values.patients))?;
        let said = self.command(role, &file, values, connections, rounds).output().await;
        let _ = fs::remove_file(&file);
        let said = said?;
        let (out, problem) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        if !said.status.success() || problem.contains("ERROR") {
            let line = problem.lines().find(|line| line.contains("ERROR")).or(problem.lines().last());
            return Err(Error::Pgbench(line.unwrap_or("failed").to_owned()));
        }
        pace(&out).ok_or_else(|| Error::Pgbench("its answer has no figures".into()))
    }

    fn command(&self, role: &str, file: &Path, values: &Values, connections: usize, rounds: Rounds) -> Command {
        let mut command = Command::new(&self.program);
        // As the chart does for itself: these statements are planned once a connection.
        command.env_clear().env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan -c jit=off");
        command.args(["-n", "-M", "prepared", "-U", role]);
        command.arg("-h").arg(&self.socket).arg("-f").arg(file);
        command.args(["-c", &connections.to_string(), "-j", &connections.min(2).to_string()]);
        match rounds {
            Rounds::Number(number) => command.args(["-t", &number.to_string()]),
            Rounds::Seconds(seconds) => command.args(["-T", &seconds.to_string()]),
        };
        for (name, value) in &values.named {
            command.arg("-D").arg(format!("{name}={value}"));
        }
        command.arg("custodian");
        command
    }
}

/// The script about these patients.
fn filled_in(script: &str, patients: &[Uuid]) -> String {
    let mut list = String::from("{");
    for (place, patient) in patients.iter().enumerate() {
        let _ = write!(list, "{}{patient}", if place > 0 { "," } else { "" });
    }
    list.push('}');
    script.replace("{count}", &patients.len().to_string()).replace("{patients}", &list)
}

fn pace(said: &str) -> Option<Pace> {
    let number = |start: &str| {
        // "5/5" where a number of rounds was asked for
        said.lines().find_map(|line| line.strip_prefix(start)?.split([' ', '/']).next()?.parse::<f64>().ok())
    };
    Some(Pace { per_second: number("tps = ")?, rounds: number("number of transactions actually processed: ")? })
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|found| found.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_read_from_what_pgbench_says() {
        let said = "transaction type: chart.sql\nnumber of transactions actually processed: 1296\ninitial connection time = 3 ms\ntps = 1296.103515 (without initial connection time)\n";
        let pace = pace(said).expect("figures");
        assert!((pace.per_second - 1_296.103_515).abs() < 1e-6 && (pace.rounds - 1296.0).abs() < 1e-6);
        let trial = super::pace("number of transactions actually processed: 10/10\ntps = 5.5 (x)\n").expect("figures");
        assert!((trial.rounds - 10.0).abs() < 1e-9);
        assert!(super::pace("pgbench: error").is_none());
    }

    #[test]
    fn a_script_is_about_the_patients_given() {
        let script = filled_in("{count} of {patients}", &[Uuid::from_u128(1), Uuid::from_u128(2)]);
        assert_eq!(script, format!("2 of {{{},{}}}", Uuid::from_u128(1), Uuid::from_u128(2)));
    }
}
