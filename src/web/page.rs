//! A page is a response: an askama template that renders with the status and type of a page.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::WebError;

/// Renders a page; a template that fails (it can't, short of memory) is an internal error.
pub fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "template");
            WebError::Internal.into_response()
        }
    }
}

/// A page whose form must be mended: 422, so that nothing takes it for done.
pub fn invalid(page: &impl Template) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, render(page)).into_response()
}
