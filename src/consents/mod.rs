//! Consents on file: what a patient agreed to, refused or laid down (45 CFR 164.520(c)(2)(ii), 164.522; state law for directives).
//!
//! Words: a *consent* has a kind, a decision (given or refused), a scope in words, the day it was signed, sometimes a last day, a witness and
//! the paper it stands on. It is never changed: a *revocation* is a row of its own with its reason, and a new decision is a new consent; the latest
//! of a kind counts, and a directive counts as long as it is in force. What everybody must know stands on the banner (`consent_flags`).
//! Authorizations to release records are not here: they belong to a release.
//!
//! Who may: decision 5. Tables: `consents`, `consent_revocations`. Acts: `ViewConsents`, `RecordConsent`, `RevokeConsent`.

pub mod model;
pub mod store;

mod pages;
mod rules;
mod urls;
mod web;

pub use web::routes;
