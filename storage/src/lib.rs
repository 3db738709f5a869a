//! Storage: each query is one text with `$1` placeholders and runs on both native drivers.
//! SQLite: WAL, one write connection that begins IMMEDIATE, a pool of read-only ones. PostgreSQL: one pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::competitions::Competition;
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

/// Declares SQL constants and lists them in `ALL`, so that one test can prepare every one on both databases.
macro_rules! sql {
    ($($name:ident = $text:expr;)+) => {
        $(pub(super) const $name: &str = $text;)+
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// Runs the body on whichever database the transaction is of; `$c` is its connection.
macro_rules! on {
    ($tx:expr, $c:ident => $body:expr) => {
        match &mut $tx.begun {
            $crate::Begun::Sqlite(t) => {
                let $c = &mut **t;
                $body
            }
            $crate::Begun::Postgres(t) => {
                let $c = &mut **t;
                $body
            }
        }
    };
}

/// Runs the body on a read connection, or the pool that gives one.
macro_rules! read {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite { read, .. } => {
                let mut held = read.get().await?;
                let $c = &mut *held;
                $body
            }
            $crate::Db::Postgres($c) => $body,
        }
    };
}

/// A macro's query for both databases; it takes the comparison with the list.
macro_rules! listed {
    (texts $query:ident) => {
        $crate::dialect::PerDatabase {
            sqlite: $query!("IN (SELECT value FROM json_each($1))"),
            postgres: $query!("= ANY($1)"),
        }
    };
    // Ids and hashes.
    (bytes $query:ident) => {
        $crate::dialect::PerDatabase {
            sqlite: $query!("IN (SELECT unhex(value) FROM json_each($1))"),
            postgres: $query!("= ANY($1)"),
        }
    };
}

/// Runs a query about a list and further values, on a read connection.
macro_rules! read_listed {
    ($db:expr, $query:expr, $list:expr $(, $value:expr)*) => {
        match $db {
            $crate::Db::Sqlite { read, .. } => {
                let list = $crate::dialect::json(&$list);
                sqlx::query_as($query.sqlite).bind(list)$(.bind($value))*.fetch_all(&mut *read.get().await?).await?
            }
            $crate::Db::Postgres(pool) => {
                sqlx::query_as($query.postgres).bind(&$list)$(.bind($value))*.fetch_all(pool).await?
            }
        }
    };
}

pub mod accounts;
pub mod audit;
pub mod boards;
pub mod certainty;
pub mod commitments;
pub mod competitions;
pub mod dialect;
pub mod error;
pub mod jobs;
pub mod leaderboards;
mod migrations;
mod opening;
mod readers;
pub mod rescore;
pub mod sessions;
pub mod submissions;
mod sweep;
pub mod teams;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod watch;

pub use error::{Error, Result};

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
}

/// A transaction of either database.
pub enum Begun {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens `sqlite://path` (made when it is not there) or `postgres://…` and brings it up to date.
    ///
    /// # Errors
    /// When the URL is of another kind, the database cannot be reached, or a migration fails.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_with(url, CONNECTIONS).await
    }

    /// The same with so many connections at most, on PostgreSQL. Work that holds one never asks for a second: it would wait for
    /// others that do the same.
    pub async fn open_with(url: &str, connections: u32) -> Result<Self> {
        let db = if url.starts_with("sqlite:") {
            opening::sqlite(url).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            opening::postgres(url, connections).await?
        } else {
            return Err(Error::other("a database URL starts with sqlite:// or postgres://"));
        };
        db.migrate().await?;
        Ok(db)
    }

    /// Brings the schema up to date; does nothing when it is.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => migrations::SQLITE.run(write).await,
            Self::Postgres(pool) => migrations::POSTGRES.run(pool).await,
        }
        .map_err(opening::told)?;
        self.make_name_keys().await
    }

    /// Begins a write. On SQLite it takes the one write lock at once, so what is read inside cannot change before the commit.
    pub async fn begin(&self) -> Result<Tx> {
        let begun = match self {
            Self::Sqlite { write, .. } => Begun::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Begun::Postgres(pool.begin().await?),
        };
        Ok(Tx { begun, rules: None })
    }

    /// Whether the database can be read and written, by doing both.
    pub async fn ping(&self) -> Result<()> {
        read!(self, c => { sqlx::query("SELECT 1").execute(c).await?; });
        let mut tx = self.begin().await?;
        on!(&mut tx, c => { sqlx::query("UPDATE pulse SET beats = beats + 1").execute(c).await?; });
        tx.commit().await
    }

    /// A text that is another one when anything was written since; PostgreSQL, which must not be a standby, is asked by `watch`.
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
    pub async fn command(&mut self, sql: &'static str) -> Result<()> {
        on!(self, c => { sqlx::query(sql).execute(c).await?; });
        Ok(())
    }

    pub async fn commit(self) -> Result<()> {
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
    use sqlx::{Executor, SqlSafeStr};

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
        let full = tx.audit(chrono::DateTime::UNIX_EPOCH, None, None, "large", &large).await.unwrap_err();
        drop(tx);
        assert!(full.passes(), "{full}");
        let mut tx = store.db.begin().await.unwrap();
        tx.lock_team(uuid::Uuid::nil()).await.unwrap();
        drop(tx);
        store.db.ping().await.unwrap();
    }

    /// The names and texts of all statements.
    fn statements() -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            accounts::ALL,
            audit::ALL,
            boards::ALL,
            commitments::ALL,
            certainty::ALL,
            competitions::ALL,
            jobs::ALL,
            leaderboards::ALL,
            rescore::ALL,
            sessions::ALL,
            submissions::ALL,
            sweep::ALL,
            teams::ALL,
        ]
        .into_iter()
        .flatten()
        .copied()
    }

    /// Those that are not the same on both.
    fn of_one(db: &Db) -> Vec<(&'static str, &'static str)> {
        let both = [
            ("CLAIM", dialect::CLAIM),
            ("sessions::FIND", sessions::FIND),
            ("accounts::TOKENS", accounts::TOKENS),
            ("teams::PARTS", teams::PARTS),
            ("submissions::USAGE", submissions::USAGE),
            ("submissions::QUEUE", submissions::QUEUE),
        ];
        let postgres = [
            ("LOCK_TEAM", dialect::LOCK_TEAM),
            ("LOCK_COMPETITION", dialect::LOCK_COMPETITION),
            ("LOCK_USER", dialect::LOCK_USER),
            ("NOTIFY", dialect::NOTIFY),
        ];
        match db {
            Db::Sqlite { .. } => both.map(|(name, texts)| (name, texts.sqlite)).to_vec(),
            Db::Postgres(_) => both.map(|(name, texts)| (name, texts.postgres)).into_iter().chain(postgres).collect(),
        }
    }

    #[tokio::test]
    async fn a_statements_plan_does_not_depend_on_what_is_bound() {
        let store = testing::sqlite().await;
        let Db::Sqlite { write, .. } = &store.db else { unreachable!() };
        // Otherwise each execution with another LIMIT parses the statement anew; .cargo/config.toml says so to SQLite.
        let is_stable: bool =
            sqlx::query_scalar("SELECT sqlite_compileoption_used('ENABLE_QPSG')").fetch_one(write).await.unwrap();
        assert!(is_stable);
    }

    #[tokio::test]
    async fn every_statement_prepares_on_both_databases() {
        for store in testing::databases().await {
            for (name, text) in statements().chain(of_one(&store.db)) {
                let sql = sqlx::AssertSqlSafe(text).into_sql_str();
                let outcome = match &store.db {
                    Db::Sqlite { write, .. } => write.prepare(sql).await.map(|_| ()),
                    Db::Postgres(pool) => pool.prepare(sql).await.map(|_| ()),
                };
                assert!(outcome.is_ok(), "{name} on {}: {outcome:?}", store.name);
            }
        }
    }

    /// Steps of a plan that read all of what a crowd makes grow: the names are those of tables and the letters that stand for them.
    fn reads_all(step: &str) -> bool {
        let is = |what: &str, names: &[&str]| names.iter().any(|name| step.starts_with(&format!("{what} {name} ")));
        let of_stage = step.ends_with("(stage_id=?) ") && is("SEARCH", &["submissions", "s", "x"]);
        let tables = [
            "submissions",
            "s",
            "x",
            "teams",
            "t",
            "members",
            "r",
            "m",
            "participations",
            "p",
            "sessions",
            "users",
            "u",
            "jobs",
            "j",
        ];
        of_stage || is("SCAN", &tables)
    }

    #[tokio::test]
    async fn no_statement_of_a_request_reads_a_table_that_grows_from_end_to_end() {
        let store = testing::sqlite().await;
        let Db::Sqlite { write, .. } = &store.db else { unreachable!() };
        let mut whole = std::collections::BTreeMap::<_, Vec<String>>::new();
        for (name, text) in statements().chain(of_one(&store.db)) {
            // Of each command, where a text has several.
            let explained = format!("EXPLAIN QUERY PLAN {}", text.replace("; ", "; EXPLAIN QUERY PLAN "));
            let explained = sqlx::AssertSqlSafe(explained);
            let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explained).fetch_all(write).await.unwrap();
            for (_, _, _, step) in plan {
                if reads_all(&format!("{step} ")) {
                    whole.entry((name, text)).or_default().push(step);
                }
            }
        }
        // The first one's `s` are stages, an import removes a stage, the next three are asked at the start, and jobs come and go.
        let may = [
            certainty::DUE,
            competitions::DELETE_STAGE,
            accounts::ANY_DEMO_USER,
            teams::KEYLESS,
            teams::NAME_KEYS,
            jobs::WAITING,
        ];
        whole.retain(|(_, text), _| !may.contains(text));
        assert!(whole.is_empty(), "{whole:#?}");
    }
}
