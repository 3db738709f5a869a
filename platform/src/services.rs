//! Everything the application works with, made once at the start and cheap to clone.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, Semaphore};

use crate::certainty::Reports;
use crate::clock::Clock;
use crate::competitions::Reads;
use crate::db::Db;
use crate::error::Result;
use crate::events::Events;
use crate::files::Files;
use crate::leaderboards::Boards;
use crate::passwords::Passwords;
use crate::sample::PackedIds;
use crate::submissions::Solutions;
use crate::throttle::Throttle;
use crate::visits::Visits;

/// Settings of the application itself; the server has its own beside them.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// `file://folder` or `s3://bucket/prefix`.
    pub storage_url: String,
    /// How long a worker may be silent before another takes its job.
    pub lease: Duration,
    /// How many files may be read and checked at once; bounds the memory of uploads.
    pub uploads_at_once: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite://data/madang.db".to_owned(),
            storage_url: "file://data/files".to_owned(),
            lease: Duration::from_secs(30),
            uploads_at_once: 16,
        }
    }
}

#[derive(Clone)]
pub struct Services {
    pub db: Db,
    pub clock: Clock,
    pub files: Files,
    pub events: Events,
    pub config: Arc<Config>,
    pub passwords: Arc<Passwords>,
    pub throttle: Arc<Throttle>,
    pub(crate) solutions: Arc<Solutions>,
    pub(crate) ids: Arc<PackedIds>,
    pub(crate) boards: Arc<Boards>,
    pub(crate) reports: Arc<Reports>,
    pub(crate) competitions: Arc<Reads>,
    pub(crate) visits: Arc<Visits>,
    /// Wakes this process's workers when something was queued.
    pub(crate) queue: Arc<Notify>,
    pub(crate) uploads: Arc<Semaphore>,
}

impl Services {
    /// Opens the database and the file storage and starts listening for other processes' announcements.
    ///
    /// # Errors
    /// When either cannot be reached or a URL is wrong.
    pub async fn open(config: Config, clock: Clock) -> Result<Self> {
        let db = Db::open(&config.database_url).await?;
        let files = Files::open(&config.storage_url)?;
        let queue = Arc::new(Notify::new());
        let events = Events::start(&db, Arc::clone(&queue)).await?;
        Ok(Self {
            uploads: Arc::new(Semaphore::new(config.uploads_at_once)),
            config: Arc::new(config),
            passwords: Arc::new(Passwords::new()),
            throttle: Arc::new(Throttle::default()),
            solutions: Arc::default(),
            ids: Arc::default(),
            boards: Arc::default(),
            reports: Arc::default(),
            competitions: Arc::default(),
            visits: Arc::default(),
            db,
            clock,
            files,
            events,
            queue,
        })
    }

    /// The same services at another time, for loading what happened in the past.
    #[must_use]
    pub fn at(&self, time: DateTime<Utc>) -> Self {
        Self { clock: Clock::at(time), ..self.clone() }
    }

    /// What does not answer: `database`, `storage`, nothing when all is well.
    pub async fn silent(&self) -> Vec<&'static str> {
        let (database, storage) = tokio::join!(self.db.ping(), self.files.ping());
        let mut silent = Vec::new();
        for (name, answer) in [("database", database), ("storage", storage)] {
            if let Err(error) = answer {
                tracing::warn!(%error, "the {name} does not answer");
                silent.push(name);
            }
        }
        silent
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::testing::{demo_folder, sqlite};
    use crate::{import, submissions};

    #[tokio::test]
    async fn a_solution_is_read_once_though_many_ask_at_first() {
        let store = sqlite().await;
        let services = store.services("2026-11-21T03:00:00Z".parse().unwrap()).await;
        let competition = import::import(&services, &demo_folder("digits"), None).await.unwrap();
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().id;
        let all = futures::future::join_all((0..8).map(|_| submissions::solution(&services, stage))).await;
        let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
        assert!(all.iter().all(|loaded| Arc::ptr_eq(loaded, &all[0])));
    }
}
