//! Everything the application works with, made once at the start and cheap to clone.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::competitions::Competition;
use domain::ids::{CompetitionId, StageId, TeamId, UserId};
use domain::participation::Part;
use domain::quotas::Usage;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use storage::accounts::TokenUse;
use storage::sessions::SessionRow;
use storage::submissions::Day;
use storage::{self, Db};
use tokio::sync::{Mutex, Notify, RwLock, Semaphore};

use crate::accounts::passwords::Passwords;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::events::Events;
use crate::files::Files;
use crate::institution::{Institution, InstitutionConfig};
use crate::kept::caches::Caches;
use crate::kept::gathered::Gathered;
use crate::kept::unchanged::{Kept, Unchanged};
use crate::mail::Mail;
use crate::throttle::Throttle;
use crate::uploads::Uploads;
use crate::writes::Writes;

/// Settings of the application itself; the server has its own beside them.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// `file://folder` or `s3://bucket/prefix`.
    pub storage_url: String,
    /// Where letters go: see [`crate::mail::transport::Transport::of`].
    pub mail_url: String,
    /// Whom they are from: `name <address>`.
    pub mail_from: String,
    /// Where people find this installation, without a slash at the end.
    pub base_url: String,
    /// Whether whoever has a role in a competition, or administers, must have a second factor for it to count.
    pub requires_factor: bool,
    /// Whose log-in opens accounts here, beside passwords.
    pub institution: Option<InstitutionConfig>,
    /// How long a worker may be silent before another takes its job.
    pub lease: Duration,
    /// While a leaderboard changes quickly: how long its changes are gathered before they are announced and shown.
    pub gather: Duration,
    /// How many files may be checked at once.
    pub checks_at_once: usize,
    /// Bytes of bodies that may be in memory at once; a larger file than that comes alone.
    pub upload_memory: u64,
    /// How long an upload waits for its turn before it is told to come again.
    pub upload_wait: Duration,
    /// Time that a body may take whatever its size, and a form in all; a large file has more.
    pub upload_grace: Duration,
    /// PostgreSQL connections of this process.
    pub connections: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite://data/madang.db".to_owned(),
            storage_url: "file://data/files".to_owned(),
            mail_url: "file://data/mail".to_owned(),
            mail_from: String::new(),
            base_url: "http://127.0.0.1:3000".to_owned(),
            requires_factor: false,
            institution: None,
            lease: Duration::from_secs(30),
            gather: Duration::from_millis(300),
            checks_at_once: 16,
            upload_memory: 256 << 20,
            upload_wait: Duration::from_secs(5),
            upload_grace: Duration::from_secs(20),
            connections: storage::CONNECTIONS,
        }
    }
}

/// A handle: every request takes it along through each layer that it passes, so that a copy must cost next to nothing.
#[derive(Clone)]
pub struct Services {
    pub clock: Clock,
    pub(crate) asked: Option<Instant>,
    parts: Arc<Parts>,
}

impl Deref for Services {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

/// What all handles share.
pub struct Parts {
    pub db: Db,
    pub files: Files,
    pub events: Events,
    pub mail: Mail,
    pub institution: Option<Arc<Institution>>,
    pub config: Arc<Config>,
    pub passwords: Arc<Passwords>,
    pub throttle: Arc<Throttle>,
    caches: Caches,
    /// Competitions by slug.
    pub(crate) competitions: Kept<String, Arc<Competition>>,
    /// Sessions by id and tokens by hash; they may have ended.
    pub(crate) sessions: Gathered<String, SessionRow>,
    pub(crate) tokens: Gathered<Vec<u8>, TokenUse>,
    /// What users are to competitions, and what teams have used of a stage's quota on a day.
    pub(crate) participants: Gathered<(CompetitionId, UserId), Part>,
    pub(crate) usages: Gathered<(StageId, Day, TeamId), Usage>,
    /// Wakes this process's workers when something was queued.
    pub(crate) queue: Arc<Notify>,
    /// Turns for reading a file whole: the processor's share of an upload.
    pub(crate) checks: Arc<Semaphore>,
    /// Held together by all who score, and by one who scores a submission that workers have died with.
    pub(crate) alone: Arc<RwLock<()>>,
    pub uploads: Arc<Uploads>,
    pub(crate) writes: Arc<Writes>,
    silent: Arc<Mutex<Option<Silent>>>,
}

/// What did not answer, and when that was seen.
type Silent = (Instant, Vec<&'static str>);

/// How long an answer to [`Services::silent`] holds: whoever asks oftener makes no more work.
const SILENT_FOR: Duration = Duration::from_secs(2);

/// Reads of one kind at once where those who ask have not everything in common.
const APART: usize = 4;

/// Questions that a list query answers: about keys alone, or about keys each beside what all of one query have in common.
macro_rules! gathered {
    ($unchanged:ident, $db:ident, $query:ident, $is_small:expr) => {{
        let db = $db.clone();
        Gathered::start(&$unchanged, $is_small, move |keys| {
            let db = db.clone();
            async move { Ok(db.$query(keys).await?) }.boxed()
        })
    }};
    ($unchanged:ident, $db:ident, $query:ident by $($common:ident),+) => {{
        let db = $db.clone();
        Gathered::start(&$unchanged, |_| true, move |keys| {
            let db = db.clone();
            async move {
                let mut apart = HashMap::<_, Vec<_>>::new();
                for ($($common),+, key) in keys {
                    apart.entry(($($common),+,)).or_default().push(key);
                }
                let read = |(($($common),+,), keys)| {
                    let db = &db;
                    async move {
                        let found = db.$query($($common),+, keys).await?;
                        Ok::<_, Error>(found.into_iter().map(move |(key, value)| (($($common),+, key), value)))
                    }
                };
                let found: Vec<_> = stream::iter(apart).map(read).buffer_unordered(APART).try_collect().await?;
                Ok(found.into_iter().flatten().collect())
            }
            .boxed()
        })
    }};
}

impl Services {
    /// Opens the database and the file storage and starts listening for other processes' announcements.
    ///
    /// # Errors
    /// When either cannot be reached or a URL is wrong.
    #[boxed]
    pub async fn open(config: Config, clock: Clock) -> Result<Self> {
        let mail = Mail::open(&config.mail_url, &config.mail_from, &config.base_url).map_err(Error::Other)?;
        let institution = config.institution.clone().map(|of| Institution::open(of, &config.base_url)).transpose()?;
        let db = Db::open_with(&config.database_url, config.connections).await?;
        let unchanged = Unchanged::start(&db).await?;
        let files = Files::open(&config.storage_url)?;
        let queue = Arc::new(Notify::new());
        let events = Events::start(&db, Arc::clone(&queue), clock.clone(), config.gather).await?;
        let parts = Parts {
            checks: Arc::new(Semaphore::new(config.checks_at_once)),
            alone: Arc::default(),
            writes: Arc::new(Writes::start(&db, &events)),
            uploads: Arc::new(Uploads::new(config.upload_memory, config.upload_wait)),
            silent: Arc::default(),
            config: Arc::new(config),
            passwords: Arc::new(Passwords::new()),
            throttle: Arc::new(Throttle::default()),
            caches: Caches::default(),
            competitions: Kept::new(&unchanged, |_| true),
            sessions: gathered!(unchanged, db, sessions, |row| row
                .as_ref()
                .is_none_or(|row: &SessionRow| row.data.is_empty())),
            tokens: gathered!(unchanged, db, tokens, |_| true),
            participants: gathered!(unchanged, db, parts_of by competition),
            usages: gathered!(unchanged, db, usages by stage, day),
            db,
            files,
            events,
            mail,
            institution: institution.map(Arc::new),
            queue,
        };
        Ok(Self { clock, asked: None, parts: Arc::new(parts) })
    }

    /// The same services at another time, for loading what happened in the past.
    #[must_use]
    pub fn at(&self, time: DateTime<Utc>) -> Self {
        Self { clock: Clock::at(time), ..self.clone() }
    }

    /// The same services for the questions of one request, which arrived then: that nothing was written since is asked once for all
    /// of them.
    #[must_use]
    pub fn asked(&self, at: Instant) -> Self {
        Self { asked: Some(at), ..self.clone() }
    }

    /// What an area keeps in memory.
    pub(crate) fn cache<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.caches.get()
    }

    /// What does not answer, or not to a write: `database`, `storage`, nothing when all is well.
    #[boxed]
    pub async fn silent(&self) -> Vec<&'static str> {
        let mut known = self.silent.lock().await;
        if let Some((_, silent)) = known.as_ref().filter(|(since, _)| since.elapsed() < SILENT_FOR) {
            return silent.clone();
        }
        let (database, storage) = tokio::join!(self.db.ping(), self.files.ping());
        let mut silent = Vec::new();
        for (name, answer) in [("database", database.map_err(Error::from)), ("storage", storage)] {
            if let Err(error) = answer {
                tracing::warn!(%error, "the {name} does not answer");
                silent.push(name);
            }
        }
        *known = Some((Instant::now(), silent.clone()));
        silent
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::competitions::import;
    use crate::submissions;
    use crate::testing::{demo_folder, sqlite};

    #[tokio::test]
    async fn a_solution_is_read_once_though_many_ask_at_first() {
        let store = sqlite().await;
        let services = store.services("2026-11-21T03:00:00Z".parse().unwrap()).await;
        let competition =
            import::import(&services, &domain::access::Actor::COMMAND, &demo_folder("digits"), None).await.unwrap();
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap().id;
        let all = futures::future::join_all((0..8).map(|_| submissions::solution(&services, stage))).await;
        let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
        assert!(all.iter().all(|loaded| Arc::ptr_eq(loaded, &all[0])));
    }
}
