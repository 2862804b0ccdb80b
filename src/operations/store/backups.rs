//! What a backup reads, as the owner of the tables, and what it leaves behind.

use futures_util::Stream;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::access::{Desk, Result};
use crate::operations::backup::Made;

/// A document's bytes as the database speaks of them.
pub struct Blob {
    pub name: String,
    pub sha256: Vec<u8>,
    pub size: i64,
}

/// Makes the open transaction one unchanging view, and names it for `pg_dump`.
pub async fn export_snapshot(owner: &mut PgConnection) -> sqlx::Result<String> {
    sqlx::query!("set transaction isolation level repeatable read, read only").execute(&mut *owner).await?;
    sqlx::query_scalar!(r#"select pg_export_snapshot() as "id!""#).fetch_one(owner).await
}

/// How many events are sealed.
pub async fn leaves(owner: &mut PgConnection) -> sqlx::Result<u64> {
    let leaves = sqlx::query_scalar!(r#"select coalesce(max(leaf_index) + 1, 0) as "leaves!" from audit_leaves"#);
    Ok(leaves.fetch_one(owner).await?.cast_unsigned())
}

/// Every document named, from whichever table.
pub fn blobs(owner: &mut PgConnection) -> impl Stream<Item = sqlx::Result<Blob>> + Send + Unpin {
    sqlx::query_as!(
        Blob,
        r#"select distinct on (blob_name) blob_name as "name!", sha256 as "sha256!", size_bytes as "size!"
        from operations_blobs()
        order by blob_name"#
    )
    .fetch(owner)
}

/// Keeps that a backup was made.
pub async fn keep(desk: &mut Desk<'_>, file: &str, made: &Made) -> Result<()> {
    let (event, at, by) = (desk.event().0, desk.at(), desk.actor_name().to_owned());
    desk.exec(sqlx::query!(
        "insert into backups (backup_id, event_id, finished_at, made_by, file_name, bytes, documents, unreadable, leaves, took_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        Uuid::now_v7(),
        event,
        at,
        by,
        file,
        made.bytes.cast_signed(),
        made.documents.cast_signed(),
        i64::try_from(made.unreadable.len()).unwrap_or(i64::MAX),
        made.leaves.cast_signed(),
        i64::try_from(made.took.as_millis()).unwrap_or(i64::MAX),
    ))
    .await?;
    Ok(())
}
