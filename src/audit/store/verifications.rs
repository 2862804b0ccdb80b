//! What was found each time the ledger was verified, and how far it is sealed.

use uuid::Uuid;

use super::super::model::{Seal, SignedHead, Verified};
use crate::access::ledger::Notary;
use crate::access::ledger::verify::Verification;
use crate::access::{Desk, Result};

/// Keeps what a verification of this desk found.
pub async fn keep(desk: &mut Desk<'_>, found: &Verification, took_ms: i64) -> Result<()> {
    let (event, at, by) = (desk.event().0, desk.at(), desk.actor_name().to_owned());
    let bad = found.first_bad.as_ref();
    desk.exec(sqlx::query!(
        "insert into ledger_verifications (verification_id, event_id, verified_at, verified_by, took_ms, whole, leaves, unsealed,
            checkpoints, outside_checkpoints, root, first_bad_leaf, first_bad_event, first_bad_what)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        Uuid::now_v7(),
        event,
        at,
        by,
        took_ms,
        found.whole,
        found.leaves.cast_signed(),
        found.unsealed.cast_signed(),
        found.checkpoints.cast_signed(),
        found.outside_checkpoints.cast_signed(),
        found.root,
        bad.and_then(|bad| bad.leaf).map(u64::cast_signed),
        bad.and_then(|bad| bad.event),
        bad.map(|bad| bad.what.as_str()),
    ))
    .await?;
    Ok(())
}

/// The latest verifications, newest first.
pub async fn latest(desk: &mut Desk<'_>, limit: i64) -> Result<Vec<Verified>> {
    desk.all(sqlx::query_as!(
        Verified,
        "select event_id as event, verified_at as at, verified_by as by, took_ms, whole, leaves, unsealed, checkpoints, outside_checkpoints,
            root, first_bad_leaf, first_bad_event, first_bad_what
        from ledger_verifications
        order by verified_at desc, verification_id desc
        limit $1",
        limit,
    ))
    .await
}

/// How far the ledger is sealed.
pub async fn seal(desk: &mut Desk<'_>, notary: &Notary) -> Result<Seal> {
    let (leaves, head) = notary.extent(desk).await?;
    // By the database's own clock, which wrote the times of the events.
    let waiting = desk
        .one(sqlx::query!(
            r#"select count(*) as "count!", coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::bigint as "seconds!"
            from audit_unsealed"#
        ))
        .await?;
    let newest = head.map(|head| {
        let read = notary.verifier().open(&head.note).ok();
        let read = read.and_then(|read| Some((read.extension("sealed")?.parse().ok()?, read.root.to_string())));
        SignedHead { size: head.size, text: head.note, read }
    });
    Ok(Seal {
        leaves,
        waiting: waiting.count.unsigned_abs(),
        waiting_for: chrono::Duration::seconds(waiting.seconds),
        newest,
    })
}
