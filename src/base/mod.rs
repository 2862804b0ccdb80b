//! Rank 0: words everything else is built from. Nothing here imports from the rest of the crate.

pub mod clock;
pub mod id;
pub(crate) mod quiet;
