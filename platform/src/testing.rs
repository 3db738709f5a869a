//! For tests: throwaway databases of both kinds, services on them, a clock that is moved by hand.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tempfile::TempDir;
use uuid::Uuid;

use crate::clock::Clock;
use crate::db::Db;
use crate::services::{Config, Services};

/// A migrated, empty database of its own.
pub struct Store {
    pub name: &'static str,
    pub db: Db,
    pub config: Config,
    /// Holds the folder for as long as the store is used.
    pub folder: TempDir,
}

impl Store {
    /// Services on this store, at a moment.
    pub async fn services(&self, now: DateTime<Utc>) -> Services {
        Services::open(self.config.clone(), Clock::at(now)).await.unwrap_or_else(|error| panic!("services: {error}"))
    }
}

/// One store of each kind.
pub async fn stores() -> Vec<Store> {
    vec![sqlite().await, postgres().await]
}

pub async fn sqlite() -> Store {
    let folder = TempDir::new().unwrap_or_else(|error| panic!("temporary folder: {error}"));
    let url = format!("sqlite://{}/madang.db", folder.path().display());
    store("SQLite", url, folder).await
}

/// A new database on the server of `MADANG_TEST_POSTGRES_URL` (as `postgres://…/postgres`), or on a cluster started for this process.
pub async fn postgres() -> Store {
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
    store("PostgreSQL", url, folder).await
}

async fn store(name: &'static str, database_url: String, folder: TempDir) -> Store {
    let storage_url = format!("file://{}/files", folder.path().display());
    // What a test has changed it sees at once.
    let config = Config { database_url, storage_url, gather: Duration::ZERO, ..Config::default() };
    let db = Db::open(&config.database_url).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    Store { name, db, config, folder }
}

/// What waits in each session for its next page.
pub async fn left_in_sessions(services: &Services) -> Vec<String> {
    services.db.session_data().await.unwrap_or_else(|error| panic!("sessions: {error}"))
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

/// The demo's folder of a competition.
pub fn demo_folder(slug: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo").join(slug)
}

/// A copy of a demo's folder in which every time is a moment, counted from `now`: it can be imported again.
pub fn dated_folder(slug: &str, within: &Path, now: DateTime<Utc>) -> PathBuf {
    let folder = within.join(slug);
    copy_folder(&demo_folder(slug), &folder);
    let path = folder.join("competition.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let dated = |part: &str| match crate::competitions::import::time(part, chrono_tz::Tz::Asia__Seoul, now) {
        Ok(at) => at.to_rfc3339(),
        Err(_) => part.to_owned(),
    };
    let text: Vec<String> = text.split('"').map(dated).collect();
    std::fs::write(&path, text.join("\"")).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    folder
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    let copied = std::fs::create_dir_all(to).and_then(|()| std::fs::read_dir(from)).and_then(|entries| {
        for entry in entries {
            let entry = entry?;
            let (path, target) = (entry.path(), to.join(entry.file_name()));
            if path.is_dir() { copy_folder(&path, &target) } else { std::fs::write(target, std::fs::read(path)?)? }
        }
        Ok(())
    });
    copied.unwrap_or_else(|error| panic!("{}: {error}", from.display()));
}
