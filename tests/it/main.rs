//! The one integration test binary: one cluster, one link.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the message")]
#![expect(clippy::print_stderr, reason = "tests say what they skip and how long set-up took")]

mod access;
mod amendments;
mod audit;
mod bench;
mod browser;
mod consents;
mod db;
mod demo;
mod documents;
mod encounters;
mod faults;
mod filing;
mod guards;
mod interop;
mod operations;
mod patients;
mod people;
mod privacy;
mod support;
mod work;
