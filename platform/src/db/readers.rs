//! SQLite's connections for reading. sqlx' own pool asks a connection on its return whether it still answers, which on a file costs
//! as much as the read it was taken for: each is a turn to the connection's thread and back.

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Error};

use super::PATIENCE;

/// Connections at most: reads are short and of memory.
const CONNECTIONS: usize = 4;
/// A connection is asked whether it still answers each time it was used so often.
const CHECK_EVERY: usize = 256;

/// Read-only connections to one file, cheap to clone.
#[derive(Clone, Debug)]
pub struct Readers(Pool<Opening>);

impl Readers {
    /// Opens the first connection.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, Error> {
        let pool = Pool::builder(Opening(options.read_only(true))).max_size(CONNECTIONS).runtime(Runtime::Tokio1);
        let pool = pool.wait_timeout(Some(PATIENCE)).build().map_err(Error::config)?;
        let readers = Self(pool);
        drop(readers.get().await?);
        Ok(readers)
    }

    /// A connection, which goes back when it is dropped. A read that breaks off leaves it as it was.
    ///
    /// # Errors
    /// `PoolTimedOut` when others have them all for [`PATIENCE`], `PoolClosed`, and what opening one says.
    pub async fn get(&self) -> Result<Object<Opening>, Error> {
        self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Closed => Error::PoolClosed,
            PoolError::Timeout(_) => Error::PoolTimedOut,
            other => Error::config(other),
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Closes every connection, those in use once they are back.
    pub(super) async fn close(&self) {
        let mut held = Vec::with_capacity(CONNECTIONS);
        while held.len() < self.0.status().size {
            let Ok(one) = self.get().await else { break };
            held.push(one);
        }
        self.0.close();
        for one in held {
            // Nothing is lost with a connection that only read.
            let _ = Object::take(one).close().await;
        }
    }
}

/// How a connection is opened.
#[derive(Debug)]
pub struct Opening(SqliteConnectOptions);

impl Manager for Opening {
    type Type = SqliteConnection;
    type Error = Error;

    async fn create(&self) -> Result<SqliteConnection, Error> {
        SqliteConnection::connect_with(&self.0).await
    }

    async fn recycle(&self, connection: &mut SqliteConnection, used: &Metrics) -> RecycleResult<Error> {
        if used.recycle_count % CHECK_EVERY == CHECK_EVERY - 1 {
            connection.ping().await?;
        }
        Ok(())
    }
}
