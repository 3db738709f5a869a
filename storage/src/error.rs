//! What can go wrong with a database.

use sqlx::sqlite::SqliteError;

/// A fault of the database, of the way to it, or of its schema.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("{0}")]
    Other(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn other(what: impl std::fmt::Display) -> Self {
        Self::Other(what.to_string())
    }

    /// Whether a unique key stood in the way.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(e)) if e.is_unique_violation())
    }

    /// Whether it says nothing of the statement, only of the moment: no connection, no room, no turn.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Database(error) if passes(error))
    }
}

/// Whether a database's error says nothing of the statement, only of the moment: no connection, no room, no turn.
fn passes(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            if error.try_downcast_ref::<SqliteError>().is_some() {
                /// Busy, locked, no memory, read-only, input or output failed, full, cannot be opened.
                const PASSING: [u32; 7] = [5, 6, 7, 8, 10, 13, 14];
                // The lower byte of an extended code is the plain one.
                return code.parse::<u32>().is_ok_and(|code| PASSING.contains(&(code & 0xff)));
            }
            // Connection lost, out of resources, shutting down, and transactions that stood in each other's way.
            ["08", "53", "57P", "40", "55P03"].iter().any(|class| code.starts_with(class))
        }
        _ => false,
    }
}
