//! Two refusals before anything is read: a form sent from another site, and a browser fetching ahead of the person.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub async fn refuse_forgery_and_prefetch(request: Request, next: Next) -> Response {
    if !request.method().is_safe() && from_elsewhere(request.headers()) {
        return (StatusCode::FORBIDDEN, "This form was sent from another site.\n").into_response();
    }
    // A page fetched ahead would be a false "viewed" on the log.
    if is_prefetch(request.headers()) {
        return (StatusCode::SERVICE_UNAVAILABLE, "Not fetched ahead.\n").into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site` where the browser sends it, else `Origin` against `Host`. The hidden token is checked besides.
fn from_elsewhere(headers: &HeaderMap) -> bool {
    if let Some(site) = text(headers, "sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(headers, "origin"), text(headers, header::HOST.as_str())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, authority)| authority != host),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz"]
        .iter()
        .any(|name| text(headers, name).is_some_and(|value| value.contains("prefetch")))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_form_from_another_site_is_refused() {
        for (pairs, foreign) in [
            (&[("sec-fetch-site", "same-origin")][..], false),
            (&[("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("origin", "https://him.example"), ("host", "him.example")], false),
            (&[("origin", "https://evil.example"), ("host", "him.example")], true),
            (&[("origin", "null"), ("host", "him.example")], true),
            (&[("host", "him.example")], false),
        ] {
            assert_eq!(from_elsewhere(&headers(pairs)), foreign, "{pairs:?}");
        }
    }

    #[test]
    fn fetching_ahead_is_refused() {
        assert!(is_prefetch(&headers(&[("sec-purpose", "prefetch;prerender")])));
        assert!(!is_prefetch(&headers(&[("accept", "text/html")])));
    }
}
