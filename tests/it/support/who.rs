//! People as values that send requests through the public router.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use custodian::access::session::Token;
use custodian::base::id::StaffId;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::html::Page;

#[derive(Clone)]
pub struct Visitor {
    router: Router,
    /// Who it is, unless nobody.
    pub staff: Option<StaffId>,
    cookie: Option<String>,
    csrf: String,
}

impl Visitor {
    pub fn anonymous(router: Router) -> Self {
        Self { router, staff: None, cookie: None, csrf: String::new() }
    }

    pub fn signed_in(router: Router, staff: StaffId, token: [u8; 32]) -> Self {
        let value = URL_SAFE_NO_PAD.encode(token);
        let csrf = Token::parse(&value).expect("a token").csrf();
        Self { router, staff: Some(staff), cookie: Some(format!("custodian={value}")), csrf }
    }

    /// The same browser in front of another server of the same database.
    pub fn at(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    /// The same browser after the server set another session cookie.
    pub fn with_cookie_of(&self, page: &Page) -> Self {
        let mut other = self.clone();
        for value in page.headers.get_all(header::SET_COOKIE) {
            let pair = value.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            if let Some(token) = pair.strip_prefix("custodian=").and_then(Token::parse) {
                other.csrf = token.csrf();
                other.cookie = Some(pair);
            }
        }
        other
    }

    pub fn token(&self) -> Option<Token> {
        Token::parse(self.cookie.as_deref()?.strip_prefix("custodian=")?)
    }

    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// Sends a form with the session's CSRF token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_as_is(path, &all).await
    }

    /// Sends exactly these fields.
    pub async fn post_as_is(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).expect("a form");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// Sends a form with a file in it; the token goes first, as in every form of ours.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], name: &str, content: &[u8]) -> Page {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        self.upload_as_is(path, &all, name, content).await
    }

    pub async fn upload_as_is(&self, path: &str, fields: &[(&str, &str)], name: &str, content: &[u8]) -> Page {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(
                format!("--seam\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes(),
            );
        }
        let head = format!(
            "--seam\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--seam--\r\n");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=seam");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    pub async fn send(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Page { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let builder = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        match &self.cookie {
            Some(cookie) => builder.header(header::COOKIE, cookie),
            None => builder,
        }
    }
}
