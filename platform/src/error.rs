//! Faults (the driver's, the disk's) and how they become something that may be shown.

use std::sync::Arc;

use domain::{AppError, ErrorCode};
use sqlx::migrate::MigrateError;
use sqlx::sqlite::SqliteError;

/// Either something to tell the user, or a fault of ours that is only logged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    App(#[from] AppError),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migration(#[from] MigrateError),
    #[error("storage: {0}")]
    Storage(#[from] object_store::Error),
    /// One fault of all who waited for the same answer.
    #[error("{0}")]
    Shared(Arc<Self>),
    #[error("{0}")]
    Other(String),
}

/// Seconds after which it is worth trying again while the file storage does not answer.
const STORAGE_RETRY: u64 = 30;
/// And while the database does not, or its one writer is taken.
const DATABASE_RETRY: u64 = 5;

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::App(code.into())
    }
}

impl Error {
    pub fn other(what: impl std::fmt::Display) -> Self {
        Self::Other(what.to_string())
    }

    /// The code to tell the user, if this is not a fault of ours.
    pub fn code(&self) -> Option<ErrorCode> {
        match self.root() {
            Self::App(error) => Some(error.code),
            _ => None,
        }
    }

    fn root(&self) -> &Self {
        match self {
            Self::Shared(error) => error.root(),
            error => error,
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

    /// Whether the file storage or the database does not answer: everything is as it was, and the same will work later. A file
    /// that is not there is another matter.
    pub(crate) fn is_outage(&self) -> bool {
        self.retry_after().is_some()
    }

    /// Seconds after which an outage is worth another try.
    fn retry_after(&self) -> Option<u64> {
        match self.root() {
            Self::Storage(object_store::Error::NotFound { .. }) => None,
            Self::Storage(_) => Some(STORAGE_RETRY),
            Self::Database(error) | Self::Migration(MigrateError::Execute(error)) => {
                is_database_outage(error).then_some(DATABASE_RETRY)
            }
            _ => None,
        }
    }

    /// Whether a unique key stood in the way.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }
}

/// No connection, none free, the one writer taken for too long, a full disk, a server that starts, stops or only reads.
fn is_database_outage(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => {
            let Some(code) = error.code() else { return false };
            if error.try_downcast_ref::<SqliteError>().is_some() {
                // The low byte of an extended code: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN.
                return code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14));
            }
            // Classes of SQLSTATE: connections, resources, the operator's intervention; a server that only reads.
            ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) || code == "25006"
        }
        _ => false,
    }
}

impl From<Error> for AppError {
    /// Logs a fault under a short number and tells the user only that number; an outage is told as one.
    fn from(error: Error) -> Self {
        match error {
            Error::App(error) => error,
            Error::Shared(shared) => match shared.root() {
                Error::App(error) => error.clone(),
                fault => tell(fault),
            },
            fault => tell(&fault),
        }
    }
}

fn tell(fault: &Error) -> AppError {
    if let Some(seconds) = fault.retry_after() {
        tracing::error!(error = %fault, "request refused");
        return AppError::new(ErrorCode::Unavailable).retry_after(seconds);
    }
    let incident = crate::secrets::incident();
    tracing::error!(%incident, error = %fault, "request failed");
    AppError::new(ErrorCode::Internal).with("incident", incident)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
    use sqlx::{Connection as _, Executor as _};

    use super::*;

    fn told(error: Error) -> (ErrorCode, Option<u64>) {
        let told = AppError::from(error);
        (told.code, told.retry_after)
    }

    #[tokio::test]
    async fn a_write_lock_held_elsewhere_is_an_outage_with_a_time_to_try_again() {
        let folder = tempfile::TempDir::new().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("a.db"))
            .create_if_missing(true)
            .busy_timeout(Duration::ZERO);
        let mut holder = SqliteConnection::connect_with(&options).await.unwrap();
        holder.execute("BEGIN IMMEDIATE").await.unwrap();
        let mut late = SqliteConnection::connect_with(&options).await.unwrap();
        let refused = late.execute("BEGIN IMMEDIATE").await.unwrap_err();
        assert_eq!(told(refused.into()), (ErrorCode::Unavailable, Some(DATABASE_RETRY)));
        let wrong = late.execute("SELECT nothing").await.unwrap_err();
        assert_eq!(told(wrong.into()), (ErrorCode::Internal, None));
    }

    #[tokio::test]
    async fn a_database_that_is_gone_is_an_outage_and_a_shared_fault_stays_what_it_is() {
        let nowhere = sqlx::PgPool::connect("postgres://nobody@127.0.0.1:1/nothing").await.unwrap_err();
        let shared = Error::Shared(Arc::new(nowhere.into()));
        assert!(shared.is_outage());
        assert_eq!(told(shared), (ErrorCode::Unavailable, Some(DATABASE_RETRY)));
        let missing = Error::Shared(Arc::new(ErrorCode::NotFound.into()));
        assert_eq!((missing.code(), told(missing).0), (Some(ErrorCode::NotFound), ErrorCode::NotFound));
    }
}
