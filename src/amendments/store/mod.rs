//! Every statement of the room.

mod case;
mod change;
mod queue;

pub use case::{assignable, case, cases, of_document, signed_entries};
pub use change::{add_recipient, assign, end_tasks, hold, record, take, tell};
pub use queue::{Wanted, of_chart, open_count, queue};
