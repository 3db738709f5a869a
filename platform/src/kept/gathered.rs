//! Questions about one's own things, which many ask at once. While a read is under way the next questions gather, and one statement
//! answers them all: a read is a turn to SQLite's thread and back or a way to PostgreSQL, which costs more than what is read.
//! As with [`crate::kept::joined`], each answer was read after its question was asked.

use std::collections::HashMap;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use storage::PATIENCE;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::kept::unchanged::{Kept, Unchanged};

/// Questions that one statement answers at most.
const TOGETHER: usize = 64;
/// Questions that may wait before a further one waits to be let in.
const WAITING: usize = 1024;

/// A key, and where what is known of it is told.
type Question<K, V> = (K, oneshot::Sender<Result<Option<V>>>);

/// One read at a time for all who ask, and none while nothing was written.
pub(crate) struct Gathered<K, V> {
    asked: mpsc::Sender<Question<K, V>>,
    kept: Kept<K, Option<V>>,
}

impl<K, V> Gathered<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// `load` reads what is known of each key; of one that is not in its answer nothing is.
    pub(crate) fn start<F>(unchanged: &Arc<Unchanged>, is_small: fn(&Option<V>) -> bool, load: F) -> Self
    where
        F: Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>> + Send + 'static,
    {
        Self::start_with(Kept::new(unchanged, is_small), load, PATIENCE)
    }

    /// A read that takes longer than that is given up.
    fn start_with<F>(kept: Kept<K, Option<V>>, load: F, patience: Duration) -> Self
    where
        F: Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>> + Send + 'static,
    {
        let (asked, questions) = mpsc::channel(WAITING);
        tokio::spawn(read(load, questions, patience));
        Self { asked, kept }
    }

    /// What is known of `key` now; `asked` as in [`Kept::get`].
    pub(crate) async fn ask(&self, asked: Option<Instant>, key: K) -> Result<Option<V>> {
        self.kept.get(asked, key.clone(), self.read(key)).await
    }

    /// The same by a read that begins after this call.
    async fn read(&self, key: K) -> Result<Option<V>> {
        let (told, answer) = oneshot::channel();
        self.asked.send((key, told)).await.map_err(|_| broken_off())?;
        answer.await.map_err(|_| broken_off())?
    }
}

fn broken_off() -> Error {
    Error::other("a read broke off")
}

/// Reads for all who ask, until nobody can any more.
async fn read<K, V, F>(load: F, mut questions: mpsc::Receiver<Question<K, V>>, patience: Duration)
where
    K: Clone + Eq + Hash,
    V: Clone,
    F: Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>>,
{
    let mut asked = Vec::with_capacity(TOGETHER);
    while questions.recv_many(&mut asked, TOGETHER).await > 0 {
        // Those whose turn it is now may have the same question.
        tokio::task::yield_now().await;
        while asked.len() < TOGETHER
            && let Ok(question) = questions.try_recv()
        {
            asked.push(question);
        }
        asked.retain(|(_, told)| !told.is_closed());
        if asked.is_empty() {
            continue;
        }
        let keys = asked.iter().map(|(key, _)| key.clone()).collect();
        // Neither a panic nor a database that went away without a word holds up those who ask after it.
        let outcome = match AssertUnwindSafe(timeout(patience, load(keys))).catch_unwind().await {
            Ok(Ok(outcome)) => outcome.map_err(Arc::new),
            Ok(Err(_)) => Err(Arc::new(sqlx::Error::PoolTimedOut.into())),
            Err(_) => Err(Arc::new(broken_off())),
        };
        for (key, told) in asked.drain(..) {
            // Who has gone away is told nothing.
            let _ = told.send(match &outcome {
                Ok(found) => Ok(found.get(&key).cloned()),
                Err(error) => Err(Error::Shared(Arc::clone(error))),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// Doubles even numbers, knows nothing of odd ones and breaks at 99; each read waits for a permit.
    async fn doubling(gate: &Arc<Semaphore>, reads: &Arc<AtomicUsize>, patience: Duration) -> Gathered<u32, u32> {
        let store = crate::testing::sqlite().await;
        let kept = Kept::new(&Unchanged::start(&store.db).await.unwrap(), |_| true);
        let (gate, reads) = (Arc::clone(gate), Arc::clone(reads));
        let load = move |keys: Vec<u32>| {
            let (gate, reads) = (Arc::clone(&gate), Arc::clone(&reads));
            async move {
                reads.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                assert!(!keys.contains(&99), "on purpose");
                if keys.contains(&97) {
                    return Err(domain::ErrorCode::TryAgain.into());
                }
                Ok(keys.into_iter().filter(|key| key % 2 == 0).map(|key| (key, key * 2)).collect())
            }
            .boxed()
        };
        Gathered::start_with(kept, load, patience)
    }

    async fn until(reads: &AtomicUsize, count: usize) {
        while reads.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn all_who_ask_during_a_read_are_answered_by_the_next_one_each_their_own() {
        let (gate, reads) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let asked = Arc::new(doubling(&gate, &reads, PATIENCE).await);
        let ask = |key: u32| {
            let asked = Arc::clone(&asked);
            tokio::spawn(async move { asked.read(key).await })
        };
        let first = ask(2);
        until(&reads, 1).await;
        let others: Vec<_> = (0..60).map(ask).collect();
        while asked.asked.max_capacity() - asked.asked.capacity() < others.len() {
            tokio::task::yield_now().await;
        }
        gate.add_permits(1);
        assert_eq!(first.await.unwrap().unwrap(), Some(4));
        until(&reads, 2).await;
        gate.add_permits(1);
        for (key, answer) in (0..60).zip(join_all(others).await) {
            assert_eq!(answer.unwrap().unwrap(), (key % 2 == 0).then_some(key * 2));
        }
        assert_eq!(reads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_crowd_is_read_for_in_parts_and_who_goes_away_takes_nobodys_answer_along() {
        let (gate, reads) = (Arc::new(Semaphore::new(9)), Arc::new(AtomicUsize::new(0)));
        let asked = doubling(&gate, &reads, PATIENCE).await;
        let mut first = Box::pin(asked.read(2));
        assert!(futures::poll!(&mut first).is_pending());
        drop(first);
        let all = join_all((0..200).map(|key| asked.read(key * 2))).await;
        assert!((0..200).zip(all).all(|(key, answer)| answer.unwrap() == Some(key * 4)));
        assert_eq!(reads.load(Ordering::SeqCst), 201_usize.div_ceil(TOGETHER));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_who_asks_at_the_end_of_a_read_is_forgotten() {
        let asked = Arc::new(doubling(&Arc::new(Semaphore::new(1 << 20)), &Arc::default(), PATIENCE).await);
        let many = (0..8).map(|_| {
            let asked = Arc::clone(&asked);
            tokio::spawn(async move {
                for _ in 0..5000 {
                    assert_eq!(asked.read(2).await.unwrap(), Some(4));
                }
            })
        });
        for one in join_all(many).await {
            one.unwrap();
        }
    }

    #[tokio::test]
    async fn a_read_without_an_end_is_given_up_and_those_who_ask_after_it_have_another() {
        let (gate, reads) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let asked = doubling(&gate, &reads, Duration::from_millis(1)).await;
        for _ in 0..2 {
            assert!(asked.read(2).await.unwrap_err().is_outage());
        }
        assert_eq!(reads.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_read_that_fails_or_panics_is_told_to_those_it_was_for_and_the_next_one_is_made() {
        let (gate, reads) = (Arc::new(Semaphore::new(9)), Arc::new(AtomicUsize::new(0)));
        let asked = doubling(&gate, &reads, PATIENCE).await;
        let (one, other) = tokio::join!(asked.read(97), asked.read(2));
        let code = |answer: Result<Option<u32>>| answer.unwrap_err().code();
        assert_eq!((code(one), code(other)), (Some(domain::ErrorCode::TryAgain), Some(domain::ErrorCode::TryAgain)));
        assert!(asked.read(99).await.is_err());
        assert_eq!(asked.read(2).await.unwrap(), Some(4));
    }
}
