//! Every statement of the room.

pub mod demographics;
pub mod header;
