//! The cookies we set: out of reach of scripts, never sent by another site's page.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session's token.
pub const SESSION: &str = "custodian";

/// The value of a cookie, if the browser sent it.
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// A `Set-Cookie` for this browser session. `secure` where the site is reached through TLS.
pub fn set(name: &str, value: &str, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}")).ok()
}

/// A `Set-Cookie` that takes it away.
pub fn clear(name: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; custodian=xyz; b=2"));
        assert_eq!(read(&headers, SESSION), Some("xyz"));
        assert_eq!(read(&headers, "c"), None);
    }
}
