//! The doctor: looks an installation over and says what is wrong and what to do about it. Judging is pure ([`rules`]); this file looks.

pub mod rules;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use serde::Serialize;

use super::{Site, store};
use crate::access::ledger::key_file;
use crate::access::{Act, Actor, Remarks, Result};
use crate::config::{Config, Documents};
use rules::{Room, Seen};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Good,
    /// Worth a look; nothing is broken.
    Look,
    /// Must be fixed.
    Fix,
}

/// One check with its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub state: State,
    pub found: String,
    /// What to do; nothing when all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

/// Looks at what can be seen without the database: for when it does not open.
pub fn examine_machine(config: &Config) -> Vec<Finding> {
    let mut findings = vec![
        rules::key_file("master key", &config.key_file, mode(&config.key_file)),
        rules::key_file("ledger key", &key_file::beside(&config.key_file), mode(&key_file::beside(&config.key_file))),
    ];
    let mut places = vec![("data folder", config.data_dir.as_path()), ("checkpoints folder", &config.checkpoints)];
    if let Documents::Folder(folder) = &config.documents {
        places.push(("document folder", folder));
    }
    findings.extend(places.into_iter().map(|(name, path)| rules::disk(name, path, room(path))));
    findings
}

/// Looks everything over.
///
/// # Errors
/// When the database stops answering on the way.
pub async fn examine(site: Site<'_>, actor: &Actor) -> Result<Vec<Finding>> {
    let mut findings = examine_machine(site.config);
    let (role, open_tables, unguarded, times) = site
        .gate
        .desk(actor, Act::ExamineHouse, Remarks::none(), async |desk| {
            Ok((
                store::posture::role(desk).await?,
                store::posture::open_tables(desk).await?,
                store::posture::unguarded_ledger(desk).await?,
                store::posture::times(desk).await?,
            ))
        })
        .await?;
    let copy_every = site.config.downtime.as_ref().map(|downtime| downtime.every);
    let seen = Seen { role, open_tables, unguarded, times, copy_every, now: site.gate.clock().now() };
    findings.extend(rules::database(&seen));
    findings.push(rules::document_store(site.blobs.probe().await));
    let inside = site.database.embedded().map(|server| server.folder().to_owned());
    findings.push(rules::checkpoints(&site.config.checkpoints, apart(site.config, inside.as_deref())));
    Ok(findings)
}

fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o777)
}

fn room(path: &Path) -> Option<Room> {
    // A folder that is not there yet will lie on its parent's disk.
    let there = path.ancestors().find(|step| step.exists())?;
    let found = rustix::fs::statvfs(there).ok()?;
    Some(Room { free: found.f_bavail * found.f_frsize, all: found.f_blocks * found.f_frsize })
}

/// Whether the checkpoints lie on another disk than the database, as far as can be seen from here.
fn apart(config: &Config, database: Option<&Path>) -> Option<bool> {
    let device = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    Some(device(&config.checkpoints)? != device(database?)?)
}
