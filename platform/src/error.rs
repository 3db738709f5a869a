//! Faults (the driver's, the disk's) and how they become something that may be shown.

use std::sync::Arc;

use domain::access::Obstacle;
use domain::competitions::Competition;
use domain::zone::Zone;
use domain::{AppError, ErrorCode};

use crate::competitions::folder::problems::{Problem, Problems};

/// Either something to tell the user, or a fault of ours that is only logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    App(#[from] AppError),
    #[error("{0}")]
    Storage(#[from] storage::Error),
    #[error("files: {0}")]
    Files(#[from] object_store::Error),
    /// A fault that several requests had at once.
    #[error("{0}")]
    Shared(Arc<Self>),
    /// An organizer's folder that is wrong.
    #[error("{0}")]
    Folder(#[from] Problems),
    #[error("{0}")]
    Other(String),
}

/// Seconds after which it is worth trying again while the storage does not answer.
const OUTAGE_RETRY: u64 = 30;
/// The same where the database was busy, full or away for a moment.
const BUSY_RETRY: u64 = 5;

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::App(code.into())
    }
}

impl From<Obstacle> for Error {
    fn from(obstacle: Obstacle) -> Self {
        Self::App(obstacle.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(error.into())
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
            Self::Shared(error) => error.code(),
            _ => None,
        }
    }

    /// Why somebody may not do something in a competition.
    pub(crate) fn refused(obstacle: Obstacle, competition: &Competition) -> Self {
        Self::App(obstacle.into()).in_zone(competition.settings.zone)
    }

    /// Says in which zone the moments of this error are to be told.
    #[must_use]
    pub(crate) fn in_zone(self, zone: Zone) -> Self {
        match self {
            Self::App(error) if error.params.contains_key("at") => Self::App(error.with("zone", zone.name())),
            other => other,
        }
    }

    /// Whether the file storage or the database does not answer, is full or busy: the same will work later. A file that is not
    /// there is another matter.
    pub(crate) fn is_outage(&self) -> bool {
        match self {
            Self::Files(error) => !matches!(error, object_store::Error::NotFound { .. }),
            Self::Storage(error) => error.passes(),
            Self::Shared(error) => error.is_outage(),
            Self::App(_) | Self::Folder(_) | Self::Other(_) => false,
        }
    }

    /// What was decided to be told, also by a read that several share.
    fn told(&self) -> Option<&AppError> {
        match self {
            Self::App(error) => Some(error),
            Self::Shared(error) => error.told(),
            _ => None,
        }
    }

    /// How an outage is told: whose it is, and when to come again.
    fn outage(&self) -> Option<AppError> {
        match self {
            Self::Shared(error) => error.outage(),
            Self::Storage(error) if error.passes() => Some(AppError::new(ErrorCode::TryAgain).retry_after(BUSY_RETRY)),
            outage if outage.is_outage() => Some(AppError::new(ErrorCode::Unavailable).retry_after(OUTAGE_RETRY)),
            _ => None,
        }
    }

    /// Whether a unique key stood in the way.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Storage(error) if error.is_unique_violation())
    }
}

impl From<Error> for AppError {
    /// Logs a fault under a short number and tells the user only that number; an outage is told as one.
    fn from(error: Error) -> Self {
        match error {
            Error::App(error) => error,
            fault => {
                if let Some(told) = fault.told() {
                    return told.clone();
                }
                if let Some(outage) = fault.outage() {
                    tracing::error!(error = %fault, "request refused");
                    return outage;
                }
                let incident = crate::secrets::incident();
                tracing::error!(%incident, error = %fault, "request failed");
                Self::new(ErrorCode::Internal).with("incident", incident)
            }
        }
    }
}
