//! What was read, kept for as long as nothing is written. A question then costs no read but being told that the database is as it
//! was, which all who ask at once are told together. As with [`crate::joined`], nobody gets an answer older than their question.

use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use moka::sync::Cache;

use crate::db::{Db, commits};
use crate::error::Result;
use crate::joined::Joined;

/// Answers of one kind that are kept at most; what was asked for least lately makes room.
const KEPT: u64 = 4096;

/// Tells whether the database is as it was.
pub(crate) struct Unchanged {
    db: Db,
    checks: Joined<(), Option<Arc<str>>>,
    /// The newest version that was seen.
    seen: Mutex<Option<Arc<str>>>,
}

impl Unchanged {
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn start(db: &Db) -> Result<Arc<Self>> {
        let seen = Mutex::new(Some(db.version().await?.into()));
        Ok(Arc::new(Self { db: db.clone(), checks: Joined::default(), seen }))
    }

    /// The database's version, by a check that begins after this call; `None` when it does not answer.
    async fn version(&self) -> Option<Arc<str>> {
        let db = self.db.clone();
        let check = async move { db.version().await.ok().map(Arc::from) };
        let version = self.checks.read(&(), check).await;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&version);
        version
    }

    /// A version that the database had before now.
    fn seen(&self) -> Option<Arc<str>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Answers of one kind.
pub(crate) struct Kept<K, V> {
    unchanged: Arc<Unchanged>,
    answers: Cache<K, Answer<V>>,
}

#[derive(Clone)]
struct Answer<V> {
    value: V,
    /// Seen before it was read: while the database has it still, or again, nothing was written since.
    version: Arc<str>,
    /// This process's own at that time. After a further one it is known without asking that the answer is old.
    commits: u64,
}

impl<K, V> Kept<K, V>
where
    K: Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(crate) fn new(unchanged: &Arc<Unchanged>) -> Self {
        Self { unchanged: Arc::clone(unchanged), answers: Cache::new(KEPT) }
    }

    /// The answer to `key`: the one that is kept if nothing was written since, or what `read` gives, which begins after this call.
    pub(crate) async fn get(&self, key: K, read: impl Future<Output = Result<V>>) -> Result<V> {
        let commits = commits();
        if let Some(answer) = self.answers.get(&key)
            && answer.commits == commits
            && self.unchanged.version().await.is_some_and(|version| version == answer.version)
        {
            return Ok(answer.value);
        }
        let seen = self.unchanged.seen();
        let value = read.await?;
        if let Some(version) = seen {
            self.answers.insert(key, Answer { value: value.clone(), version, commits });
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use chrono::DateTime;

    use super::*;
    use crate::testing::stores;

    async fn write(db: &Db) {
        let mut tx = db.begin().await.unwrap();
        tx.audit(DateTime::UNIX_EPOCH, None, None, "a", "b").await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn the_version_is_another_after_each_commit_of_this_process_or_another_and_the_same_after_reads() {
        for store in stores().await {
            let other = Db::open(&store.config.database_url).await.unwrap();
            let first = store.db.version().await.unwrap();
            assert!(store.db.invited_to("x").await.unwrap().is_none());
            assert_eq!(store.db.version().await.unwrap(), first, "{}", store.name);
            write(&store.db).await;
            let second = store.db.version().await.unwrap();
            assert_ne!(second, first, "{}", store.name);
            write(&other).await;
            assert_ne!(store.db.version().await.unwrap(), second, "{}", store.name);
            other.close().await;
        }
    }

    #[tokio::test]
    async fn an_answer_is_kept_while_nothing_is_written_and_read_anew_after_anybody_wrote() {
        for store in stores().await {
            let other = Db::open(&store.config.database_url).await.unwrap();
            let kept = Kept::<u8, usize>::new(&Unchanged::start(&store.db).await.unwrap());
            let reads = AtomicUsize::new(0);
            let get = async || kept.get(1, async { Ok(reads.fetch_add(1, Ordering::SeqCst)) }).await.unwrap();
            // Other tests' commits are this process's, and on PostgreSQL the cluster's, too.
            while get().await != get().await {}
            for db in [&store.db, &other] {
                let last = get().await;
                write(db).await;
                assert!(get().await > last, "{}", store.name);
            }
            other.close().await;
        }
    }

    #[tokio::test]
    async fn what_could_not_be_read_is_not_kept_and_without_the_database_nothing_is_taken_for_unchanged() {
        let store = crate::testing::sqlite().await;
        let kept = Kept::<u8, u8>::new(&Unchanged::start(&store.db).await.unwrap());
        let failed = kept.get(1, async { Err(domain::ErrorCode::TryAgain.into()) }).await;
        assert_eq!(failed.unwrap_err().code(), Some(domain::ErrorCode::TryAgain));
        assert_eq!(kept.get(1, async { Ok(7) }).await.unwrap(), 7);
        store.db.close().await;
        assert_eq!(kept.get(1, async { Ok(8) }).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let store = crate::testing::sqlite().await;
        let kept = Kept::<u64, ()>::new(&Unchanged::start(&store.db).await.unwrap());
        for key in 0..KEPT * 2 {
            kept.get(key, async { Ok(()) }).await.unwrap();
        }
        kept.answers.run_pending_tasks();
        assert!(kept.answers.entry_count() <= KEPT);
    }
}
