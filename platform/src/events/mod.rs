//! Announcements of what changed: a broadcast channel in one process, LISTEN/NOTIFY between several on PostgreSQL. Each process also
//! looks whether another has raised a board's version: SQLite has no NOTIFY, and on PostgreSQL a process may die before it announces.

mod hub;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ids::{CompetitionId, StageId, SubmissionId, TeamId};
use domain::submissions::Status;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use storage::{Db, Tx, dialect};
use tokio::sync::Notify;

use self::hub::Hub;
pub use self::hub::{Announcement, Listener};
use crate::error::{Error, Result};

/// How often boards are looked at for other processes' changes.
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
    through: Option<PgPool>,
    /// The newest version of each stage's leaderboard that this process knows of.
    known: Arc<Mutex<HashMap<StageId, i64>>>,
}

impl Events {
    pub(crate) async fn start(db: &Db, queue: Arc<Notify>, gather: Duration) -> Result<Self> {
        let hub = Arc::new(Hub::new(gather));
        let through = match db {
            Db::Postgres(pool) => Some(pool.clone()),
            Db::Sqlite { .. } => None,
        };
        let events = Self { hub, queue, through, known: Arc::default() };
        if let Some(pool) = &events.through {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen("madang").await?;
            tokio::spawn(events.clone().relay(listener));
        }
        events.look(db).await?;
        tokio::spawn(events.clone().watch(db.clone()));
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

    /// Announces what other processes wrote and did not announce here, until the pool closes.
    async fn watch(self, db: Db) {
        while !db.is_closed() {
            tokio::time::sleep(LOOK_EVERY).await;
            if let Err(error) = self.look(&db).await
                && !db.is_closed()
            {
                tracing::warn!(%error, "the boards' versions could not be read");
            }
        }
    }

    async fn look(&self, db: &Db) -> Result<()> {
        for (competition, stage, version) in db.leaderboard_versions().await? {
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
                // A look may be quicker than the announcement.
                if known.get(&stage).is_some_and(|known| *known >= version) {
                    return;
                }
                known.insert(stage, version);
            }
            _ => {}
        }
        self.hub.deliver(event);
    }

    /// Commits and then announces, so that nobody hears of what did not happen. Not in the transaction: PostgreSQL lets only one
    /// commit at a time that announces something, and that one waits for the disk.
    pub(crate) async fn commit(&self, tx: Tx, events: Vec<Event>) -> Result<()> {
        let here = self.clone();
        // A task of its own: what was written is told, also when whoever asked hangs up while the disk is waited for.
        let committed = tokio::spawn(async move {
            tx.commit().await?;
            if let Some(pool) = here.through.as_ref().filter(|_| !events.is_empty()) {
                match announce(pool, &events).await {
                    Ok(()) => return Ok(()),
                    // It is written all the same: those here hear of it.
                    Err(error) => tracing::warn!(%error, "other processes were not told"),
                }
            }
            for event in events {
                here.deliver(event);
            }
            Ok(())
        });
        committed.await.map_err(Error::other)?
    }
}

async fn announce(pool: &PgPool, events: &[Event]) -> Result<()> {
    let payloads: Vec<String> =
        events.iter().map(serde_json::to_string).collect::<Result<_, _>>().map_err(Error::other)?;
    Ok(dialect::notify(pool, &payloads).await?)
}

#[cfg(test)]
mod tests {
    use both::both;
    use futures::FutureExt as _;

    use super::*;
    use crate::testing::{Store, demo_competition};

    const NOW: &str = "2026-11-21T03:00:00Z";

    #[both]
    async fn another_processs_new_board_is_announced_once_and_an_unchanged_one_never(store: Store) {
        let now = NOW.parse().unwrap();
        let (here, there) = (store.services(now).await, store.services(now).await);
        let competition = demo_competition(&there, "digits").await;
        let mut heard = here.events.listen(competition.id, None);
        here.events.look(&here.db).await.unwrap();
        assert!(heard.next().now_or_never().is_none());

        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
        let mut tx = there.db.begin().await.unwrap();
        tx.raise_leaderboard_version(stage.id).await.unwrap();
        // Killed before it announces.
        tx.commit().await.unwrap();
        here.events.look(&here.db).await.unwrap();
        here.events.look(&here.db).await.unwrap();
        let told = Event::Leaderboard { competition: competition.id, stage: stage.id, version: 1 };
        assert_eq!(heard.next().await.unwrap().event, told);
        here.events.deliver(told);
        assert!(heard.next().now_or_never().is_none());
    }

    #[both]
    async fn what_cannot_be_announced_to_others_is_written_and_heard_here(store: Store) {
        let services = store.services(NOW.parse().unwrap()).await;
        let competition = demo_competition(&services, "digits").await;
        let mut heard = services.events.listen(competition.id, None);
        let mut tx = services.db.begin().await.unwrap();
        let stage = competition.stages.iter().find(|stage| stage.takes_submissions).unwrap();
        tx.raise_leaderboard_version(stage.id).await.unwrap();
        // Longer than PostgreSQL announces.
        let notice = Event::Notice { competition: competition.id, number: 1, title: "x".repeat(9000) };
        services.events.commit(tx, vec![notice.clone()]).await.unwrap();
        let versions = services.db.leaderboard_versions().await.unwrap();
        assert!(versions.contains(&(competition.id, stage.id, 1)));
        while heard.next().await.unwrap().event != notice {}
    }
}
