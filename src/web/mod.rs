//! Rank 3: what every page shares. How a page is framed, how values look, and the files a browser needs.

pub mod assets;
pub mod errors_pages;
pub mod format;
pub mod layout;
pub mod ui;

#[cfg(test)]
mod markup;
#[cfg(test)]
mod preview;
