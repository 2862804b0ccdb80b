//! The one integration test binary: one cluster, one link.

mod access;
mod db;
mod support;
