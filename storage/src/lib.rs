//! Storage: each query is one text with `$1` placeholders and runs on both native drivers (see `query`).
//! SQLite: WAL, one write connection that begins IMMEDIATE, a pool of read-only ones. PostgreSQL: one pool.

#[macro_use]
mod query;

pub mod accounts;
pub mod audit;
pub mod boards;
pub mod cases;
pub mod certainty;
pub mod commitments;
pub mod competitions;
pub mod dialect;
pub mod error;
pub mod jobs;
pub mod leaderboards;
pub mod letters;
pub mod live;
mod migrations;
pub mod notifications;
mod opening;
pub mod outbox;
mod readers;
pub mod rescore;
pub mod sessions;
pub mod submissions;
mod sweep;
pub mod teams;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
// `#[both]` names this crate as others do.
#[cfg(test)]
extern crate self as storage;
pub mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::audit::Done;
use domain::competitions::Competition;
use domain::events::Event;
use sqlx::{Connection as _, PgConnection, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use readers::Readers;
use watch::Watch;

/// PostgreSQL connections of one process, where nothing else is said.
pub const CONNECTIONS: u32 = 16;
/// How long a request waits for a connection; then it is told to come again.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long SQLite's writer waits for another process's.
const BUSY: Duration = Duration::from_secs(5);

/// Commits of this process, to whichever database.
static COMMITS: AtomicU64 = AtomicU64::new(0);

/// How often this process has written, at least.
pub fn commits() -> u64 {
    COMMITS.load(Ordering::Acquire)
}

pub use error::{Error, Result};
pub use opening::DatabaseKind;

/// A database: either kind, cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite { read: Readers, write: SqlitePool },
    Postgres(PgPool),
}

/// A write transaction. Dropped without [`Tx::commit`] it changes nothing.
pub struct Tx {
    pub begun: Begun,
    /// A competition's rules once they were read in it.
    rules: Option<Arc<Competition>>,
    /// What its commit adds to the audit record.
    done: Vec<Done>,
    /// What its commit says.
    said: Vec<(Event, DateTime<Utc>)>,
}

/// A transaction of either database.
pub enum Begun {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

sql! {
    READ = "SELECT 1";
    BEAT = "UPDATE pulse SET beats = beats + 1";
}

impl Db {
    /// Opens `sqlite://path` (made when it is not there) or `postgres://…` and brings it up to date.
    ///
    /// # Errors
    /// When the URL is of another kind, the database cannot be reached, or a migration fails.
    #[boxed]
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with(url, CONNECTIONS).await
    }

    /// The same with so many connections at most, on PostgreSQL. Work that holds one never asks for a second: it would wait for
    /// others that do the same.
    #[boxed]
    pub async fn open_with(url: &str, connections: u32) -> Result<Self> {
        let db = match DatabaseKind::of(url) {
            Some(DatabaseKind::Sqlite) => opening::sqlite(url).await?,
            Some(DatabaseKind::Postgres) => opening::postgres(url, connections).await?,
            None => return Err(Error::Other(format!("a database URL {}", DatabaseKind::STARTS))),
        };
        db.migrate().await?;
        Ok(db)
    }

    /// Brings the schema up to date; does nothing when it is.
    #[boxed]
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => migrations::SQLITE.run(write).await,
            Self::Postgres(pool) => migrations::POSTGRES.run(pool).await,
        }
        .map_err(opening::told)?;
        self.make_name_keys().await
    }

    /// Begins a write. On SQLite it takes the one write lock at once, so what is read inside cannot change before the commit.
    #[boxed]
    pub async fn begin(&self) -> Result<Tx> {
        let begun = match self {
            Self::Sqlite { write, .. } => Begun::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Begun::Postgres(pool.begin().await?),
        };
        Ok(Tx { begun, rules: None, done: Vec::new(), said: Vec::new() })
    }

    /// Whether the database can be read and written, by doing both.
    #[boxed]
    pub async fn ping(&self) -> Result<()> {
        run!(self, READ)?;
        let mut tx = self.begin().await?;
        run!(tx, BEAT)?;
        tx.commit().await
    }

    /// A text that is another one when anything was written since; PostgreSQL, which must not be a standby, is asked by `watch`.
    #[boxed]
    pub async fn version(&self, watch: &Watch<PgConnection>) -> Result<String> {
        Ok(match self {
            Self::Sqlite { read, .. } => read.version().await?,
            Self::Postgres(pool) if pool.is_closed() => return Err(sqlx::Error::PoolClosed.into()),
            Self::Postgres(pool) => watch.version(PgConnection::connect_with(&pool.connect_options())).await?,
        })
    }

    pub fn is_closed(&self) -> bool {
        match self {
            Self::Sqlite { read, .. } => read.is_closed(),
            Self::Postgres(pool) => pool.is_closed(),
        }
    }

    /// Closes every connection; SQLite's log is folded into the file.
    #[boxed]
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// A command about the transaction itself.
    #[boxed]
    pub async fn command(&mut self, sql: &'static str) -> Result<()> {
        on!(self, c => { sqlx::query(sql).execute(c).await?; });
        Ok(())
    }

    /// Writes what was recorded and said, and makes it all count.
    #[boxed]
    pub async fn commit(mut self) -> Result<()> {
        self.chain().await?;
        self.send_out().await?;
        match self.begun {
            Begun::Sqlite(t) => t.commit().await?,
            Begun::Postgres(t) => t.commit().await?,
        }
        COMMITS.fetch_add(1, Ordering::Release);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::access::Actor;
    use domain::audit::{Act, Deed};
    use domain::ids::UserId;

    use super::*;

    #[tokio::test]
    async fn after_a_full_disk_the_next_write_goes_on_by_itself() {
        let store = testing::sqlite().await;
        let Db::Sqlite { write, .. } = &store.db else { unreachable!() };
        // As many pages as there are: the next one has no room, as on a full disk.
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(write).await.unwrap();
        let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(limit).execute(write).await.unwrap();
        let large = "x".repeat(1 << 20);
        let mut tx = store.db.begin().await.unwrap();
        let change = Act::of_account(Deed::CreateAccount, UserId::random()).after("large", large);
        tx.record(DateTime::UNIX_EPOCH, &Actor::COMMAND, change);
        let full = tx.commit().await.unwrap_err();
        assert!(full.passes(), "{full}");
        let mut tx = store.db.begin().await.unwrap();
        tx.lock_team(domain::ids::TeamId::random()).await.unwrap();
        drop(tx);
        store.db.ping().await.unwrap();
    }
}
