//! For tests: throwaway databases of both kinds, services on them, a clock that is moved by hand.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use storage::Db;
use storage::testing::{self as databases, Database};
use tempfile::TempDir;

use crate::clock::Clock;
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
    store(databases::sqlite().await)
}

pub async fn postgres() -> Store {
    store(databases::postgres().await)
}

fn store(Database { name, url, db, folder }: Database) -> Store {
    let storage_url = format!("file://{}/files", folder.path().display());
    // What a test has changed it sees at once.
    let config = Config { database_url: url, storage_url, gather: Duration::ZERO, ..Config::default() };
    Store { name, db, config, folder }
}

/// What waits in each session for its next page.
pub async fn left_in_sessions(services: &Services) -> Vec<String> {
    services.db.session_data().await.unwrap_or_else(|error| panic!("sessions: {error}"))
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
    let dated = |part: &str| match crate::competitions::import::time(part, domain::zone::Zone::default(), now) {
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
