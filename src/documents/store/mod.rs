//! Every statement of the documents room. Reading takes an open chart, filing takes a chart or a roster.

mod file;
mod list;
mod open;

pub use file::{file, file_in_chart};
pub use list::{Page, count, list};
pub use open::{Opened, open};
