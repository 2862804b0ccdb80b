//! Rank 8: the program's verbs, one file each. The only place that prints.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to whoever typed it")]

mod audit;
mod bench;
mod config;
mod demo;
mod import;
mod migrate;
mod serve;
mod staff;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    /// Verify or export the access log
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Measure this program against bare baselines
    Bench(bench::Arguments),
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
        Verb::Demo(arguments) => demo::run(config, arguments).await,
        Verb::Staff(arguments) => staff::run(config, arguments).await,
        Verb::Import(arguments) => import::run(config, arguments).await,
        Verb::Migrate => migrate::run(config).await,
        Verb::Config => config::run(&config),
        Verb::Audit(verb) => audit::run(config, verb).await,
        Verb::Bench(arguments) => bench::run(config, arguments).await,
    }
}

fn log_to_stderr(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}

/// Who stands at the keyboard: `--as NAME`, else the operating system's word for them.
pub fn operator(named: Option<String>) -> crate::access::Actor {
    let name = named
        .or_else(|| std::env::var("USER").ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "operator".into());
    crate::access::Actor::operator(name)
}
