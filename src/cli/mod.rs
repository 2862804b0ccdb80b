//! Rank 8: the program's verbs, one file each. The only place that prints.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to whoever typed it")]

mod audit;
mod backup;
mod bench;
mod config;
mod demo;
mod doctor;
mod downtime;
mod import;
mod migrate;
mod serve;
mod staff;
mod worker;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config::{Config, Given};

/// Health information management: charts, coding, release of information, and a provable access log.
#[derive(Parser)]
#[command(
    name = "custodian",
    version,
    propagate_version = true,
    after_help = "Run `custodian VERB --help` for examples."
)]
struct Arguments {
    #[command(flatten)]
    given: Given,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Run the server, with its background jobs
    Serve(serve::Arguments),
    /// Run the background jobs alone: sealing, house-keeping, scheduled backups
    Worker,
    /// Prepare made-up patients, and serve them
    Demo(demo::Arguments),
    /// People who sign in: add, list, disable, reset
    Staff(staff::Arguments),
    /// Bring in records from other systems
    Import(import::Arguments),
    /// Bring the database schema up to date and stop
    Migrate,
    /// Print the settings in force, secrets hidden
    Config,
    /// Write everything into one encrypted file
    Backup(backup::Backup),
    /// Bring a backup back, into an empty data folder
    Restore(backup::Restore),
    /// The copy that opens in a browser without the server
    #[command(subcommand)]
    Downtime(downtime::Verb),
    /// Say what is wrong with this installation
    Doctor(doctor::Arguments),
    /// Verify or export the access log
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Measure this program against bare baselines
    Bench(bench::Arguments),
}

/// The verbs and their flags, as `--help` tells them.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the verb. Exit status: 0 done, 1 failed with one clear line, 2 wrong usage.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("custodian: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn dispatch(arguments: Arguments) -> anyhow::Result<()> {
    let config = Config::load(arguments.given)?;
    log_to_stderr(&config);
    match arguments.verb {
        Verb::Serve(arguments) => serve::run(config, arguments).await,
        Verb::Worker => worker::run(config).await,
        Verb::Demo(arguments) => demo::run(config, arguments).await,
        Verb::Staff(arguments) => staff::run(config, arguments).await,
        Verb::Import(arguments) => import::run(config, arguments).await,
        Verb::Migrate => migrate::run(config).await,
        Verb::Config => config::run(&config),
        Verb::Backup(arguments) => backup::back_up(config, arguments).await,
        Verb::Restore(arguments) => backup::restore(config, arguments).await,
        Verb::Downtime(verb) => downtime::run(config, verb).await,
        Verb::Doctor(arguments) => doctor::run(config, arguments).await,
        Verb::Audit(verb) => audit::run(config, verb).await,
        Verb::Bench(arguments) => bench::run(config, arguments).await,
    }
}

fn log_to_stderr(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        log.json().flatten_event(true).init();
    } else {
        log.with_target(false).init();
    }
}

/// Who stands at the keyboard: `--as NAME`, else the operating system's word for them.
pub fn operator(named: Option<String>) -> crate::access::Actor {
    let name = named
        .or_else(|| std::env::var("USER").ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "operator".into());
    crate::access::Actor::operator(name)
}
