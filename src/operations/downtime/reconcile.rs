//! After the downtime: the looks that a copy's own log holds become events of the ledger. Twice is as good as once.

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac as _};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;
use uuid::Uuid;

use super::DowntimeError;
use crate::access::{Act, Actor, Remarks};
use crate::base::id::PatientId;
use crate::operations::{Site, store};
use crate::vault::{Use, Vault};

/// What came of a log.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Looks that are in the ledger now and were not before.
    pub added: usize,
    pub known: usize,
}

#[derive(Deserialize)]
struct Log {
    copy: Uuid,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    number: i32,
    at: String,
    who: String,
    what: String,
    patient: String,
    reason: String,
    previous: String,
    mac: String,
}

/// The key that authenticates the log of one copy.
pub(super) fn log_key(vault: &Vault, copy: Uuid) -> [u8; 32] {
    vault.index(Use::DowntimePassphrase, &[b"log", copy.as_bytes()])
}

/// Brings the looks of a log into the ledger.
///
/// # Errors
/// [`DowntimeError::Log`] when an entry was changed, taken out or put in: nothing of the log is then taken over.
pub async fn reconcile(site: Site<'_>, actor: &Actor, file: &Path) -> Result<Reconciled, DowntimeError> {
    let io = |source| DowntimeError::File { path: file.to_owned(), source };
    let log: Log = serde_json::from_slice(&fs::read(file).map_err(io)?)
        .map_err(|_| DowntimeError::Log("it is no log of a downtime copy".into()))?;
    check(&log, &log_key(site.vault, log.copy))?;
    let (copy, known) = (log.copy, known(site, actor, log.copy).await?);
    let mut done = Reconciled::default();
    for entry in log.entries.iter().filter(|entry| entry.what == "opened") {
        if known.contains(&entry.number) {
            done.known += 1;
            continue;
        }
        let patient = entry.patient.parse().map(PatientId).map_err(|_| wrong(entry, "names no patient"))?;
        let at: DateTime<Utc> = entry.at.parse().map_err(|_| wrong(entry, "has no time"))?;
        let detail = json!({ "copy": copy, "number": entry.number, "looked_at": at, "looked_by": entry.who });
        let protected = (!entry.reason.is_empty()).then(|| json!({ "reason": entry.reason }));
        let remarks = Remarks { detail: Some(detail), protected, ..Remarks::none() };
        let number = entry.number;
        site.gate
            .chart_with(actor, Act::ViewDowntime, patient, remarks, async |chart| {
                store::downtime::look(chart, copy, number).await
            })
            .await?;
        done.added += 1;
    }
    Ok(done)
}

async fn known(site: Site<'_>, actor: &Actor, copy: Uuid) -> Result<Vec<i32>, DowntimeError> {
    let known = site
        .gate
        .desk(actor, Act::KeepHouse, Remarks::none(), async |desk| store::downtime::known(desk, copy).await)
        .await?;
    known.ok_or_else(|| DowntimeError::Log("no copy of this house has its number".into()))
}

fn wrong(entry: &Entry, what: &str) -> DowntimeError {
    DowntimeError::Log(format!("entry {} {what}", entry.number))
}

/// Every entry is authentic and follows the one before.
fn check(log: &Log, key: &[u8; 32]) -> Result<(), DowntimeError> {
    let mut previous = String::new();
    for (at, entry) in log.entries.iter().enumerate() {
        if usize::try_from(entry.number) != Ok(at + 1) || entry.previous != previous {
            return Err(wrong(entry, "does not follow the one before it: something was taken out or put in"));
        }
        let said = [
            &log.copy.to_string(),
            &entry.number.to_string(),
            &entry.at,
            &entry.who,
            &entry.what,
            &entry.patient,
            &entry.reason,
            &entry.previous,
        ]
        .map(String::as_str)
        .join("\n");
        let authentic = decode(&entry.mac).is_some_and(|mac| {
            <Hmac<Sha256> as hmac::Mac>::new_from_slice(key)
                .is_ok_and(|hmac| hmac.chain_update(said).verify_slice(&mac).is_ok())
        });
        if !authentic {
            return Err(wrong(entry, "was changed after it was written"));
        }
        previous.clone_from(&entry.mac);
    }
    Ok(())
}

fn decode(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..64).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}
