//! The cookies we set: out of reach of scripts, never sent by another site's page.

use axum::http::{HeaderMap, HeaderValue, header};

/// The session's token, over plain HTTP (a first look on one's own machine).
pub const SESSION: &str = "custodian";
/// The same through TLS. Browsers accept the prefix only from this very host, with `Secure` and `Path=/`, so no neighbour can plant one.
pub const SECURE_SESSION: &str = "__Host-custodian";

/// The session's token, if the browser sent one.
pub fn session(headers: &HeaderMap) -> Option<&str> {
    read(headers, SECURE_SESSION).or_else(|| read(headers, SESSION))
}

/// Whether the browser reached us through TLS: a browser names its own origin on every form it posts, a proxy says it in a header.
pub fn is_secure(headers: &HeaderMap) -> bool {
    let says = |name: &str, start: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with(start))
    };
    says("origin", "https://") || says("x-forwarded-proto", "https")
}

/// Sets the session's token, under the name that fits the connection.
pub fn set_session(token: &str, secure: bool) -> Option<HeaderValue> {
    set(if secure { SECURE_SESSION } else { SESSION }, token, secure)
}

/// Takes the session's token away, under both names.
pub fn clear_session() -> Vec<HeaderValue> {
    [(SECURE_SESSION, "; Secure"), (SESSION, "")]
        .iter()
        .filter_map(|(name, secure)| {
            HeaderValue::from_str(&format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")).ok()
        })
        .collect()
}

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

    #[test]
    fn the_cookie_that_no_neighbour_can_plant_comes_first() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("custodian=planted; __Host-custodian=ours"));
        assert_eq!(session(&headers), Some("ours"));
        let set = set_session("t", true).unwrap();
        assert_eq!(set, "__Host-custodian=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    }
}
