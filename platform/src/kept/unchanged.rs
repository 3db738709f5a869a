//! What was read, kept for as long as nothing is written. A question then costs no read but being told that the database is as it
//! was, which all who ask at once are told together. As with [`crate::kept::joined`], nobody gets an answer older than their question.

use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use moka::sync::Cache;
use sqlx::PgConnection;
use storage::watch::Watch;
use storage::{Db, commits};
use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::kept::joined::Joined;

/// Answers of one kind that are kept at most; what was asked for least lately makes room.
const KEPT: u64 = 4096;

/// How long a check is waited for. Then what was asked is read, which has a patience of its own.
const PATIENCE: Duration = Duration::from_secs(1);

/// Tells whether the database is as it was.
pub(crate) struct Unchanged {
    db: Db,
    watch: Watch<PgConnection>,
    patience: Duration,
    checks: Joined<(), Option<Seen>>,
    /// By the newest check; `None` when the database did not answer it.
    seen: Mutex<Option<Seen>>,
}

/// A version of the database.
#[derive(Clone)]
struct Seen {
    version: Arc<str>,
    /// When the check began that saw it.
    at: Instant,
}

impl Unchanged {
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn start(db: &Db) -> Result<Arc<Self>> {
        let (db, watch, checks, seen) = (db.clone(), Watch::default(), Joined::default(), Mutex::default());
        let unchanged = Arc::new(Self { db, watch, patience: PATIENCE, checks, seen });
        unchanged.check().await?;
        Ok(unchanged)
    }

    async fn check(&self) -> Result<Seen> {
        let at = Instant::now();
        let version = timeout(self.patience, self.db.version(&self.watch)).await;
        let version = version.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut.into()));
        let seen = version.map(|version| Seen { version: version.into(), at }).map_err(Error::from);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen.as_ref().ok().cloned();
        seen
    }

    /// The database's version, by a check that began after `asked`, or after this call; `None` when it does not answer.
    async fn version(self: &Arc<Self>, asked: Option<Instant>) -> Option<Arc<str>> {
        if let Some(asked) = asked
            && let Some(seen) = self.seen().filter(|seen| seen.at > asked)
        {
            return Some(seen.version);
        }
        let unchanged = Arc::clone(self);
        let check = async move {
            let seen = unchanged.check().await;
            seen.inspect_err(|error| tracing::debug!(%error, "whether anything was written is not known")).ok()
        };
        self.checks.read(&(), check).await.map(|seen| seen.version)
    }

    fn seen(&self) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Answers of one kind.
pub(crate) struct Kept<K, V> {
    unchanged: Arc<Unchanged>,
    answers: Cache<K, Answer<V>>,
    /// Whether an answer is small enough: they are bounded by number.
    is_small: fn(&V) -> bool,
}

#[derive(Clone)]
struct Answer<V> {
    value: V,
    /// Seen before it was read: while the database has it still, nothing was written since.
    version: Arc<str>,
    /// This process's own at that time. After a further one it is known without asking that the answer is old.
    commits: u64,
}

impl<K, V> Kept<K, V>
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new(unchanged: &Arc<Unchanged>, is_small: fn(&V) -> bool) -> Self {
        Self { unchanged: Arc::clone(unchanged), answers: Cache::new(KEPT), is_small }
    }

    /// The answer to `key`: the one that is kept if nothing was written since, or what `read` gives, which begins after this call.
    /// Who has several questions, the first of them `asked` by then, is told for all of them at once that nothing was; what this
    /// process itself has written since counts all the same.
    pub(crate) async fn get(&self, asked: Option<Instant>, key: K, read: impl Future<Output = Result<V>>) -> Result<V> {
        let commits = commits();
        if let Some(answer) = self.answers.get(&key)
            && answer.commits == commits
            && self.unchanged.version(asked).await.is_some_and(|version| version == answer.version)
        {
            return Ok(answer.value);
        }
        let seen = self.unchanged.seen();
        let value = read.await?;
        if let Some(Seen { version, .. }) = seen
            && (self.is_small)(&value)
        {
            self.answers.insert(key, Answer { value: value.clone(), version, commits });
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Store;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Poll;

    use both::both;
    use chrono::DateTime;
    use domain::access::Actor;
    use domain::audit::{Act, Deed};
    use domain::ids::UserId;

    use super::*;

    /// Writes as another process does: what this one counts stays as it is.
    async fn elsewhere(db: &Db) {
        run(db, "UPDATE pulse SET beats = beats + 1").await;
    }

    async fn run(db: &Db, sql: &'static str) {
        match db {
            Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|_| ()),
            Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
        }
        .unwrap();
    }

    async fn write(db: &Db) {
        let mut tx = db.begin().await.unwrap();
        let change = Act::of_account(Deed::LogOutEverywhere, UserId::random());
        tx.record(DateTime::UNIX_EPOCH, &Actor::TIMER, change);
        tx.commit().await.unwrap();
    }

    #[both]
    async fn the_version_is_another_after_each_commit_of_this_process_or_another_and_the_same_after_reads(
        store: Store,
    ) {
        let other = Db::open(&store.config.database_url).await.unwrap();
        let watch = Watch::default();
        let version = async || store.db.version(&watch).await.unwrap();
        let first = version().await;
        assert!(store.db.invited_to("x").await.unwrap().is_none());
        // On PostgreSQL it is the whole cluster's, where other tests write.
        let same = version().await == first;
        assert!(same || matches!(store.db, Db::Postgres(_)));
        for db in [&store.db, &other] {
            let before = version().await;
            elsewhere(db).await;
            assert_ne!(version().await, before);
        }
        other.close().await;
    }

    #[both]
    async fn a_check_that_was_given_up_is_made_anew_and_its_version_compared_with_none_before(store: Store) {
        let watch = Watch::default();
        let mut before = store.db.version(&watch).await.unwrap();
        // A quick database may answer before it is given up.
        while let Poll::Ready(version) = futures::poll!(Box::pin(store.db.version(&watch))) {
            before = version.unwrap();
            // Else tokio makes it wait after so many answers, before it has begun.
            tokio::task::yield_now().await;
        }
        assert_ne!(store.db.version(&watch).await.unwrap(), before);
    }

    #[tokio::test]
    async fn a_database_that_does_not_say_whether_it_changed_is_read_and_holds_nobody_up() {
        let store = crate::testing::sqlite().await;
        let mut unchanged = Unchanged::start(&store.db).await.unwrap();
        Arc::get_mut(&mut unchanged).unwrap().patience = Duration::from_millis(1);
        let kept = Kept::<u8, u8>::new(&unchanged, |_| true);
        assert_eq!(kept.get(None, 1, async { Ok(1) }).await.unwrap(), 1);
        let Db::Sqlite { read, .. } = &store.db else { unreachable!() };
        let hangs = read.hold_watch().await;
        assert_eq!(kept.get(None, 1, async { Ok(2) }).await.unwrap(), 2);
        drop(hangs);
    }

    #[tokio::test]
    async fn what_is_large_is_read_each_time() {
        let store = crate::testing::sqlite().await;
        let kept = Kept::<u8, Vec<u8>>::new(&Unchanged::start(&store.db).await.unwrap(), |value| value.len() < 10);
        kept.get(None, 1, async { Ok(vec![0; 10]) }).await.unwrap();
        kept.get(None, 2, async { Ok(vec![0; 9]) }).await.unwrap();
        kept.answers.run_pending_tasks();
        assert_eq!(kept.answers.entry_count(), 1);
    }

    #[both]
    async fn an_answer_is_kept_while_nothing_is_written_and_read_anew_after_anybody_wrote(store: Store) {
        let other = Db::open(&store.config.database_url).await.unwrap();
        let kept = Kept::<u8, usize>::new(&Unchanged::start(&store.db).await.unwrap(), |_| true);
        let reads = AtomicUsize::new(0);
        let get = async || kept.get(None, 1, async { Ok(reads.fetch_add(1, Ordering::SeqCst)) }).await.unwrap();
        // Other tests' commits are this process's, and on PostgreSQL the cluster's, too.
        while get().await != get().await {}
        for db in [&store.db, &other] {
            let last = get().await;
            write(db).await;
            assert!(get().await > last);
        }
        other.close().await;
    }

    #[tokio::test]
    async fn one_check_answers_all_questions_of_a_request_but_not_those_after_what_its_own_process_wrote() {
        let store = crate::testing::sqlite().await;
        let other = Db::open(&store.config.database_url).await.unwrap();
        let kept = Kept::<u8, usize>::new(&Unchanged::start(&store.db).await.unwrap(), |_| true);
        let reads = AtomicUsize::new(0);
        let get = async |asked| kept.get(asked, 1, async { Ok(reads.fetch_add(1, Ordering::SeqCst)) }).await.unwrap();
        // Other tests' commits are this process's, too: until none comes in between.
        loop {
            let (commits, asked) = (commits(), Some(Instant::now()));
            let first = get(asked).await;
            let again = get(asked).await;
            elsewhere(&other).await;
            let same = get(asked).await;
            let later = get(Some(Instant::now())).await;
            if commits == storage::commits() && first == again {
                assert_eq!(same, first);
                assert!(later > first, "asked after another process had written");
                break;
            }
        }
        let asked = Some(Instant::now());
        let before = get(asked).await;
        write(&store.db).await;
        assert!(get(asked).await > before);
        other.close().await;
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_not_kept_and_without_the_database_nothing_is_taken_for_unchanged() {
        let store = crate::testing::sqlite().await;
        let kept = Kept::<u8, u8>::new(&Unchanged::start(&store.db).await.unwrap(), |_| true);
        let failed = kept.get(None, 1, async { Err(domain::ErrorCode::TryAgain.into()) }).await;
        assert_eq!(failed.unwrap_err().code(), Some(domain::ErrorCode::TryAgain));
        assert_eq!(kept.get(None, 1, async { Ok(7) }).await.unwrap(), 7);
        store.db.close().await;
        assert_eq!(kept.get(None, 1, async { Ok(8) }).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let store = crate::testing::sqlite().await;
        let kept = Kept::<u64, ()>::new(&Unchanged::start(&store.db).await.unwrap(), |()| true);
        for key in 0..KEPT * 2 {
            kept.get(None, key, async { Ok(()) }).await.unwrap();
        }
        kept.answers.run_pending_tasks();
        assert!(kept.answers.entry_count() <= KEPT);
    }
}
