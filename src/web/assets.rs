//! The files a browser needs besides pages: our style sheet and script, and the third-party files under `vendor/`.
//!
//! They travel inside the program. Their address carries a fingerprint of all of them, so a browser may keep them for a
//! year and still gets new ones the moment a new version is installed. The `vendor/` files are fetched by `make`, not
//! kept in the repository: without them pages are plainer (system type, no icons, full page loads) and work all the same.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Embedded;

/// Six bytes are plenty to tell one build's files from another's.
const FINGERPRINT_BYTES: usize = 6;
const KEEP_FOR_A_YEAR: &str = "public, max-age=31536000, immutable";

/// The fingerprint of all embedded files: names and contents.
static FINGERPRINT: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Embedded::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        if let Some(file) = Embedded::get(&name) {
            hash.update(name.as_bytes());
            hash.update(file.metadata.sha256_hash());
        }
    }
    hash.finalize()[..FINGERPRINT_BYTES].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
});

/// The addresses of the files a page links to; `None` for a vendor file that was not there when the program was built.
pub struct Addresses {
    pub style: String,
    pub script: String,
    pub mark: String,
    pub fonts: Option<String>,
    pub first_font: Option<String>,
    pub htmx: Option<String>,
    pub icons: Option<String>,
}

static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| Addresses {
    style: address("app.css"),
    script: address("app.js"),
    mark: address("mark.svg"),
    fonts: present("vendor/fonts/atkinson-next-latin.woff2").map(|_| address("fonts.css")),
    first_font: present("vendor/fonts/atkinson-next-latin.woff2"),
    htmx: present("vendor/htmx/htmx.min.js"),
    icons: present("vendor/icons/icons.svg"),
});

/// Where the layout finds the files it links to.
pub fn addresses() -> &'static Addresses {
    &ADDRESSES
}

/// The address of one embedded file, for example `app.css`.
pub fn address(name: &str) -> String {
    format!("/static/{}/{name}", *FINGERPRINT)
}

fn present(name: &str) -> Option<String> {
    Embedded::get(name).map(|_| address(name))
}

/// Serves the embedded files. Compression is the outer shell's business.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/static/{fingerprint}/{*name}", get(serve))
}

/// A page of an older or newer program still gets the file by its name, but then nobody may keep it.
async fn serve(Path((fingerprint, name)): Path<(String, String)>) -> Response {
    let Some(file) = Embedded::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if fingerprint == *FINGERPRINT { KEEP_FOR_A_YEAR } else { "no-cache" };
    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "json" => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn fetch(fingerprint: &str, name: &str) -> Response {
        serve(Path((fingerprint.to_owned(), name.to_owned()))).await
    }

    #[tokio::test]
    async fn files_of_this_build_are_kept_for_a_year_and_others_are_not() {
        let current = fetch(&FINGERPRINT, "app.css").await;
        assert_eq!(current.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(current.headers()[header::CACHE_CONTROL], KEEP_FOR_A_YEAR);
        let stale = fetch("000000000000", "app.css").await;
        assert_eq!(stale.status(), StatusCode::OK);
        assert_eq!(stale.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn a_name_outside_the_embedded_files_is_not_found() {
        for name in ["nothing.css", "../Cargo.toml", "/etc/passwd"] {
            assert_eq!(fetch(&FINGERPRINT, name).await.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }

    #[test]
    fn addresses_carry_the_fingerprint() {
        assert_eq!(address("app.js"), format!("/static/{}/app.js", *FINGERPRINT));
        assert_eq!(FINGERPRINT.len(), 2 * FINGERPRINT_BYTES);
    }

    #[test]
    fn our_own_files_name_no_other_origin() {
        for name in ["app.css", "app.js", "fonts.css"] {
            let file = Embedded::get(name).expect("ours");
            let text = String::from_utf8_lossy(&file.data).into_owned();
            assert!(!text.contains("://"), "{name} reaches outside");
            assert!(
                !text.contains("localStorage") && !text.contains("sessionStorage"),
                "{name} keeps things in the browser"
            );
        }
    }
}
