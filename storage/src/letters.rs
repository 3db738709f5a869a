//! Letters: mail that waits, was sent or failed; the jobs that send what waits; and the keys of the letters' links. Jobs are locked
//! before letters.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::ids::{CompetitionId, JobId, LetterId, UserId};
use domain::jobs::JobKind;

use crate::{Db, Result, Tx};

mod of_competition;
pub(crate) mod of_site;

pub use of_competition::{CompetitionLetter, FailedLetter, LettersAsked};
pub use of_site::SiteLettersAsked;

/// A letter to one person.
pub struct NewLetter<'a> {
    pub id: LetterId,
    pub user: Option<UserId>,
    /// The competition that has caused it.
    pub competition: Option<CompetitionId>,
    pub address: &'a str,
    pub reply_to: Option<&'a str>,
    pub kind: &'a str,
    pub locale: Locale,
    /// JSON.
    pub payload: &'a str,
    pub message_id: &'a str,
    pub link_until: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

/// A letter that somebody has taken to send it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TakenLetter {
    pub id: LetterId,
    pub address: String,
    pub reply_to: Option<String>,
    pub kind: String,
    pub locale: Locale,
    pub payload: String,
    pub message_id: String,
    pub link_until: Option<DateTime<Utc>>,
}

/// A letter in an operator's list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedLetter {
    pub id: LetterId,
    pub address: String,
    pub kind: String,
    pub state: String,
    /// How often it was taken to be sent, also before it was put back.
    pub attempts: i64,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// The letter that a link's key was in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyedLetter {
    pub id: LetterId,
    pub user_id: Option<UserId>,
    pub address: String,
    pub kind: String,
    pub link_until: Option<DateTime<Utc>>,
    pub link_used_at: Option<DateTime<Utc>>,
}

sql! {
    WAITING = "SELECT l.id, l.address, l.kind, l.state, l.attempts, j.last_error, l.created_at, l.ended_at
        FROM letters l JOIN jobs j ON j.subject = l.id AND j.submission_id IS NULL
        WHERE l.state = 'waiting' ORDER BY j.run_at, l.id LIMIT $1";
    ENDED = "SELECT id, address, kind, state, attempts, last_error, created_at, ended_at FROM letters
        WHERE state = $1 ORDER BY ended_at DESC, id DESC LIMIT $2";
    OF_KEY = "SELECT l.id, l.user_id, l.address, l.kind, l.link_until, l.link_used_at FROM letter_keys k
        JOIN letters l ON l.id = k.letter_id WHERE k.hash = $1 AND l.kind = $2";
    // The last one to another address than the account's.
    PENDING = "SELECT l.address, l.link_until FROM letters l JOIN users u ON u.id = l.user_id AND u.email <> l.address
        WHERE l.user_id = $1 AND l.kind = $2 AND l.link_used_at IS NULL AND l.link_until > $3 ORDER BY l.created_at DESC, l.id DESC LIMIT 1";
}

impl Db {
    /// Letters that are not sent yet, the next one first.
    #[boxed]
    pub async fn waiting_letters(&self, limit: i64) -> Result<Vec<ListedLetter>> {
        all!(self, WAITING, limit)
    }

    /// Letters that were sent or that failed, the newest end first.
    #[boxed]
    pub async fn ended_letters(&self, sent: bool, limit: i64) -> Result<Vec<ListedLetter>> {
        all!(self, ENDED, if sent { "sent" } else { "failed" }, limit)
    }

    /// The letter of that kind whose link has this key.
    #[boxed]
    pub async fn letter_of_key(&self, hash: Vec<u8>, kind: &str) -> Result<Option<KeyedLetter>> {
        maybe!(self, OF_KEY, &hash, kind)
    }

    /// The address, other than their own, that a user's last letter of that kind went to, and until when its link can be used.
    #[boxed]
    pub async fn pending_letter(
        &self,
        user: UserId,
        kind: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<(String, DateTime<Utc>)>> {
        maybe!(self, PENDING, user, kind, now)
    }
}

sql! {
    POST = "INSERT INTO letters (id, user_id, address, reply_to, kind, locale, payload, message_id, state, attempts, created_at, link_until,
        competition_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $10, $11)";
    QUEUE = "INSERT INTO jobs (id, kind, subject, priority, state, attempts_left, run_at, created_at)
        SELECT $1, $2, id, CASE WHEN link_until IS NULL THEN $3 ELSE $3 + 1 END, 'waiting', $4, $5, $5 FROM letters WHERE id = $6";
    TAKE = "UPDATE letters SET attempts = attempts + 1 WHERE id = $1 AND state = 'waiting'
        RETURNING id, address, reply_to, kind, locale, payload, message_id, link_until";
    ADD_KEY = "INSERT INTO letter_keys (hash, letter_id) VALUES ($1, $2)";
    SENT = "UPDATE letters SET state = 'sent', payload = '', last_error = NULL, ended_at = $2 WHERE id = $1 AND state <> 'sent'";
    FAILED = "UPDATE letters SET state = 'failed', ended_at = $2, last_error = $3 WHERE id = $1 AND state = 'waiting'";
    RESEND = "UPDATE letters SET state = 'waiting', last_error = NULL, ended_at = NULL
        WHERE id = $1 AND state = 'failed' AND (link_until IS NULL OR link_until > $2)";
    USE_LINK = "UPDATE letters SET link_used_at = $2 WHERE id = $1 AND link_used_at IS NULL AND link_until > $2";
    END_LINK = "UPDATE letters SET link_until = created_at WHERE id = $1 AND state <> 'sent'";
    DROP = "DELETE FROM letters WHERE id = $1";
    DROP_OF = "DELETE FROM letters WHERE user_id = $1";
    DROP_TO = "DELETE FROM letters WHERE address = $1";
    END_LINKS_OF = "UPDATE letters SET link_until = $3 WHERE user_id = $1 AND kind = $2 AND link_used_at IS NULL AND link_until > $3";
    END_LINKS_TO = "UPDATE letters SET link_until = $3 WHERE address = $1 AND kind = $2 AND link_used_at IS NULL AND link_until > $3";
    FORGET = "DELETE FROM letters WHERE state = $1 AND ended_at <= $2 AND (link_until IS NULL OR link_until <= $2)";
    UNQUEUE = "DELETE FROM jobs WHERE subject = $1 AND submission_id IS NULL";
    UNQUEUE_OF = "DELETE FROM jobs WHERE submission_id IS NULL AND subject IN (SELECT id FROM letters WHERE user_id = $1)";
    UNQUEUE_TO = "DELETE FROM jobs WHERE submission_id IS NULL AND subject IN (SELECT id FROM letters WHERE address = $1)";
    // Of letters that nobody has begun to send.
    UNBEGUN = "DELETE FROM jobs WHERE subject = $1 AND submission_id IS NULL AND attempts = 0";
    UNBEGUN_OF = "DELETE FROM jobs WHERE submission_id IS NULL AND attempts = 0
        AND subject IN (SELECT id FROM letters WHERE user_id = $1 AND kind = $2) RETURNING subject";
    UNBEGUN_TO = "DELETE FROM jobs WHERE submission_id IS NULL AND attempts = 0
        AND subject IN (SELECT id FROM letters WHERE address = $1 AND kind = $2) RETURNING subject";
}

impl Tx {
    /// Writes a letter, and the job that sends it once the transaction is committed.
    pub async fn post_letter(&mut self, new: NewLetter<'_>) -> Result<()> {
        let NewLetter { id, user, competition, address, reply_to, kind, locale, payload, message_id, link_until, at } =
            new;
        run!(self, POST, id, user, address, reply_to, kind, locale, payload, message_id, at, link_until, competition)?;
        self.queue_letter(id, at).await
    }

    /// A letter whose link somebody waits for goes before the others.
    async fn queue_letter(&mut self, id: LetterId, at: DateTime<Utc>) -> Result<()> {
        let rules = JobKind::Mail.rules();
        run!(self, QUEUE, JobId::at(at), JobKind::Mail, rules.priority, rules.attempts, at, id)
    }

    /// A letter that is about to be sent, in the transaction that takes its job; nothing where it does not wait any more.
    #[boxed]
    pub async fn take_letter(&mut self, id: LetterId) -> Result<Option<TakenLetter>> {
        maybe!(self, TAKE, id)
    }

    /// One more key that opens the letter's link.
    #[boxed]
    pub async fn add_letter_key(&mut self, hash: Vec<u8>, letter: LetterId) -> Result<()> {
        run!(self, ADD_KEY, &hash, letter)
    }

    /// It was sent, by whomever: that is so even for who has lost its job, and whoever has that now is rid of it. What it said is
    /// forgotten.
    #[boxed]
    pub async fn letter_sent(&mut self, id: LetterId, at: DateTime<Utc>) -> Result<()> {
        run!(self, UNQUEUE, id)?;
        run!(self, SENT, id, at)
    }

    /// It was not sent and is not tried again; its job has ended in the same transaction.
    #[boxed]
    pub async fn letter_failed(&mut self, id: LetterId, at: DateTime<Utc>, error: &str) -> Result<()> {
        run!(self, FAILED, id, at, error)
    }

    /// Puts a failed letter back among those that wait; false where there is none or its link has ended.
    #[boxed]
    pub async fn resend_letter(&mut self, id: LetterId, now: DateTime<Utc>) -> Result<bool> {
        if !changed!(self, RESEND, id, now)? {
            return Ok(false);
        }
        self.queue_letter(id, now).await?;
        Ok(true)
    }

    /// Uses the letter's link; false when it was used already or has ended. Its job is held first, in the order of whoever sends it:
    /// what comes after may take the letter back.
    #[boxed]
    pub async fn use_letter_link(&mut self, id: LetterId, now: DateTime<Utc>) -> Result<bool> {
        self.lock_letter_job(id).await?;
        changed!(self, USE_LINK, id, now)
    }

    /// Takes a letter back: one that nobody has begun to send is gone, and one that is tried again is given up, for its link has ended.
    #[boxed]
    pub async fn unsend_letter(&mut self, id: LetterId) -> Result<()> {
        if changed!(self, UNBEGUN, id)? { run!(self, DROP, id) } else { run!(self, END_LINK, id) }
    }

    /// Forgets a letter and its link, for who has its job.
    #[boxed]
    pub async fn drop_letter(&mut self, id: LetterId) -> Result<()> {
        run!(self, DROP, id)
    }

    /// Forgets all letters of a user, and all to an address that is theirs for sure, with what their links lead to.
    #[boxed]
    pub async fn drop_letters_of(&mut self, user: UserId, address: Option<&str>) -> Result<()> {
        run!(self, UNQUEUE_OF, user)?;
        if let Some(address) = address {
            run!(self, UNQUEUE_TO, address)?;
            run!(self, DROP_TO, address)?;
        }
        run!(self, DROP_OF, user)
    }

    /// Ends the links of a user's letters of that kind; those that nobody has begun to send are not sent.
    #[boxed]
    pub async fn end_links_of(&mut self, user: UserId, kind: &str, now: DateTime<Utc>) -> Result<()> {
        let unbegun: Vec<LetterId> = values!(self, UNBEGUN_OF, user, kind)?;
        self.drop_unqueued(unbegun).await?;
        run!(self, END_LINKS_OF, user, kind, now)
    }

    /// The same of letters to an address, whosever they are.
    #[boxed]
    pub async fn end_links_to(&mut self, address: &str, kind: &str, now: DateTime<Utc>) -> Result<()> {
        let unbegun: Vec<LetterId> = values!(self, UNBEGUN_TO, address, kind)?;
        self.drop_unqueued(unbegun).await?;
        run!(self, END_LINKS_TO, address, kind, now)
    }

    async fn drop_unqueued(&mut self, letters: Vec<LetterId>) -> Result<()> {
        for letter in letters {
            run!(self, DROP, letter)?;
        }
        Ok(())
    }

    /// Removes letters that ended before that, with their keys.
    #[boxed]
    pub async fn forget_letters(&mut self, before: DateTime<Utc>) -> Result<()> {
        for state in ["sent", "failed"] {
            run!(self, FORGET, state, before)?;
        }
        Ok(())
    }
}
