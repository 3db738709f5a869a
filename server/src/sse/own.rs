//! Server-sent events of a person: how many notifications they have not read. What the notifications say is never in it.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use domain::access::SiteAction;
use domain::events::Audience;
use domain::ids::UserId;
use domain::json::{EVENT, NotificationsEvent};
use futures::stream;
use platform::events::{Event, Listener};
use platform::{Services, notifications};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{ALIVE, again, answer, frame, lasts};
use crate::error::{ApiResult, ErrorBody};
use crate::extract::Caller;
use crate::state::AppState;

/// Between two counts of one stream, at least: however many notifications come meanwhile, they are counted once.
const PAUSE: Duration = Duration::from_secs(1);

/// `notifications` {unread}: how many of your notifications you have not read, now and whenever it changes. A stream ends after 15 to 20
/// minutes, or when you are something else to a competition than you were, with `end` as its last event; open it again.
#[utoipa::path(get, path = "/api/v1/me/events", tag = "account", security(("token" = []), ("basic" = [])),
    responses((status = 200, content_type = "text/event-stream"), (status = 401, body = ErrorBody)))]
pub(crate) async fn events(State(state): State<AppState>, Caller(actor): Caller) -> ApiResult<Response> {
    actor.may(SiteAction::ReadAccount).check()?;
    let user = actor.person()?.id;
    let services = state.services.clone();
    // Listening begins before anything is counted, so that no change falls between the two.
    let listener = services.events.listen(None, &[Audience::Person(user)]);
    let now = Instant::now();
    let reader = Reader {
        hello: Some(again(listener.listeners())),
        services,
        user,
        listener,
        counts: Counts { last: None, next: Some(now) },
        told: None,
        alive: now + ALIVE,
        ends: now + lasts(),
        over: false,
        stop: state.stop.clone(),
    };
    Ok(answer(Body::from_stream(stream::unfold(reader, |mut reader| async move {
        let text = reader.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), reader))
    }))))
}

/// When a stream counts.
#[derive(Debug, Clone, Copy)]
struct Counts {
    last: Option<Instant>,
    next: Option<Instant>,
}

impl Counts {
    /// Something has changed: it is counted at once, or once the pause is over.
    fn ask(&mut self, now: Instant) {
        let soonest = self.last.map_or(now, |last| now.max(last + PAUSE));
        self.next = Some(self.next.unwrap_or(soonest));
    }

    fn done(&mut self, now: Instant) {
        *self = Self { last: Some(now), next: None };
    }
}

struct Reader {
    /// What comes before the first event.
    hello: Option<String>,
    services: Services,
    user: UserId,
    listener: Listener,
    counts: Counts,
    /// The number that was told last.
    told: Option<i64>,
    /// When to send a sign of life.
    alive: Instant,
    ends: Instant,
    /// It has said that it ends.
    over: bool,
    stop: watch::Receiver<bool>,
}

impl Reader {
    /// The next text; none once the stream has lasted long enough or the server stops.
    async fn next(&mut self) -> Option<String> {
        if self.over || *self.stop.borrow() {
            return None;
        }
        loop {
            let counts = self.counts.next.unwrap_or(self.ends);
            tokio::select! {
                heard = self.listener.next() => match heard.as_deref().map(|heard| &heard.event) {
                    Some(Event::Part { .. }) => return Some(self.end()),
                    // Without an event some were missed.
                    None | Some(Event::Told { .. } | Event::LookAgain) => self.counts.ask(Instant::now()),
                    Some(_) => {}
                },
                () = sleep_until(counts), if self.counts.next.is_some() => {
                    if let Some(text) = self.count().await {
                        self.alive = Instant::now() + ALIVE;
                        return Some(text);
                    }
                }
                () = sleep_until(self.alive) => {
                    self.alive = Instant::now() + ALIVE;
                    return Some(":\n\n".to_owned());
                }
                () = sleep_until(self.ends) => return Some(self.end()),
                _ = self.stop.changed() => return None,
            }
        }
    }

    /// How many there are, where that is another number than was told.
    async fn count(&mut self) -> Option<String> {
        self.counts.done(Instant::now());
        let unread = match notifications::unread(&self.services, self.user).await {
            Ok(unread) => unread,
            // Whoever comes back counts anew.
            Err(error) => {
                tracing::warn!(%error, "notifications could not be counted");
                return Some(self.end());
            }
        };
        if self.told.replace(unread) == Some(unread) {
            return None;
        }
        let hello = self.hello.take().unwrap_or_default();
        Some(hello + &frame(EVENT.notifications, &NotificationsEvent { unread }))
    }

    fn end(&mut self) -> String {
        self.over = true;
        format!("event: {}\ndata:\n\n", EVENT.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_changes_within_a_second_are_counted_twice() {
        let begin = Instant::now();
        let mut counts = Counts { last: None, next: None };
        let mut counted = 0;
        for change in 0..1_000 {
            let now = begin + Duration::from_millis(change);
            if counts.next.is_some_and(|next| next <= now) {
                counts.done(now);
                counted += 1;
            }
            counts.ask(now);
        }
        // The last one is still to come, a pause after the one before.
        assert_eq!((counted, counts.next), (1, Some(begin + Duration::from_millis(1) + PAUSE)));
    }
}
