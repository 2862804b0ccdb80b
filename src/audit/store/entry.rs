//! One event: what was recorded, whom it showed, what happened around it, and its place in the tree.

use chrono::Duration;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::super::model::{Entry, Key, Month, Particulars, Proof, Sealed, Shown};
use crate::access::ledger::tree::{Hash, proves_inclusion};
use crate::access::ledger::{LedgerError, Notary};
use crate::access::{Desk, Error, Result};

/// Finds an event by its id alone: the tree knows its time, and with that the month it lies in.
pub async fn key(desk: &mut Desk<'_>, event: Uuid) -> Result<Key> {
    let known = desk
        .optional(sqlx::query_scalar!(
            r#"select recorded_at as "at!" from audit_leaves where event_id = $1
            union all
            select recorded_at from audit_unsealed where event_id = $1
            limit 1"#,
            event,
        ))
        .await?;
    if let Some(recorded_at) = known
        && desk
            .one(sqlx::query_scalar!(
                r#"select exists (select from audit_events where recorded_at = $1 and event_id = $2) as "there!""#,
                recorded_at,
                event,
            ))
            .await?
    {
        return Ok(Key { recorded_at, event });
    }
    // No leaf leads to it: moved, or put in around the gate. Such a row is the one a reviewer most wants to see.
    let recorded_at = desk
        .one(sqlx::query_scalar!("select recorded_at from audit_events where event_id = $1 limit 1", event))
        .await?;
    Ok(Key { recorded_at, event })
}

pub async fn particulars(desk: &mut Desk<'_>, key: Key) -> Result<Particulars> {
    desk.one(sqlx::query_as!(
        Particulars,
        r#"select action::text as "action!", scope, application, task_id as task, arrival_id, object_version, detail, protected
        from audit_events
        where recorded_at = $1 and event_id = $2"#,
        key.recorded_at,
        key.event,
    ))
    .await
}

/// Whom the event showed beside its own patient, in the order of their ids, after the one given.
pub async fn shown(desk: &mut Desk<'_>, key: Key, after: Option<Uuid>, limit: i64) -> Result<Vec<Shown>> {
    desk.all(sqlx::query_as!(
        Shown,
        r#"select s.patient_id as patient,
            (select e.patient_mrn from audit_events e where e.patient_id = s.patient_id and e.patient_mrn is not null
                order by e.recorded_at desc, e.event_id desc limit 1) as mrn
        from audit_subjects s
        where s.recorded_at = $1 and s.event_id = $2 and ($3::uuid is null or s.patient_id > $3)
        order by s.patient_id
        limit $4"#,
        key.recorded_at,
        key.event,
        after,
        limit,
    ))
    .await
}

/// The other events of the same session, oldest first. A session is a person's and lasts less than a day, which is what the index knows.
pub async fn session(desk: &mut Desk<'_>, entry: &Entry, limit: i64) -> Result<Vec<Entry>> {
    let (Some(session), Some(actor)) = (entry.session, entry.actor_id) else { return Ok(Vec::new()) };
    let mut query = QueryBuilder::new(super::entries::COLUMNS);
    query.push(" and e.actor_id = ").push_bind(actor);
    query.push(" and e.session_id = ").push_bind(session);
    query.push(" and e.event_id <> ").push_bind(entry.event);
    query.push(" and e.recorded_at between ").push_bind(entry.recorded_at - Duration::days(1));
    query.push(" and ").push_bind(entry.recorded_at + Duration::days(1));
    // Those nearest to the event, when there are more than fit.
    query.push(" order by abs(extract(epoch from e.recorded_at - ").push_bind(entry.recorded_at);
    query.push(")), e.event_id limit ").push_bind(limit);
    let mut entries: Vec<Entry> = desk.all(query.build_query_as()).await?;
    entries.sort_by_key(|entry| (entry.recorded_at, entry.event));
    Ok(entries)
}

/// What the same person did in the thirty days up to the event.
pub async fn month(desk: &mut Desk<'_>, entry: &Entry) -> Result<Option<Month>> {
    let Some(actor) = entry.actor_id else { return Ok(None) };
    desk.optional(sqlx::query_as!(
        Month,
        r#"select count(*) as "events!", count(distinct patient_id) as "patients!",
            count(*) filter (where grant_id is not null or act in ('glass.break', 'glass.emergency')) as "glass!",
            count(*) filter (where outcome = 'refused') as "refused!"
        from audit_events
        where actor_id = $1 and recorded_at > $2 and recorded_at <= $3"#,
        actor,
        entry.recorded_at - Duration::days(30),
        entry.recorded_at,
    ))
    .await
}

/// The event's path to the newest signed root, recomputed here from the row as it now stands.
pub async fn proof(desk: &mut Desk<'_>, event: Uuid, notary: &Notary) -> Result<Proof> {
    let included = match notary.prove(desk, event).await {
        Ok(Some(included)) => included,
        Ok(None) => return unproved(desk, event).await,
        Err(LedgerError::Database(error)) => return Err(error.into()),
        Err(error @ (LedgerError::RowMissing { .. } | LedgerError::Forked { .. })) => {
            return Ok(Proof::Broken(error.to_string()));
        }
        Err(error) => return Err(error.into()),
    };
    let head = match notary.verifier().open(&included.checkpoint) {
        Ok(head) => head,
        Err(error) => return Ok(Proof::Broken(error.to_string())),
    };
    let leaf_hash = Hash::of_leaf(&included.leaf);
    if !proves_inclusion(leaf_hash, included.leaf_index, included.tree_size, &included.hashes, head.root) {
        return Ok(Proof::Broken(format!("its row is not the one that was sealed as leaf {}", included.leaf_index)));
    }
    Ok(Proof::Sealed(Box::new(Sealed {
        leaf: included.leaf_index,
        leaf_hash: leaf_hash.to_string(),
        of: included.tree_size,
        path: included.hashes.iter().map(Hash::to_string).collect(),
        root: head.root.to_string(),
        signed_at: head.extension("sealed").and_then(|at| at.parse().ok()),
        checkpoint: included.checkpoint,
    })))
}

async fn unproved(desk: &mut Desk<'_>, event: Uuid) -> Result<Proof> {
    let waits = desk
        .one(sqlx::query_scalar!(
            r#"select exists (select from audit_unsealed where event_id = $1) as "waits!""#,
            event
        ))
        .await?;
    Ok(if waits {
        Proof::Waiting
    } else {
        Proof::Broken("it is in no tree and awaits no seal: it was put in around the gate".into())
    })
}

/// One event by its key.
pub async fn entry(desk: &mut Desk<'_>, key: Key) -> Result<Entry> {
    let mut query = QueryBuilder::new(super::entries::COLUMNS);
    query.push(" and e.recorded_at = ").push_bind(key.recorded_at);
    query.push(" and e.event_id = ").push_bind(key.event);
    let found: Option<Entry> = desk.optional(query.build_query_as()).await?;
    found.ok_or(Error::NotFound)
}
