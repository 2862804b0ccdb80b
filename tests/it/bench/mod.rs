//! The benchmarks: that they run, that they compare with what the page really asks, and that pages keep to indexes.

mod paths;
mod run;
mod script;
