//! Every statement of the room.

pub mod request;
pub mod task;
