//! The ledger of accesses: events written when a scope opens, sealed as leaves of one Merkle tree, proved and verified.

pub mod record;
