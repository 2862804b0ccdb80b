//! The nouns: tasks, chart requests, and what else stands on my day.

mod day;
mod request;
mod task;

pub use day::{KindCounts, Recent};
pub use request::{Asked, Because, Line, Listed, Request, Shown, State, Step, StepKind};
pub use task::{Task, kind_words};
