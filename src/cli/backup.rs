//! `custodian backup FILE` and `custodian restore FILE`: the whole installation in one sealed file, and back.

use std::path::PathBuf;

use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};

use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::Config;
use crate::operations::backup::{self, Stage};
use crate::web::format;

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  custodian backup 2026-11-25.backup\n\n\
    Database, documents and checkpoints in one file, encrypted under the master key, beside a running server.\n\
    The master key is not in it: keep a copy of the key apart from the backups, or nobody can ever open them.\n\
    With DATABASE_URL, CUSTODIAN_OWNER_URL and pg_dump are needed.")]
pub struct Backup {
    /// The file to write; it must not be there yet
    file: PathBuf,
    /// Act under this name [default: the operating system's user]
    #[arg(long = "as", value_name = "NAME")]
    operator: Option<String>,
}

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  custodian restore --data-dir restored --key-file saved-key 2026-11-25.backup\n\n\
    Fills an empty data folder with a private database, the documents and the checkpoints; verifies the access log and every document\n\
    before anything is put in place, and leaves nothing behind when it fails. The master key of the backed-up installation must be in place.")]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// Act under this name [default: the operating system's user]
    #[arg(long = "as", value_name = "NAME")]
    operator: Option<String>,
}

pub async fn back_up(config: Config, arguments: Backup) -> anyhow::Result<()> {
    let actor = super::operator(arguments.operator);
    let running = Running::open(config, Clock::system()).await?;
    let bar = bar();
    let made = backup::make(running.site(), &actor, &arguments.file, |stage| show(&bar, stage)).await;
    bar.finish_and_clear();
    let closed = running.close().await;
    let made = made?;
    closed?;
    println!(
        "{}: {}, {} and {} in {:.1} seconds",
        arguments.file.display(),
        size(made.bytes),
        format::counted(made.documents, "document"),
        format::counted(made.leaves, "sealed event"),
        made.took.as_secs_f64()
    );
    if !made.unreadable.is_empty() {
        bail!(
            "the backup lacks {} that the document store could not give: {}",
            format::counted(made.unreadable.len() as u64, "document"),
            made.unreadable.iter().take(10).map(|name| name.get(..12).unwrap_or(name)).collect::<Vec<_>>().join(", ")
        );
    }
    Ok(())
}

pub async fn restore(config: Config, arguments: Restore) -> anyhow::Result<()> {
    let actor = super::operator(arguments.operator);
    let bar = bar();
    let made = !config.data_dir.exists();
    std::fs::create_dir_all(&config.data_dir)?;
    let restored = backup::restore(&config, &actor, &arguments.file, |stage| show(&bar, stage)).await;
    bar.finish_and_clear();
    if restored.is_err() && made {
        // Only if it is empty, as it was.
        std::fs::remove_dir(&config.data_dir).ok();
    }
    let restored = restored?;
    println!(
        "Restored into {}: the state of {}, {} verified, {} opened and checked.",
        config.data_dir.display(),
        format::date_time(restored.made_at, config.timezone),
        format::counted(restored.events, "event"),
        format::counted(restored.documents, "document"),
    );
    if restored.unreadable > 0 {
        println!(
            "{} could not be read when the backup was made, and are missing.",
            format::counted(restored.unreadable, "document")
        );
    }
    Ok(())
}

/// On standard error, and only where that is a terminal.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, stage: Stage) {
    bar.set_message(match stage {
        Stage::Database(bytes) => format!("database: {}", size(bytes)),
        Stage::Documents(done, None) => format!("documents: {}", format::count(done)),
        Stage::Documents(done, Some(of)) => {
            format!("documents checked: {} of {}", format::count(done), format::count(of))
        }
        Stage::Events(done, of) => format!("events verified: {} of {}", format::count(done), format::count(of)),
    });
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        10_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
