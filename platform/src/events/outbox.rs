//! What was said through the outbox: handed on in its order, and said again to whoever comes back.

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::events::Audience;
use storage::Db;
use storage::outbox::{Message, Span};

use super::{Event, Events};
use crate::error::{Error, Result};
use crate::kept::joined::Joined;
use crate::services::Services;

/// Messages that are read at once.
const AT_ONCE: i64 = 256;
/// Messages that are said again to one who comes back; with more, they look for themselves.
const AGAIN: i64 = 200;
/// How long messages are kept for those who come back.
const KEPT: TimeDelta = TimeDelta::days(7);
/// The same of what somebody is still to be told of, where what tells it has failed.
const UNTOLD: TimeDelta = TimeDelta::days(60);

/// What somebody has missed since a message.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Missed {
    pub events: Vec<(i64, Event)>,
    /// All messages up to this one are in it, or were before it.
    pub last: i64,
}

impl Events {
    /// Hands on what was said after `heard`, which then is the last message.
    pub(super) async fn hand_on(&self, db: &Db, heard: &mut i64) -> Result<()> {
        loop {
            let messages = db.messages_since(*heard, AT_ONCE).await?;
            let is_last = messages.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
            for message in messages {
                *heard = message.seq;
                if let Some((seq, event)) = read(message) {
                    self.hub.deliver(event, Some(seq));
                }
            }
            if is_last {
                return Ok(());
            }
        }
    }
}

/// What a message says; none where another version said it in its own way.
fn read(message: Message) -> Option<(i64, Event)> {
    match serde_json::from_str(&message.payload) {
        Ok(event) => Some((message.seq, event)),
        Err(error) => {
            tracing::warn!(%error, seq = message.seq, "a message could not be read");
            None
        }
    }
}

/// The number of the last message of now; readers who ask at once share the question.
#[boxed]
pub async fn since(services: &Services) -> Result<i64> {
    Ok(span(services).await?.last)
}

async fn span(services: &Services) -> Result<Span> {
    let db = services.db.clone();
    let load = async move { db.outbox_span().await.map_err(|error| error.to_string()) };
    services.cache::<Spans>().0.read(&(), load).await.map_err(Error::Other)
}

/// See [`since`].
#[derive(Default)]
struct Spans(Joined<(), std::result::Result<Span, String>>);

/// What was said to the audiences after a message; none where too much was, it is no longer kept, or there is no such message.
#[boxed]
pub async fn missed(services: &Services, audiences: &[Audience], after: i64) -> Result<Option<Missed>> {
    let span = span(services).await?;
    if after > span.last || after + 1 < span.first {
        return Ok(None);
    }
    if after == span.last {
        return Ok(Some(Missed { events: Vec::new(), last: span.last }));
    }
    let messages = services.db.messages_to(audiences, after, span.last, AGAIN + 1).await?;
    if messages.len() > usize::try_from(AGAIN).unwrap_or(usize::MAX) {
        return Ok(None);
    }
    Ok(Some(Missed { events: messages.into_iter().filter_map(read).collect(), last: span.last }))
}

/// Forgets what nobody comes back for any more.
#[boxed]
pub async fn forget(services: &Services) -> Result<()> {
    let mut tx = services.db.begin().await?;
    let now = services.clock.now();
    tx.forget_messages(now - KEPT, now - UNTOLD).await?;
    Ok(tx.commit().await?)
}
