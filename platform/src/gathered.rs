//! Questions about one's own things, which many ask at once. While a read is under way the next questions gather, and one statement
//! answers them all: a read is a turn to SQLite's thread and back or a way to PostgreSQL, which costs more than what is read.
//! As with [`crate::joined`], each answer was read after its question was asked.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use tokio::sync::oneshot;

use crate::error::{Error, Result};

/// Questions that one statement answers at most.
const TOGETHER: usize = 64;

/// Reads what is known of each key; of one that is not in the answer nothing is.
type Load<K, V> = Box<dyn Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>> + Send + Sync>;

/// One read at a time for all who ask.
pub(crate) struct Gathered<K, V>(Arc<Inner<K, V>>);

struct Inner<K, V> {
    load: Load<K, V>,
    waiting: Mutex<Waiting<K, V>>,
}

struct Waiting<K, V> {
    is_read: bool,
    next: Vec<Question<K, V>>,
}

type Question<K, V> = (K, oneshot::Sender<Result<Option<V>>>);

impl<K, V> Gathered<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    pub(crate) fn new<F>(load: F) -> Self
    where
        F: Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>> + Send + Sync + 'static,
    {
        let waiting = Mutex::new(Waiting { is_read: false, next: Vec::new() });
        Self(Arc::new(Inner { load: Box::new(load), waiting }))
    }

    /// What is known of `key`, by a read that begins after this call.
    pub(crate) async fn ask(&self, key: K) -> Result<Option<V>> {
        let (told, answer) = oneshot::channel();
        let is_read = {
            let mut waiting = self.0.waiting();
            waiting.next.push((key, told));
            std::mem::replace(&mut waiting.is_read, true)
        };
        if !is_read {
            // A task of its own: whoever asked first may go away before the others have their answers.
            tokio::spawn(Reading { inner: Arc::clone(&self.0), has_ended: false }.run());
        }
        answer.await.map_err(|_| Error::other("a read broke off"))?
    }
}

impl<K, V> Inner<K, V> {
    fn waiting(&self) -> MutexGuard<'_, Waiting<K, V>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one who reads for all, until nobody waits.
struct Reading<K, V> {
    inner: Arc<Inner<K, V>>,
    has_ended: bool,
}

impl<K: Clone + Eq + Hash, V: Clone> Reading<K, V> {
    async fn run(mut self) {
        loop {
            // Those whose turn it is now may have the same question.
            tokio::task::yield_now().await;
            let asked: Vec<_> = {
                let mut waiting = self.inner.waiting();
                if waiting.next.is_empty() {
                    waiting.is_read = false;
                    self.has_ended = true;
                    return;
                }
                let some = waiting.next.len().min(TOGETHER);
                waiting.next.drain(..some).collect()
            };
            match (self.inner.load)(asked.iter().map(|(key, _)| key.clone()).collect()).await {
                Ok(found) => {
                    for (key, told) in asked {
                        // Who has gone away is told nothing.
                        let _ = told.send(Ok(found.get(&key).cloned()));
                    }
                }
                Err(error) => {
                    let error = Arc::new(error);
                    for (_, told) in asked {
                        let _ = told.send(Err(Error::Shared(Arc::clone(&error))));
                    }
                }
            }
        }
    }
}

impl<K, V> Drop for Reading<K, V> {
    /// After a panic, or when the runtime ends: nobody waits in vain, and the next one who asks reads again.
    fn drop(&mut self) {
        if !self.has_ended {
            let mut waiting = self.inner.waiting();
            waiting.is_read = false;
            waiting.next.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::FutureExt as _;
    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// Doubles even numbers, knows nothing of odd ones and breaks at 99; each read waits for a permit.
    fn doubling(gate: &Arc<Semaphore>, reads: &Arc<AtomicUsize>) -> Gathered<u32, u32> {
        let (gate, reads) = (Arc::clone(gate), Arc::clone(reads));
        Gathered::new(move |keys: Vec<u32>| {
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
        })
    }

    async fn until(reads: &AtomicUsize, count: usize) {
        while reads.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn all_who_ask_during_a_read_are_answered_by_the_next_one_each_their_own() {
        let (gate, reads) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let asked = Arc::new(doubling(&gate, &reads));
        let ask = |key: u32| {
            let asked = Arc::clone(&asked);
            tokio::spawn(async move { asked.ask(key).await })
        };
        let first = ask(2);
        until(&reads, 1).await;
        let others: Vec<_> = (0..60).map(ask).collect();
        while asked.0.waiting().next.len() < others.len() {
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
        let asked = doubling(&gate, &reads);
        let mut first = Box::pin(asked.ask(2));
        assert!(futures::poll!(&mut first).is_pending());
        drop(first);
        let all = join_all((0..200).map(|key| asked.ask(key * 2))).await;
        assert!((0..200).zip(all).all(|(key, answer)| answer.unwrap() == Some(key * 4)));
        assert_eq!(reads.load(Ordering::SeqCst), 201_usize.div_ceil(TOGETHER));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn nobody_who_asks_at_the_end_of_a_read_is_forgotten() {
        let asked = Arc::new(doubling(&Arc::new(Semaphore::new(1 << 20)), &Arc::default()));
        let many = (0..8).map(|_| {
            let asked = Arc::clone(&asked);
            tokio::spawn(async move {
                for _ in 0..5000 {
                    assert_eq!(asked.ask(2).await.unwrap(), Some(4));
                }
            })
        });
        for one in join_all(many).await {
            one.unwrap();
        }
    }

    #[tokio::test]
    async fn a_read_that_fails_or_panics_is_told_to_those_it_was_for_and_the_next_one_is_made() {
        let (gate, reads) = (Arc::new(Semaphore::new(9)), Arc::new(AtomicUsize::new(0)));
        let asked = doubling(&gate, &reads);
        let (one, other) = tokio::join!(asked.ask(97), asked.ask(2));
        let code = |answer: Result<Option<u32>>| answer.unwrap_err().code();
        assert_eq!((code(one), code(other)), (Some(domain::ErrorCode::TryAgain), Some(domain::ErrorCode::TryAgain)));
        assert!(asked.ask(99).await.is_err());
        assert_eq!(asked.ask(2).await.unwrap(), Some(4));
    }
}
