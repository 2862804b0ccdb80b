//! Rank 7: benchmarks. Each figure stands beside a bare baseline measured in the same run, because a figure alone tells of the machine.
//!
//! * [`place`]: the house that is measured: a throwaway one with made-up patients, or a demonstration that is there
//! * [`served`]: the real application, and the pages it is compared with, over real HTTP on this machine's loopback
//! * [`client`], [`drive`]: browsers of ours that keep their connection and their session, and ask as fast as they are answered
//! * [`figures`]: answers a second, medians, percentiles; [`cpu`]: what the program and PostgreSQL spent
//! * [`pgbench`]: the same statements without us
//! * [`chart`], [`search`], [`registrations`], [`day`], [`seal`]: the benchmarks
//!
//! A new benchmark is a file here that answers a [`report::Report`], and a name in `cli/bench.rs`.

pub mod chart;
pub mod client;
pub mod cpu;
pub mod day;
pub mod drive;
pub mod error;
pub mod figures;
pub mod pgbench;
pub mod place;
pub mod registrations;
pub mod report;
pub mod seal;
pub mod search;
pub mod served;
mod store;

pub use error::{Error, Result};
