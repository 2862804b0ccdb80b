//! The people who sign in: their accounts, roles and facilities; the door; and what somebody had typed when their session ended.
//!
//! Words: *staff* are people with a sign-in name that is never used again (45 CFR 164.312(a)(2)(i)); a *role* says what they may see
//! (`access/policy`); a *disablement* ends all of it the same day (PRV-4); a *one-time password* must be changed at the first sign-in; a *second
//! factor* is a code from a device beside the password, a *recovery code* stands in for a lost device; a *kept form* is what was typed into a
//! session that was over.
//!
//! Rules: passwords [`rules::password`], codes [`rules::second_factor`], waits after failures [`rules::lock_out`], segregation of duties [`rules::duties`] (PRV-2).
//! Tables: `staff`, `staff_roles`, `staff_facilities`, `staff_disablements`, `sign_in_failures`, `sign_in_addresses`, `sessions`,
//! `second_factors`, `second_factor_offers`, `recovery_codes`, `parked_forms`, `facilities`. Acts: from `SignIn` to `ViewPolicy` in `access/act.rs`.

mod dormant;
pub mod kept;
pub mod model;
mod pages;
pub mod password;
pub mod rules;
pub mod store;
pub mod urls;
mod web;

pub use dormant::disable_dormant;
pub use web::{ended, first, routes};
