//! The outbox: what was said to whom, in the order of the commits (docs/decisions/0027-outbox.md).

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::events::{Audience, Event};
use domain::ids::UserId;
use uuid::Uuid;

use crate::dialect::List;
use crate::jobs::NewJob;
use crate::{Db, Error, Result, Tx};

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Message {
    /// Higher than that of all that was said before it.
    pub seq: i64,
    /// As [`Audience`] is stored.
    pub audience: String,
    pub payload: String,
    pub at: DateTime<Utc>,
}

/// Which messages there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Span {
    /// The last message's number.
    pub last: i64,
    /// That of the first one that is still kept, or of the next one where none is.
    pub first: i64,
}

sql! {
    // Holds the head until the commit: whoever comes next gets higher numbers and is seen later.
    MOVE_HEAD = "UPDATE outbox_head SET seq = seq + $1 RETURNING seq";
    INSERT = "INSERT INTO outbox (seq, audience, payload, at) VALUES ($1, $2, $3, $4)";
    FORGET = "DELETE FROM outbox WHERE at <= $1 AND seq < $2";
    // What jobs are still to tell, as `NewJob::notify` writes it; not for ever.
    UNTOLD = "SELECT payload FROM jobs WHERE created_at > $1 AND state IN ('waiting', 'running', 'dead') AND kind = 'notify' AND payload IS NOT NULL";
}

impl Tx {
    /// Says something, if the transaction is committed.
    pub fn say(&mut self, event: Event, at: DateTime<Utc>) {
        self.said.push((event, at));
    }

    /// Writes what was said. Nothing may follow but the commit: others wait for the head.
    pub(crate) async fn send_out(&mut self) -> Result<()> {
        let said: Vec<_> = std::mem::take(&mut self.said).into_iter().filter(|(event, _)| event.is_kept()).collect();
        let Some(count) = i64::try_from(said.len()).ok().filter(|count| *count > 0) else { return Ok(()) };
        let last: i64 = value!(self, MOVE_HEAD, count)?;
        for (seq, (event, at)) in (last - count + 1..).zip(said) {
            let audience = event.audience().map(|audience| audience.to_string());
            let payload = serde_json::to_string(&event).map_err(|error| Error::Other(error.to_string()))?;
            run!(self, INSERT, seq, audience, payload, at)?;
            if let Event::News { competition, .. } = event {
                self.put_job(NewJob::notify(competition, seq, UserId(Uuid::nil()), at), at).await?;
            }
        }
        Ok(())
    }

    /// Forgets what was said until then, but for what somebody is still to be told of, and what came after it, where that is no older
    /// than another moment.
    #[boxed]
    pub async fn forget_messages(&mut self, until: DateTime<Utc>, untold_since: DateTime<Utc>) -> Result<()> {
        let untold: Vec<String> = values!(self, UNTOLD, untold_since)?;
        let first = untold.iter().filter_map(|payload| payload.split(' ').next()?.parse().ok()).min();
        run!(self, FORGET, until, first.unwrap_or(i64::MAX))
    }
}

sql! {
    SPAN = "SELECT seq AS last, COALESCE((SELECT MIN(seq) FROM outbox), seq + 1) AS first FROM outbox_head";
    ONE = "SELECT seq, audience, payload, at FROM outbox WHERE seq = $1";
    SINCE = "SELECT seq, audience, payload, at FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2";
    // Each audience by its index: PostgreSQL would read all numbers for those of a few.
    TO = concat!(
        "SELECT seq, audience, payload, at FROM outbox WHERE audience ",
        among!(sqlite texts),
        " AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4"
    ), postgres = "SELECT m.seq, m.audience, m.payload, m.at FROM unnest($1::TEXT[]) AS a (audience)
        CROSS JOIN LATERAL (SELECT o.seq, o.audience, o.payload, o.at FROM outbox o
            WHERE o.audience = a.audience AND o.seq > $2 AND o.seq <= $3 ORDER BY o.seq LIMIT $4) m
        ORDER BY m.seq LIMIT $4";
}

impl Db {
    /// Which messages there are now. All up to the last one can be read.
    #[boxed]
    pub async fn outbox_span(&self) -> Result<Span> {
        one!(self, SPAN)
    }

    /// A message, while it is kept.
    #[boxed]
    pub async fn message(&self, seq: i64) -> Result<Option<Message>> {
        maybe!(self, ONE, seq)
    }

    /// Messages after one, in their order.
    #[boxed]
    pub async fn messages_since(&self, seq: i64, limit: i64) -> Result<Vec<Message>> {
        all!(self, SINCE, seq, limit)
    }

    /// Messages to any of the audiences after one and up to another, in their order.
    #[boxed]
    pub async fn messages_to(&self, audiences: &[Audience], after: i64, last: i64, limit: i64) -> Result<Vec<Message>> {
        let audiences = List(audiences.iter().map(Audience::to_string).collect());
        all!(self, TO, audiences, after, last, limit)
    }
}
