//! Pure decisions: what was asked for, what is worth a look, what state the proof is in.

pub mod asked;
pub mod chain;
pub mod flags;
pub mod words;
