//! For tests: throwaway databases of both kinds.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;
use uuid::Uuid;

use crate::Db;

/// A migrated, empty database of its own.
pub struct Database {
    /// Of its kind, for messages.
    pub name: &'static str,
    pub url: String,
    pub db: Db,
    /// Holds the folder for as long as the database is used.
    pub folder: TempDir,
}

/// What a test of `#[both]` takes: a world that stands on a database.
pub trait World: Sized {
    fn on(database: Database) -> impl Future<Output = Self>;
}

impl World for Database {
    async fn on(database: Database) -> Self {
        database
    }
}

pub async fn sqlite() -> Database {
    let folder = TempDir::new().unwrap_or_else(|error| panic!("temporary folder: {error}"));
    let url = format!("sqlite://{}/madang.db", folder.path().display());
    database("SQLite", url, folder).await
}

/// A new database on the server of `MADANG_TEST_POSTGRES_URL` (as `postgres://…/postgres`), or on a cluster started for this process.
pub async fn postgres() -> Database {
    let server = std::env::var("MADANG_TEST_POSTGRES_URL").unwrap_or_else(|_| cluster().to_owned());
    let name = format!("madang_{}", Uuid::now_v7().simple());
    let admin = sqlx::PgPool::connect(&server).await.unwrap_or_else(|error| panic!("PostgreSQL at {server}: {error}"));
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create).execute(&admin).await.unwrap_or_else(|error| panic!("create database: {error}"));
    admin.close().await;
    let (address, query) = server.split_once('?').map_or((server.as_str(), ""), |(address, query)| (address, query));
    let base = address.rsplit_once('/').map_or(address, |(base, _)| base);
    let url = if query.is_empty() { format!("{base}/{name}") } else { format!("{base}/{name}?{query}") };
    let folder = TempDir::new().unwrap_or_else(|error| panic!("temporary folder: {error}"));
    database("PostgreSQL", url, folder).await
}

async fn database(name: &'static str, url: String, folder: TempDir) -> Database {
    let db = Db::open(&url).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    Database { name, url, db, folder }
}

/// Starts a throwaway cluster once a process; a watcher of its own stops it and removes its folder when this process ends,
/// however it ends.
fn cluster() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/throwaway-postgres.sh");
        let output = Command::new("bash")
            .arg(&script)
            .arg(std::process::id().to_string())
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", script.display()));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    })
}
