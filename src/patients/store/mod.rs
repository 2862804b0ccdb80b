//! Every statement of the room.

pub mod demographics;
pub mod header;
pub mod insert;
pub mod kept;
mod legs;
pub mod saved;
pub mod search;
