//! The one integration test binary: one cluster, one link.

mod db;
mod support;
