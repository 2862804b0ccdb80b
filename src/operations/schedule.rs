//! Jobs that are due now and then and that any server may do: the first to ask takes the turn for all.

use std::fs;
use std::path::Path;

use chrono::Duration;

use super::backup::{self, BackupError, Made};
use super::{Site, store};
use crate::access::{Act, Actor, Gate, Remarks, Result};

/// After a failure.
const AGAIN: Duration = Duration::minutes(10);

/// Whether it is this server's turn to do what is due every so often.
pub async fn take_turn(gate: &Gate, actor: &Actor, job: &'static str, every: Duration) -> Result<bool> {
    gate.desk(actor, Act::KeepHouse, Remarks::none(), async |desk| store::turns::take(desk, job, every).await).await
}

/// Makes a failed job due again soon.
pub async fn try_again(gate: &Gate, actor: &Actor, job: &'static str) -> Result<()> {
    let due = gate.clock().now() + AGAIN;
    gate.desk(actor, Act::KeepHouse, Remarks::none(), async |desk| store::turns::put_off(desk, job, due).await).await
}

/// Makes a backup named after the time, and removes the oldest ones beyond `keep`.
///
/// # Errors
/// [`BackupError`]; older backups are then left alone.
pub async fn back_up(site: Site<'_>, actor: &Actor, folder: &Path, keep: usize) -> Result<Made, BackupError> {
    let name = site.gate.clock().now().format("custodian-%Y%m%dT%H%M%SZ.backup").to_string();
    fs::create_dir_all(folder).map_err(|source| BackupError::File { path: folder.to_owned(), source })?;
    let made = backup::make(site, actor, &folder.join(name), |_| ()).await?;
    if let Err(error) = thin_out(folder, keep) {
        tracing::warn!(%error, "old backups could not be removed");
    }
    Ok(made)
}

/// Only files that were named here; their names sort by time.
fn thin_out(folder: &Path, keep: usize) -> std::io::Result<()> {
    let mut ours = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("custodian-") && name.ends_with("Z.backup") {
            ours.push(path);
        }
    }
    ours.sort();
    let surplus = ours.len().saturating_sub(keep.max(1));
    ours.drain(..surplus).try_for_each(fs::remove_file)
}
