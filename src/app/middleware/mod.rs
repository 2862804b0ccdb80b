//! What surrounds every handler, outermost first: log, headers, forgery guard, session, drawing of errors.

pub mod address;
pub mod errors;
pub mod guards;
pub mod headers;
pub mod limits;
pub mod log;
pub mod session;
