//! What a request can come to instead of a page: one enum, mapped to status and words in one place (`app::middleware` draws the page).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::access::policy::{Refusal, WhyReason};
use crate::base::id::{PatientId, StaffId};

pub type WebResult<T> = Result<T, WebError>;

#[derive(Clone, Debug)]
pub enum WebError {
    /// Not signed in, or no longer.
    SignIn,
    /// A form was sent under a session that is over: what was typed is kept for this person.
    SessionEnded(StaffId),
    NotFound,
    Forbidden(Refusal),
    /// Break-the-glass: the page is a form.
    NeedsReason {
        patient: PatientId,
        why: WhyReason,
    },
    /// Somebody else saved first.
    Conflict,
    /// The request as such breaks a rule; pages with a form of their own answer 422 themselves.
    Invalid(Vec<String>),
    /// The form did not come from a page of ours, or from an older session.
    Forged,
    /// Too many attempts; the words say when to try again ("in 5 minutes").
    TooMany(String),
    Unavailable,
    /// The cause is in the log under the request's id.
    Internal,
}

impl WebError {
    pub fn status(&self) -> StatusCode {
        match self {
            WebError::SignIn | WebError::SessionEnded(_) => StatusCode::UNAUTHORIZED,
            WebError::NotFound => StatusCode::NOT_FOUND,
            WebError::Forbidden(_) | WebError::NeedsReason { .. } | WebError::Forged => StatusCode::FORBIDDEN,
            WebError::Conflict => StatusCode::CONFLICT,
            WebError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            WebError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            WebError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            WebError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<crate::access::Error> for WebError {
    fn from(error: crate::access::Error) -> Self {
        use crate::access::Error;
        match error {
            Error::NotFound => WebError::NotFound,
            Error::Forbidden(refusal) => WebError::Forbidden(refusal),
            Error::NeedsReason { patient, why } => WebError::NeedsReason { patient, why },
            Error::Conflict => WebError::Conflict,
            Error::Invalid(problem) => WebError::Invalid(vec![problem]),
            Error::Fields(problems) => WebError::Invalid(problems.into_iter().map(|(_, words)| words).collect()),
            Error::Unavailable => WebError::Unavailable,
            Error::Constraint(name) => {
                tracing::error!(constraint = name, "a constraint without a message of its own");
                WebError::Internal
            }
            Error::Database(error) => {
                // The server's message may quote a value; its code and place do not.
                let code = error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
                tracing::error!(code, kind = error_kind(&error), "database");
                WebError::Internal
            }
            Error::Internal(what) => {
                tracing::error!(what, "internal");
                WebError::Internal
            }
        }
    }
}

fn error_kind(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Database(_) => "database",
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::TypeNotFound { .. } => "decode",
        _ => "other",
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
