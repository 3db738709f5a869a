//! Room for uploads. Memory is taken before a body is read and given back when its last byte is gone, and one person has a few
//! uploads at once and a share of the memory: whoever sends more waits for a turn, and is told to come again when none comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use bytes::Bytes;
use domain::ids::UserId;
use domain::{AppError, ErrorCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Uploads of one person at once.
const AT_ONCE: usize = 4;
/// One person's part of the memory, as its divisor. A larger file takes all of it and is that person's only one.
const OWN: u32 = 4;
/// What is kept for small files: so large a part of the memory, for files of so small a part of it.
const KEPT: u32 = 8;
const SMALL: u32 = 256;
/// Memory is counted in blocks of so many bytes.
const BLOCK: u64 = 4096;
/// People remembered before those without an upload are forgotten.
const PEOPLE: usize = 1024;
/// Seconds after which a refused upload is worth another try.
const RETRY: u64 = 3;

#[derive(Debug)]
pub struct Uploads {
    blocks: u32,
    /// What any upload may have: a larger one takes it all, and comes alone but for small ones.
    memory: Arc<Semaphore>,
    /// What only small ones may have, so that none waits behind a large one.
    kept: Arc<Semaphore>,
    people: Mutex<HashMap<UserId, Weak<Own>>>,
    wait: Duration,
}

/// What one person may have at once.
#[derive(Debug)]
struct Own {
    turns: Arc<Semaphore>,
    memory: Arc<Semaphore>,
}

/// A place for one upload.
#[derive(Debug)]
pub struct Room {
    _memory: OwnedSemaphorePermit,
    _own: [OwnedSemaphorePermit; 2],
    _person: Arc<Own>,
}

impl Room {
    /// The bytes, which keep their place for as long as anyone has them.
    pub fn hold(self, bytes: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held { bytes, _room: self })
    }
}

struct Held {
    bytes: Vec<u8>,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Uploads {
    pub(crate) fn new(memory: u64, wait: Duration) -> Self {
        let blocks = u32::try_from(memory.div_ceil(BLOCK).max(1)).unwrap_or(u32::MAX >> 4);
        let kept = blocks / KEPT;
        Self { blocks, memory: of(blocks - kept), kept: of(kept), people: Mutex::default(), wait }
    }

    /// A place for so many bytes of this person, in the order of asking.
    ///
    /// # Errors
    /// `try_again` when there is none in time.
    #[boxed]
    pub async fn room(&self, user: UserId, bytes: u64) -> Result<Room, AppError> {
        let blocks = u32::try_from(bytes.div_ceil(BLOCK)).unwrap_or(u32::MAX);
        let person = self.own(user);
        let turn = async {
            let turn = Arc::clone(&person.turns).acquire_owned().await.ok()?;
            let share = Arc::clone(&person.memory).acquire_many_owned(blocks.min(self.share())).await.ok()?;
            Some(Room { _memory: self.memory(blocks).await?, _own: [turn, share], _person: person })
        };
        let room = tokio::time::timeout(self.wait, turn).await.ok().flatten();
        room.ok_or_else(|| AppError::new(ErrorCode::TryAgain).retry_after(RETRY))
    }

    /// Memory in the order of asking; a small upload stands in both queues.
    async fn memory(&self, blocks: u32) -> Option<OwnedSemaphorePermit> {
        let most = self.blocks - self.blocks / KEPT;
        let any = Arc::clone(&self.memory).acquire_many_owned(blocks.min(most));
        if blocks > self.blocks / SMALL {
            return any.await.ok();
        }
        let kept = Arc::clone(&self.kept).acquire_many_owned(blocks);
        tokio::select! { biased; room = kept => room.ok(), room = any => room.ok() }
    }

    fn share(&self) -> u32 {
        (self.blocks / OWN).max(1)
    }

    fn own(&self, user: UserId) -> Arc<Own> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = people.get(&user).and_then(Weak::upgrade) {
            return own;
        }
        if people.len() >= PEOPLE {
            people.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::new(Own { turns: Arc::new(Semaphore::new(AT_ONCE)), memory: of(self.share()) });
        people.insert(user, Arc::downgrade(&own));
        own
    }
}

fn of(blocks: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(blocks).unwrap_or(Semaphore::MAX_PERMITS)))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Poll;

    use futures::poll;

    use super::*;

    #[tokio::test]
    async fn there_is_never_more_in_memory_than_there_is_room_for() {
        let uploads = Uploads::new(10 * BLOCK, Duration::ZERO);
        let (kim, lee) = (UserId::random(), UserId::random());
        let first = uploads.room(kim, 6 * BLOCK).await.unwrap().hold(vec![1; 10]);
        let refused = uploads.room(lee, 5 * BLOCK).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (ErrorCode::TryAgain, Some(RETRY)));
        let copy = first.slice(2..4);
        drop(first);
        assert!(uploads.room(lee, 5 * BLOCK).await.is_err(), "a part of it is held still");
        drop(copy);
        assert!(uploads.room(lee, 5 * BLOCK).await.is_ok());
    }

    #[tokio::test]
    async fn a_person_has_four_uploads_at_once_and_others_do_not_wait_for_them() {
        let uploads = Uploads::new(1 << 20, Duration::ZERO);
        let (kim, lee) = (UserId::random(), UserId::random());
        let mut held = Vec::new();
        for _ in 0..AT_ONCE {
            held.push(uploads.room(kim, 1).await.unwrap());
        }
        assert!(uploads.room(kim, 1).await.is_err());
        assert!(uploads.room(lee, 1).await.is_ok());
        held.pop();
        assert!(uploads.room(kim, 1).await.is_ok());
    }

    #[tokio::test]
    async fn one_persons_uploads_have_a_quarter_of_the_memory_together_or_one_file_has_what_it_needs() {
        let uploads = Uploads::new(64 * BLOCK, Duration::ZERO);
        let (kim, lee) = (UserId::random(), UserId::random());
        let first = uploads.room(kim, 12 * BLOCK).await.unwrap();
        assert!(uploads.room(kim, 12 * BLOCK).await.is_err(), "24 of 64");
        let second = uploads.room(kim, 4 * BLOCK).await.unwrap();
        assert!(uploads.room(lee, 12 * BLOCK).await.is_ok());
        drop((first, second));
        let large = uploads.room(kim, 40 * BLOCK).await.unwrap();
        assert!(uploads.room(kim, BLOCK).await.is_err(), "a large file is one's only one");
        drop(large);
        assert!(uploads.room(kim, BLOCK).await.is_ok());
    }

    #[tokio::test]
    async fn a_small_upload_does_not_wait_behind_a_large_one() {
        let uploads = Uploads::new(256 * BLOCK, Duration::from_secs(5));
        let [held, waiting, small] = [(); 3].map(|()| UserId::random());
        let held = uploads.room(held, 200 * BLOCK).await.unwrap();
        let mut large = pin!(uploads.room(waiting, 100 * BLOCK));
        assert!(poll!(large.as_mut()).is_pending());
        let mut places = Vec::new();
        for _ in 0..2 {
            let mut small = pin!(uploads.room(small, BLOCK));
            let Poll::Ready(room) = poll!(small.as_mut()) else { panic!("a small upload waits") };
            places.push(room.unwrap());
        }
        drop(held);
        assert!(large.await.is_ok());
    }

    #[tokio::test]
    async fn small_uploads_may_have_all_the_memory_that_large_ones_leave() {
        let uploads = Uploads::new(256 * BLOCK, Duration::ZERO);
        let mut held = Vec::new();
        for _ in 0..256 / AT_ONCE {
            let person = UserId::random();
            for _ in 0..AT_ONCE {
                held.push(uploads.room(person, BLOCK).await.unwrap());
            }
        }
        assert!(uploads.room(UserId::random(), BLOCK).await.is_err());
        held.pop();
        assert!(uploads.room(UserId::random(), BLOCK).await.is_ok());
    }

    #[tokio::test]
    async fn what_is_larger_than_all_the_room_comes_alone() {
        let uploads = Uploads::new(10 * BLOCK, Duration::ZERO);
        let alone = uploads.room(UserId::random(), 500 << 20).await.unwrap();
        assert!(uploads.room(UserId::random(), 1).await.is_err());
        drop(alone);
        assert!(uploads.room(UserId::random(), 1).await.is_ok());
    }
}
