//! Rank 6: puts the rooms together. The router is one line a feature; the middleware holds what no handler may forget.

mod health;
pub mod listener;
mod metrics;
pub mod middleware;
pub mod router;
pub mod server;
pub mod tls;
