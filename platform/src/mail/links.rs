//! Links in letters. Each has a key that the letter alone holds: it is made when the letter is sent, and only its hash is stored. Opening
//! a page with it changes nothing, for mail programs and scanners open every link; the button on the page uses it, once.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::ids::{LetterId, UserId};
use storage::Tx;

use crate::error::Result;
use crate::secrets;
use crate::services::Services;

/// What a link still does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    Fresh,
    /// It was used then: what it was for is done.
    Used(DateTime<Utc>),
    /// It ended then, unused: whoever has it asks for another.
    Ended(DateTime<Utc>),
}

/// What a key shows of its letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedLink {
    pub letter: LetterId,
    /// Whose letter it was, where they have an account.
    pub user: Option<UserId>,
    /// Where it was sent: whoever has the key reads mail there.
    pub address: String,
    pub state: LinkState,
}

impl OpenedLink {
    /// The link, if it can still be used.
    ///
    /// # Errors
    /// `link_used`, `link_ended`.
    pub fn fresh(self) -> Result<Self> {
        match self.state {
            LinkState::Fresh => Ok(self),
            LinkState::Used(_) => Err(ErrorCode::LinkUsed.into()),
            LinkState::Ended(_) => Err(ErrorCode::LinkEnded.into()),
        }
    }
}

/// Makes one more key for a letter that is about to be sent.
pub(super) async fn add(tx: &mut Tx, letter: LetterId) -> Result<String> {
    let key = secrets::letter_key();
    tx.add_letter_key(secrets::token_hash(&key), letter).await?;
    Ok(key)
}

/// What the key of a link in a letter of that kind ([`super::letter::Letter::kind`]) opens; nothing for one that was never in any,
/// or in one that is long forgotten.
#[boxed]
pub async fn open(services: &Services, kind: &str, key: &str) -> Result<Option<OpenedLink>> {
    let found = services.db.letter_of_key(secrets::token_hash(key), kind).await?;
    let now = services.clock.now();
    Ok(found.map(|row| OpenedLink {
        letter: row.id,
        user: row.user_id,
        address: row.address,
        state: match (row.link_used_at, row.link_until) {
            (Some(at), _) => LinkState::Used(at),
            (None, Some(until)) if until > now => LinkState::Fresh,
            (None, until) => LinkState::Ended(until.unwrap_or_default()),
        },
    }))
}

/// Uses a link in the transaction of what it is for; false when it was used meanwhile or has ended.
#[boxed]
pub async fn take(tx: &mut Tx, letter: LetterId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.use_letter_link(letter, now).await?)
}
