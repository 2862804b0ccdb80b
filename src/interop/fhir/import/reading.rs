//! One reading of the input: sorts out what belongs to this reading, maps it, and hands it on in batches.
//!
//! Runs on a thread of its own, so that parsing and writing overlap; the channel between holds two batches, and memory stays bounded.

use std::collections::HashMap;
use std::sync::Arc;

use indicatif::ProgressBar;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::input::split::{Piece, Spot};
use super::input::{Input, Taker};
use super::map::{Mapped, Reading, Setting};
use super::record::{Incoming, incoming, open};
use super::tally::Line;

/// Resources written in one transaction.
const BATCH: usize = 500;
/// … or fewer, when they are heavy (scanned pages).
const BATCH_BYTES: usize = 8 << 20;

/// What one batch carries.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub records: Vec<Incoming>,
    /// Types of resources that are not kept.
    pub ignored: Vec<String>,
    pub refused: Vec<Line>,
    pub warnings: Vec<Line>,
}

/// Which readings a file has something for; filled in by the first.
#[derive(Debug, Default)]
pub(crate) struct Contents(HashMap<String, u8>);

impl Contents {
    fn mark(&mut self, file: &str, reading: Reading) {
        let bit = 1_u8 << (reading as u8);
        match self.0.get_mut(file) {
            Some(bits) => *bits |= bit,
            None => {
                self.0.insert(file.to_owned(), bit);
            }
        }
    }

    fn has(&self, file: &str, reading: Reading) -> bool {
        self.0.get(file).is_some_and(|bits| bits & (1 << (reading as u8)) != 0)
    }

    fn any(&self, reading: Reading) -> bool {
        self.0.values().any(|bits| bits & (1 << (reading as u8)) != 0)
    }
}

/// Starts a reading. The thread's answer is what it learned of the files.
pub(crate) fn start(
    input: Arc<Input>,
    reading: Reading,
    contents: Contents,
    setting: Setting,
    bar: ProgressBar,
) -> (Receiver<Batch>, std::thread::JoinHandle<Contents>) {
    let (sender, receiver) = channel(2);
    let thread = std::thread::spawn(move || {
        let mut sorter = Sorter { reading, setting, contents, sender, batch: Batch::default(), weight: 0 };
        if reading == Reading::People || sorter.contents.any(reading) {
            input.read(&bar, &mut sorter);
            sorter.send();
        }
        sorter.contents
    });
    (receiver, thread)
}

struct Sorter {
    reading: Reading,
    setting: Setting,
    contents: Contents,
    sender: Sender<Batch>,
    batch: Batch,
    weight: usize,
}

impl Taker for Sorter {
    fn wants(&mut self, file: &str) -> bool {
        self.reading == Reading::People || self.contents.has(file, self.reading)
    }

    fn take(&mut self, file: &str, piece: Piece<'_>) -> bool {
        match piece {
            Piece::Resource { spot, full_url, json } => self.resource(file, spot, full_url, json),
            Piece::Broken { spot, resource_type, id, reason } => {
                self.refuse(place(file, spot), resource_type, id, reason.into());
            }
        }
        self.weight < BATCH_BYTES && self.batch.len() < BATCH || self.send()
    }

    fn lost(&mut self, file: &str, reason: String) -> bool {
        if self.reading == Reading::People {
            let line = Line { source: file.to_owned(), resource_type: "file".into(), id: String::new(), reason };
            self.batch.warnings.push(line);
        }
        true
    }
}

impl Sorter {
    fn resource(&mut self, file: &str, spot: Spot, full_url: Option<&str>, json: &[u8]) {
        let opened = match open(json) {
            Ok(opened) => opened,
            Err(reason) => {
                let (resource_type, id) = super::input::repair::type_and_id(json);
                return self.refuse(place(file, spot), resource_type, id, reason);
            }
        };
        let belongs = Reading::of(&opened.head.kind);
        if self.reading == Reading::People {
            match belongs {
                Some(reading) => self.contents.mark(file, reading),
                None => self.batch.ignored.push(opened.head.kind.clone()),
            }
        }
        let (kind, id) = (opened.head.kind.clone(), opened.head.id.clone());
        let linking = self.reading == Reading::Links
            && matches!(kind.as_str(), "Location" | "Encounter" | "DocumentReference" | "Composition");
        if belongs != Some(self.reading) && !linking {
            return;
        }
        match incoming(place(file, spot), opened, full_url, self.setting) {
            Ok((mut record, links)) => {
                if !links.is_empty() {
                    self.contents.mark(file, Reading::Links);
                }
                if linking {
                    if links.is_empty() {
                        return;
                    }
                    record.mapped = Ok(Mapped::Links(links));
                }
                self.weight += record.weight;
                self.batch.records.push(record);
            }
            Err(reason) if !linking => self.refuse_here(place(file, spot), Some(kind), id, reason),
            Err(_) => {}
        }
    }

    /// Refusals of unreadable things are told in the first reading; the others meet them again.
    fn refuse(&mut self, source: String, resource_type: Option<String>, id: Option<String>, reason: String) {
        if self.reading == Reading::People {
            self.refuse_here(source, resource_type, id, reason);
        }
    }

    fn refuse_here(&mut self, source: String, resource_type: Option<String>, id: Option<String>, reason: String) {
        let resource_type = resource_type.unwrap_or_else(|| "unreadable".into());
        self.batch.refused.push(Line { source, resource_type, id: id.unwrap_or_default(), reason });
    }

    fn send(&mut self) -> bool {
        self.weight = 0;
        let batch = std::mem::take(&mut self.batch);
        batch.len() == 0 || self.sender.blocking_send(batch).is_ok()
    }
}

impl Batch {
    fn len(&self) -> usize {
        // Counted types weigh little: a file of nothing else still gets through in few steps.
        self.records.len() + self.refused.len() + self.warnings.len() + self.ignored.len() / 64
    }
}

fn place(file: &str, spot: Spot) -> String {
    match spot {
        Spot::Whole => file.to_owned(),
        Spot::Line(line) => format!("{file}:{line}"),
        Spot::Entry(entry) => format!("{file} entry {entry}"),
        Spot::LineEntry(line, entry) => format!("{file}:{line} entry {entry}"),
    }
}
