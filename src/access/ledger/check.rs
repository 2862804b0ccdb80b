//! The checking itself, page by page and without a database: does every row still hash to its leaf, every leaf and node to the
//! roots that were signed, inside and outside? Stops at the first thing that is wrong and says what it is.

use std::iter::Peekable;
use std::ops::Range;

use uuid::Uuid;

use super::canonical::AuditRow;
use super::checkpoint::{Checkpoint, Verifier};
use super::error::Result;
use super::outside::{Notes, OutsideNote};
use super::seal::Settled;
use super::stored::{Head, Leaf, Node};
use super::tile::TILE_LEVELS;
use super::tree::{Frontier, Hash};

/// Everything the database holds about one range of leaves.
pub struct Page {
    pub range: Range<u64>,
    pub leaves: Vec<Leaf>,
    pub rows: Vec<AuditRow>,
    pub nodes: Vec<Node>,
    pub heads: Vec<Head>,
}

/// The first thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FirstBad {
    /// The leaf; none for an event that has no leaf.
    pub leaf: Option<u64>,
    pub event: Option<Uuid>,
    pub what: String,
}

/// Why checking stopped: something is wrong with the ledger, or the folder can't be read.
pub enum Stop {
    Bad(FirstBad),
    Unreadable(super::error::LedgerError),
}

impl From<super::error::LedgerError> for Stop {
    fn from(error: super::error::LedgerError) -> Self {
        Self::Unreadable(error)
    }
}

/// What has been checked so far.
pub struct Checker {
    verifier: Verifier,
    tree: Frontier,
    outside: Notes,
    /// The folder's next checkpoint, its signature checked, and the size of the one before.
    next_outside: Option<Checkpoint>,
    last_outside: u64,
    /// Checkpoints of the folder over more leaves than this were added after the check began.
    outside_upto: u64,
    /// How many leaves the folder's checkpoints have confirmed.
    confirmed: u64,
    /// The settled line of the last checkpoint, and the oldest transaction since then.
    settled: Option<Settled>,
    oldest_since: Option<(i64, u64, Uuid)>,
    pub subjects: u64,
    pub checkpoints: u64,
    pub outside_checkpoints: u64,
}

impl Checker {
    /// `outside_upto` is the size of the folder's newest checkpoint when the check began.
    ///
    /// # Errors
    /// When the folder can't be read, or begins with a false checkpoint.
    pub fn new(verifier: Verifier, outside: Notes, outside_upto: u64) -> Result<Self, Stop> {
        let mut checker = Self {
            verifier,
            tree: Frontier::default(),
            outside,
            next_outside: None,
            last_outside: 0,
            outside_upto,
            confirmed: 0,
            settled: None,
            oldest_since: None,
            subjects: 0,
            checkpoints: 0,
            outside_checkpoints: 0,
        };
        checker.open_next_outside()?;
        Ok(checker)
    }

    /// How many leaves were found good.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Checks the next page.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn page(&mut self, page: &Page) -> Result<(), Stop> {
        let mut rows = page.rows.iter().peekable();
        let mut leaves = page.leaves.iter().peekable();
        let mut nodes = page.nodes.iter().peekable();
        let mut heads = page.heads.iter().peekable();
        for index in page.range.clone() {
            let Some(leaf) = leaves.next_if(|leaf| leaf.index == index) else {
                return Err(bad(Some(index), None, "the leaf is missing: it was deleted from the tree"));
            };
            let Some(row) = rows.next_if(|row| row.event_id == leaf.event) else {
                return Err(bad(
                    Some(index),
                    Some(leaf.event),
                    "the event is missing: its row was deleted, moved or given another id",
                ));
            };
            self.leaf(leaf, row, &mut nodes)?;
            while let Some(head) = heads.next_if(|head| head.size == index + 1) {
                self.inside(head)?;
            }
            self.outside(index + 1, leaf.event)?;
        }
        if let Some(node) = nodes.next() {
            return Err(bad(Some(node.index << node.level), None, "a node stands where the tree has none"));
        }
        Ok(())
    }

    fn leaf<'n>(
        &mut self,
        leaf: &Leaf,
        row: &AuditRow,
        nodes: &mut Peekable<impl Iterator<Item = &'n Node>>,
    ) -> Result<(), Stop> {
        let hash = Hash::of_leaf(&row.leaf());
        if hash != leaf.hash {
            return Err(bad(
                Some(leaf.index),
                Some(leaf.event),
                "the row is not the one that was sealed: it was changed or swapped",
            ));
        }
        let mut wrong = None;
        self.tree.append(hash, |subtree, root| {
            if subtree.level.is_multiple_of(TILE_LEVELS) {
                let expected = Node { level: subtree.level, index: subtree.index, hash: root };
                if nodes.next_if(|node| **node == expected).is_none() {
                    wrong = Some(subtree.level);
                }
            }
        });
        if let Some(level) = wrong {
            let what = format!("the node of level {level} over the leaves up to this one is missing or wrong");
            return Err(bad(Some(leaf.index), Some(leaf.event), what));
        }
        self.subjects += row.subjects.len() as u64;
        if self.oldest_since.is_none_or(|(txid, ..)| row.txid < txid) {
            self.oldest_since = Some((row.txid, leaf.index, leaf.event));
        }
        Ok(())
    }

    /// A checkpoint kept in the database, over exactly the leaves so far.
    fn inside(&mut self, head: &Head) -> Result<(), Stop> {
        let last = Some(head.size - 1);
        let checkpoint = self.verifier.open(&head.note).map_err(|error| {
            bad(last, None, format!("the database's checkpoint over {} events is false: {error}", head.size))
        })?;
        if checkpoint.size != head.size || checkpoint.root != self.tree.root() {
            return Err(bad(
                last,
                None,
                format!("the database's checkpoint over {} events has another root than the events give", head.size),
            ));
        }
        let settled = Settled::of(&checkpoint);
        if let (Some(before), Some(now), Some((txid, leaf, event))) = (self.settled, settled, self.oldest_since)
            && before.cluster == now.cluster
            && txid < before.txid
        {
            let what =
                "the event claims a transaction that was over before the seal before it: it was slipped in later";
            return Err(bad(Some(leaf), Some(event), what));
        }
        (self.settled, self.oldest_since) = (settled, None);
        self.checkpoints += 1;
        Ok(())
    }

    /// The folder's checkpoints over exactly the leaves so far.
    fn outside(&mut self, size: u64, event: Uuid) -> Result<(), Stop> {
        while let Some(checkpoint) = self.next_outside.take_if(|checkpoint| checkpoint.size == size) {
            if checkpoint.root != self.tree.root() {
                return Err(self.rewritten(size, event));
            }
            self.confirmed = size;
            self.outside_checkpoints += 1;
            self.open_next_outside()?;
        }
        Ok(())
    }

    fn rewritten(&self, size: u64, event: Uuid) -> Stop {
        let (first, last) = (self.confirmed, size - 1);
        let what = format!(
            "the events no longer give the root that the checkpoints folder keeps for {size} of them: \
             leaves {first} to {last} were rewritten, one or all, together with their hashes"
        );
        bad(Some(first), (first == last).then_some(event), what)
    }

    fn open_next_outside(&mut self) -> Result<(), Stop> {
        let Some(note) = self.outside.next() else { return Ok(()) };
        let OutsideNote { text, log } = note?;
        let confirmed = Some(self.confirmed);
        let checkpoint = self.verifier.open(&text).map_err(|error| {
            bad(confirmed, None, format!("a checkpoint in {log} of the checkpoints folder is false: {error}"))
        })?;
        if checkpoint.size < self.last_outside || checkpoint.size == 0 {
            let what = format!(
                "the checkpoint over {} events stands out of order in {log} of the checkpoints folder",
                checkpoint.size
            );
            return Err(bad(confirmed, None, what));
        }
        self.last_outside = checkpoint.size;
        self.next_outside = Some(checkpoint);
        Ok(())
    }

    /// After the last page: does the folder know of more than there is? What was added to it meanwhile is left to the next time.
    ///
    /// # Errors
    /// When it does.
    pub fn end(&mut self) -> Result<(), Stop> {
        let (size, seen) = (self.tree.size(), self.outside_upto);
        while let Some(checkpoint) = self.next_outside.take() {
            if checkpoint.size <= seen {
                let what = format!(
                    "the tail is missing: the checkpoints folder has seen {seen} events, the ledger has {size}"
                );
                return Err(bad(Some(size), None, what));
            }
            self.open_next_outside()?;
        }
        Ok(())
    }

    /// The settled line of the last checkpoint.
    pub(super) fn settled(&self) -> Option<Settled> {
        self.settled
    }
}

pub(super) fn bad(leaf: Option<u64>, event: Option<Uuid>, what: impl Into<String>) -> Stop {
    Stop::Bad(FirstBad { leaf, event, what: what.into() })
}
