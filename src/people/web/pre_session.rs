//! The sign-in form has no session to tie its token to, so it gets a short-lived pair: a cookie nobody's script can read and a hidden field that
//! only the holder of the master key can derive from it (signed double submit). Without it, another site could sign somebody in as
//! somebody else and collect what they type.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use subtle::ConstantTimeEq;

use crate::vault::{Use, Vault};
use crate::web::cookie;

const COOKIE: &str = "custodian-door";
/// A sign-in page left open longer is drawn anew, with the name kept.
const LIVES: Duration = Duration::hours(2);

/// A fresh pair: the cookie to set and the field to hide.
pub struct Pair {
    pub cookie: Option<HeaderValue>,
    pub field: String,
}

pub fn make(vault: &Vault, now: DateTime<Utc>, secure: bool) -> Pair {
    let nonce = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>());
    let value = format!("{nonce}.{}", (now + LIVES).timestamp());
    Pair { field: field(vault, &value), cookie: cookie::set(COOKIE, &value, secure) }
}

/// Whether the form came from a page of ours, in this browser, not too long ago.
pub fn is_ours(vault: &Vault, headers: &HeaderMap, sent: &str, now: DateTime<Utc>) -> bool {
    let Some(value) = cookie::read(headers, COOKIE) else { return false };
    let ends = value.rsplit_once('.').and_then(|(_, ends)| ends.parse::<i64>().ok());
    ends.is_some_and(|ends| ends > now.timestamp()) && bool::from(field(vault, value).as_bytes().ct_eq(sent.as_bytes()))
}

fn field(vault: &Vault, cookie: &str) -> String {
    URL_SAFE_NO_PAD.encode(vault.index(Use::SignInForm, &[b"pre-session", cookie.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pair: &Pair) -> HeaderMap {
        let set = pair.cookie.as_ref().unwrap().to_str().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("cookie", set.split(';').next().unwrap().parse().unwrap());
        headers
    }

    #[test]
    fn a_pair_fits_only_itself_and_only_for_a_while() {
        let (vault, now) = (Vault::from_key([7; 32]), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let (one, other) = (make(&vault, now, true), make(&vault, now, true));
        assert!(is_ours(&vault, &headers(&one), &one.field, now));
        assert!(!is_ours(&vault, &headers(&one), &other.field, now));
        assert!(!is_ours(&vault, &headers(&one), "", now));
        assert!(!is_ours(&vault, &HeaderMap::new(), &one.field, now));
        assert!(!is_ours(&vault, &headers(&one), &one.field, now + LIVES));
        assert!(!is_ours(&Vault::from_key([8; 32]), &headers(&one), &one.field, now), "another house's key");
    }

    #[test]
    fn the_end_is_signed_too() {
        let (vault, now) = (Vault::from_key([7; 32]), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let pair = make(&vault, now, false);
        let set = pair.cookie.as_ref().unwrap().to_str().unwrap().split(';').next().unwrap().to_owned();
        let later = set.rsplit_once('.').map(|(start, _)| format!("{start}.9999999999")).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("cookie", later.parse().unwrap());
        assert!(!is_ours(&vault, &headers, &pair.field, now));
    }
}
