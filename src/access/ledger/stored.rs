//! The ledger as the database keeps it: every statement that reads leaves, nodes, checkpoints and whole rows.
//!
//! Leaves, nodes and checkpoints are free to read; rows only in a transaction that has opened the ledger (house rule 2.5).

use std::collections::BTreeSet;
use std::ops::Range;

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
        "select leaf_index, event_id, leaf_hash
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
        .map(|row| Leaf { index: row.leaf_index.cast_unsigned(), event: row.event_id, hash: hash(&row.leaf_hash) })
        .collect())
}

/// The place of an event in the tree, once it is sealed.
pub async fn leaf_of(db: &mut PgConnection, event: Uuid) -> Result<Option<u64>> {
    let index = sqlx::query_scalar!("select leaf_index from audit_leaves where event_id = $1", event)
        .fetch_optional(db)
        .await?;
    Ok(index.map(i64::cast_unsigned))
}

/// The rows of a range of leaves, in the order of the leaves. A leaf whose row is gone has none here.
pub async fn rows(db: &mut PgConnection, range: &Range<u64>) -> Result<Vec<AuditRow>> {
    let rows = sqlx::query_as!(
        AuditRow,
        r#"select r.event_id as "event_id!", r.recorded_at as "recorded_at!", r.txid as "txid!", r.ordinal as "ordinal!", r.scope as "scope!",
            r.act as "act!", r.action as "action!", r.outcome as "outcome!", r.actor_kind as "actor_kind!", r.actor_id,
            r.actor_name as "actor_name!", r.role, r.session_id, r.address, r.application as "application!", r.request_id as "request_id!",
            r.purpose as "purpose!", r.basis as "basis!", r.grant_id, r.task_id, r.arrival as "arrival!", r.arrival_id, r.patient_id,
            r.patient_mrn, r.covers as "covers!", r.object_kind, r.object_id, r.object_version, r.detail as "detail!", r.protected,
            r.subjects as "subjects!"
        from audit_leaves l
        join audit_rows r on r.recorded_at = l.recorded_at and r.event_id = l.event_id
        where l.leaf_index >= $1 and l.leaf_index < $2
        order by l.leaf_index"#,
        range.start.cast_signed(),
        range.end.cast_signed()
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
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
