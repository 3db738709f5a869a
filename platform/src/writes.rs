//! Writes that share a transaction. SQLite has one writer, and each commit waits for the disk: while one does, the next writes
//! gather, and go down together with one sync. Each is kept or undone by itself. PostgreSQL has many writers and lets
//! transactions that commit at once share a sync, so there each write has its own.

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::BoxFuture;
use storage::{Db, Tx};
use tokio::sync::{mpsc, oneshot};

use crate::error::{Error, Result};
use crate::events::{Event, Events};

/// Writes that go down together at most, so that no other writer waits long.
const TOGETHER: usize = 64;
/// Writes that may wait before a further one waits to be let in.
const WAITING: usize = 1024;

/// What a piece of work answers, and what is announced once it is on the disk.
pub(crate) type Written<T> = Result<(T, Vec<Event>)>;

/// What the work announces; it is undone when it fails.
type Work = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<Vec<Event>>> + Send>;

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
        let work: Work = Box::new(move |tx| {
            Box::pin(async move {
                let (answer, events) = work(tx).await?;
                *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                Ok(events)
            })
        });
        let (done, written) = oneshot::channel();
        waiting.send(Waiting { work, done }).await.map_err(|_| gone())?;
        written.await.map_err(|_| gone())??;
        let answer = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        answer.ok_or_else(gone)
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
                refuse(waiting.drain(..).map(|one| one.done), error.into());
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
    let (mut ended, mut announced) = (Vec::with_capacity(together.len()), Vec::new());
    let mut left = together.into_iter();
    let mut mark = "SAVEPOINT one";
    while let Some(one) = left.next() {
        match alone(&mut tx, std::mem::replace(&mut mark, "RELEASE one; SAVEPOINT one"), one.work).await {
            Ok(outcome) => ended.push((one.done, outcome.map(|events| announced.extend(events)))),
            // The transaction is gone, and what was done in it.
            Err(error) => {
                let all = ended.into_iter().map(|(done, _)| done).chain([one.done]);
                return refuse(all.chain(left.map(|one| one.done)), error);
            }
        }
    }
    match events.commit(tx, announced).await {
        Ok(()) => ended.into_iter().for_each(|(done, outcome)| drop(done.send(outcome))),
        Err(error) => refuse(ended.into_iter().map(|(done, _)| done), error),
    }
}

fn refuse(all: impl Iterator<Item = oneshot::Sender<Result<()>>>, error: Error) {
    let error = Arc::new(error);
    all.for_each(|done| drop(done.send(Err(Error::Shared(Arc::clone(&error))))));
}

/// Does a piece of work of its own inside a transaction, after `mark`, and undoes it alone when it fails. The next one's mark or
/// the commit keeps it: each command costs a turn to the writer's thread.
///
/// # Errors
/// When that cannot be: on a full disk SQLite undoes the whole transaction, and the work's own error says why.
async fn alone(tx: &mut Tx, mark: &'static str, work: Work) -> Result<Result<Vec<Event>>> {
    tx.command(mark).await?;
    let recorded = tx.recorded();
    let outcome = work(tx).await;
    if let Err(error) = outcome {
        tx.unrecord(recorded);
        let undone = tx.command("ROLLBACK TO one").await;
        return if undone.is_ok() { Ok(Err(error)) } else { Err(error) };
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use crate::services::Services;
    use crate::testing::Store;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use both::both;
    use chrono::DateTime;
    use domain::access::Actor;
    use domain::audit::{Act, Deed};
    use domain::ids::UserId;
    use domain::{AppError, ErrorCode};
    use futures::future::join_all;
    use sqlx::SqlitePool;
    use storage::Begun;

    use super::*;

    const SAVE: &str = "INSERT INTO saved (name) VALUES ($1)";
    const NOW: &str = "2026-11-21T03:00:00Z";

    fn save(
        name: &'static str,
        fails: bool,
    ) -> impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Written<&'static str>> {
        move |tx| {
            Box::pin(async move {
                match &mut tx.begun {
                    Begun::Sqlite(t) => sqlx::query(SAVE).bind(name).execute(&mut **t).await.map(|_| ()),
                    Begun::Postgres(t) => sqlx::query(SAVE).bind(name).execute(&mut **t).await.map(|_| ()),
                }
                .map_err(storage::Error::from)?;
                tx.record(DateTime::UNIX_EPOCH, &Actor::TIMER, Act::of_account(Deed::CreateAccount, UserId::random()));
                if fails { Err(ErrorCode::BadRequest.into()) } else { Ok((name, Vec::new())) }
            })
        }
    }

    fn writer(db: &Db) -> &SqlitePool {
        let Db::Sqlite { write, .. } = db else { panic!("not SQLite") };
        write
    }

    /// So many pages and no more, as on a disk that is full.
    async fn limit(db: &Db, pages: i64) {
        let limit = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(limit).execute(writer(db)).await.unwrap();
    }

    /// Services, and a table to write into.
    async fn services(store: &Store) -> Services {
        let sql = "CREATE TABLE saved (name TEXT NOT NULL)";
        match &store.db {
            Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
            Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
        }
        .unwrap();
        store.services(NOW.parse().unwrap()).await
    }

    /// What was written; of each the audit record has an entry.
    async fn kept(db: &Db) -> Vec<String> {
        let sql = "SELECT name FROM saved ORDER BY name";
        let names = match db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_all(&mut *read.get().await.unwrap()).await,
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
        };
        let names: Vec<String> = names.unwrap();
        assert_eq!(db.audit_entries(0, None, 1000).await.unwrap().len(), names.len());
        names
    }

    #[both]
    async fn of_writes_that_share_a_transaction_each_is_kept_or_undone_by_itself(store: Store) {
        let services = services(&store).await;
        let writes = &services.writes;
        // All three wait while this one has the writer.
        let first = services.db.begin().await.unwrap();
        let three = async {
            tokio::join!(writes.run(save("a", false)), writes.run(save("b", true)), writes.run(save("c", false)))
        };
        let ((a, b, c), ()) = tokio::join!(three, async { drop(first) });
        assert_eq!((a.unwrap(), c.unwrap()), ("a", "c"));
        assert_eq!(b.unwrap_err().code(), Some(ErrorCode::BadRequest));
        assert_eq!(kept(&store.db).await, ["a", "c"]);
    }

    #[tokio::test]
    async fn a_crowd_of_waiting_writes_shares_few_commits() {
        let store = crate::testing::sqlite().await;
        let services = services(&store).await;
        let commits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&commits);
        let mut connection = writer(&services.db).acquire().await.unwrap();
        connection.lock_handle().await.unwrap().set_commit_hook(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            true
        });
        drop(connection);
        let first = services.db.begin().await.unwrap();
        let crowd = join_all((0..100).map(|number| services.writes.run(save("a", number % 4 == 0))));
        let (answers, ()) = tokio::join!(crowd, async { drop(first) });
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 75);
        assert_eq!(kept(&store.db).await.len(), 75);
        let commits = commits.load(Ordering::Relaxed);
        assert!((1..=3).contains(&commits), "{commits} commits for 100 writes");
    }

    #[tokio::test]
    async fn on_a_full_disk_all_who_share_the_transaction_are_told_to_come_again() {
        let store = crate::testing::sqlite().await;
        let services = services(&store).await;
        let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(writer(&services.db)).await.unwrap();
        limit(&services.db, pages).await;
        let large: &str = "b".repeat(1 << 20).leak();
        let first = services.db.begin().await.unwrap();
        let writes = &services.writes;
        let three = async {
            tokio::join!(writes.run(save("a", false)), writes.run(save(large, false)), writes.run(save("c", false)))
        };
        let ((a, b, c), ()) = tokio::join!(three, async { drop(first) });
        for refused in [a, b, c] {
            assert_eq!(AppError::from(refused.unwrap_err()).code, ErrorCode::TryAgain);
        }
        assert!(kept(&store.db).await.is_empty());
        limit(&services.db, 1 << 20).await;
        assert_eq!(services.writes.run(save("a", false)).await.unwrap(), "a");
    }

    #[tokio::test]
    async fn a_panic_ends_its_own_write_and_the_next_ones_go_on() {
        let store = crate::testing::sqlite().await;
        let services = services(&store).await;
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
        let services = services(&store).await;
        services.db.close().await;
        let refused = services.writes.run(save("a", false)).await.unwrap_err();
        assert!(refused.is_outage(), "{refused}");
    }
}
