//! The ledger: proof that the record of who looked at what was neither changed nor shortened.
//!
//! * [`record`]: writes an event, the moment a scope opens
//! * [`canonical`]: how one audit row becomes the bytes of a leaf
//! * [`tree`], [`tile`]: the Merkle tree over the leaves (RFC 6962) and its proofs
//! * [`checkpoint`], [`key_file`]: signed tree heads, kept outside the database, and the key that signs them
//!
//! AUD-3, 45 CFR 164.312(b) and (c)(2), 170.315(d)(2).

pub mod canonical;
pub mod checkpoint;
pub mod key_file;
pub mod record;
pub mod tile;
pub mod tree;
