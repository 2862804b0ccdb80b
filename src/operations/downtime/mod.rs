//! The downtime copy: one file that opens in a browser without the server, for the hours in which there is none (45 CFR 164.312(a)(2)(ii)).
//!
//! It holds the list of patients who are here or were lately, with allergies, medications, problems and the texts of their last documents; nothing
//! of the specially protected categories. It is encrypted, and opens with the downtime passphrase alone. The page keeps a log of its
//! own, chained and authenticated with a key that lies inside; when the server is back, [`reconcile`](mod@reconcile) brings the looks into the ledger.
//!
//! Tables: `downtime_passphrase`, `downtime_copies`, `downtime_looks`. Acts: `downtime.write`, `downtime.passphrase`, `downtime.view`.

mod page;
pub mod reconcile;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chrono::{Duration, NaiveDate};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Site, store};
use crate::access::{Act, Actor, Gate, Remarks};
use crate::vault::{Use, Vault, VaultError};

pub use reconcile::{Reconciled, reconcile};

const BOUND: &[u8] = b"downtime passphrase";
/// Copies kept beside the newest, in case that one was cut off while it was carried away.
const KEPT: usize = 3;

#[derive(Debug, thiserror::Error)]
pub enum DowntimeError {
    #[error("there is no downtime passphrase yet: set one with `custodian downtime passphrase`")]
    NoPassphrase,
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("the log can't be believed: {0}")]
    Log(String),
    #[error("the copy could not be encrypted")]
    Cipher,
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Access(#[from] crate::access::Error),
}

/// A chart as far as the copy holds it.
#[derive(Serialize)]
pub(super) struct Copied {
    pub id: Uuid,
    pub name: String,
    pub mrn: String,
    pub born: Option<NaiveDate>,
    pub sex: String,
    /// Where they are, if they are here.
    pub place: Option<String>,
    /// Restricted: the page asks for a reason.
    pub restricted: bool,
    pub allergies: Vec<String>,
    pub medications: Vec<String>,
    pub problems: Vec<String>,
    pub documents: Vec<Text>,
}

#[derive(Serialize)]
pub(super) struct Text {
    pub title: String,
    pub date: Option<NaiveDate>,
    pub author: Option<String>,
    pub text: String,
}

/// What was written.
#[derive(Debug)]
pub struct Written {
    pub file: PathBuf,
    pub patients: usize,
}

/// Sets the passphrase that opens copies written from now on.
pub async fn set_passphrase(gate: &Gate, vault: &Vault, actor: &Actor, passphrase: &str) -> Result<(), DowntimeError> {
    let sealed = vault.seal(Use::DowntimePassphrase, BOUND, passphrase.as_bytes())?;
    gate.desk(actor, Act::SetDowntimePassphrase, Remarks::none(), async |desk| {
        store::downtime::keep(desk, &sealed).await
    })
    .await?;
    Ok(())
}

/// Writes a copy into a folder, for patients who are here or were within `days`.
///
/// # Errors
/// [`DowntimeError`]; older copies are then left as they are.
pub async fn write(site: Site<'_>, actor: &Actor, folder: &Path, days: u32) -> Result<Written, DowntimeError> {
    let sealed = site
        .gate
        .desk(actor, Act::KeepHouse, Remarks::none(), async |desk| store::downtime::passphrase(desk).await)
        .await?
        .ok_or(DowntimeError::NoPassphrase)?;
    let passphrase = Zeroizing::new(site.vault.open(Use::DowntimePassphrase, BOUND, &sealed)?);
    let copy = Uuid::now_v7();
    let since = site.gate.clock().now() - Duration::days(days.into());
    let remarks = Remarks { detail: Some(json!({ "copy": copy, "days": days })), ..Remarks::none() };
    // Whoever is in the copy is recorded as shown, one by one.
    let (charts, tickets) = site
        .gate
        .roster(actor, Act::WriteDowntime, remarks, async |roster| {
            let people = store::downtime::people(roster, since).await?;
            let ids: Vec<Uuid> = people.iter().map(|person| person.patient.0).collect();
            let items = store::downtime::items(roster, &ids).await?;
            let tickets = roster.downtime_texts(&ids, since).await?;
            store::downtime::written(roster, copy, people.len()).await?;
            Ok((put_together(people, items), tickets))
        })
        .await?;
    let mut charts = charts;
    for (patient, title, date, author, ticket) in tickets {
        let Some(chart) = charts.get_mut(&patient) else { continue };
        match site.blobs.open(ticket).await {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                chart.documents.push(Text { title, date, author, text });
            }
            Err(error) => tracing::warn!(%error, "a document is not in the downtime copy"),
        }
    }
    let mut charts: Vec<Copied> = charts.into_values().collect();
    charts.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.mrn.cmp(&b.mrn)));
    let patients = charts.len();
    let now = site.gate.clock().now();
    let log_key = reconcile::log_key(site.vault, copy);
    let zone = site.config.timezone;
    let html =
        tokio::task::spawn_blocking(move || page::draw(copy, now.with_timezone(&zone), &charts, &log_key, &passphrase))
            .await
            .unwrap_or(Err(DowntimeError::Cipher))?;
    let name = now.format("downtime-%Y%m%dT%H%M%SZ.html").to_string();
    let file = put(folder, &name, html.as_bytes())
        .map_err(|source| DowntimeError::File { path: folder.to_owned(), source })?;
    Ok(Written { file, patients })
}

fn put_together(people: Vec<store::downtime::Person>, items: Vec<store::downtime::Item>) -> HashMap<Uuid, Copied> {
    let mut charts: HashMap<Uuid, Copied> = people
        .into_iter()
        .map(|person| {
            let chart = Copied {
                id: person.patient.0,
                // Some have one name only.
                name: person.name.trim_matches([',', ' ']).to_owned(),
                mrn: person.mrn,
                born: person.birth_date,
                sex: person.sex,
                place: person.place,
                restricted: person.restricted,
                allergies: Vec::new(),
                medications: Vec::new(),
                problems: Vec::new(),
                documents: Vec::new(),
            };
            (person.patient.0, chart)
        })
        .collect();
    for item in items {
        let Some(chart) = charts.get_mut(&item.patient.0) else { continue };
        let list = match item.kind.as_str() {
            "allergy" => &mut chart.allergies,
            "medication" => &mut chart.medications,
            _ => &mut chart.problems,
        };
        if !list.contains(&item.label) {
            list.push(item.label);
        }
    }
    charts
}

/// Under its name only when it is complete; the oldest go.
fn put(folder: &Path, name: &str, content: &[u8]) -> io::Result<PathBuf> {
    use io::Write as _;
    fs::create_dir_all(folder)?;
    let (draft, file) = (folder.join(format!(".{name}.part")), folder.join(name));
    let mut open = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(&draft)?;
    open.write_all(content)?;
    open.sync_all()?;
    fs::rename(&draft, &file)?;
    let mut copies = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("downtime-") && name.ends_with("Z.html") {
            copies.insert(name, path);
        }
    }
    let surplus = copies.len().saturating_sub(KEPT);
    copies.into_values().take(surplus).try_for_each(fs::remove_file)?;
    Ok(file)
}
