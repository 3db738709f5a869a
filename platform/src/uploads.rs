//! Room for uploads. Memory is taken before a body is read and given back when its last byte is gone, and one person has a few
//! uploads at once: whoever sends more waits for a turn, and is told to come again when none comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use domain::ids::UserId;
use domain::{AppError, ErrorCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Uploads of one person at once.
const AT_ONCE: usize = 4;
/// Memory is counted in blocks of so many bytes.
const BLOCK: u64 = 4096;
/// People remembered before those without an upload are forgotten.
const PEOPLE: usize = 1024;
/// Seconds after which a refused upload is worth another try.
const RETRY: u64 = 3;

#[derive(Debug)]
pub struct Uploads {
    memory: Arc<Semaphore>,
    /// All blocks: a larger upload takes them all, and comes alone.
    blocks: u32,
    people: Mutex<HashMap<UserId, Weak<Semaphore>>>,
    wait: Duration,
}

/// A place for one upload.
#[derive(Debug)]
pub struct Room {
    _memory: OwnedSemaphorePermit,
    _turn: OwnedSemaphorePermit,
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
        let memory = Arc::new(Semaphore::new(usize::try_from(blocks).unwrap_or(Semaphore::MAX_PERMITS)));
        Self { memory, blocks, people: Mutex::default(), wait }
    }

    /// A place for so many bytes of this person, in the order of asking.
    ///
    /// # Errors
    /// `try_again` when there is none in time.
    pub async fn room(&self, user: UserId, bytes: u64) -> Result<Room, AppError> {
        let blocks = u32::try_from(bytes.div_ceil(BLOCK)).unwrap_or(u32::MAX).min(self.blocks);
        let (own, memory) = (self.turns_of(user), Arc::clone(&self.memory));
        let turn = async {
            let turn = own.acquire_owned().await.ok()?;
            Some(Room { _turn: turn, _memory: memory.acquire_many_owned(blocks).await.ok()? })
        };
        let room = tokio::time::timeout(self.wait, turn).await.ok().flatten();
        room.ok_or_else(|| AppError::new(ErrorCode::TryAgain).retry_after(RETRY))
    }

    fn turns_of(&self, user: UserId) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = people.get(&user).and_then(Weak::upgrade) {
            return turns;
        }
        if people.len() >= PEOPLE {
            people.retain(|_, turns| turns.strong_count() > 0);
        }
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        people.insert(user, Arc::downgrade(&turns));
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_never_more_in_memory_than_there_is_room_for() {
        let uploads = Uploads::new(10 * BLOCK, Duration::ZERO);
        let (kim, lee) = (UserId::new(), UserId::new());
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
        let (kim, lee) = (UserId::new(), UserId::new());
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
    async fn what_is_larger_than_all_the_room_comes_alone() {
        let uploads = Uploads::new(10 * BLOCK, Duration::ZERO);
        let alone = uploads.room(UserId::new(), 500 << 20).await.unwrap();
        assert!(uploads.room(UserId::new(), 1).await.is_err());
        drop(alone);
        assert!(uploads.room(UserId::new(), 1).await.is_ok());
    }
}
