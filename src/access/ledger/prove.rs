//! Proofs to give away: that an event is in the ledger, that one checkpoint's tree is the beginning of another's, and an export of
//! events that anybody can check with nothing but SHA-256, Ed25519 and RFC 9162.

use std::io;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use sqlx::PgConnection;
use uuid::Uuid;

use super::canonical::AuditRow;
use super::error::{LedgerError, Result};
use super::stored::{self, Head};
use super::tile::{Plan, Tiles};
use super::tree::Hash;

/// Leaves read at once for an export.
const PAGE: u64 = 2048;

/// The proof that one event is in the ledger, as of the newest checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    pub leaf_index: u64,
    /// The canonical bytes of the event.
    pub leaf: Vec<u8>,
    pub tree_size: u64,
    pub hashes: Vec<Hash>,
    pub checkpoint: String,
}

impl Inclusion {
    /// One line of `audit export`.
    ///
    /// # Errors
    /// None that could happen: canonical bytes are JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        #[derive(serde::Serialize)]
        struct Proof {
            tree_size: u64,
            hashes: Vec<String>,
        }
        #[derive(serde::Serialize)]
        struct Line<'a> {
            leaf_index: u64,
            leaf: String,
            event: &'a RawValue,
            proof: Proof,
            checkpoint: &'a str,
        }
        let hashes = self.hashes.iter().map(Hash::to_string).collect();
        serde_json::to_string(&Line {
            leaf_index: self.leaf_index,
            leaf: BASE64.encode(&self.leaf),
            event: serde_json::from_slice(&self.leaf)?,
            proof: Proof { tree_size: self.tree_size, hashes },
            checkpoint: &self.checkpoint,
        })
    }
}

/// Proves that this event is in the ledger; none while it awaits its seal. The transaction must have opened the ledger.
pub async fn inclusion(db: &mut PgConnection, event: Uuid) -> Result<Option<Inclusion>> {
    stored::demand_opened(db).await?;
    let (_, head) = stored::extent(db).await?;
    let (Some(head), Some(index)) = (head, stored::leaf_of(db, event).await?) else { return Ok(None) };
    let leaves = stored::leaves(db, &(index..index + 1)).await?;
    let rows = stored::rows(db, &leaves).await?;
    let row = rows.first().ok_or(LedgerError::RowMissing { leaf: index })?;
    Prover { head, tiles: Tiles::default() }.prove(db, index, row).await.map(Some)
}

/// Proves that the tree of `first` leaves is the beginning of that of `second`; none when there are not so many.
pub async fn consistency(db: &mut PgConnection, first: u64, second: u64) -> Result<Option<Vec<Hash>>> {
    let (leaves, _) = stored::extent(db).await?;
    let Some(plan) = Plan::consistency(first, second).filter(|_| second <= leaves) else { return Ok(None) };
    let mut tiles = Tiles::default();
    stored::fetch_tiles(db, plan.tiles(), &mut tiles).await?;
    plan.fold(&tiles).map(Some).ok_or(LedgerError::Forked { size: second })
}

/// Writes the sealed events recorded from `from` and before `to`, one JSON line each, all proved against the newest checkpoint.
/// The transaction must have opened the ledger. Answers how many there were.
///
/// # Errors
/// When a row of the range is missing, or `write` fails.
pub async fn export(
    db: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    mut write: impl FnMut(&str) -> io::Result<()>,
) -> Result<u64> {
    stored::demand_opened(db).await?;
    let (_, Some(head)) = stored::extent(db).await? else { return Ok(0) };
    let leaves = leaves_between(db, from, to, head.size).await?;
    let mut prover = Prover { head, tiles: Tiles::default() };
    let (mut first, mut written) = (leaves.start, 0);
    while first < leaves.end {
        let page = first..leaves.end.min(first + PAGE);
        prover.tiles.forget_before(page.start);
        let rows = whole_page(db, &page).await?;
        for (index, row) in page.clone().zip(&rows).filter(|(_, row)| (from..to).contains(&row.recorded_at)) {
            let line =
                prover.prove(db, index, row).await?.to_json().map_err(|error| LedgerError::Output(error.into()))?;
            write(&line).and_then(|()| write("\n")).map_err(LedgerError::Output)?;
            written += 1;
        }
        first = page.end;
    }
    Ok(written)
}

/// The rows of all these leaves; a gap must not be passed over in silence.
async fn whole_page(db: &mut PgConnection, page: &Range<u64>) -> Result<Vec<AuditRow>> {
    let leaves = stored::leaves(db, page).await?;
    let rows = stored::rows(db, &leaves).await?;
    let fits = |index: u64| {
        let place = (index - page.start) as usize;
        leaves
            .get(place)
            .zip(rows.get(place))
            .is_some_and(|(leaf, row)| leaf.index == index && leaf.event == row.event_id)
    };
    match page.clone().find(|index| !fits(*index)) {
        None => Ok(rows),
        Some(leaf) => Err(LedgerError::RowMissing { leaf }),
    }
}

/// The smallest range of leaves that has every event of that time; others may lie between, as transactions end out of order.
async fn leaves_between(
    db: &mut PgConnection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    size: u64,
) -> Result<Range<u64>> {
    // `offset 0` keeps the planner from walking the whole tree from its first leaf in search of the smallest.
    let range = sqlx::query!(
        r#"select coalesce(min(leaf_index), 0) as "first!", coalesce(max(leaf_index) + 1, 0) as "end!"
        from (select leaf_index from audit_leaves where recorded_at >= $1 and recorded_at < $2 offset 0) l"#,
        from,
        to
    )
    .fetch_one(db)
    .await?;
    Ok(range.first.cast_unsigned().min(size)..range.end.cast_unsigned().min(size))
}

/// Proves one leaf after another against one checkpoint, keeping the tiles that neighbours share.
struct Prover {
    head: Head,
    tiles: Tiles,
}

impl Prover {
    async fn prove(&mut self, db: &mut PgConnection, index: u64, row: &AuditRow) -> Result<Inclusion> {
        let size = self.head.size;
        let plan = Plan::inclusion(index, size).ok_or(LedgerError::Forked { size })?;
        stored::fetch_tiles(db, plan.tiles(), &mut self.tiles).await?;
        let hashes = plan.fold(&self.tiles).ok_or(LedgerError::Forked { size })?;
        Ok(Inclusion {
            leaf_index: index,
            leaf: row.leaf(),
            tree_size: size,
            hashes,
            checkpoint: self.head.note.clone(),
        })
    }
}
