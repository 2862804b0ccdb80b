//! Addresses of the room.

use crate::base::id::EncounterId;

pub fn show(encounter: EncounterId) -> String {
    format!("/encounters/{encounter}")
}
