//! `custodian downtime`: the copy that opens without the server, its passphrase, and its log brought back.

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;

use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::Config;
use crate::operations::downtime::{self, reconcile};
use crate::people::password::{Factors, Password, Surroundings, make_one_time};
use crate::web::format;

#[derive(Subcommand)]
pub enum Verb {
    /// Write a copy now
    #[command(after_help = "Examples:\n  custodian downtime write\n  custodian downtime write --to downtime-copies")]
    Write {
        /// The folder [default: CUSTODIAN_DOWNTIME_DIR]
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
        /// Act under this name [default: the operating system's user]
        #[arg(long = "as", value_name = "NAME")]
        named: Option<String>,
    },
    /// Set the passphrase that opens copies written from now on; without --stdin one is made and printed once
    #[command(
        after_help = "Examples:\n  custodian downtime passphrase\n  custodian downtime passphrase --stdin < secret"
    )]
    Passphrase {
        /// Read it from standard input
        #[arg(long)]
        stdin: bool,
        /// Act under this name [default: the operating system's user]
        #[arg(long = "as", value_name = "NAME")]
        named: Option<String>,
    },
    /// Bring the looks of a copy's exported log into the access log; twice is as good as once
    #[command(after_help = "Examples:\n  custodian downtime reconcile downtime-log-….json")]
    Reconcile {
        file: PathBuf,
        /// Act under this name [default: the operating system's user]
        #[arg(long = "as", value_name = "NAME")]
        named: Option<String>,
    },
}

pub async fn run(config: Config, verb: Verb) -> anyhow::Result<()> {
    let running = Running::open(config, Clock::system()).await?;
    let done = act(&running, verb).await;
    let closed = running.close().await;
    done?;
    closed?;
    Ok(())
}

async fn act(running: &Running, verb: Verb) -> anyhow::Result<()> {
    let (site, config) = (running.site(), &running.app.config);
    match verb {
        Verb::Write { to, named } => {
            let folder = to.or_else(|| config.downtime.as_ref().map(|own| own.folder.clone()));
            let folder = folder.context("where to? Give --to FOLDER, or set CUSTODIAN_DOWNTIME_DIR")?;
            let written = downtime::write(site, &super::operator(named), &folder, config.downtime_days).await?;
            println!("{}: {}", written.file.display(), format::counted(written.patients as u64, "patient"));
        }
        Verb::Passphrase { stdin, named } => {
            let chosen = if stdin { Some(typed()?) } else { None };
            let passphrase = zeroize::Zeroizing::new(chosen.clone().unwrap_or_else(make_one_time));
            downtime::set_passphrase(site.gate, site.vault, &super::operator(named), &passphrase).await?;
            match chosen {
                Some(_) => println!("The downtime passphrase is set; copies written before open with the one before."),
                None => println!("The downtime passphrase, shown only now:\n{}", *passphrase),
            }
        }
        Verb::Reconcile { file, named } => {
            let done = reconcile(site, &super::operator(named), &file).await?;
            println!(
                "{} brought into the access log; {} were there.",
                format::counted(done.added as u64, "look"),
                format::count(done.known as u64)
            );
        }
    }
    Ok(())
}

/// The first line of standard input, if it is no worse than a password may be.
fn typed() -> anyhow::Result<String> {
    let mut text = String::new();
    if std::io::stdin().is_terminal() {
        std::io::stdin().read_line(&mut text)?;
    } else {
        std::io::stdin().take(64 * 1024).read_to_string(&mut text)?;
    }
    let line = text.lines().next().unwrap_or_default().to_owned();
    Password::chosen(&line, &Surroundings::of([]), Factors::One)?;
    Ok(line)
}
