//! Security headers on every answer (ux design language §10); pages are never stored.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::web::cookie;
use crate::web::state::App;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types htmx";

pub async fn set(State(_): State<App>, request: Request, next: Next) -> Response {
    let is_file = request.uri().path().starts_with("/static/");
    let secure = cookie::is_secure(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A stored file brings a stricter policy of its own (sandbox).
    default(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // for browsers that don't know frame-ancestors
    default(headers, header::X_FRAME_OPTIONS, "DENY");
    default(headers, header::REFERRER_POLICY, "no-referrer");
    default(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    default(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    default(headers, HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    // Said over plain HTTP it would lock people out of a machine that has no certificate.
    if secure {
        default(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    if !is_file {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.append(header::VARY, HeaderValue::from_static("HX-Request"));
    }
    response
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
