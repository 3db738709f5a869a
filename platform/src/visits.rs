//! What reading leaves behind: how often a post was read and a file taken, when a token was last used. It is collected in memory and written
//! together every few seconds, so that no reader waits for the one writer, nor keeps a submission waiting. A killed server
//! forgets the last few seconds of it.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, NaiveDate, Utc};
use domain::ids::{PostFileId, PostId, TokenId, UserId};

use crate::error::Result;
use crate::services::Services;

/// Readers of a day that are known again; past it they are forgotten, and some count twice.
const READERS: usize = 100_000;

#[derive(Default)]
pub(crate) struct Visits {
    waiting: Mutex<Waiting>,
    readers: Mutex<Readers>,
}

/// What is to be written: a line for each post that was read, each file that was taken and each token that was used, of which there are only so many.
/// In order, so that two servers that write at once lock the rows in the same one.
#[derive(Default)]
struct Waiting {
    views: BTreeMap<uuid::Uuid, i64>,
    downloads: BTreeMap<uuid::Uuid, i64>,
    tokens: BTreeMap<uuid::Uuid, DateTime<Utc>>,
    /// Posts and who has read them, as far as that is kept.
    readers: BTreeMap<(uuid::Uuid, uuid::Uuid), DateTime<Utc>>,
}

/// Who has read what today, as numbers that nobody can turn back into an address: their key is this process's and ends with the day.
#[derive(Default)]
struct Readers {
    day: NaiveDate,
    key: RandomState,
    seen: HashSet<u64>,
}

impl Visits {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a reader of a post, each once a day. Whether this one is new.
    pub(crate) fn read(&self, post: PostId, reader: &str, now: DateTime<Utc>) -> bool {
        let is_new =
            self.readers.lock().unwrap_or_else(PoisonError::into_inner).is_new((post.0, reader), now.date_naive());
        if is_new {
            *self.waiting().views.entry(post.0).or_default() += 1;
        }
        is_new
    }

    /// Readers of a post that are counted and not yet written.
    pub(crate) fn unwritten(&self, post: PostId) -> i64 {
        self.waiting().views.get(&post.0).copied().unwrap_or_default()
    }

    /// Remembers that somebody has read a post of which that is kept.
    pub(crate) fn has_read(&self, post: PostId, user: UserId, now: DateTime<Utc>) {
        let mut waiting = self.waiting();
        if waiting.readers.len() < READERS {
            waiting.readers.entry((post.0, user.0)).or_insert(now);
        }
    }

    /// Counts whoever takes a file, each once a day.
    pub(crate) fn taken(&self, file: PostFileId, reader: &str, now: DateTime<Utc>) {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.is_new((file.0, reader), now.date_naive()) {
            *self.waiting().downloads.entry(file.0).or_default() += 1;
        }
    }

    /// Those of a file that are counted and not yet written.
    pub(crate) fn untaken(&self, file: PostFileId) -> i64 {
        self.waiting().downloads.get(&file.0).copied().unwrap_or_default()
    }

    /// Remembers when a token was used.
    pub(crate) fn used(&self, token: TokenId, now: DateTime<Utc>) {
        self.waiting().tokens.insert(token.0, now);
    }

    /// Uses of tokens that are not written yet. Asked before the database, which has those that are no longer here.
    pub(crate) fn unwritten_uses(&self) -> BTreeMap<uuid::Uuid, DateTime<Utc>> {
        self.waiting().tokens.clone()
    }

    /// What is to be written now: counts are taken, uses stay until they are in the database.
    fn collect(&self) -> Waiting {
        let mut waiting = self.waiting();
        let (views, downloads) = (std::mem::take(&mut waiting.views), std::mem::take(&mut waiting.downloads));
        let readers = std::mem::take(&mut waiting.readers);
        Waiting { views, downloads, tokens: waiting.tokens.clone(), readers }
    }

    /// Lets go of uses that are written, but for tokens that were used again since.
    fn written(&self, tokens: &BTreeMap<uuid::Uuid, DateTime<Utc>>) {
        self.waiting().tokens.retain(|token, at| tokens.get(token) != Some(at));
    }

    /// Takes back counts and readers that could not be written.
    fn put_back(&self, collected: Waiting) {
        let mut waiting = self.waiting();
        waiting.readers.extend(collected.readers);
        for (post, count) in collected.views {
            *waiting.views.entry(post).or_default() += count;
        }
        for (file, count) in collected.downloads {
            *waiting.downloads.entry(file).or_default() += count;
        }
    }
}

impl Readers {
    fn is_new(&mut self, reader: (uuid::Uuid, &str), day: NaiveDate) -> bool {
        if self.day != day || self.seen.len() >= READERS {
            *self = Self { day, ..Self::default() };
        }
        self.seen.insert(self.key.hash_one(reader))
    }
}

/// Writes what was collected, in one transaction; on failure it waits for the next time.
#[boxed]
pub async fn write(services: &Services) -> Result<()> {
    let visits = services.cache::<Visits>();
    let collected = visits.collect();
    let nothing = collected.views.is_empty() && collected.downloads.is_empty() && collected.readers.is_empty();
    if nothing && collected.tokens.is_empty() {
        return Ok(());
    }
    let written = store(services, &collected).await;
    match &written {
        Ok(()) => visits.written(&collected.tokens),
        Err(_) => visits.put_back(collected),
    }
    written
}

async fn store(services: &Services, collected: &Waiting) -> Result<()> {
    let mut tx = services.db.begin().await?;
    for (&post, &count) in &collected.views {
        tx.post_viewed(PostId(post), count).await?;
    }
    for (&(post, user), &at) in &collected.readers {
        tx.note_read(PostId(post), UserId(user), at).await?;
    }
    for (&file, &count) in &collected.downloads {
        tx.post_file_taken(PostFileId(file), count).await?;
    }
    for (&token, &at) in &collected.tokens {
        tx.touch_token(TokenId(token), at).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_counts_once_a_day_and_their_number_is_bounded() {
        let visits = Visits::default();
        let posts: Vec<_> = (0..4).map(|_| PostId::random()).collect();
        let now: DateTime<Utc> = "2026-11-21T03:00:00Z".parse().unwrap();
        let read = |post: usize, reader: &str, now| visits.read(posts[post], reader, now);
        assert!(read(1, "203.0.113.9", now));
        assert!(!read(1, "203.0.113.9", now), "reads it again");
        assert!(read(1, "203.0.113.10", now) && read(2, "203.0.113.9", now));
        assert!(read(1, "203.0.113.9", now + chrono::TimeDelta::days(1)));
        assert_eq!((visits.unwritten(posts[1]), visits.unwritten(posts[2])), (3, 1));
        for reader in 0..=READERS {
            read(3, &reader.to_string(), now);
        }
        assert!(visits.readers.lock().unwrap().seen.len() <= READERS);
    }
}
