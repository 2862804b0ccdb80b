//! Work given to people: what waits for a role, and finishing it. A task is also a reason to open the record it is about (handbook 7.2).
//!
//! Tables: `tasks`, `task_closures`. Acts: `ViewMyDay`, `CloseTask`.

pub mod model;
pub mod store;
pub mod urls;

mod pages;
mod web;

pub use web::routes;
