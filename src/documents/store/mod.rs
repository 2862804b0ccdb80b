//! Every statement of the documents room. Reading takes an open chart, filing takes a chart or a roster.

pub mod amend;
pub mod change;
pub mod check;
mod file;
mod list;
pub mod note;
mod open;
pub mod search;
pub mod sign;

pub use file::{file, file_in_chart};
pub use list::{Page, count, list};
pub use open::{Opened, describe, open};
