//! Writes that share a transaction. SQLite has one writer, and each commit waits for the disk: while one does, the next writes
//! gather, and go down together with one sync. Each is kept or undone by itself. PostgreSQL does the same by itself for
//! transactions that commit at once, so there each write has its own.

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::events::{Event, Events};

/// Writes that go down together at most, so that no other writer waits long.
const TOGETHER: usize = 64;
/// Writes that may wait before a further one waits to be let in.
const WAITING: usize = 1024;

/// What a piece of work answers, and what is announced once it is on the disk.
pub(crate) type Written<T> = Result<(T, Vec<Event>)>;

/// Whether the work is kept, and what it announces.
type Work = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Option<Vec<Event>>> + Send>;

struct Waiting {
    work: Work,
    done: oneshot::Sender<Result<()>>,
}

pub(crate) struct Writes {
    db: Db,
    events: Events,
    /// To the one who writes for all, on SQLite.
    waiting: Option<mpsc::Sender<Waiting>>,
}

impl Writes {
    pub(crate) fn start(db: &Db, events: &Events) -> Self {
        let (db, events) = (db.clone(), events.clone());
        let waiting = matches!(db, Db::Sqlite { .. }).then(|| {
            let (waiting, queue) = mpsc::channel(WAITING);
            tokio::spawn(lead(db.clone(), events.clone(), queue));
            waiting
        });
        Self { db, events, waiting }
    }

    /// Does the work in a transaction and returns when it is on the disk. Work that fails has changed nothing.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Written<T>> + Send + 'static,
    {
        let Some(waiting) = &self.waiting else {
            let mut tx = self.db.begin().await?;
            let (answer, events) = work(&mut tx).await?;
            self.events.commit(tx, events).await?;
            return Ok(answer);
        };
        let slot = Arc::new(Mutex::new(None));
        let filled = Arc::clone(&slot);
        let fill = move |answer| *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                match work(tx).await {
                    Ok((answer, events)) => {
                        fill(Ok(answer));
                        Some(events)
                    }
                    Err(error) => {
                        fill(Err(error));
                        None
                    }
                }
            })
        });
        let (done, written) = oneshot::channel();
        waiting.send(Waiting { work, done }).await.map_err(|_| gone())?;
        written.await.map_err(|_| gone())??;
        let answer = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        answer.unwrap_or_else(|| Err(gone()))
    }
}

fn gone() -> Error {
    Error::other("a write broke off")
}

/// Writes for all who wait, until nobody can any more.
async fn lead(db: Db, events: Events, mut queue: mpsc::Receiver<Waiting>) {
    let mut waiting = Vec::with_capacity(TOGETHER);
    while queue.recv_many(&mut waiting, TOGETHER).await > 0 {
        let tx = match db.begin().await {
            Ok(tx) => tx,
            Err(error) => {
                // Nobody who came meanwhile waits for the same in vain.
                while let Ok(one) = queue.try_recv() {
                    waiting.push(one);
                }
                refuse(waiting.drain(..).map(|one| one.done), error);
                continue;
            }
        };
        let together = std::mem::take(&mut waiting);
        // A panic ends these writes and not all that come after.
        if let Err(error) = tokio::spawn(write(tx, events.clone(), together)).await {
            tracing::error!(%error, "writes broke off");
        }
    }
}

/// One transaction for all of them.
async fn write(mut tx: Tx, events: Events, together: Vec<Waiting>) {
    let (mut done, mut announced) = (Vec::with_capacity(together.len()), Vec::new());
    let mut left = together.into_iter();
    while let Some(one) = left.next() {
        match tx.alone(one.work).await {
            Ok(events) => {
                announced.extend(events.into_iter().flatten());
                done.push(one.done);
            }
            // Not the work's own failure: the transaction is gone, and what was done in it.
            Err(error) => {
                return refuse(done.into_iter().chain([one.done]).chain(left.map(|one| one.done)), error);
            }
        }
    }
    match events.commit(tx, announced).await {
        Ok(()) => done.into_iter().for_each(|done| drop(done.send(Ok(())))),
        Err(error) => refuse(done.into_iter(), error),
    }
}

fn refuse(all: impl Iterator<Item = oneshot::Sender<Result<()>>>, error: Error) {
    let error = Arc::new(error);
    all.for_each(|done| drop(done.send(Err(Error::Shared(Arc::clone(&error))))));
}

impl Tx {
    /// Does a piece of work of its own inside this transaction, and undoes it alone when it fails.
    async fn alone(&mut self, work: Work) -> Result<Option<Vec<Event>>> {
        self.command("SAVEPOINT one").await?;
        let kept = work(self).await;
        if kept.is_none() {
            self.command("ROLLBACK TO one").await?;
        }
        self.command("RELEASE one").await?;
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::ErrorCode;

    use super::*;
    use crate::testing::stores;

    const NOW: &str = "2026-11-21T03:00:00Z";

    fn save(
        name: &'static str,
        fails: bool,
    ) -> impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Written<&'static str>> {
        move |tx| {
            Box::pin(async move {
                tx.audit(DateTime::UNIX_EPOCH, None, None, name, name).await?;
                if fails { Err(ErrorCode::BadRequest.into()) } else { Ok((name, Vec::new())) }
            })
        }
    }

    async fn kept(db: &Db) -> Vec<String> {
        let sql = "SELECT action FROM audit ORDER BY action";
        let actions = match db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(read).await,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
        };
        actions.unwrap()
    }

    #[tokio::test]
    async fn of_writes_that_share_a_transaction_each_is_kept_or_undone_by_itself() {
        for store in stores().await {
            let services = store.services(NOW.parse().unwrap()).await;
            let writes = &services.writes;
            // All three wait while this one has the writer.
            let first = services.db.begin().await.unwrap();
            let three = async {
                tokio::join!(writes.run(save("a", false)), writes.run(save("b", true)), writes.run(save("c", false)))
            };
            let ((), (a, b, c)) = tokio::join!(async { drop(first) }, three);
            assert_eq!((a.unwrap(), c.unwrap()), ("a", "c"), "{}", store.name);
            assert_eq!(b.unwrap_err().code(), Some(ErrorCode::BadRequest), "{}", store.name);
            assert_eq!(kept(&store.db).await, ["a", "c"], "{}", store.name);
        }
    }

    #[tokio::test]
    async fn a_panic_ends_its_own_write_and_the_next_ones_go_on() {
        let store = crate::testing::sqlite().await;
        let services = store.services(NOW.parse().unwrap()).await;
        let bug = true;
        let broken = services.writes.run(move |_| {
            Box::pin(async move {
                assert!(!bug, "on purpose");
                Ok(((), Vec::new()))
            })
        });
        assert!(broken.await.is_err());
        assert_eq!(services.writes.run(save("a", false)).await.unwrap(), "a");
        assert_eq!(kept(&store.db).await, ["a"]);
    }

    #[tokio::test]
    async fn nothing_is_said_to_be_written_that_was_not_committed() {
        let store = crate::testing::sqlite().await;
        let services = store.services(NOW.parse().unwrap()).await;
        services.db.close().await;
        let refused = services.writes.run(save("a", false)).await.unwrap_err();
        assert!(refused.is_outage(), "{refused}");
    }
}
