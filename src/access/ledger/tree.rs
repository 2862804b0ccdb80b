//! The Merkle tree of the ledger, as RFC 6962 §2.1 and RFC 9162 §2.1 define it.
//!
//! Each audit row is a leaf. Leaves are hashed in pairs, the pairs in pairs again, until one hash is left: the root.
//! Whoever keeps a root from last night can later be shown, with a few dozen hashes, that a row was under it
//! (inclusion) and that today's tree begins with last night's (consistency). This file hashes, appends and checks
//! such proofs; [`super::tile`] makes them.

use std::fmt;

use sha2::{Digest, Sha256};

/// A SHA-256 value: of a leaf, of a pair, or of the whole tree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The root of a tree without leaves: the hash of nothing (RFC 9162 §2.1.1).
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of a leaf. The 0x00 before it keeps a leaf from being passed off as a pair.
    pub fn of_leaf(bytes: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into())
    }

    /// The hash of two neighbours, with 0x01 before them.
    pub fn of_pair(left: Self, right: Self) -> Self {
        Self(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }

    /// Reads the 32 bytes a database column or a checkpoint holds.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A complete part of the tree: the `2^level` leaves that begin at `index * 2^level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subtree {
    pub level: u8,
    pub index: u64,
}

/// The right edge of a growing tree: the roots of the complete subtrees it falls into, largest first.
/// All that is needed to append a leaf and to know the root, at most 64 hashes however many rows there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Takes up a tree of `size` leaves again; `peaks` are the roots of [`complete_subtrees`] of all its leaves.
    pub fn resume(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf. `completed` is told of each subtree of more than one leaf that this leaf completes.
    pub fn append(&mut self, leaf: Hash, mut completed: impl FnMut(Subtree, Hash)) {
        let mut right = leaf;
        for level in 0..self.size.trailing_ones() as u8 {
            let Some(left) = self.peaks.pop() else { break };
            right = Hash::of_pair(left, right);
            completed(Subtree { level: level + 1, index: self.size >> (level + 1) }, right);
        }
        self.peaks.push(right);
        self.size += 1;
    }

    /// The tree's root at its present size.
    pub fn root(&self) -> Hash {
        fold(&self.peaks).unwrap_or_else(Hash::of_nothing)
    }
}

/// The root over neighbouring complete subtrees, largest first; nothing when there are none.
pub fn fold(peaks: &[Hash]) -> Option<Hash> {
    peaks.iter().rev().copied().reduce(|right, left| Hash::of_pair(left, right))
}

/// The complete subtrees, largest first, into which the leaves `begin..end` fall. `begin` must be where a subtree
/// at least as large as the range may begin, which holds for every range the RFC's definitions split a tree into.
pub fn complete_subtrees(begin: u64, end: u64) -> impl Iterator<Item = Subtree> {
    let mut at = begin;
    std::iter::from_fn(move || {
        let left = end.checked_sub(at).filter(|left| *left > 0)?;
        let level = left.ilog2() as u8;
        let subtree = Subtree { level, index: at >> level };
        at += 1 << level;
        Some(subtree)
    })
}

/// Whether `path` proves that `leaf` is number `index` of the tree of `size` leaves with this root
/// (RFC 9162 §2.1.3.2, step by step; `fn` and `sn` of the text are `node` and `last`).
pub fn proves_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut reached) = (index, size - 1, leaf);
    for &sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            reached = Hash::of_pair(sibling, reached);
            climb_to_right_child(&mut node, &mut last);
        } else {
            reached = Hash::of_pair(reached, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && reached == root
}

/// Whether `path` proves that the tree of `first` leaves is the beginning of the tree of `second` leaves
/// (RFC 9162 §2.1.4.2). The RFC leaves two cases to the reader: equal sizes need equal roots and no path, and
/// an empty tree is the beginning of every tree.
pub fn proves_consistency(first: u64, second: u64, path: &[Hash], first_root: Hash, second_root: Hash) -> bool {
    if first == second {
        return path.is_empty() && first_root == second_root;
    }
    if first == 0 || first > second {
        return first == 0 && path.is_empty() && first_root == Hash::of_nothing();
    }
    // A first tree that is one complete subtree is its own first hash, left out of the path.
    let (start, rest) = match path.split_first() {
        None => return false,
        Some(_) if first.is_power_of_two() => (first_root, path),
        Some((start, rest)) => (*start, rest),
    };
    let (mut node, mut last) = (first - 1, second - 1);
    let skipped = node.trailing_ones();
    node >>= skipped;
    last >>= skipped;
    let (mut old, mut new) = (start, start);
    for &sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old = Hash::of_pair(sibling, old);
            new = Hash::of_pair(sibling, new);
            climb_to_right_child(&mut node, &mut last);
        } else {
            new = Hash::of_pair(new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old == first_root && new == second_root
}

/// Goes up past the levels at which the rightmost node has no neighbour and is passed on unhashed.
fn climb_to_right_child(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The eight leaves that implementations of RFC 6962 have long been compared on.
    pub const LEAVES: [&[u8]; 8] = [
        b"",
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];

    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    /// MTH, word for word from RFC 6962 §2.1.
    pub fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of_nothing(),
            [leaf] => *leaf,
            many => {
                let (left, right) = many.split_at(split(many.len()));
                Hash::of_pair(root_by_definition(left), root_by_definition(right))
            }
        }
    }

    /// The largest power of two smaller than `count`.
    pub fn split(count: usize) -> usize {
        count.next_power_of_two() / 2
    }

    pub fn frontier(leaves: &[Hash]) -> Frontier {
        let mut frontier = Frontier::default();
        leaves.iter().for_each(|leaf| frontier.append(*leaf, |_, _| ()));
        frontier
    }

    #[test]
    fn rfc_6962_2_1_known_roots() {
        let leaves = LEAVES.map(Hash::of_leaf);
        for (size, root) in ROOTS.iter().enumerate() {
            assert_eq!(frontier(&leaves[..size]).root().to_string(), *root, "tree of {size} leaves");
            assert_eq!(root_by_definition(&leaves[..size]).to_string(), *root, "definition at {size} leaves");
        }
    }

    #[test]
    fn a_frontier_taken_up_again_goes_on_where_it_stopped() {
        let leaves: Vec<_> = (0..300u32).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect();
        let stopped = frontier(&leaves[..200]);
        let mut resumed = Frontier::resume(stopped.size, stopped.peaks.clone()).expect("the right number of peaks");
        leaves[200..].iter().for_each(|leaf| resumed.append(*leaf, |_, _| ()));
        assert_eq!(resumed.root(), root_by_definition(&leaves));
        assert_eq!(Frontier::resume(201, stopped.peaks), None);
    }

    #[test]
    fn completed_subtrees_are_named_with_their_place() {
        let leaves: Vec<_> = (0..8u32).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect();
        let (mut frontier, mut seen) = (Frontier::default(), Vec::new());
        leaves.iter().for_each(|leaf| frontier.append(*leaf, |subtree, hash| seen.push((subtree, hash))));
        assert_eq!(seen.len(), 7);
        for (Subtree { level, index }, hash) in seen {
            let (first, count) = ((index << level) as usize, 1 << level);
            assert_eq!(hash, root_by_definition(&leaves[first..first + count]));
        }
    }
}
