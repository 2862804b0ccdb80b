//! Posted forms: checked for forgery first, then parsed. What was typed is kept aside so that an outage loses nothing.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;

use super::error::WebError;
use super::state::App;
use super::viewer::Viewer;

/// The name of the hidden field every form carries.
pub const CSRF_FIELD: &str = "csrf";

/// The name of the field for a second factor's code, on every form that asks for one.
pub const ONE_TIME_CODE: &str = "one_time_code";

/// A posted form of a signed-in person. `T` may be `Vec<(String, String)>` where a name may repeat.
pub struct Form<T>(pub T);

/// What a request's form held, name by name; the middleware offers it again when the database is away.
#[derive(Clone, Default)]
pub struct Typed(Arc<Mutex<Vec<(String, String)>>>);

impl Typed {
    /// Every field but secrets and the CSRF token.
    pub fn fields(&self) -> Vec<(String, String)> {
        let fields = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        fields.iter().filter(|(name, _)| may_be_shown_again(name)).cloned().collect()
    }

    /// Sets aside what was typed.
    pub fn keep(&self, fields: &[(String, String)]) {
        *self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = fields.to_vec();
    }
}

/// Secrets are asked again, never echoed.
pub fn may_be_shown_again(name: &str) -> bool {
    name != CSRF_FIELD && !name.contains("password") && name != ONE_TIME_CODE && name != "ssn"
}

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, app: &App) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let viewer = Viewer::from_request_parts(&mut parts, app).await?;
        let typed = parts.extensions.get::<Typed>().cloned();
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|_| WebError::Invalid(vec!["The form was larger than this page accepts.".into()]))?;
        let fields = parse(&bytes)?;
        if let Some(typed) = typed {
            typed.keep(&fields);
        }
        let token = fields.iter().find(|(name, _)| name == CSRF_FIELD).map_or("", |(_, value)| value);
        if !bool::from(token.as_bytes().ct_eq(viewer.csrf.as_bytes())) {
            return Err(WebError::Forged);
        }
        typed_form(&bytes).map(Form)
    }
}

/// The pairs of a form; refuses what is no text: NUL bytes, which PostgreSQL can't hold and no keyboard types, and bytes that are no UTF-8, in
/// whose place the decoder would put a sign nobody typed.
pub fn parse(bytes: &[u8]) -> Result<Vec<(String, String)>, WebError> {
    for pair in bytes.split(|byte| *byte == b'&') {
        let is_text = percent_decode(pair).decode_utf8().is_ok_and(|text| !text.contains('\0'));
        if !is_text {
            let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
            return Err(no_text(&percent_decode(name).decode_utf8_lossy()));
        }
    }
    typed_form(bytes)
}

/// Says which field holds what can't be stored.
pub(super) fn no_text(name: &str) -> WebError {
    let name: String = name.replace(['_', '-', '\0'], " ").chars().take(60).collect();
    WebError::Invalid(vec![format!(
        "The field “{name}” holds a character that can't be stored (a NUL or a broken one). Remove it and send the form again."
    )])
}

fn typed_form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WebError> {
    // The decoder's own message may quote what was typed, so it is not repeated.
    serde_urlencoded::from_bytes(bytes).map_err(|_| {
        WebError::Invalid(vec!["The form is incomplete or was changed on the way. Go back and send it again.".into()])
    })
}
