//! One log line a request: route pattern, status, time. Never a path with an id in it, never a query.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use crate::base::id::RequestId;
use crate::web::state::App;
use crate::web::viewer;

/// Gives the request its id, which the ledger, the log and an error page share.
pub async fn record(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    request.extensions_mut().insert(viewer::Request(id));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let begun = Instant::now();
    let mut response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let millis = took.as_secs_f64() * 1000.0;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    let route = route.as_deref().unwrap_or("(none)");
    app.traffic.answered(method_name(&method), route, status, took);
    if response.status().is_server_error() {
        tracing::error!(request = %id, %method, route, status, millis, "answered");
    } else {
        tracing::debug!(request = %id, %method, route, status, millis, "answered");
    }
    response
}

/// A made-up method must not make a label of its own.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}
