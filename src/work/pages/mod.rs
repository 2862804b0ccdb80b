//! The pages of the room.

pub mod my_day;
pub mod requests;

use crate::access::Role;

/// A stored role as people read it.
fn role_title(word: &str) -> &str {
    Role::parse(word).map_or(word, |role| role.title())
}
