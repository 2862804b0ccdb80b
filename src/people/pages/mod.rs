//! What the pages of the room show; each struct has its template under `templates/people/`.

pub mod account;
pub mod confirm;
pub mod facilities;
pub mod kept;
pub mod password;
pub mod roles;
pub mod second_factor;
pub mod second_step;
pub mod sign_in;
pub mod staff;

#[cfg(test)]
mod samples_tests;
