//! The seal: committed events become leaves, and the new head of the tree is signed and carried outside.
//!
//! Any server may seal, about every second; an advisory lock lets one at a time. Events are taken in the order of their transactions
//! (then ordinal, then id) from a queue that the insert of an event fills, so a long transaction holds nobody up, and one that commits late is
//! simply sealed later: the tree is only ever added to, and nothing can appear in the past behind a seal.
//!
//! Each checkpoint also signs how far things are settled (`settled <cluster> <transaction>`): no event of an older transaction can come any more,
//! as long as the cluster is the same. A dump restored into a new cluster, where transaction ids start over, thus needs no special care.

use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use super::canonical::AuditRow;
use super::checkpoint::{Checkpoint, CheckpointKey, Verifier};
use super::error::{LedgerError, Result};
use super::outside::{Folder, Locked};
use super::stored::{self, Head};
use super::tile::{self, Plan, TILE_LEVELS, Tiles};
use super::tree::{Frontier, Hash};

/// Events held in memory at once.
const BATCH: u16 = 4096;
/// Batches under one checkpoint, so that a first seal over millions commits now and then.
const BATCHES: usize = 64;

/// Whether to wait for another server that is sealing, or to leave it to that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The server's heartbeat: another one is at it, all is well.
    Skip,
    /// A command about to end, or to verify: its own events must be under the seal.
    Wait,
}

/// What one call sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Events newly under the seal.
    pub added: u64,
    /// The newest checkpoint as far as this call knows; none while the ledger is empty.
    pub newest: Option<Head>,
}

/// Seals everything that is committed. Call it outside of any transaction.
///
/// # Errors
/// Refuses to sign when the tree in the database denies its own last checkpoint or the folder's; see [`LedgerError`].
pub async fn seal(db: &mut PgConnection, key: &CheckpointKey, folder: &Folder, turn: Turn) -> Result<Sealed> {
    let verifier = key.verifier();
    bring_up_folder(db, folder, &verifier).await?;
    let mut added = 0;
    loop {
        let step = seal_once(db, key, turn).await?;
        added += step.added;
        if step.added > 0 {
            bring_up_folder(db, folder, &verifier).await?;
        }
        if step.drained {
            return Ok(Sealed { added, newest: stored::extent(db).await?.1 });
        }
    }
}

struct Step {
    added: u64,
    drained: bool,
}

/// One transaction: as many events as fit under one checkpoint.
async fn seal_once(db: &mut PgConnection, key: &CheckpointKey, turn: Turn) -> Result<Step> {
    let mut transaction = db.begin().await?;
    // The folder must never know of a checkpoint that the database could still lose in a crash.
    sqlx::query!("set local synchronous_commit = on").execute(&mut *transaction).await?;
    let ours = sqlx::query!(
        r#"select mine as "mine!", now as "now!", cluster as "cluster!", oldest as "oldest!" from access_seal_turn($1)"#,
        turn == Turn::Wait
    )
    .fetch_one(&mut *transaction)
    .await?;
    if !ours.mine {
        return Ok(Step { added: 0, drained: true });
    }
    let (mut tree, last) = take_up(&mut transaction, &key.verifier()).await?;
    let before = tree.size();
    let mut after = Place::settled_by(last.as_ref(), ours.cluster);
    let mut drained = false;
    for _ in 0..BATCHES {
        let rows = next_rows(&mut transaction, after).await?;
        if let Some(last) = rows.last() {
            after = Place { txid: last.txid, ordinal: last.ordinal, event: last.event_id };
            append(&mut transaction, &mut tree, &rows).await?;
        }
        // What is committed while a short batch is sealed is the next seal's: else a busy day would be one endless seal.
        if rows.len() < usize::from(BATCH) {
            drained = true;
            break;
        }
    }
    let added = tree.size() - before;
    if added > 0 {
        let waiting = next_waiting(&mut transaction, after).await?;
        let settled = waiting.map_or(ours.oldest, |txid| txid.min(ours.oldest));
        let note = key.sign(tree.size(), tree.root(), extensions(ours.now, ours.cluster, settled));
        sqlx::query!("select access_checkpoint($1, $2)", tree.size().cast_signed(), note)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(Step { added, drained })
}

/// The place in the queue up to which events were taken.
#[derive(Clone, Copy)]
struct Place {
    txid: i64,
    ordinal: i16,
    event: Uuid,
}

impl Place {
    /// Nothing older than what the last checkpoint of this very cluster calls settled can still be waiting; starting
    /// there spares the sealer the entries it took before, which linger while somebody holds an old snapshot.
    fn settled_by(last: Option<&Checkpoint>, cluster: i64) -> Self {
        let settled = last.and_then(Settled::of).filter(|settled| settled.cluster == cluster);
        Self { txid: settled.map_or(i64::MIN, |settled| settled.txid), ordinal: i16::MIN, event: Uuid::nil() }
    }
}

/// The signed line `settled <cluster> <transaction>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub cluster: i64,
    pub txid: i64,
}

impl Settled {
    pub fn of(checkpoint: &Checkpoint) -> Option<Self> {
        let (cluster, txid) = checkpoint.extension("settled")?.split_once(' ')?;
        Some(Self { cluster: cluster.parse().ok()?, txid: txid.parse().ok()? })
    }
}

fn extensions(now: DateTime<Utc>, cluster: i64, settled: i64) -> Vec<String> {
    vec![format!("sealed {}", now.to_rfc3339_opts(SecondsFormat::Micros, true)), format!("settled {cluster} {settled}")]
}

/// The tree where the last seal left it; refuses when the stored leaves no longer give the root that was signed.
async fn take_up(db: &mut PgConnection, verifier: &Verifier) -> Result<(Frontier, Option<Checkpoint>)> {
    let (leaves, head) = stored::extent(db).await?;
    let last = head
        .map(|head| {
            verifier.open(&head.note).map_err(|source| LedgerError::Checkpoint { place: "the database", source })
        })
        .transpose()?;
    let (size, root) = last.as_ref().map_or((0, Hash::of_nothing()), |last| (last.size, last.root));
    let mut tiles = Tiles::default();
    stored::fetch_tiles(db, tile::tiles_of_peaks(size), &mut tiles).await?;
    let tree = tile::peaks(size, &tiles).and_then(|peaks| Frontier::resume(size, peaks));
    match tree.filter(|tree| tree.root() == root && leaves == size) {
        Some(tree) => Ok((tree, last)),
        None => Err(LedgerError::Forked { size }),
    }
}

async fn next_rows(db: &mut PgConnection, after: Place) -> Result<Vec<AuditRow>> {
    let rows = sqlx::query_as!(
        AuditRow,
        r#"select event_id as "event_id!", recorded_at as "recorded_at!", txid as "txid!", ordinal as "ordinal!", scope as "scope!",
            act as "act!", action as "action!", outcome as "outcome!", actor_kind as "actor_kind!", actor_id, actor_name as "actor_name!",
            role, session_id, address, application as "application!", request_id as "request_id!", purpose as "purpose!",
            basis as "basis!", grant_id, task_id, arrival as "arrival!", arrival_id, patient_id, patient_mrn, covers as "covers!",
            object_kind, object_id, object_version, detail as "detail!", protected, subjects as "subjects!"
        from access_unsealed($1, $2, $3, $4)"#,
        after.txid,
        after.ordinal,
        after.event,
        i32::from(BATCH)
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The transaction of the next event in the queue.
async fn next_waiting(db: &mut PgConnection, after: Place) -> Result<Option<i64>> {
    let txid = sqlx::query_scalar!(
        "select txid
        from audit_unsealed
        where (txid, ordinal, event_id) > ($1, $2, $3)
        order by txid, ordinal, event_id
        limit 1",
        after.txid,
        after.ordinal,
        after.event
    )
    .fetch_optional(db)
    .await?;
    Ok(txid)
}

/// Appends one batch to the tree, in memory and in the database.
async fn append(db: &mut PgConnection, tree: &mut Frontier, rows: &[AuditRow]) -> Result<()> {
    let first = tree.size();
    let mut hashes = Vec::with_capacity(rows.len());
    let (mut levels, mut indexes, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let leaf = Hash::of_leaf(&row.leaf());
        hashes.push(leaf.0.to_vec());
        tree.append(leaf, |subtree, hash| {
            if subtree.level.is_multiple_of(TILE_LEVELS) {
                levels.push(i16::from(subtree.level));
                indexes.push(subtree.index.cast_signed());
                nodes.push(hash.0.to_vec());
            }
        });
    }
    sqlx::query!(
        "select access_seal($1, $2, $3, $4, $5, $6, $7, $8)",
        first.cast_signed(),
        &rows.iter().map(|row| row.txid).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.ordinal).collect::<Vec<_>>(),
        &rows.iter().map(|row| row.event_id).collect::<Vec<_>>(),
        &hashes,
        &levels,
        &indexes,
        &nodes
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes to the folder what the database has and it has not: the last seal's checkpoint, or those that a crash, another server or a new disk left out.
///
/// # Errors
/// [`LedgerError::Shortened`] or [`LedgerError::Forked`] when the folder knows of a tree that is not the beginning of ours.
pub async fn bring_up_folder(db: &mut PgConnection, folder: &Folder, verifier: &Verifier) -> Result<()> {
    let locked = lock(folder).await?;
    let mut size = match folder.newest()? {
        None => 0,
        Some(note) => agreed_size(db, &note, verifier).await?,
    };
    loop {
        let heads = stored::checkpoints(db, size, i64::MAX.cast_unsigned(), 1024).await?;
        let Some(last) = heads.last() else { return Ok(()) };
        size = last.size;
        locked.append(&heads, verifier)?;
    }
}

/// Another program may hold the lock for as long as a write to the disk takes: not a thing to wait for on a shared thread.
async fn lock(folder: &Folder) -> Result<Locked> {
    let folder = folder.clone();
    tokio::task::spawn_blocking(move || folder.lock()).await.map_err(|error| LedgerError::Stopped(error.to_string()))?
}

/// The size of the folder's newest checkpoint, once it is clear that our tree contains it.
async fn agreed_size(db: &mut PgConnection, note: &str, verifier: &Verifier) -> Result<u64> {
    let outside =
        verifier.open(note).map_err(|source| LedgerError::Checkpoint { place: "the checkpoints folder", source })?;
    let (leaves, _) = stored::extent(db).await?;
    if outside.size > leaves {
        return Err(LedgerError::Shortened { inside: leaves, outside: outside.size });
    }
    let known = stored::checkpoints(db, outside.size.saturating_sub(1), outside.size, 1).await?;
    if known.first().is_none_or(|head| head.note != note) && root_at(db, outside.size).await? != Some(outside.root) {
        return Err(LedgerError::Forked { size: outside.size });
    }
    Ok(outside.size)
}

/// The root of the first `size` leaves, folded from what is stored.
async fn root_at(db: &mut PgConnection, size: u64) -> Result<Option<Hash>> {
    let (plan, mut tiles) = (Plan::root(size), Tiles::default());
    stored::fetch_tiles(db, plan.tiles(), &mut tiles).await?;
    Ok(plan.fold(&tiles).and_then(|roots| roots.first().copied()))
}
