//! Rank 3: what every page shares. How a page is framed, how values look, and the files a browser needs.

pub mod assets;
pub mod cookie;
pub mod error;
pub mod errors_pages;
pub mod form;
pub mod format;
pub mod layout;
pub mod page;
pub mod routes;
pub mod state;
pub mod traffic;
pub mod ui;
pub mod viewer;

#[cfg(test)]
pub(crate) mod markup;
#[cfg(test)]
mod preview;
