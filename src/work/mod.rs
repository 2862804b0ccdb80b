//! Work given to people: what waits for a role, finishing it, and asking the records department for a chart. A task is also a reason to open the
//! record it is about (handbook 7.2).
//!
//! Words: a *chart request* is asked by anybody who may find the patient, for a stated purpose (handbook 7.3), and answered by a clerk or a
//! manager, never by whoever asked (PRV-2). *Accepting* it makes the clerk's task, which is their right to open the documents. *Delivering* it
//! ends that task and gives whoever asked a right of their own for a week, where their role can hold one ([`rules::right_for`]); or says what
//! was handed over. Every step is a row.
//!
//! Tables: `tasks`, `task_closures`, `chart_requests`, `chart_request_steps`.
//! Acts: `ViewMyDay`, `CloseTask`, `AskForChart`, `ViewRequest`, `AnswerRequest`, `WithdrawRequest`, `ListRequests`, `EndRights`.

pub mod model;
pub mod rules;
pub mod store;
pub mod urls;

mod jobs;
mod pages;
mod web;

pub use jobs::end_rights;
pub use web::routes;
