//! Opening a database, with a look at what would otherwise go wrong later and without a word.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Executor as _, PgPool};
use uuid::Uuid;

use super::readers::Readers;
use super::{BUSY, Db, PATIENCE, migrations};
use crate::error::{Error, Result};

/// How long an announcement of our own may take to come back.
const HEARD: Duration = Duration::from_secs(5);
/// Bytes of SQLite's log that need no tidying.
const LOG_MAX: u64 = 64 << 20;
/// How long writers wait while the log is begun anew.
const TIDY: Duration = Duration::from_millis(500);
/// Bytes of a log without any change in it.
const LOG_HEADER: u64 = 32;
/// How much later than its log a database may have been written: that is done right after a change was logged.
const CHECKPOINT: Duration = Duration::from_mins(1);

/// Which database a URL is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

impl DatabaseKind {
    /// What is true of every URL that is of either kind, for whoever wrote another.
    pub const STARTS: &str = "starts with sqlite:// or postgres://";

    /// Told by how the URL starts.
    pub fn of(url: &str) -> Option<Self> {
        if url.starts_with("sqlite:") {
            Some(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Some(Self::Postgres)
        } else {
            None
        }
    }
}

pub(super) async fn sqlite(url: &str) -> Result<Db> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("cache_size", "-8000");
    if let Some(folder) = options.get_filename().parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(Error::other)?;
    }
    check_log(options.get_filename())?;
    // A file does not hang up: asking the connection before each write whether it is there would cost as much as a statement.
    let write = SqlitePoolOptions::new().acquire_timeout(PATIENCE).test_before_acquire(false);
    // A full disk ends a transaction behind sqlx' back, which then takes the connection for busy for ever: such a one is closed.
    let write = write.max_connections(1).after_release(|connection, _| {
        Box::pin(async move {
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    });
    let write = write.connect_with(options.clone()).await?;
    let read = Readers::open(options).await?;
    Ok(Db::Sqlite { read, write })
}

pub(super) async fn postgres(url: &str, connections: u32) -> Result<Db> {
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
    let pool = pool.connect_with(PgConnectOptions::from_str(url)?).await?;
    check_announcements(&pool).await?;
    Ok(Db::Postgres(pool))
}

sql! {
    ANNOUNCE = "", postgres = "SELECT pg_notify($1, '')";
}

/// Between us and PostgreSQL may be something that gives each transaction another connection.
async fn check_announcements(pool: &PgPool) -> Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    let channel = format!("madang_{}", Uuid::now_v7().simple());
    listener.listen(&channel).await?;
    sqlx::query(ANNOUNCE.postgres).bind(&channel).execute(pool).await?;
    match tokio::time::timeout(HEARD, listener.recv()).await {
        Ok(heard) => Ok(heard.map(|_| ())?),
        Err(_) => Err(Error::other(
            "the database hands on no announcements (LISTEN and NOTIFY), as behind PgBouncer in transaction mode; \
             connect to PostgreSQL itself or use PgBouncer's session mode",
        )),
    }
}

/// Says it where the database is ahead of this program.
pub(super) fn told(error: MigrateError) -> Error {
    let MigrateError::VersionMissing(version) = error else { return error.into() };
    let newest = migrations::SQLITE.iter().map(|migration| migration.version).max().unwrap_or_default();
    Error::Other(format!(
        "this database belongs to a newer Madang: it has migration {version}, this program knows them up to {newest}; \
         use that version or a newer one, or restore a backup from before the upgrade"
    ))
}

/// A database that was put in place of another still lies beside that one's log, and SQLite would write the log into it.
fn check_log(database: &Path) -> Result<()> {
    let log = beside(database, "-wal");
    let (Ok(data), Ok(logged)) = (std::fs::metadata(database), std::fs::metadata(&log)) else { return Ok(()) };
    let (Ok(written), Ok(last)) = (data.modified(), logged.modified()) else { return Ok(()) };
    if logged.len() <= LOG_HEADER || written <= last + CHECKPOINT {
        return Ok(());
    }
    let (database, log, index) = (database.display(), log.display(), beside(database, "-shm"));
    Err(Error::Other(format!(
        "{database} was written long after {log}, as when a backup is put in its place; SQLite would add the old log's changes \
         to it. If it was restored: remove {log} and {} and start again. If not: `touch {log}` and start again",
        index.display()
    )))
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(ending);
    name.into()
}

impl Db {
    /// Begins SQLite's log anew when it is long: it grows for as long as there is always somebody reading. Nothing on PostgreSQL.
    #[boxed]
    pub async fn tidy(&self) -> Result<()> {
        self.shorten_log(LOG_MAX).await
    }

    async fn shorten_log(&self, most: u64) -> Result<()> {
        let Self::Sqlite { write, .. } = self else { return Ok(()) };
        let options = write.connect_options();
        let log = beside(options.get_filename(), "-wal");
        if std::fs::metadata(log).map_or(0, |log| log.len()) <= most {
            return Ok(());
        }
        // On a connection of its own, which gives up soon: who began to read before must end first, and nobody writes meanwhile.
        let mut connection = SqliteConnection::connect_with(&options.as_ref().clone().busy_timeout(TIDY)).await?;
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        Ok(connection.close().await?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use both::both;

    use super::*;
    use crate::testing::{Database, sqlite};

    fn file(store: &Database, ending: &str) -> PathBuf {
        store.folder.path().join(format!("madang.db{ending}"))
    }

    async fn refusal(store: &Database) -> String {
        Db::open(&store.url).await.map(|_| ()).unwrap_err().to_string()
    }

    #[both]
    async fn an_older_program_says_that_the_database_belongs_to_a_newer_one(store: Database) {
        let mut tx = store.db.begin().await.unwrap();
        on!(&mut tx, c => {
            sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', true, $1, 0)")
                .bind(vec![0_u8]).execute(c).await.unwrap();
        });
        tx.commit().await.unwrap();
        let said = refusal(&store).await;
        assert!(said.contains("newer Madang") && said.contains("9999"), "{said}");
    }

    #[tokio::test]
    async fn a_restored_database_beside_the_log_of_another_is_refused_with_what_to_do() {
        let store = sqlite().await;
        let (database, log) = (file(&store, ""), file(&store, "-wal"));
        // As after a killed server: the log holds what the database does not.
        let logged = std::fs::read(&log).unwrap();
        store.db.close().await;
        std::fs::write(&log, logged).unwrap();
        let later = |path: &Path, minutes| {
            let file = std::fs::File::options().write(true).open(path).unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_hours(1) + Duration::from_mins(minutes);
            file.set_modified(time).unwrap();
        };
        later(&log, 0);
        later(&database, 10);
        let said = refusal(&store).await;
        assert!(said.contains("madang.db-wal") && said.contains("madang.db-shm"), "{said}");
        later(&log, 10);
        check_log(&database).unwrap();
        std::fs::remove_file(&log).unwrap();
        Db::open(&store.url).await.unwrap();
    }

    #[tokio::test]
    async fn a_log_that_grew_beside_a_reader_begins_anew_and_a_reader_who_stays_is_not_waited_for_long() {
        let store = sqlite().await;
        let Db::Sqlite { read, write } = &store.db else { panic!("not SQLite") };
        let length = || std::fs::metadata(file(&store, "-wal")).unwrap().len();
        store.db.shorten_log(0).await.unwrap();
        assert_eq!(length(), 0);
        write.execute("CREATE TABLE t (text TEXT)").await.unwrap();
        let mut reader = read.get().await.unwrap();
        let mut reader = reader.begin().await.unwrap();
        sqlx::query("SELECT COUNT(*) FROM t").execute(&mut *reader).await.unwrap();
        for _ in 0..20 {
            sqlx::query("INSERT INTO t VALUES ($1)").bind("x".repeat(1 << 20)).execute(write).await.unwrap();
        }
        let grown = length();
        assert!(grown > 16 << 20, "{grown}");
        store.db.shorten_log(1 << 20).await.unwrap();
        assert_eq!(length(), grown, "someone still reads what was before");
        reader.commit().await.unwrap();
        store.db.shorten_log(1 << 20).await.unwrap();
        assert_eq!(length(), 0);
    }

    #[tokio::test]
    async fn after_a_full_disk_writing_goes_on_without_a_restart() {
        let store = sqlite().await;
        let Db::Sqlite { write, .. } = &store.db else { panic!("not SQLite") };
        write.execute("CREATE TABLE t (text TEXT)").await.unwrap();
        write.execute("PRAGMA max_page_count = 1").await.unwrap();
        let mut tx = store.db.begin().await.unwrap();
        let full = on!(&mut tx, c => sqlx::query("INSERT INTO t VALUES ($1)").bind("x".repeat(1 << 20)).execute(c).await.map(|_| ()));
        let error = Error::from(full.unwrap_err());
        assert!(error.passes(), "{error}");
        drop(tx);
        // The connection that was given up took the limit along.
        let mut tx = store.db.begin().await.unwrap();
        on!(&mut tx, c => { sqlx::query("INSERT INTO t VALUES ('kept')").execute(c).await.unwrap(); });
        tx.commit().await.unwrap();
    }
}
