//! One import from beginning to end.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use super::input::Input;
use super::map::{Reading, Setting};
use super::reading::{Batch, Contents, start};
use super::store::{Facility, Writer};
use super::tally::{Line, Report};
use crate::access::{Actor, Gate};
use crate::blobs::Blobs;
use crate::vault::Vault;

/// What to import, whose it is, and what it needs of the house.
pub struct Import {
    pub paths: Vec<PathBuf>,
    /// The system the records come from.
    pub source: String,
    pub facility: Facility,
    pub operator: Actor,
    pub gate: Gate,
    pub vault: Vault,
    pub blobs: Blobs,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0}")]
    Input(#[from] std::io::Error),
    #[error("the import stopped: {0}; run it again, what was written is kept and will be found unchanged")]
    Stopped(#[from] crate::access::Error),
    #[error("the reading thread failed")]
    Reader,
}

/// Runs the import to its end, whatever it refuses.
///
/// # Errors
/// When a path can't be read at all, or the database or document store is away.
pub async fn import(import: Import) -> Result<Report, ImportError> {
    let begun = Instant::now();
    let input = Arc::new(Input::find(&import.paths)?);
    let now = import.gate.clock().now();
    let zone = import.facility.zone;
    let setting = Setting { zone, today: now.with_timezone(&zone).date_naive() };
    let writer = Writer {
        gate: import.gate,
        operator: import.operator,
        vault: import.vault,
        blobs: import.blobs,
        facility: import.facility,
        source: import.source,
        began_at: now,
    };
    let bar = progress(input.bytes() * Reading::ALL.len() as u64);
    let mut report = Report::default();
    let mut contents = Contents::default();
    for (number, reading) in Reading::ALL.into_iter().enumerate() {
        bar.set_position(input.bytes() * number as u64);
        bar.set_message(words(reading));
        let (mut batches, thread) = start(input.clone(), reading, contents, setting, bar.clone());
        while let Some(batch) = batches.recv().await {
            take(&writer, reading, batch, &mut report).await?;
        }
        contents = thread.join().map_err(|_| ImportError::Reader)?;
    }
    bar.finish_and_clear();
    report.seconds = begun.elapsed().as_secs_f64();
    Ok(report)
}

async fn take(writer: &Writer, reading: Reading, batch: Batch, report: &mut Report) -> Result<(), ImportError> {
    for kind in &batch.ignored {
        report.ignored(kind);
    }
    for line in batch.refused {
        report.refused(line);
    }
    for line in batch.warnings {
        report.warn(line);
    }
    if batch.records.is_empty() {
        return Ok(());
    }
    let settled = writer.write(&batch.records).await?;
    for (record, settled) in batch.records.into_iter().zip(settled) {
        let line = |reason: String| Line {
            source: record.place.clone(),
            resource_type: record.kind.clone(),
            id: record.id.clone(),
            reason,
        };
        // Links belong to records that were counted in their own reading.
        let linking = reading == Reading::Links;
        match settled.ending {
            Ok(outcome) => {
                let noted = if linking { Vec::new() } else { record.notes.clone() };
                let reasons: Vec<String> = noted.into_iter().chain(settled.notes).collect();
                if !reasons.is_empty() {
                    report.warn(line(reasons.join("; ")));
                }
                if !linking {
                    report.kept(&record.kind, outcome);
                }
            }
            Err(reason) if linking => report.warn(line(format!("links: {reason}"))),
            Err(reason) => report.refused(line(reason)),
        }
    }
    Ok(())
}

fn words(reading: Reading) -> &'static str {
    match reading {
        Reading::People => "people and places",
        Reading::Visits => "visits",
        Reading::Chart => "charts",
        Reading::Links => "links",
    }
}

/// A bar where somebody watches; nothing where a script does.
fn progress(bytes: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:18} {wide_bar} {percent:>3} %  {eta}");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
