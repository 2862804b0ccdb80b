//! How much one caller, and all of them together, may ask; and how long an answer may take.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::web::cookie;
use crate::web::error::WebError;
use crate::web::state::App;

/// Longer than any statement may take. Whoever sends a form this slowly has gone away.
const LONGEST: Duration = Duration::from_secs(120);

pub async fn hold(State(app): State<App>, request: Request, next: Next) -> Response {
    // Whoever watches the server must be answered most of all when it is busy.
    if request.uri().path().starts_with("/health/") || request.uri().path() == "/metrics" {
        return next.run(request).await;
    }
    let address = super::session::address(&request);
    if !app.traffic.admits(address, cookie::session(request.headers())) {
        return come_again(WebError::TooMany("in a few seconds".into()), "5");
    }
    let Some(_turn) = app.traffic.turn().await else { return come_again(WebError::Unavailable, "5") };
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => come_again(WebError::Unavailable, "30"),
    }
}

fn come_again(error: WebError, seconds: &'static str) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
    response
}
