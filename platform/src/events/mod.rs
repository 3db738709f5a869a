//! Announcements of what changed: a broadcast channel in one process, LISTEN/NOTIFY between several on PostgreSQL. Each process also
//! looks whether another has raised a board's version: SQLite has no NOTIFY, and on PostgreSQL a process may die before it announces.
//! What must reach everyone it is for is said through the outbox, in the deed's own transaction; the rest is a hint to look again.

mod hub;
mod outbox;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;
use domain::events::Audience;
pub use domain::events::Event;
use domain::ids::CompetitionId;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use storage::{Db, Tx, dialect};
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use self::hub::Hub;
pub use self::hub::{Announcement, Listener};
pub use self::outbox::{Missed, forget, missed, since};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// How often boards are looked at for other processes' changes.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long sessions of live questions are looked at after their hours: organizers answer what is left.
const JUST_OVER: TimeDelta = TimeDelta::hours(12);

/// The announcer of one process.
#[derive(Clone, Debug)]
pub struct Events {
    hub: Arc<Hub>,
    queue: Arc<Notify>,
    clock: Clock,
    /// Somebody has said something.
    said: Arc<Notify>,
    /// On PostgreSQL an announcement comes back through LISTEN, to this process as to all others.
    through: Option<PgPool>,
    /// The newest version that this process knows of whatever has one, by its id.
    known: Arc<Mutex<HashMap<Uuid, i64>>>,
}

impl Events {
    pub(crate) async fn start(db: &Db, queue: Arc<Notify>, clock: Clock, gather: Duration) -> Result<Self> {
        let hub = Arc::new(Hub::new(gather));
        let through = match db {
            Db::Postgres(pool) => Some(pool.clone()),
            Db::Sqlite { .. } => None,
        };
        let events = Self { hub, queue, clock, said: Arc::default(), through, known: Arc::default() };
        if let Some(pool) = &events.through {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen("madang").await?;
            tokio::spawn(events.clone().relay(listener));
        }
        events.look(db).await?;
        let heard = db.outbox_span().await?.last;
        tokio::spawn(events.clone().watch(db.clone(), heard));
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

    /// Hands on what was said, by whomever, and announces what other processes wrote and did not announce here, until the pool
    /// closes. `heard` is the number of the last message that was handed on.
    async fn watch(self, db: Db, mut heard: i64) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !db.is_closed() {
            let looked = tokio::select! {
                () = self.said.notified() => Ok(()),
                _ = looks.tick() => self.look(&db).await,
            };
            if let Err(error) = looked.and(self.hand_on(&db, &mut heard).await)
                && !db.is_closed()
            {
                tracing::warn!(%error, "what other processes wrote could not be read");
            }
        }
    }

    async fn look(&self, db: &Db) -> Result<()> {
        for (competition, stage, version) in db.leaderboard_versions().await? {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&stage.0).copied();
            // A new stage's board is at 0: nothing to tell yet.
            if known.unwrap_or(0) < version {
                self.deliver(Event::Leaderboard { competition, stage, version });
            }
        }
        // Those that are over change seldom: whoever looks at one sees the change with the next page.
        for (competition, session, version) in db.live_versions(self.clock.now() - JUST_OVER).await? {
            self.deliver(Event::Live { competition, session, version });
        }
        Ok(())
    }

    /// Everything that is announced of a competition, where one is named, and to any of the audiences from now on.
    pub fn listen(&self, competition: impl Into<Option<CompetitionId>>, audiences: &[Audience]) -> Listener {
        self.hub.listen(competition.into(), audiences)
    }

    /// Says that somebody is told of this version of a stage's leaderboard or of a live session otherwise than by an announcement.
    pub fn tells(&self, id: Uuid, version: i64) {
        self.hub.tells(id, version);
    }

    /// The newest version of a stage's leaderboard or of a live session that anybody was told of.
    pub(crate) fn announced(&self, id: Uuid) -> i64 {
        self.hub.told(id)
    }

    fn deliver(&self, event: Event) {
        match event {
            Event::Queued => self.queue.notify_one(),
            Event::Said => self.said.notify_one(),
            _ => {}
        }
        if let Some((id, version)) = event.version() {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            // A look may be quicker than the announcement.
            if known.get(&id).is_some_and(|known| *known >= version) {
                return;
            }
            known.insert(id, version);
        }
        self.hub.deliver(event, None);
    }

    /// Commits and then announces, so that nobody hears of what did not happen. What is kept is said in the transaction. The
    /// announcement is not in it: PostgreSQL lets only one commit at a time that announces something, and that one waits for the disk.
    pub(crate) async fn commit(&self, mut tx: Tx, events: Vec<Event>) -> Result<()> {
        let (kept, mut events): (Vec<_>, Vec<_>) = events.into_iter().partition(Event::is_kept);
        if !kept.is_empty() {
            events.push(Event::Said);
        }
        for event in kept {
            tx.say(event, self.clock.now());
        }
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
        let mut heard = here.events.listen(competition.id, &[Audience::Everyone(competition.id)]);
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
        let mut heard = services.events.listen(competition.id, &[Audience::Everyone(competition.id)]);
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

    #[both]
    async fn what_was_said_in_work_that_is_undone_is_heard_by_nobody(store: Store) {
        let services = store.services(NOW.parse().unwrap()).await;
        let competition = demo_competition(&services, "digits").await;
        let notice = |number| Event::Notice { competition: competition.id, number, title: String::new() };
        let mut heard = services.events.listen(competition.id, &[]);
        let mut undone = services.db.begin().await.unwrap();
        undone.say(notice(1), services.clock.now());
        drop(undone);
        let tx = services.db.begin().await.unwrap();
        services.events.commit(tx, vec![notice(2)]).await.unwrap();
        assert_eq!(heard.next().await.unwrap().event, notice(2));
        assert_eq!(services.db.messages_since(0, 10).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_is_said_while_announcements_are_cut_off_is_heard_once_and_in_its_order() {
        let store = crate::testing::postgres().await;
        let services = store.services(NOW.parse().unwrap()).await;
        let competition = demo_competition(&services, "digits").await;
        let mut listener = services.events.listen(competition.id, &[]);
        let Db::Postgres(pool) = &services.db else { unreachable!() };
        let said: Vec<_> = (0..5).collect();
        for number in &said {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE query LIKE 'LISTEN%' AND datname = current_database()";
            sqlx::query(cut).execute(pool).await.unwrap();
            let notice = Event::Notice { competition: competition.id, number: *number, title: String::new() };
            let tx = services.db.begin().await.unwrap();
            services.events.commit(tx, vec![notice]).await.unwrap();
        }
        let mut numbers = Vec::new();
        while numbers.len() < said.len() {
            if let Event::Notice { number, .. } = listener.next().await.unwrap().event {
                numbers.push(number);
            }
        }
        assert_eq!(numbers, said);
        while let Some(more) = listener.next().now_or_never() {
            assert_eq!(more.unwrap().event, Event::LookAgain);
        }
    }
}
