//! The chart: one patient on one page, gathered from the rooms below. It owns no table.
//!
//! Sections are cut to the viewer's sight by the stores that read them: a registrar finds no results here, a coder no telephone number.
//! Each page is one look and one event. Rooms above (work, consents) put their own pages into the same [`Frame`].
//!
//! Acts: `ViewChart` (overview, demographics, encounters, documents), `ViewClinicalItems`, `ViewChartAccess`.

pub mod urls;

mod model;
mod pages;
mod store;
mod web;

pub use pages::Frame;
pub use web::{frame, routes};
