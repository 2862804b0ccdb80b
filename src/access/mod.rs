//! The gate: who may see what, and its record.
//!
//! How one look at a chart works:
//!
//! 1. A door makes an [`Actor`]: a session token ([`session`]), the command line, a job. There is no other constructor.
//! 2. A handler names the actor, an [`Act`] and a record: `gate.chart(&viewer, Act::ViewChart, id, async |chart| …)`.
//! 3. The gate asks the database for [`facts`] about that record and that actor: flags and ids, never content.
//! 4. [`policy::decide`] answers: allow (and what of it may be seen), a reason is needed, or deny. It is pure; nothing else decides.
//! 5. If allowed, the gate writes the event in a new transaction. Row-level security now shows that patient's rows to this transaction, and to
//!    no other: the database asks for the event, not for the permission.
//! 6. The closure runs. It has a [`Chart`], and a chart is the only thing a store function takes.
//! 7. The transaction commits; only now does the closure's value leave the gate.
//!
//! If it is refused, or fails, an event says so in a transaction of its own. Lists do the same with a [`Roster`], which records whom it showed;
//! staff and settings with a [`Desk`], in which no patient is visible at all.

pub mod act;
pub mod actor;
pub mod door;
pub mod error;
pub mod facts;
pub mod gate;
pub mod glass;
pub mod ledger;
pub mod policy;
pub mod purpose;
pub mod role;
pub mod scope;
pub mod session;
pub mod ticket;

pub use act::Act;
pub use actor::{Actor, Arrival};
pub use error::{Error, Result};
pub use facts::Subject;
pub use gate::{Entry, Gate, Remarks};
pub use role::Role;
pub use scope::{About, Chart, Desk, Roster};
pub use ticket::Ticket;
