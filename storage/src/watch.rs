//! A connection that is asked for nothing but the database's version, by which [`crate::kept::unchanged`] knows whether anything was written.

use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Error};
use tokio::sync::Mutex;

sql! {
    // On PostgreSQL: which transactions can be seen.
    VERSION = "PRAGMA data_version", postgres = "SELECT pg_current_snapshot()::TEXT";
}

/// A connection to either database that knows the version.
pub trait Versioned: Connection {
    /// A text that is another one when anything was written since this connection said it.
    fn version(&mut self) -> impl Future<Output = Result<String, Error>> + Send;
}

impl Versioned for SqliteConnection {
    async fn version(&mut self) -> Result<String, Error> {
        let version: i64 = sqlx::query_scalar(VERSION.sqlite).fetch_one(self).await?;
        Ok(version.to_string())
    }
}

impl Versioned for PgConnection {
    async fn version(&mut self) -> Result<String, Error> {
        sqlx::query_scalar(VERSION.postgres).fetch_one(self).await
    }
}

/// The connection, opened when it is first asked and again after it failed or was given up in the middle of an answer.
#[derive(Debug)]
pub struct Watch<C>(Mutex<Open<C>>);

#[derive(Debug)]
struct Open<C> {
    connection: Option<C>,
    /// How often one was opened: versions of two are not compared. SQLite counts for each connection anew, and a PostgreSQL that
    /// crashed may give numbers out again.
    times: u64,
    is_closed: bool,
}

impl<C> Default for Watch<C> {
    fn default() -> Self {
        Self(Mutex::new(Open { connection: None, times: 0, is_closed: false }))
    }
}

impl<C: Versioned> Watch<C> {
    /// A text that is another one when anything was written since.
    ///
    /// # Errors
    /// `PoolClosed` after [`Self::close`], and what `open` or the database says.
    pub(super) async fn version(&self, open: impl Future<Output = Result<C, Error>>) -> Result<String, Error> {
        let mut held = self.0.lock().await;
        if held.is_closed {
            return Err(Error::PoolClosed);
        }
        let mut connection = match held.connection.take() {
            Some(connection) => connection,
            None => {
                held.times += 1;
                open.await?
            }
        };
        let version = connection.version().await?;
        held.connection = Some(connection);
        Ok(format!("{} {version}", held.times))
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) async fn hold(&self) -> impl Drop + '_ {
        self.0.lock().await
    }

    pub(super) async fn close(&self) {
        let mut held = self.0.lock().await;
        held.is_closed = true;
        if let Some(connection) = held.connection.take() {
            // Nothing is lost with a connection that only read.
            let _ = connection.close().await;
        }
    }
}
