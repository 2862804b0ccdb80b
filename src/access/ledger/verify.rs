//! `custodian audit verify`: recomputes the whole ledger from its rows.
//!
//! Rows are read in the order of the leaves, a page at a time; while one page is fetched the last one is hashed on another thread. Found are a
//! changed, deleted, swapped or added row, a cut tail, false nodes and checkpoints, and, through the checkpoints folder, even a past
//! rewritten with all its hashes. Sealing may go on meanwhile: what is sealed after the start is left to the next time.

use sqlx::PgConnection;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::check::{Checker, FirstBad, Page, Stop, bad};
use super::checkpoint::Verifier;
use super::error::{LedgerError, Result};
use super::outside::Folder;
use super::stored::{self, Head};

/// Leaves in one page: some megabytes of rows.
const PAGE: u64 = 8192;

/// The answer, in the shape of `audit verify --json`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Verification {
    pub whole: bool,
    /// Sealed events.
    pub leaves: u64,
    /// The root over the leaves that were found good: over all of them when the ledger is whole.
    pub root: String,
    /// The newest checkpoint; empty while nothing was ever sealed.
    pub checkpoint: String,
    pub first_bad: Option<FirstBad>,
    /// Leaves found good.
    pub checked: u64,
    /// Events that await their seal.
    pub unsealed: u64,
    /// Checkpoints found good, in the database and in the folder.
    pub checkpoints: u64,
    pub outside_checkpoints: u64,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: u64,
    pub of: u64,
}

/// Verifies everything sealed so far. The transaction must have opened the ledger and be read-committed, as the gate's are.
///
/// # Errors
/// When the database or the folder can't be read. A ledger that is not whole is no error but an answer.
pub async fn verify(
    db: &mut PgConnection,
    verifier: &Verifier,
    folder: &Folder,
    progress: impl FnMut(Progress),
) -> Result<Verification> {
    stored::demand_opened(db).await?;
    // The folder before the database: it is written after it, so it can only be ahead when something was lost.
    let newest = folder.newest()?;
    let outside_upto = newest.map_or(0, |note| verifier.open(&note).map_or(u64::MAX, |checkpoint| checkpoint.size));
    let (leaves, head) = stored::extent(db).await?;
    let sealed = head.as_ref().map_or(0, |head| head.size);
    let mut verification = Verification {
        whole: false,
        leaves,
        root: super::tree::Hash::of_nothing().to_string(),
        checkpoint: head.map_or_else(String::new, |head| head.note),
        first_bad: None,
        checked: 0,
        unsealed: 0,
        checkpoints: 0,
        outside_checkpoints: 0,
    };
    let checker = match Checker::new(verifier.clone(), folder.notes()?, outside_upto) {
        Ok(checker) => checker,
        Err(stop) => return verification.with(Err(stop)),
    };
    let (mut checker, streamed) = stream(db, checker, leaves.min(sealed), progress).await?;
    verification.root = checker.root().to_string();
    verification.checked = checker.size();
    verification.checkpoints = checker.checkpoints;
    verification.outside_checkpoints = checker.outside_checkpoints;
    let (unsealed, beyond) = match streamed.and_then(|()| tail(leaves, sealed)).and_then(|()| checker.end()) {
        Ok(()) => beyond_the_leaves(db, &checker).await?,
        stop => (0, stop),
    };
    verification.unsealed = unsealed;
    verification.with(beyond)
}

impl Verification {
    fn with(mut self, checked: Result<(), Stop>) -> Result<Self> {
        match checked {
            Ok(()) => self.whole = true,
            Err(Stop::Bad(first_bad)) => self.first_bad = Some(first_bad),
            Err(Stop::Unreadable(error)) => return Err(error),
        }
        Ok(self)
    }
}

/// Sends page after page to the checker, which works on a thread of its own.
async fn stream(
    db: &mut PgConnection,
    checker: Checker,
    size: u64,
    mut progress: impl FnMut(Progress),
) -> Result<Checked> {
    let (pages, checking) = start(checker);
    let mut first = 0;
    while first < size {
        let end = size.min(first + PAGE);
        let page = fetch(db, first..end).await?;
        // A closed channel means that the checker has found something and stopped.
        if pages.send(page).await.is_err() {
            break;
        }
        progress(Progress { done: end, of: size });
        first = end;
    }
    drop(pages);
    checking.await.map_err(|error| LedgerError::Stopped(error.to_string()))
}

/// The checker after its last page, and what stopped it.
type Checked = (Checker, Result<(), Stop>);

fn start(mut checker: Checker) -> (mpsc::Sender<Page>, JoinHandle<Checked>) {
    let (pages, mut arriving) = mpsc::channel(2);
    let checking = tokio::task::spawn_blocking(move || {
        while let Some(page) = arriving.blocking_recv() {
            if let Err(stop) = checker.page(&page) {
                return (checker, Err(stop));
            }
        }
        (checker, Ok(()))
    });
    (pages, checking)
}

async fn fetch(db: &mut PgConnection, range: std::ops::Range<u64>) -> Result<Page> {
    let leaves = stored::leaves(db, &range).await?;
    Ok(Page {
        rows: stored::rows(db, &leaves).await?,
        leaves,
        nodes: stored::nodes_completed_in(db, &range).await?,
        heads: heads(db, &range).await?,
        range,
    })
}

async fn heads(db: &mut PgConnection, range: &std::ops::Range<u64>) -> Result<Vec<Head>> {
    stored::checkpoints(db, range.start, range.end, PAGE.cast_signed()).await
}

/// Leaves and checkpoint are written in one transaction: one without the other was cut off or put there.
fn tail(leaves: u64, sealed: u64) -> Result<(), Stop> {
    if leaves < sealed {
        return Err(bad(
            Some(leaves),
            None,
            format!("the tail is missing: {sealed} events were sealed, {leaves} leaves are left"),
        ));
    }
    if leaves > sealed {
        return Err(bad(Some(sealed), None, format!("the leaves from {sealed} on are under no checkpoint")));
    }
    Ok(())
}

/// What no leaf accounts for: events put in around the gate, waiting events taken away, patients added to a list's record.
async fn beyond_the_leaves(db: &mut PgConnection, checker: &Checker) -> Result<(u64, Result<(), Stop>)> {
    let sum = sqlx::query!(
        r#"select (select count(*) from audit_events) as "events!",
            (select count(*) from audit_leaves) as "leaves!",
            (select count(*) from audit_unsealed) as "waiting!",
            (select count(*) from audit_subjects)
                - (select count(*) from audit_unsealed join audit_subjects using (recorded_at, event_id))
                - (select count(*) from audit_leaves join audit_subjects using (recorded_at, event_id) where leaf_index >= $1)
                as "subjects!""#,
        checker.size().cast_signed()
    )
    .fetch_one(&mut *db)
    .await?;
    let waiting = sum.waiting.cast_unsigned();
    let gone = waiting_but_gone(db).await?;
    let slipped_in = match checker.settled() {
        Some(settled) => waiting_behind_the_seal(db, settled.cluster, settled.txid).await?,
        None => None,
    };
    let stop = if let Some(event) = gone {
        bad(None, Some(event), "an event that awaited its seal was deleted")
    } else if let Some(event) = slipped_in {
        bad(
            None,
            Some(event),
            "the event claims a transaction that was over before the last seal: it was slipped in later",
        )
    } else if sum.events != sum.leaves + sum.waiting {
        bad(
            None,
            event_without_leaf(db).await?,
            "the event is in no tree and awaits no seal: it was put in around the gate",
        )
    } else if sum.subjects.cast_unsigned() != checker.subjects {
        bad(None, None, "patients are recorded for an event that does not exist")
    } else {
        return Ok((waiting, Ok(())));
    };
    Ok((waiting, Err(stop)))
}

async fn event_without_leaf(db: &mut PgConnection) -> Result<Option<uuid::Uuid>> {
    let event = sqlx::query_scalar!(
        "select event_id
        from audit_events e
        where not exists (select from audit_leaves l where l.event_id = e.event_id)
            and not exists (select from audit_unsealed u where u.txid = e.txid and u.ordinal = e.ordinal and u.event_id = e.event_id)
        order by recorded_at, event_id
        limit 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(event)
}

async fn waiting_but_gone(db: &mut PgConnection) -> Result<Option<uuid::Uuid>> {
    let event = sqlx::query_scalar!(
        "select event_id
        from audit_unsealed u
        where not exists (select from audit_events e where e.recorded_at = u.recorded_at and e.event_id = u.event_id)
        order by txid, ordinal, event_id
        limit 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(event)
}

/// The seal would have taken an event of a transaction that was over when it looked. Says nothing about another cluster's transactions.
async fn waiting_behind_the_seal(db: &mut PgConnection, cluster: i64, settled: i64) -> Result<Option<uuid::Uuid>> {
    let event = sqlx::query_scalar!(
        "select event_id
        from audit_unsealed
        where txid < $2 and (select system_identifier from pg_control_system()) = $1
        order by txid, ordinal, event_id
        limit 1",
        cluster,
        settled
    )
    .fetch_optional(db)
    .await?;
    Ok(event)
}
