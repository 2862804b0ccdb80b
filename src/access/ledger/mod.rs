//! The ledger: proof that the record of who looked at what was neither changed nor shortened.
//!
//! * [`record`]: writes an event, the moment a scope opens
//! * [`canonical`]: how one audit row becomes the bytes of a leaf
//! * [`tree`], [`tile`]: the Merkle tree over the leaves (RFC 6962) and its proofs
//! * [`checkpoint`], [`key_file`]: signed tree heads, and the key that signs them
//! * [`outside`]: the folder of checkpoints that the database can't reach
//! * [`stored`]: what the database keeps of all this
//! * [`seal`]: new events become leaves, about every second
//! * [`verify`], [`check`]: recomputing it all
//! * [`prove`]: proofs and exports for others
//! * [`notary`]: who holds the key, and does all this for the program
//!
//! AUD-3, 45 CFR 164.312(b) and (c)(2), 170.315(d)(2).

pub mod canonical;
pub mod check;
pub mod checkpoint;
pub mod error;
pub mod key_file;
pub mod notary;
pub mod outside;
pub mod prove;
pub mod record;
pub mod seal;
pub mod stored;
pub mod tile;
pub mod tree;
pub mod verify;

pub use error::LedgerError;
pub use notary::Notary;
