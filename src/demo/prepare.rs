//! Prepares the demonstration: people are told on one thread and their rows laid out on another, while the database takes in those before.

use std::collections::HashSet;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde_json::json;
use tokio::sync::mpsc;

use super::asked::{self, Asked};
use super::papers::{self, Paper};
use super::people::{Person, STREET, street};
use super::stays::{self, Stay};
use super::store::preparation::{self, Preparation};
use super::store::{self, Load, imported, pour, world as world_rows};
use super::work::{self, Work};
use super::world;
use crate::access::{Act, Actor, Error, Gate, Remarks, Result};
use crate::base::id::PatientId;
use crate::blobs::Blobs;
use crate::people::password::{self, Password};
use crate::vault::Vault;

/// The password of every member of the demo staff (interface: demo staff).
pub const PASSWORD: &str = "bright maple lantern 2026";

/// People whose charts are kept in full, papers and work included; beyond them a chart has its encounters, their periods, providers and
/// diagnoses, and no documents.
pub const CHARTS_IN_FULL: u64 = 2000;

/// Streets written in one transaction.
const STREETS_AT_ONCE: u64 = 50;

/// What to prepare.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Records of the master patient index.
    pub people: u64,
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { people: 500, seed: 2026 }
    }
}

/// What the demonstration stands on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub gate: &'a Gate,
    pub vault: &'a Vault,
    pub blobs: &'a Blobs,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// People there were before, and now.
    pub before: u64,
    pub people: u64,
}

/// Somebody with everything that is to be stored.
struct Told {
    person: Person,
    stays: Vec<(Stay, Vec<Paper>)>,
    work: Work,
    asked: Asked,
}

/// Prepares what is not prepared yet; a finished demonstration is left as it is, a smaller one is continued with its own seed and day.
///
/// # Errors
/// [`Error::Invalid`] in a database where other people than the demo staff sign in; else what the database or the document store says.
pub async fn prepare(ground: Ground<'_>, actor: &Actor, plan: Plan, mut progress: impl FnMut(u64)) -> Result<Prepared> {
    let preparation = found(ground, actor, plan).await?;
    let before = preparation.people as u64;
    let (tells, told) = mpsc::channel(1);
    let (lays, mut laid) = mpsc::channel::<Batch>(1);
    let teller = tokio::task::spawn_blocking(move || tell_all(preparation, plan.people, &tells));
    let writing = async {
        let mut done = before;
        while let Some(batch) = laid.recv().await {
            done += batch.people;
            write(ground, actor, batch, done).await?;
            progress(done);
        }
        Ok(done)
    };
    let ((), done) = tokio::try_join!(lay_out(ground, preparation.seed as u64, told, lays), writing)?;
    teller.await.map_err(|_| Error::Internal("the generator stopped".into()))?;
    Ok(Prepared { before, people: done })
}

/// The health system, its staff and the mark that this is a demonstration.
async fn found(ground: Ground<'_>, actor: &Actor, plan: Plan) -> Result<Preparation> {
    let known = ground
        .gate
        .desk(actor, Act::ViewStaff, Remarks::none(), async |desk| {
            let known = preparation::preparation(desk).await?;
            if known.is_none() && preparation::is_someones_house(desk).await? {
                return Err(Error::Invalid(
                    "people work in this database; a demonstration needs one of its own".into(),
                ));
            }
            Ok(known)
        })
        .await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let hash = password::hash(Password::typed(PASSWORD)).await?;
    let fresh = Preparation { seed: plan.seed as i64, told_at: ground.gate.clock().now(), people: 0 };
    let remarks =
        Remarks { detail: Some(json!({ "staff": world::STAFF.len(), "demonstration": true })), ..Remarks::none() };
    ground
        .gate
        .desk(actor, Act::AddStaff, remarks, async |desk| {
            world_rows::found(desk).await?;
            world_rows::staff(desk, &hash, fresh.told_at).await?;
            preparation::begin(desk, &fresh).await
        })
        .await?;
    Ok(fresh)
}

/// Tells everybody who is missing, some streets at a time; waits while nobody takes them.
fn tell_all(preparation: Preparation, people: u64, sender: &mpsc::Sender<Vec<Told>>) {
    let (seed, now, street_size) = (preparation.seed as u64, preparation.told_at, STREET as u64);
    let mut next = preparation.people as u64;
    while next < people {
        let first_street = next / street_size;
        let end = ((first_street + STREETS_AT_ONCE) * street_size).min(people);
        let told: Vec<Told> = (first_street..end.div_ceil(street_size))
            .flat_map(|number| street(seed, number, now))
            .filter(|person| (next..end).contains(&person.index))
            .map(|person| tell(seed, person, now))
            .collect();
        next = end;
        if sender.blocking_send(told).is_err() {
            return;
        }
    }
}

fn tell(seed: u64, mut person: Person, now: DateTime<Utc>) -> Told {
    let in_full = person.index < CHARTS_IN_FULL;
    let stays: Vec<(Stay, Vec<Paper>)> = stays::stays(seed, &mut person, now)
        .into_iter()
        .map(|stay| {
            let papers = if in_full { papers::papers(seed, &person, &stay, now) } else { Vec::new() };
            (stay, papers)
        })
        .collect();
    let work = if in_full { work::work(seed, &person, &stays, now) } else { Work::default() };
    let asked = if in_full { asked::asked(seed, &person, now) } else { Asked::default() };
    Told { person, stays, work, asked }
}

/// Rows of some streets, ready to be written.
struct Batch {
    load: Load,
    people: u64,
    clerk: Option<PatientId>,
}

/// Makes rows of what was told, a batch ahead of the database; stops when nobody takes them.
async fn lay_out(
    ground: Ground<'_>,
    seed: u64,
    mut told: mpsc::Receiver<Vec<Told>>,
    batches: mpsc::Sender<Batch>,
) -> Result<()> {
    let mut surnames = HashSet::new();
    while let Some(told) = told.recv().await {
        // Bytes first: a crash leaves objects nobody names, never a row without its document.
        let kept = keep(ground.blobs, &told).await?;
        let vault = ground.vault.clone();
        let laying = tokio::task::spawn_blocking(move || {
            let batch = rows(&vault, seed, &told, kept, &mut surnames);
            (batch, surnames)
        });
        let batch;
        (batch, surnames) = laying.await.map_err(|_| Error::Internal("laying out the rows stopped".into()))?;
        if batches.send(batch?).await.is_err() {
            break;
        }
    }
    Ok(())
}

fn rows(
    vault: &Vault,
    seed: u64,
    told: &[Told],
    kept: Vec<store::stays::Kept>,
    surnames: &mut HashSet<String>,
) -> Result<Batch> {
    let mut kept = kept.into_iter();
    let mut load = Load::default();
    for one in told {
        store::people::person(&mut load, seed, &one.person, vault, surnames)?;
        for (stay, papers) in &one.stays {
            store::stays::stay(&mut load, seed, &one.person, stay, one.person.index < CHARTS_IN_FULL);
            for paper in papers {
                let versions: Vec<store::stays::Kept> = kept.by_ref().take(paper.versions.len()).collect();
                store::stays::paper(&mut load, &one.person, paper, &versions);
            }
        }
        store::work::work(&mut load, seed, &one.person, &one.work);
        store::asked::asked(&mut load, &one.person, &one.asked);
    }
    Ok(Batch { load, people: told.len() as u64, clerk: clerk(told) })
}

async fn write(ground: Ground<'_>, actor: &Actor, batch: Batch, done: u64) -> Result<()> {
    let Batch { load, people, clerk } = batch;
    let remarks = Remarks { detail: Some(json!({ "people": people, "up_to": done })), ..Remarks::none() };
    ground
        .gate
        .roster(actor, Act::PrepareDemo, remarks, async |roster| {
            pour(roster, load).await?;
            if let Some(patient) = clerk {
                preparation::link_staff(roster, world::staff_id(world::STAFF_PATIENT).0, patient).await?;
            }
            preparation::advance(roster, done as i64).await
        })
        .await
}

/// The member of staff who is a patient too lives in the first street.
fn clerk(told: &[Told]) -> Option<PatientId> {
    told.iter()
        .map(|told| &told.person)
        .find(|person| person.index < STREET as u64 && person.restricted == Some("employee"))
        .map(|person| person.id)
}

/// Draws and stores the versions of all papers, in their order; several at a time, because each waits for the disk.
async fn keep(blobs: &Blobs, told: &[Told]) -> Result<Vec<store::stays::Kept>> {
    const AT_ONCE: usize = 12;
    let contents = told
        .iter()
        .flat_map(|told| &told.stays)
        .flat_map(|(_, papers)| papers)
        .flat_map(|paper| &paper.versions)
        .map(|version| version.content.clone());
    stream::iter(contents)
        .map(|content| async move {
            let drawn = match &content {
                papers::Content::Text(_) => content.bytes(),
                _ => tokio::task::spawn_blocking(move || content.bytes())
                    .await
                    .map_err(|_| Error::Internal("a page could not be drawn".into()))?,
            };
            let drawn = drawn.map_err(|error| Error::Internal(error.to_string()))?;
            let stored = blobs.put(Bytes::from(drawn.bytes)).await?;
            Ok(store::stays::Kept { stored, content_type: drawn.content_type, pages: drawn.pages })
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

/// Gives charts that were imported work too, and the demo staff their facilities. Safe to repeat. Answers how many charts got work.
///
/// # Errors
/// What the database says.
pub async fn hand_out_imported(gate: &Gate, actor: &Actor) -> Result<usize> {
    let remarks = Remarks { detail: Some(json!({ "demonstration": true })), ..Remarks::none() };
    gate.desk(actor, Act::ChangeStaff, remarks, async |desk| world_rows::everywhere(desk).await).await?;
    let remarks = Remarks { detail: Some(json!({ "imported": true })), ..Remarks::none() };
    gate.roster(actor, Act::PrepareDemo, remarks, async |roster| imported::hand_out(roster).await).await
}
