//! The ledger as the database keeps it: every statement that reads leaves, nodes, checkpoints and whole rows.
//!
//! Leaves, nodes and checkpoints are free to read; rows only in a transaction that has opened the ledger (house rule 2.5).

use std::collections::{BTreeSet, HashMap};
use std::ops::{Range, RangeInclusive};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::canonical::AuditRow;
use super::error::{LedgerError, Result};
use super::tile::{TILE_LEVELS, TILE_WIDTH, TileId, Tiles};
use super::tree::Hash;

/// A leaf as stored: which event it stands for, and its hash.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    pub index: u64,
    pub event: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub hash: Hash,
}

/// A kept root of a complete subtree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub level: u8,
    pub index: u64,
    pub hash: Hash,
}

/// A checkpoint as stored: its size and its signed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub size: u64,
    pub note: String,
}

/// How many leaves there are, and the newest checkpoint: read at one instant, because a seal writes both at once.
pub async fn extent(db: &mut PgConnection) -> Result<(u64, Option<Head>)> {
    let row = sqlx::query!(
        r#"select coalesce((select max(leaf_index) + 1 from audit_leaves), 0) as "leaves!", c.tree_size as "tree_size?", c.note as "note?"
        from (values (1)) one
        left join lateral (select tree_size, note from audit_checkpoints order by tree_size desc limit 1) c on true"#
    )
    .fetch_one(db)
    .await?;
    let head = row.tree_size.zip(row.note).map(|(size, note)| Head { size: size.cast_unsigned(), note });
    Ok((row.leaves.cast_unsigned(), head))
}

/// The checkpoints over more than `after` and up to `upto` leaves, smallest first, at most `limit`.
pub async fn checkpoints(db: &mut PgConnection, after: u64, upto: u64, limit: i64) -> Result<Vec<Head>> {
    let rows = sqlx::query!(
        "select tree_size, note
        from audit_checkpoints
        where tree_size > $1 and tree_size <= $2
        order by tree_size
        limit $3",
        after.cast_signed(),
        upto.cast_signed(),
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| Head { size: row.tree_size.cast_unsigned(), note: row.note }).collect())
}

/// The leaves of a range, in order.
pub async fn leaves(db: &mut PgConnection, range: &Range<u64>) -> Result<Vec<Leaf>> {
    let rows = sqlx::query!(
        "select leaf_index, event_id, recorded_at, leaf_hash
        from audit_leaves
        where leaf_index >= $1 and leaf_index < $2
        order by leaf_index",
        range.start.cast_signed(),
        range.end.cast_signed()
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Leaf {
            index: row.leaf_index.cast_unsigned(),
            event: row.event_id,
            recorded_at: row.recorded_at,
            hash: hash(&row.leaf_hash),
        })
        .collect())
}

/// The place of an event in the tree, once it is sealed.
pub async fn leaf_of(db: &mut PgConnection, event: Uuid) -> Result<Option<u64>> {
    let index = sqlx::query_scalar!("select leaf_index from audit_leaves where event_id = $1", event)
        .fetch_optional(db)
        .await?;
    Ok(index.map(i64::cast_unsigned))
}

/// The rows of neighbouring leaves, in their order. A leaf whose row is gone has none here.
pub async fn rows(db: &mut PgConnection, leaves: &[Leaf]) -> Result<Vec<AuditRow>> {
    let times = leaves.iter().map(|leaf| leaf.recorded_at);
    let (Some(first), Some(last), Some(earliest), Some(latest)) =
        (leaves.first(), leaves.last(), times.clone().min(), times.max())
    else {
        return Ok(Vec::new());
    };
    let (range, span) = (first.index..last.index + 1, earliest..=latest);
    let mut rows = events(db, &range, &span).await?;
    let mut subjects = subjects(db, &range, &span).await?;
    for row in &mut rows {
        row.subjects = subjects.remove(&row.event_id).unwrap_or_default();
    }
    Ok(rows)
}

/// The span of time tells PostgreSQL which months to open.
async fn events(
    db: &mut PgConnection,
    leaves: &Range<u64>,
    span: &RangeInclusive<DateTime<Utc>>,
) -> Result<Vec<AuditRow>> {
    let rows = sqlx::query_as!(
        AuditRow,
        r#"select e.event_id, e.recorded_at, e.txid, e.ordinal, e.scope, e.act, e.action::text as "action!", e.outcome, e.actor_kind, e.actor_id,
            e.actor_name, e.role, e.session_id, e.address::text as address, e.application, e.request_id, e.purpose, e.basis, e.grant_id,
            e.task_id, e.arrival, e.arrival_id, e.patient_id, e.patient_mrn, e.covers, e.object_kind, e.object_id, e.object_version,
            e.detail, e.protected, '{}'::uuid[] as "subjects!"
        from audit_leaves l
        join audit_events e on e.recorded_at = l.recorded_at and e.event_id = l.event_id
        where l.leaf_index >= $1 and l.leaf_index < $2 and e.recorded_at >= $3 and e.recorded_at <= $4
        order by l.leaf_index"#,
        leaves.start.cast_signed(),
        leaves.end.cast_signed(),
        span.start(),
        span.end()
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Whom the lists among these events showed.
async fn subjects(
    db: &mut PgConnection,
    leaves: &Range<u64>,
    span: &RangeInclusive<DateTime<Utc>>,
) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let rows = sqlx::query!(
        "select s.event_id, s.patient_id
        from audit_leaves l
        join audit_subjects s on s.recorded_at = l.recorded_at and s.event_id = l.event_id
        where l.leaf_index >= $1 and l.leaf_index < $2 and s.recorded_at >= $3 and s.recorded_at <= $4",
        leaves.start.cast_signed(),
        leaves.end.cast_signed(),
        span.start(),
        span.end()
    )
    .fetch_all(db)
    .await?;
    let mut subjects: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        subjects.entry(row.event_id).or_default().push(row.patient_id);
    }
    Ok(subjects)
}

/// The kept nodes that the leaves of a range complete, in the order in which these do.
pub async fn nodes_completed_in(db: &mut PgConnection, range: &Range<u64>) -> Result<Vec<Node>> {
    let mut nodes = Vec::new();
    for level in (TILE_LEVELS..=56).step_by(TILE_LEVELS as usize) {
        let (first, end) = (range.start >> level, range.end >> level);
        if first == end {
            break;
        }
        nodes.extend(level_nodes(db, level, first, end).await?);
    }
    nodes.sort_by_key(|node: &Node| ((node.index + 1) << node.level, node.level));
    Ok(nodes)
}

async fn level_nodes(db: &mut PgConnection, level: u8, first: u64, end: u64) -> Result<Vec<Node>> {
    let rows = sqlx::query!(
        "select node_index, node_hash
        from audit_nodes
        where level = $1 and node_index >= $2 and node_index < $3
        order by node_index",
        i16::from(level),
        first.cast_signed(),
        end.cast_signed()
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Node { level, index: row.node_index.cast_unsigned(), hash: hash(&row.node_hash) })
        .collect())
}

/// Fetches those of the wanted tiles that are not held yet.
pub async fn fetch_tiles(db: &mut PgConnection, wanted: BTreeSet<TileId>, tiles: &mut Tiles) -> Result<()> {
    for id in wanted {
        if tiles.holds(id) {
            continue;
        }
        let range = id.first_node()..id.first_node() + TILE_WIDTH;
        let lowest = if id.height == 0 {
            leaves(db, &range).await?.into_iter().map(|leaf| leaf.hash).collect()
        } else {
            let nodes = level_nodes(db, id.height * TILE_LEVELS, range.start, range.end).await?;
            nodes.into_iter().map(|node| node.hash).collect()
        };
        tiles.insert(id, lowest);
    }
    Ok(())
}

/// Refuses to read rows that row-level security hides: what is only invisible must not be reported as gone.
pub async fn demand_opened(db: &mut PgConnection) -> Result<()> {
    let opened =
        sqlx::query_scalar!(r#"select not row_security_active('public.audit_events') or access_ledger() as "opened!""#)
            .fetch_one(db)
            .await?;
    if opened { Ok(()) } else { Err(LedgerError::NotOpened) }
}

/// The column is checked to hold 32 bytes; any other length is nobody's hash and fails every comparison.
fn hash(bytes: &[u8]) -> Hash {
    Hash::from_slice(bytes).unwrap_or(Hash([0; 32]))
}
