//! Rank 3: what every page shares. How a page is framed, how values look, and the files a browser needs.

pub mod assets;
pub mod cookie;
pub mod dates;
pub mod error;
pub mod errors_pages;
pub mod form;
pub mod form_page;
pub mod format;
pub mod layout;
pub mod local;
pub mod page;
pub mod posted;
pub mod routes;
pub mod state;
pub mod traffic;
pub mod ui;
pub mod upload;
pub mod viewer;

#[cfg(test)]
pub(crate) mod markup;
#[cfg(test)]
mod preview;
