//! The one integration test binary: one cluster, one link.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]
#![expect(clippy::print_stderr, reason = "tests say what they skip and how long set-up took")]

mod access;
mod audit;
mod browser;
mod db;
mod documents;
mod guards;
mod interop;
mod patients;
mod people;
mod privacy;
mod support;
