//! Making proofs without holding the tree.
//!
//! The database keeps the leaf hashes and, of the levels above, only every eighth: the roots of complete subtrees of
//! 256, 65,536, 16,777,216 … leaves. 256 neighbours of one kept level are a *tile*; what lies between two kept levels
//! is folded from a tile when it is wanted. A proof is therefore made in three steps: a [`Plan`] says which tiles it
//! needs (three or four for millions of rows), the caller fetches them into [`Tiles`], and the plan is folded.

use std::collections::{BTreeSet, HashMap};

use super::tree::{Hash, Subtree, complete_subtrees, fold};

/// Levels between two kept ones.
pub const TILE_LEVELS: u8 = 8;
/// Neighbours in a full tile.
pub const TILE_WIDTH: u64 = 1 << TILE_LEVELS;

/// Where a tile is: its lowest row is the nodes `index * 256 ..` of level `height * 8`. Height 0 is leaf hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    pub height: u8,
    pub index: u64,
}

impl TileId {
    /// The first node of its lowest row, counted along that level.
    pub fn first_node(self) -> u64 {
        self.index * TILE_WIDTH
    }

    fn holding(subtree: Subtree) -> Self {
        let row = subtree.level % TILE_LEVELS;
        Self { height: subtree.level / TILE_LEVELS, index: (subtree.index << row) / TILE_WIDTH }
    }
}

/// A fetched tile with the rows folded above its lowest one. At the right edge of the tree it is not full.
struct Tile(Vec<Vec<Hash>>);

impl Tile {
    fn folded(lowest: Vec<Hash>) -> Self {
        let mut rows = vec![lowest];
        for row in 1..TILE_LEVELS as usize {
            let above = rows[row - 1].as_chunks().0.iter().map(|[left, right]| Hash::of_pair(*left, *right)).collect();
            rows.push(above);
        }
        Self(rows)
    }
}

/// The tiles fetched so far; kept between the proofs of one export, where neighbours need the same ones.
#[derive(Default)]
pub struct Tiles(HashMap<TileId, Tile>);

impl Tiles {
    /// Takes in a fetched tile: the hashes of its lowest row, in order, as many as there are.
    pub fn insert(&mut self, id: TileId, lowest: Vec<Hash>) {
        self.0.insert(id, Tile::folded(lowest));
    }

    /// Forgets the tiles of leaf hashes before this one, so that a long export does not keep the whole tree.
    pub fn forget_before(&mut self, leaf: u64) {
        self.0.retain(|id, _| id.height > 0 || (id.index + 1) * TILE_WIDTH > leaf);
    }

    /// Whether this tile need not be fetched any more.
    pub fn holds(&self, id: TileId) -> bool {
        self.0.contains_key(&id)
    }

    fn root_of(&self, subtree: Subtree) -> Option<Hash> {
        let id = TileId::holding(subtree);
        let row = subtree.level % TILE_LEVELS;
        let place = subtree.index - (id.first_node() >> row);
        self.0.get(&id)?.0.get(row as usize)?.get(place as usize).copied()
    }
}

/// Which roots make up a proof, before any of them is known: each hash of the proof is the root over the leaves of
/// one range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan(Vec<std::ops::Range<u64>>);

impl Plan {
    /// The inclusion proof of leaf `index` in the tree of `size` leaves: PATH of RFC 9162 §2.1.3.1.
    pub fn inclusion(index: u64, size: u64) -> Option<Self> {
        if index >= size {
            return None;
        }
        let (mut begin, mut end, mut ranges) = (0, size, Vec::new());
        while end - begin > 1 {
            let middle = begin + split(end - begin);
            if index < middle {
                ranges.push(middle..end);
                end = middle;
            } else {
                ranges.push(begin..middle);
                begin = middle;
            }
        }
        ranges.reverse();
        Some(Self(ranges))
    }

    /// The proof that the tree of `first` leaves is the beginning of the tree of `second`: PROOF and SUBPROOF of
    /// RFC 9162 §2.1.4.1.
    pub fn consistency(first: u64, second: u64) -> Option<Self> {
        if first > second {
            return None;
        }
        if first == 0 || first == second {
            return Some(Self(Vec::new()));
        }
        let (mut begin, mut end, mut ranges) = (0, second, Vec::new());
        while first != end {
            let middle = begin + split(end - begin);
            if first <= middle {
                ranges.push(middle..end);
                end = middle;
            } else {
                ranges.push(begin..middle);
                begin = middle;
            }
        }
        // Left out when the first tree is this very subtree: its root is what the checker brings along.
        if begin > 0 {
            ranges.push(begin..end);
        }
        ranges.reverse();
        Some(Self(ranges))
    }

    /// The root of the first `size` leaves, as a proof of one hash (none when the tree is empty).
    pub fn root(size: u64) -> Self {
        Self(if size == 0 { Vec::new() } else { std::iter::once(0..size).collect() })
    }

    /// The tiles it needs, each once, in order.
    pub fn tiles(&self) -> BTreeSet<TileId> {
        self.0.iter().flat_map(|range| complete_subtrees(range.start, range.end)).map(TileId::holding).collect()
    }

    /// The hashes of the proof; nothing when a tile is missing or shorter than the tree should have made it.
    pub fn fold(&self, tiles: &Tiles) -> Option<Vec<Hash>> {
        self.0
            .iter()
            .map(|range| {
                let peaks: Option<Vec<_>> =
                    complete_subtrees(range.start, range.end).map(|subtree| tiles.root_of(subtree)).collect();
                fold(&peaks?)
            })
            .collect()
    }
}

/// The roots a [`super::tree::Frontier`] of `size` leaves is resumed from, largest first.
pub fn peaks(size: u64, tiles: &Tiles) -> Option<Vec<Hash>> {
    complete_subtrees(0, size).map(|subtree| tiles.root_of(subtree)).collect()
}

/// The tiles [`peaks`] needs.
pub fn tiles_of_peaks(size: u64) -> BTreeSet<TileId> {
    complete_subtrees(0, size).map(TileId::holding).collect()
}

/// The largest power of two smaller than `count`: where the RFC splits a tree.
fn split(count: u64) -> u64 {
    count.next_power_of_two() / 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tree::tests::{frontier, root_by_definition, split as split_by_definition};
    use super::super::tree::{Frontier, proves_consistency, proves_inclusion};
    use super::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| Hash::of_leaf(&n.to_be_bytes())).collect()
    }

    /// What the database would keep of a tree: leaf hashes and every eighth level.
    struct Kept(HashMap<(u8, u64), Hash>);

    impl Kept {
        fn of(leaves: &[Hash]) -> Self {
            let (mut tree, mut kept) = (Frontier::default(), HashMap::new());
            for (index, leaf) in leaves.iter().enumerate() {
                kept.insert((0, index as u64), *leaf);
                tree.append(*leaf, |subtree, hash| {
                    if subtree.level.is_multiple_of(TILE_LEVELS) {
                        kept.insert((subtree.level, subtree.index), hash);
                    }
                });
            }
            Self(kept)
        }

        fn tiles(&self, wanted: BTreeSet<TileId>) -> Tiles {
            let mut tiles = Tiles::default();
            for id in wanted {
                let level = id.height * TILE_LEVELS;
                let nodes = id.first_node()..id.first_node() + TILE_WIDTH;
                tiles.insert(id, nodes.map_while(|node| self.0.get(&(level, node)).copied()).collect());
            }
            tiles
        }
    }

    fn stored(leaves: &[Hash], wanted: BTreeSet<TileId>) -> Tiles {
        Kept::of(leaves).tiles(wanted)
    }

    /// PATH, word for word from RFC 6962 §2.1.1.
    fn path_by_definition(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let (left, right) = leaves.split_at(split_by_definition(leaves.len()));
        let (mut path, other) = match index.checked_sub(left.len()) {
            None => (path_by_definition(index, left), right),
            Some(index) => (path_by_definition(index, right), left),
        };
        path.push(root_by_definition(other));
        path
    }

    /// SUBPROOF, word for word from RFC 6962 §2.1.2; `known` is its boolean.
    fn consistency_by_definition(first: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
        if first == leaves.len() {
            return if known { Vec::new() } else { vec![root_by_definition(leaves)] };
        }
        let (left, right) = leaves.split_at(split_by_definition(leaves.len()));
        let (mut path, other) = if first <= left.len() {
            (consistency_by_definition(first, left, known), right)
        } else {
            (consistency_by_definition(first - left.len(), right, false), left)
        };
        path.push(root_by_definition(other));
        path
    }

    fn check_inclusion(leaves: &[Hash], index: u64) -> Vec<Hash> {
        let size = leaves.len() as u64;
        let plan = Plan::inclusion(index, size).expect("the leaf is in the tree");
        let path = plan.fold(&stored(leaves, plan.tiles())).expect("all tiles were fetched");
        assert_eq!(path, path_by_definition(index as usize, leaves), "leaf {index} of {size}");
        assert!(proves_inclusion(leaves[index as usize], index, size, &path, root_by_definition(leaves)));
        path
    }

    fn check_consistency(leaves: &[Hash], first: u64) -> Vec<Hash> {
        let second = leaves.len() as u64;
        let plan = Plan::consistency(first, second).expect("first is not larger");
        let path = plan.fold(&stored(leaves, plan.tiles())).expect("all tiles were fetched");
        if first > 0 {
            assert_eq!(path, consistency_by_definition(first as usize, leaves, true), "{first} to {second}");
        }
        let old = root_by_definition(&leaves[..first as usize]);
        assert!(proves_consistency(first, second, &path, old, root_by_definition(leaves)), "{first} to {second}");
        path
    }

    #[test]
    fn rfc_9162_2_1_3_every_proof_of_small_trees() {
        for size in 1..=20 {
            let leaves = leaves(size);
            (0..size).for_each(|index| drop(check_inclusion(&leaves, index)));
            (0..=size).for_each(|first| drop(check_consistency(&leaves, first)));
        }
        assert_eq!(Plan::inclusion(3, 3), None);
        assert_eq!(Plan::consistency(4, 3), None);
    }

    #[test]
    fn rfc_9162_2_1_proofs_across_tile_edges() {
        for size in [255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_000] {
            let leaves = leaves(size);
            let (kept, root) = (Kept::of(&leaves), root_by_definition(&leaves));
            for at in [0, 1, 254, 255, 256, 257, 511, 512, size / 2, size - 1].into_iter().filter(|at| *at < size) {
                let plan = Plan::inclusion(at, size).expect("the leaf is in the tree");
                let path = plan.fold(&kept.tiles(plan.tiles())).expect("all tiles were fetched");
                assert!(proves_inclusion(leaves[at as usize], at, size, &path, root), "leaf {at} of {size}");

                let plan = Plan::consistency(at, size).expect("in order");
                let path = plan.fold(&kept.tiles(plan.tiles())).expect("all tiles were fetched");
                let old = frontier(&leaves[..at as usize]).root();
                assert!(proves_consistency(at, size, &path, old, root), "{at} to {size}");
            }
            let tiles = kept.tiles(tiles_of_peaks(size));
            let resumed = Frontier::resume(size, peaks(size, &tiles).expect("all tiles were fetched"));
            assert_eq!(resumed.as_ref(), Some(&frontier(&leaves)), "size {size}");
            assert_eq!(Plan::root(size).fold(&tiles), Some(vec![root]));
        }
    }

    #[test]
    fn a_proof_needs_few_tiles_however_large_the_tree() {
        let plan = Plan::inclusion(123_456_789, 1_000_000_000).expect("in the tree");
        assert!(plan.tiles().len() <= 8, "{}", plan.tiles().len());
        assert!(Plan::consistency(123_456_789, 1_000_000_000).expect("in order").tiles().len() <= 8);
    }

    #[test]
    fn a_missing_or_short_tile_is_noticed() {
        let leaves = leaves(600);
        let plan = Plan::inclusion(5, 600).expect("in the tree");
        let mut tiles = stored(&leaves, plan.tiles());
        tiles.insert(TileId { height: 0, index: 2 }, leaves[512..599].to_vec());
        assert_eq!(plan.fold(&tiles), None);
        assert_eq!(plan.fold(&Tiles::default()), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn rfc_6962_2_1_any_tree_against_the_definition(size in 1u64..2_000, at in any::<prop::sample::Index>()) {
            let leaves = leaves(size);
            prop_assert_eq!(frontier(&leaves).root(), root_by_definition(&leaves));
            check_inclusion(&leaves, at.index(size as usize) as u64);
            check_consistency(&leaves, at.index(size as usize + 1) as u64);
        }

        #[test]
        fn rfc_9162_2_1_3_2_a_changed_proof_proves_nothing(
            size in 2u64..700,
            at in any::<prop::sample::Index>(),
            which in any::<prop::sample::Index>(),
            bit in 0usize..256,
        ) {
            let leaves = leaves(size);
            let (index, root) = (at.index(size as usize) as u64, root_by_definition(&leaves));
            let path = check_inclusion(&leaves, index);
            let leaf = leaves[index as usize];
            let mut bent = path.clone();
            bent[which.index(path.len())].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!proves_inclusion(leaf, index, size, &bent, root));
            prop_assert!(!proves_inclusion(leaf, index, size, &path[1..], root));
            prop_assert!(!proves_inclusion(leaf, index, size, &[path.as_slice(), &[root]].concat(), root));
            prop_assert!(!proves_inclusion(leaf, (index + 1) % size, size, &path, root));

            let first = 1 + at.index(size as usize - 1) as u64;
            let path = check_consistency(&leaves, first);
            let old = root_by_definition(&leaves[..first as usize]);
            let mut bent = path.clone();
            bent[which.index(path.len())].0[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!proves_consistency(first, size, &bent, old, root));
            prop_assert!(!proves_consistency(first, size, &[path.as_slice(), &[root]].concat(), old, root));
            prop_assert!(!proves_consistency(first, size, &path, root, root));
        }
    }
}
