//! SQLite's connections for reading. sqlx' own pool asks a connection on its return whether it still answers, which on a file costs
//! as much as the read it was taken for: each is a turn to the connection's thread and back.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::PATIENCE;
use super::watch::Watch;
use async_recursion::async_recursion as boxed;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Error};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Connections at most: reads are short and of memory.
const CONNECTIONS: u32 = 4;
/// A connection is asked whether it still answers each time it was used so often.
const CHECK_EVERY: usize = 256;

/// Read-only connections to one file, cheap to clone.
#[derive(Clone, Debug)]
pub struct Readers {
    pool: Pool<Opener>,
    /// A turn for each connection. Who closes takes them all, and so knows that nobody reads any more; the pool cannot wait for that.
    turns: Arc<Semaphore>,
    watch: Arc<Watch<SqliteConnection>>,
}

/// A connection that goes back when it is dropped, and then its turn.
pub struct Reader {
    connection: Object<Opener>,
    _turn: OwnedSemaphorePermit,
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Readers {
    /// Opens the first connection.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, Error> {
        let pool = Pool::builder(Opener(options.read_only(true))).max_size(CONNECTIONS as usize);
        let pool = pool.build().map_err(Error::config)?;
        let turns = Arc::new(Semaphore::new(CONNECTIONS as usize));
        let readers = Self { pool, turns, watch: Arc::default() };
        drop(readers.get().await?);
        Ok(readers)
    }

    /// A text that is another one after each commit, of this process or another.
    ///
    /// # Errors
    /// `PoolClosed`, and what the file says.
    pub(super) async fn version(&self) -> Result<String, Error> {
        self.watch.version(self.pool.manager().create()).await
    }

    /// A connection, which goes back when it is dropped. A read that breaks off leaves it as it was.
    ///
    /// # Errors
    /// `PoolTimedOut` when others have them all for [`PATIENCE`], `PoolClosed`, and what opening one says.
    #[boxed]
    pub async fn get(&self) -> Result<Reader, Error> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| Error::PoolTimedOut)?.map_err(|_| Error::PoolClosed)?;
        let connection = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Closed => Error::PoolClosed,
            other => Error::config(other),
        })?;
        Ok(Reader { connection, _turn: turn })
    }

    /// Keeps the version from being told, as a disk that hangs does.
    #[cfg(any(test, feature = "testing"))]
    pub async fn hold_watch(&self) -> impl Drop + '_ {
        self.watch.hold().await
    }

    pub(super) fn is_closed(&self) -> bool {
        self.turns.is_closed()
    }

    /// Closes every connection, those in use once they are back.
    pub(super) async fn close(&self) {
        let all = self.turns.acquire_many(CONNECTIONS).await;
        self.turns.close();
        for one in self.pool.retain(|_, _| false).removed {
            // Nothing is lost with a connection that only read.
            let _ = one.close().await;
        }
        self.pool.close();
        drop(all);
        self.watch.close().await;
    }
}

/// How a connection is opened.
#[derive(Debug)]
struct Opener(SqliteConnectOptions);

impl Manager for Opener {
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

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use crate::Db;

    #[tokio::test]
    async fn a_read_that_breaks_off_leaves_its_connection_as_it_was() {
        let store = crate::testing::sqlite().await;
        let Db::Sqlite { read, .. } = &store.db else { unreachable!() };
        let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n";
        let mut held = Vec::new();
        for _ in 0..super::CONNECTIONS {
            let mut one = read.get().await.unwrap();
            assert!(sqlx::query(many).fetch(&mut *one).next().await.unwrap().is_ok());
            held.push(one);
        }
        drop(held);
        for _ in 0..super::CONNECTIONS as usize * super::CHECK_EVERY {
            let one: i64 = sqlx::query_scalar("SELECT 1").fetch_one(&mut *read.get().await.unwrap()).await.unwrap();
            assert_eq!(one, 1);
        }
    }

    #[tokio::test]
    async fn closing_waits_for_the_read_that_is_under_way_and_folds_the_log() {
        let store = crate::testing::sqlite().await;
        let Db::Sqlite { read, .. } = &store.db else { unreachable!() };
        let mut under_way = read.get().await.unwrap();
        let reading = async {
            // The one who closes waits for it by now.
            tokio::task::yield_now().await;
            let one: i64 = sqlx::query_scalar("SELECT 1").fetch_one(&mut *under_way).await.unwrap();
            drop(under_way);
            one
        };
        let ((), one) = tokio::join!(store.db.close(), reading);
        assert_eq!(one, 1);
        assert!(read.is_closed() && read.get().await.is_err());
        assert!(!store.folder.path().join("madang.db-wal").exists());
    }
}
