//! What can go wrong between a person and a record. Never holds patient data: ids, constraint names and reasons only.

use super::policy::{Refusal, WhyReason};
use crate::base::id::PatientId;
use crate::db::pool::is_unavailable;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such record, or one the actor must not even learn of.
    #[error("not found")]
    NotFound,
    #[error("refused: {0:?}")]
    Forbidden(Refusal),
    /// Break-the-glass: allowed once a reason is on file.
    #[error("a reason is needed: {why:?}")]
    NeedsReason { patient: PatientId, why: WhyReason },
    /// Somebody else saved first.
    #[error("changed meanwhile")]
    Conflict,
    /// A rule the database holds; the name maps to a field message.
    #[error("constraint {0}")]
    Constraint(String),
    /// What was sent breaks a rule; the words are for the person who sent it.
    #[error("{0}")]
    Invalid(String),
    /// The same, field by field; the form shows each beside its field.
    #[error("{} of the form's fields", .0.len())]
    Fields(Vec<(&'static str, String)>),
    /// The database or the document store is away; the same request may work in a moment.
    #[error("temporarily unavailable")]
    Unavailable,
    #[error("database")]
    Database(#[source] sqlx::Error),
    #[error("{0}")]
    Internal(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Error::NotFound,
            // A server that crashes says so in the middle of a statement: the same request works once it is back.
            gone if is_unavailable(gone) => Error::Unavailable,
            sqlx::Error::Protocol(_) => Error::Unavailable,
            sqlx::Error::Database(database) => match (database.constraint(), database.code().as_deref()) {
                (Some(constraint), _) => Error::Constraint(constraint.to_owned()),
                // serialization_failure, deadlock_detected: the same request works in a moment
                (None, Some("40001" | "40P01")) => Error::Unavailable,
                _ => Error::Database(error),
            },
            _ => Error::Database(error),
        }
    }
}

impl From<crate::db::DbError> for Error {
    fn from(error: crate::db::DbError) -> Self {
        match error {
            crate::db::DbError::Unavailable(_) => Error::Unavailable,
            crate::db::DbError::Sql(error) => error.into(),
            other => Error::Internal(other.to_string()),
        }
    }
}
