//! `custodian audit verify` and `custodian audit export`: the proof of the access log, for whoever stands at the server.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::access::ledger::seal::Turn;
use crate::access::ledger::verify::{Progress, Verification};
use crate::access::{Act, Actor, Remarks};
use crate::app::server::Running;
use crate::audit::verification;
use crate::base::clock::Clock;
use crate::config::Config;
use crate::web::dates;
use crate::web::format;

#[derive(Subcommand)]
pub enum Verb {
    /// Recompute the whole access log; exit 0 only if every event is as it was sealed
    #[command(
        after_help = "Examples:\n  custodian audit verify\n  custodian audit verify --json --as 'Marcus Oyelaran'"
    )]
    Verify {
        /// Print the answer as one JSON object
        #[arg(long)]
        json: bool,
        /// Who is verifying; recorded
        #[arg(long = "as", value_name = "NAME")]
        named: Option<String>,
    },
    /// Write events with their proofs, one JSON object a line
    #[command(
        after_help = "Examples:\n  custodian audit export --from 2026-11-01 --to 2026-11-30 november.jsonl\n  custodian audit export --from 07-Nov-2026 | head"
    )]
    Export {
        /// The first day, in the facility's time zone; without it, from the beginning
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// The last day, included; without it, to the newest event
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
        /// The file to write; without it, standard output
        file: Option<PathBuf>,
        /// Who is exporting; recorded
        #[arg(long = "as", value_name = "NAME")]
        named: Option<String>,
    },
}

pub async fn run(config: Config, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Verify { json, named } => verify(config, json, super::operator(named)).await,
        Verb::Export { from, to, file, named } => {
            let period = Period::read(&config, from.as_deref(), to.as_deref())?;
            export(config, period, file, super::operator(named)).await
        }
    }
}

async fn verify(config: Config, json: bool, actor: Actor) -> anyhow::Result<()> {
    let running = Running::open(config, Clock::system()).await?;
    let bar = bar();
    let turn = running.app.notary.take_turn().context("a verification is under way already")?;
    let found =
        verification::run(&running.app.gate, &running.app.notary, &actor, turn, |progress| show(&bar, progress)).await;
    bar.finish_and_clear();
    let closed = running.close().await;
    let found = found?;
    if json {
        println!("{}", serde_json::to_string(&found)?);
    } else if found.whole {
        println!("{}", whole(&found));
    }
    if let Some(bad) = &found.first_bad {
        let leaf = bad.leaf.map_or_else(String::new, |leaf| format!(" at leaf {leaf}"));
        let event = bad.event.map_or_else(String::new, |event| format!(" (event {event})"));
        bail!("the access log is not whole{leaf}{event}: {}", bad.what);
    }
    closed?;
    Ok(())
}

fn whole(found: &Verification) -> String {
    let heads = format!(
        "{} in the database and {} outside it",
        format::counted(found.checkpoints, "tree head"),
        format::count(found.outside_checkpoints)
    );
    format!("The access log is whole: {}, {heads}, root {}", format::counted(found.leaves, "event"), found.root)
}

/// On standard error, and only where that is a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} events, {per_sec}, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    bar.set_length(progress.of);
    bar.set_position(progress.done);
}

/// From an instant on, before another.
struct Period {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Period {
    fn read(config: &Config, from: Option<&str>, to: Option<&str>) -> anyhow::Result<Self> {
        let today = Clock::system().now().with_timezone(&config.timezone).date_naive();
        let day = |name: &str, text: &str| {
            dates::day(text, today)
                .with_context(|| format!("--{name} {text}: not a date; write it like 2026-11-07 or 07-Nov-2026"))
        };
        let from = from.map(|text| day("from", text)).transpose()?;
        let to = to.map(|text| day("to", text)).transpose()?;
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            bail!("--to {} is before --from {}", format::iso_date(to), format::iso_date(from));
        }
        Ok(Self {
            from: from.and_then(|day| dates::begins(day, config.timezone)).unwrap_or(DateTime::UNIX_EPOCH),
            until: to.and_then(|day| dates::ends(day, config.timezone)).unwrap_or(Clock::system().now()),
        })
    }
}

async fn export(config: Config, period: Period, file: Option<PathBuf>, actor: Actor) -> anyhow::Result<()> {
    let running = Running::open(config, Clock::system()).await?;
    let exported = write_events(&running, &period, file.as_deref(), &actor).await;
    let closed = running.close().await;
    let count = exported?;
    closed?;
    eprintln!("{} exported", format::counted(count, "event"));
    Ok(())
}

async fn write_events(running: &Running, period: &Period, file: Option<&Path>, actor: &Actor) -> anyhow::Result<u64> {
    let (gate, notary) = (&running.app.gate, &running.app.notary);
    let detail = json!({ "from": period.from, "until": period.until, "to": if file.is_some() { "file" } else { "standard output" } });
    let remarks = || Remarks { detail: Some(detail.clone()), ..Remarks::none() };
    // Lines leave while they are read, so the event that says so is made permanent before the first of them.
    gate.desk(actor, Act::ExportLedger, remarks(), async |_| Ok(())).await?;
    notary.seal(gate, Turn::Wait).await?;
    let mut output = Output::open(file)?;
    let count = gate
        .desk(actor, Act::ExportLedger, remarks(), async |desk| {
            Ok(notary.export(desk, period.from, period.until, |text| output.write(text)).await?)
        })
        .await;
    let count = match count {
        // Whoever reads has seen enough.
        Err(_) if output.closed => return Ok(output.lines),
        count => count?,
    };
    output.finish()?;
    Ok(count)
}

/// Where the lines go. A file appears under its name only when it is complete.
struct Output {
    to: Box<dyn Write + Send>,
    draft: Option<(PathBuf, PathBuf)>,
    closed: bool,
    lines: u64,
}

impl Output {
    fn open(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else {
            return Ok(Self { to: Box::new(BufWriter::new(io::stdout())), draft: None, closed: false, lines: 0 });
        };
        let mut name = file.as_os_str().to_owned();
        name.push(".part");
        let draft = PathBuf::from(name);
        let opened = File::create(&draft).with_context(|| draft.display().to_string())?;
        Ok(Self {
            to: Box::new(BufWriter::new(opened)),
            draft: Some((draft, file.to_owned())),
            closed: false,
            lines: 0,
        })
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let written = self.to.write_all(text.as_bytes());
        self.closed |= written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        self.lines += u64::from(text == "\n");
        written
    }

    fn finish(mut self) -> anyhow::Result<()> {
        match self.to.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            flushed => flushed?,
        }
        drop(self.to);
        if let Some((draft, file)) = &self.draft {
            std::fs::rename(draft, file).with_context(|| file.display().to_string())?;
        }
        Ok(())
    }
}
