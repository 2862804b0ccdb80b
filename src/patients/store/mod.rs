//! Every statement of the room.

pub mod change;
pub mod demographics;
pub mod header;
pub mod identify;
pub mod insert;
pub mod kept;
mod legs;
pub mod register;
pub mod saved;
pub mod search;
