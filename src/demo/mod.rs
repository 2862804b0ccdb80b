//! The demonstration: a made-up health system with its people, stays and papers, so that every role finds a believable day's work.
//!
//! Nothing here is anybody: names are drawn from lists of ours, addresses and towns do not exist, telephone numbers are of the 555-01xx range kept
//! for fiction, e-mail goes to example.org, social security numbers lie in areas that were not issued (see [`people::numbers`]).
//!
//! The generator is pure. The same seed and the same day give the same people, letter for letter; people live in streets of forty records, and a
//! street knows nothing of how many others there are, so a bigger demonstration is a smaller one continued. [`world`] is the health system;
//! [`people`] lives in it, [`stays`] is what happened to them, told from [`scenarios`]; [`papers`] writes it down and [`scans`] makes it look like
//! paper that went through a scanner; [`work`] hands out the tasks, [`asked`] tells what was signed
//! and asked for. [`store`] writes it through the gate.

pub mod amendments;
pub mod asked;
pub mod dice;
pub mod names;
pub mod papers;

pub mod people;
mod prepare;
pub mod scans;
pub mod scenarios;

pub mod stays;
mod store;
pub mod work;
pub mod world;

/// Stands in a data folder that holds a demonstration; a folder without it is never emptied by `demo --fresh`, nor benched.
pub const MARK: &str = "demonstration";

pub use prepare::{CHARTS_IN_FULL, Ground, PASSWORD, Plan, Prepared, hand_out_imported, prepare};
