//! Every statement of the room.

pub mod header;
