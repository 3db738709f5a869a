//! Announcements of what changed: a broadcast channel in one process, LISTEN/NOTIFY between several on PostgreSQL. SQLite has no
//! NOTIFY: there a process looks whether another one (`worker`, `rescore`) has raised a board's version.

mod hub;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ids::{CompetitionId, StageId, SubmissionId, TeamId};
use domain::submission::Status;
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use sqlx::postgres::PgListener;
use tokio::sync::Notify;

use self::hub::Hub;
pub use self::hub::{Announcement, Listener};
use crate::db::{Db, Tx};
use crate::error::{Error, Result};

/// How often boards are looked at for other processes' changes, on SQLite.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What happened. Scores are never in it: whoever may see them fetches them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    Leaderboard {
        competition: CompetitionId,
        stage: StageId,
        version: i64,
    },
    Notice {
        competition: CompetitionId,
        number: i64,
        title: String,
    },
    Submission {
        competition: CompetitionId,
        team: TeamId,
        id: SubmissionId,
        number: i64,
        status: Status,
    },
    /// Something was queued for the workers.
    Queued,
    /// Announcements may have been missed: whoever shows something looks for itself.
    LookAgain,
}

/// The announcer of one process.
#[derive(Clone, Debug)]
pub struct Events {
    hub: Arc<Hub>,
    queue: Arc<Notify>,
    /// On PostgreSQL an announcement comes back through LISTEN, to this process as to all others.
    through_database: bool,
    /// The newest version of each stage's leaderboard that this process knows of.
    known: Arc<Mutex<HashMap<StageId, i64>>>,
}

impl Events {
    pub(crate) async fn start(db: &Db, queue: Arc<Notify>, gather: Duration) -> Result<Self> {
        let hub = Arc::new(Hub::new(gather));
        let events = Self { hub, queue, through_database: matches!(db, Db::Postgres(_)), known: Arc::default() };
        match db {
            Db::Postgres(pool) => {
                let mut listener = PgListener::connect_with(pool).await?;
                listener.listen("madang").await?;
                tokio::spawn(events.clone().relay(listener));
            }
            Db::Sqlite { read, .. } => {
                events.look(db).await?;
                tokio::spawn(events.clone().watch(db.clone(), read.clone()));
            }
        }
        Ok(events)
    }

    /// Hands on what other processes announce until the pool closes. `PgListener` connects again by itself.
    async fn relay(self, mut listener: PgListener) {
        loop {
            match listener.try_recv().await {
                // Cut off: what was announced meanwhile is lost.
                Ok(None) => {
                    self.deliver(Event::LookAgain);
                    self.deliver(Event::Queued);
                }
                Ok(Some(notification)) => match serde_json::from_str(notification.payload()) {
                    Ok(event) => self.deliver(event),
                    Err(error) => tracing::warn!(%error, "an announcement could not be read"),
                },
                Err(sqlx::Error::PoolClosed) => return,
                Err(error) => {
                    tracing::warn!(%error, "listening for announcements was interrupted");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    /// Announces what other processes wrote, until the pool closes.
    async fn watch(self, db: Db, pool: SqlitePool) {
        while !pool.is_closed() {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Err(error) = self.look(&db).await
                && !pool.is_closed()
            {
                tracing::warn!(%error, "the boards' versions could not be read");
            }
        }
    }

    async fn look(&self, db: &Db) -> Result<()> {
        for (competition, stage, version) in db.board_versions().await? {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&stage).copied();
            // A new stage's board is at 0: nothing to tell yet.
            if known.unwrap_or(0) < version {
                self.deliver(Event::Leaderboard { competition, stage, version });
            }
        }
        Ok(())
    }

    /// Everything that is announced of a competition from now on, and of a team in it.
    pub fn listen(&self, competition: CompetitionId, team: Option<TeamId>) -> Listener {
        self.hub.listen(competition, team)
    }

    /// Says that somebody is told of this version of a stage's leaderboard otherwise than by an announcement.
    pub fn tells(&self, stage: StageId, version: i64) {
        self.hub.tells(stage, version);
    }

    /// The newest version of a stage's leaderboard that anybody was told of.
    pub(crate) fn announced(&self, stage: StageId) -> i64 {
        self.hub.told(stage)
    }

    fn deliver(&self, event: Event) {
        match event {
            Event::Queued => self.queue.notify_one(),
            Event::Leaderboard { stage, version, .. } => {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                let newest = known.entry(stage).or_insert(version);
                *newest = version.max(*newest);
            }
            _ => {}
        }
        self.hub.deliver(event);
    }

    /// Commits and then announces, so that nobody hears of what did not happen.
    pub(crate) async fn commit(&self, mut tx: Tx, events: Vec<Event>) -> Result<()> {
        if self.through_database {
            for event in &events {
                tx.notify(&serde_json::to_string(event).map_err(Error::other)?).await?;
            }
            return tx.commit().await;
        }
        tx.commit().await?;
        for event in events {
            self.deliver(event);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::import;
    use crate::testing::{demo_folder, sqlite};

    #[tokio::test]
    async fn another_processs_new_board_is_announced_once_and_an_unchanged_one_never() {
        let store = sqlite().await;
        let now = "2026-11-21T03:00:00Z".parse().unwrap();
        let (here, there) = (store.services(now).await, store.services(now).await);
        let competition = import::import(&there, &demo_folder("digits"), None).await.unwrap();
        let mut heard = here.events.listen(competition.id, None);
        here.events.look(&here.db).await.unwrap();
        assert!(heard.next().now_or_never().is_none());

        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
        let mut tx = there.db.begin().await.unwrap();
        tx.raise_board_version(stage.id).await.unwrap();
        tx.commit().await.unwrap();
        here.events.look(&here.db).await.unwrap();
        here.events.look(&here.db).await.unwrap();
        let told = Event::Leaderboard { competition: competition.id, stage: stage.id, version: 1 };
        assert_eq!(heard.next().await.unwrap().event, told);
        assert!(heard.next().now_or_never().is_none());
    }
}
