//! Faults (the driver's, the disk's) and how they become something that may be shown.

use domain::{AppError, ErrorCode};

use crate::folder::problems::{Problem, Problems};

/// Either something to tell the user, or a fault of ours that is only logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    App(#[from] AppError),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("storage: {0}")]
    Storage(#[from] object_store::Error),
    /// An organizer's folder that is wrong.
    #[error("{0}")]
    Folder(#[from] Problems),
    #[error("{0}")]
    Other(String),
}

/// Seconds after which it is worth trying again while the storage does not answer.
const OUTAGE_RETRY: u64 = 30;

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::App(code.into())
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Folder(problem.into())
    }
}

impl Error {
    pub fn other(what: impl std::fmt::Display) -> Self {
        Self::Other(what.to_string())
    }

    /// The code to tell the user, if this is not a fault of ours.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::App(error) => Some(error.code),
            _ => None,
        }
    }

    /// Says in which zone the moments of this error are to be told.
    #[must_use]
    pub(crate) fn in_zone(self, zone: &str) -> Self {
        match self {
            Self::App(error) if error.params.contains_key("at") => Self::App(error.with("zone", zone)),
            other => other,
        }
    }

    /// Whether the file storage does not answer: everything is as it was, and the same will work later. A file that is not there
    /// is another matter.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(self, Self::Storage(error) if !matches!(error, object_store::Error::NotFound { .. }))
    }

    /// Whether a unique key stood in the way.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

impl From<Error> for AppError {
    /// Logs a fault under a short number and tells the user only that number; an outage is told as one.
    fn from(error: Error) -> Self {
        match error {
            Error::App(error) => error,
            outage if outage.is_outage() => {
                tracing::error!(error = %outage, "request refused");
                Self::new(ErrorCode::Unavailable).retry_after(OUTAGE_RETRY)
            }
            fault => {
                let incident = crate::secrets::incident();
                tracing::error!(%incident, error = %fault, "request failed");
                Self::new(ErrorCode::Internal).with("incident", incident)
            }
        }
    }
}
