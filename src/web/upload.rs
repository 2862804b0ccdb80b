//! A posted form with a file in it: checked for forgery before the file is read, and never larger in memory than the site allows.

use axum::body::to_bytes;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use subtle::ConstantTimeEq;

use super::error::WebError;
use super::form::{CSRF_FIELD, no_text, parse};
use super::format;
use super::state::App;
use super::viewer::Viewer;

/// The longest ordinary field of such a form, and the most of them.
const LONGEST_FIELD: usize = 64 << 10;
const MOST_FIELDS: usize = 40;

/// What was sent.
pub struct Upload {
    fields: Vec<(String, String)>,
    pub file: Sent,
}

/// What came in the place of the file.
pub enum Sent {
    /// The browser sends an empty part when nothing was chosen.
    Nothing,
    /// Words for the sender; the rest of it was not kept.
    TooLarge(String),
    File {
        name: String,
        content: Bytes,
    },
}

impl Upload {
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl FromRequest<App> for Upload {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let viewer = Viewer::from_request_parts(&mut parts, app).await?;
        if !is_multipart(&parts.headers) {
            // Sent without a file, as an ordinary form: whether it may be sent at all is still the gate's to say.
            let bytes = to_bytes(body, LONGEST_FIELD).await.map_err(|_| broken())?;
            let upload = Upload { fields: parse(&bytes)?, file: Sent::Nothing };
            check(&upload, &viewer)?;
            return Ok(upload);
        }
        let mut form = Multipart::from_request(Request::from_parts(parts, body), app).await.map_err(|_| broken())?;
        let mut upload = Upload { fields: Vec::new(), file: Sent::Nothing };
        while let Some(field) = form.next_field().await.map_err(|_| broken())? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                // The token comes first in every form of ours, so nobody else's file is even read.
                check(&upload, &viewer)?;
                upload.file = file(field, app.config.largest_upload).await?;
            } else if upload.fields.len() < MOST_FIELDS {
                let value = text(&name, field).await?;
                upload.fields.push((name, value));
            }
        }
        check(&upload, &viewer)?;
        Ok(upload)
    }
}

pub fn is_multipart(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"))
}

fn check(upload: &Upload, viewer: &Viewer) -> Result<(), WebError> {
    let token = upload.field(CSRF_FIELD);
    if bool::from(token.as_bytes().ct_eq(viewer.csrf.as_bytes())) { Ok(()) } else { Err(WebError::Forged) }
}

/// The ordinary fields of such a form, when no handler will read it: what was typed is kept, and the file is chosen again.
pub async fn typed(request: Request, app: &App) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let Ok(mut form) = Multipart::from_request(request, app).await else { return fields };
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file"
            && fields.len() < MOST_FIELDS
            && let Ok(value) = text(&name, field).await
        {
            fields.push((name, value));
        }
    }
    fields
}

async fn text(name: &str, mut field: Field<'_>) -> Result<String, WebError> {
    let mut bytes = BytesMut::new();
    while let Some(piece) = field.chunk().await.map_err(|_| broken())? {
        if bytes.len() + piece.len() > LONGEST_FIELD {
            return Err(broken());
        }
        bytes.extend_from_slice(&piece);
    }
    match String::from_utf8(bytes.to_vec()) {
        Ok(text) if !text.contains('\0') => Ok(text),
        _ => Err(no_text(name)),
    }
}

/// Reads the file up to the limit. What comes beyond is let pass for a while, unkept, so that the browser shows the answer instead of a broken
/// connection.
async fn file(mut field: Field<'_>, largest: u64) -> Result<Sent, WebError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let (mut bytes, mut length) = (BytesMut::new(), 0_u64);
    while let Some(piece) = field.chunk().await.map_err(|_| broken())? {
        length += piece.len() as u64;
        if length > largest {
            bytes = BytesMut::new();
            if length > largest.saturating_mul(4) {
                return Err(WebError::Invalid(vec![too_large(largest)]));
            }
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    Ok(match length {
        0 if name.is_empty() => Sent::Nothing,
        length if length > largest => Sent::TooLarge(too_large(largest)),
        _ => Sent::File { name: last_part(&name), content: bytes.freeze() },
    })
}

fn too_large(largest: u64) -> String {
    format!("The file is larger than {}. Nothing was kept; send it in parts.", format::size(largest))
}

/// Some browsers send the whole path. The name is shown to people and never used to store anything.
fn last_part(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|character| !character.is_control()).take(120).collect();
    if name.trim().is_empty() { "file".into() } else { name }
}

fn broken() -> WebError {
    WebError::Invalid(vec!["The file did not arrive whole. Go back and send it again.".into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_its_last_part() {
        for (sent, kept) in [
            ("scan.pdf", "scan.pdf"),
            ("C:\\Scans\\smith.tif", "smith.tif"),
            ("../../etc/passwd", "passwd"),
            ("a\u{0}b\n.txt", "ab.txt"),
            ("", "file"),
            ("/", "file"),
        ] {
            assert_eq!(last_part(sent), kept, "{sent:?}");
        }
        assert_eq!(last_part(&"x".repeat(500)).len(), 120);
    }
}
