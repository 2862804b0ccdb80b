//! People at work in a real browser: Chromium through its driver, the real router on a port, and charts of a hospital that nobody here made.
//!
//! Left out, and said so, where there is no Chromium (`make browser` brings it). `make looks` keeps pictures of every page visited.

mod checks;
mod day;
mod driver;
mod forms;
mod hands;
mod house;
mod journey;
mod keyboard;
mod papers;
mod registrar;
mod requests;
mod rooms;
mod window;
