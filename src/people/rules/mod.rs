//! Pure decisions about people: which passwords will do, how long a name waits after failures, which duties one person may not join.

pub mod duties;
pub mod lock_out;
pub mod password;
pub mod second_factor;
