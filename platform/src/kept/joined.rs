//! Reads that many ask for at once, done once for all of them, and never older than the question.
//!
//! A cache by time would show what was; a read for each request costs a hundred times what the answer does. Here a reader who
//! comes while a read is under way waits for the next one, together with all who come meanwhile. So each answer was read after
//! its question was asked, and a busy page costs one read at a time.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};

/// One read at a time for each key.
pub(crate) struct Joined<K, V: Clone>(Mutex<HashMap<K, Read<V>>>);

#[derive(Clone)]
struct Read<V: Clone> {
    /// Set when it is too late to join.
    begun: Arc<AtomicBool>,
    answer: Shared<BoxFuture<'static, V>>,
}

impl<K, V: Clone> Default for Joined<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Clone + Eq + Hash, V: Clone + Send + Sync + 'static> Joined<K, V> {
    /// What `load` gives, by a call that begins after this one.
    pub(crate) async fn read<F>(&self, key: &K, load: F) -> V
    where
        F: Future<Output = V> + Send + 'static,
    {
        let read = self.join(key, load);
        let answer = read.answer.clone();
        let _leave = Leave { joined: self, key, read };
        answer.await
    }

    fn join<F>(&self, key: &K, load: F) -> Read<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = reads.get(key).cloned();
        if let Some(next) = last.as_ref().filter(|read| !read.begun.load(Ordering::Acquire)) {
            return next.clone();
        }
        let begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&begun);
        let answer = async move {
            if let Some(running) = last {
                running.answer.await;
            }
            begins.store(true, Ordering::Release);
            load.await
        };
        let read = Read { begun, answer: answer.boxed().shared() };
        reads.insert(key.clone(), read.clone());
        read
    }
}

/// Takes a read out of the map when it has its answer, or when the last who waited for it goes away.
struct Leave<'a, K: Eq + Hash, V: Clone> {
    joined: &'a Joined<K, V>,
    key: &'a K,
    read: Read<V>,
}

impl<K: Eq + Hash, V: Clone> Drop for Leave<'_, K, V> {
    fn drop(&mut self) {
        /// The map, the read itself and the one who leaves.
        const NOBODY_ELSE: usize = 3;
        let mut reads = self.joined.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_last = reads.get(self.key).is_some_and(|last| Arc::ptr_eq(&last.begun, &self.read.begun));
        let done = self.read.answer.peek().is_some();
        if is_last && (done || Arc::strong_count(&self.read.begun) <= NOBODY_ELSE) {
            reads.remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn all_who_come_during_a_read_share_the_next_one_and_nobody_gets_an_older_answer() {
        let joined = Arc::new(Joined::<u8, usize>::default());
        let (reads, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let ask = || {
            let (joined, reads, gate) = (Arc::clone(&joined), Arc::clone(&reads), Arc::clone(&gate));
            tokio::spawn(async move {
                let load = async move {
                    let number = reads.fetch_add(1, Ordering::SeqCst) + 1;
                    gate.acquire().await.unwrap().forget();
                    number
                };
                joined.read(&1, load).await
            })
        };
        let first = ask();
        while reads.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        // The first read has begun: what these ask is newer than it.
        let others: Vec<_> = (0..50).map(|_| ask()).collect();
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(1);
        assert_eq!(first.await.unwrap(), 1);
        gate.add_permits(1);
        for other in others {
            assert_eq!(other.await.unwrap(), 2);
        }
        assert_eq!(reads.load(Ordering::SeqCst), 2);
        assert!(joined.0.lock().unwrap().is_empty(), "nothing is kept when nobody waits");
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_leaves_the_others_their_answer() {
        let joined = Arc::new(Joined::<u8, usize>::default());
        let gate = Arc::new(Semaphore::new(0));
        let load = |number: usize| {
            let gate = Arc::clone(&gate);
            async move {
                gate.acquire().await.unwrap().forget();
                number
            }
        };
        let leaving = tokio::spawn({
            let (joined, load) = (Arc::clone(&joined), load(1));
            async move { joined.read(&1, load).await }
        });
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        let staying = tokio::spawn({
            let (joined, load) = (Arc::clone(&joined), load(2));
            async move { joined.read(&1, load).await }
        });
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        leaving.abort();
        gate.add_permits(2);
        assert_eq!(staying.await.unwrap(), 2);
        assert!(joined.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_question_that_nobody_waits_for_any_more_is_forgotten() {
        let joined = Arc::new(Joined::<u8, ()>::default());
        let asked = tokio::spawn({
            let joined = Arc::clone(&joined);
            async move { joined.read(&1, std::future::pending()).await }
        });
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert_eq!(joined.0.lock().unwrap().len(), 1);
        asked.abort();
        assert!(asked.await.is_err());
        assert!(joined.0.lock().unwrap().is_empty());
    }
}
