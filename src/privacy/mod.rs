//! The privacy office's room: break-the-glass, from the form that opens a record to the review of what was opened (PRV-5, PRV-6).
//!
//! Words: a *grant* is one person's way around a missing relationship to one patient, for a reason, for an hour; an *ending* gives it back
//! early; a *review* is another person's finding about it, due within two business days; "investigation" is a finding that another
//! review closes.
//!
//! Tables: `glass_grants`, `glass_endings`, `glass_reviews`. Acts: `BreakGlass`, `OpenInEmergency`, `EndGlass`, `ListGlass`, `ViewGlass`,
//! `ReviewGlass`. Granting itself is `access/glass.rs`, because the gate's facts depend on it.

mod model;
mod pages;
mod rules;
mod store;
pub mod urls;
mod web;

pub use pages::needs_reason;
pub use web::routes;
