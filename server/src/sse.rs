//! Server-sent events of a competition: its leaderboard's version, new notices, the own team's submissions.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use domain::access::Action;
use domain::ids::CompetitionId;
use domain::json::{EVENT, LeaderboardEvent, NoticeEvent, SubmissionEvent};
use futures::stream;
use platform::events::{Event, Listener};
use platform::{Services, boards, competitions, teams};
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::error::ApiResult;
use crate::extract::{Caller, InCompetition};
use crate::state::AppState;

/// A stream that is silent for longer may be taken for dead by a proxy.
const ALIVE: Duration = Duration::from_secs(15);
/// How long a browser waits before it connects again, at least.
const AGAIN: Duration = Duration::from_secs(2);
/// What one more reader of a leaderboard costs the server, generously: so long later a changed one is fetched.
const A_READER: Duration = Duration::from_micros(250);
const SPREAD: (Duration, Duration) = (Duration::from_millis(600), Duration::from_secs(5));
/// A stream ends after so long or up to a third more: whose it is, is asked anew when it is opened again.
const LASTS: Duration = Duration::from_mins(15);

/// `leaderboard` {version, spread}, `notice` {number, title}, `submission` {id, number, status} (your own team's only). The first
/// events are the leaderboard's version and the newest notice (`latest`) of now, so that whoever was cut off sees whether something
/// was missed. `spread` is how many milliseconds readers spread their fetches over, by how many they are; without a version: look for yourself.
/// A stream ends after 15 to 20 minutes, with `end` as its last event; open it again, as an `EventSource` does by itself.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/events", tag = "leaderboard", params(("slug" = String, Path)), responses((status = 200, content_type = "text/event-stream")))]
pub(crate) async fn events(
    State(state): State<AppState>,
    caller: Option<Caller>,
    InCompetition(competition): InCompetition,
) -> ApiResult<Response> {
    let services = &state.services;
    let team = match caller {
        // What is the team's own is heard by whoever may read it.
        Some(Caller(actor)) => {
            actor.by_door(Action::ReadSubmissions)?;
            teams::of(services, &competition, actor.person()?).await?.map(|team| team.id)
        }
        None => None,
    };
    // Listening begins before the version is read, so that no change falls between the two.
    let listener = services.events.listen(competition.id, team);
    let competition = competitions::current(services, &competition.slug).await?;
    let stage = competition.current_stage(services.clock.now()).map(|stage| (stage.id, stage.leaderboard_version));
    if let Some((stage, version)) = stage {
        services.events.tells(stage, version);
    }
    let version = stage.map_or(0, |(_, version)| version);
    let hello = hello(version, listener.listeners()) + &newest(services, competition.id).await;
    let reader = Reader {
        hello: Some(hello.into()),
        services: services.clone(),
        competition: competition.id,
        listener,
        alive: Instant::now() + ALIVE,
        ends: Instant::now() + lasts(),
        over: false,
        stop: state.stop.clone(),
    };
    let body = stream::unfold(reader, |mut reader| async move {
        let text = reader.next().await?;
        Some((Ok::<_, Infallible>(text), reader))
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        // Said to nginx: events are not gathered.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// One who holds the stream.
struct Reader {
    hello: Option<Bytes>,
    services: Services,
    competition: CompetitionId,
    listener: Listener,
    /// When to send a sign of life.
    alive: Instant,
    ends: Instant,
    /// It has said that it ends.
    over: bool,
    stop: watch::Receiver<bool>,
}

impl Reader {
    /// The next bytes; none once the stream has lasted long enough or the server stops.
    async fn next(&mut self) -> Option<Bytes> {
        if self.over || *self.stop.borrow() {
            return None;
        }
        if let Some(hello) = self.hello.take() {
            return Some(hello);
        }
        tokio::select! {
            heard = self.listener.next() => {
                self.alive = Instant::now() + ALIVE;
                match heard {
                    Some(heard) if heard.event != Event::LookAgain => {
                        Some(heard.text(|heard| message(&heard.event, heard.listeners).into()))
                    }
                    _ => Some(self.look_again().await.into()),
                }
            }
            () = sleep_until(self.alive) => {
                self.alive = Instant::now() + ALIVE;
                Some(Bytes::from_static(b":\n\n"))
            }
            () = sleep_until(self.ends) => {
                self.over = true;
                Some(format!("event: {}\ndata:\n\n", EVENT.end).into())
            }
            _ = self.stop.changed() => None,
        }
    }
}

impl Reader {
    /// Some may have been missed: the leaderboard's version is to be asked for, the newest notice is told.
    async fn look_again(&self) -> String {
        message(&Event::LookAgain, self.listener.listeners()) + &newest(&self.services, self.competition).await
    }
}

/// The newest notice, for whoever knows an older one.
async fn newest(services: &Services, competition: CompetitionId) -> String {
    match boards::newest(services, competition).await {
        Ok(Some((number, title))) => frame(EVENT.notice, &NoticeEvent { latest: true, number, title: Some(title) }),
        Ok(None) => frame(EVENT.notice, &NoticeEvent { latest: true, ..NoticeEvent::default() }),
        Err(error) => {
            tracing::warn!(%error, "the newest notice could not be read");
            String::new()
        }
    }
}

fn frame(name: &str, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).unwrap_or_default();
    format!("event: {name}\ndata: {data}\n\n")
}

/// How long a stream lasts: those that were opened together do not end together.
fn lasts() -> Duration {
    LASTS + LASTS.mul_f64(rand::random::<f64>() / 3.0)
}

/// How long readers spread what they do at an announcement.
fn spread(listeners: usize) -> Duration {
    A_READER.saturating_mul(u32::try_from(listeners).unwrap_or(u32::MAX)).clamp(SPREAD.0, SPREAD.1)
}

/// The first event. All who were cut off together come back spread.
fn hello(version: i64, listeners: usize) -> String {
    let spread = spread(listeners);
    let again = AGAIN + spread.mul_f64(rand::random::<f64>());
    format!("retry: {}\n", millis(again))
        + &frame(EVENT.leaderboard, &LeaderboardEvent { spread: Some(millis(spread)), version: Some(version) })
}

fn message(event: &Event, listeners: usize) -> String {
    let spread = Some(millis(spread(listeners)));
    match event {
        Event::Leaderboard { version, .. } => {
            frame(EVENT.leaderboard, &LeaderboardEvent { spread, version: Some(*version) })
        }
        Event::Notice { number, title, .. } => {
            frame(EVENT.notice, &NoticeEvent { latest: false, number: *number, title: Some(title.clone()) })
        }
        Event::Submission { id, number, status, .. } => {
            let (id, status) = (id.to_string(), status.key().to_owned());
            frame(EVENT.submission, &SubmissionEvent { id, number: *number, status })
        }
        Event::LookAgain => frame(EVENT.leaderboard, &LeaderboardEvent { spread, version: None }),
        Event::Queued => String::new(),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use domain::ids::StageId;
    use futures::FutureExt as _;
    use platform::testing::sqlite;

    use super::*;

    #[tokio::test]
    async fn a_stream_ends_when_its_time_has_come_says_so_and_not_before_its_greeting() {
        let store = sqlite().await;
        let services = store.services("2026-11-21T03:00:00Z".parse().unwrap()).await;
        let (_running, stop) = watch::channel(false);
        let reader = |ends| {
            let competition = CompetitionId::random();
            let (services, listener) = (services.clone(), services.events.listen(competition, None));
            let (hello, alive) = (Some(Bytes::from_static(b"hello")), Instant::now() + ALIVE);
            Reader { hello, services, competition, listener, alive, ends, over: false, stop: stop.clone() }
        };
        let mut over = reader(Instant::now());
        assert_eq!(over.next().await.unwrap(), "hello");
        assert_eq!(over.next().await.unwrap(), "event: end\ndata:\n\n");
        assert_eq!(over.next().await, None);
        let mut young = reader(Instant::now() + lasts());
        assert_eq!(young.next().await.unwrap(), "hello");
        assert_eq!(young.next().now_or_never(), None);
    }

    #[test]
    fn streams_last_a_quarter_of_an_hour_or_up_to_a_third_longer_and_not_all_the_same() {
        let all = [(); 100].map(|()| lasts());
        assert!(all.iter().all(|lasts| (LASTS..=LASTS * 4 / 3).contains(lasts)), "{all:?}");
        assert!(all.iter().any(|lasts| *lasts != all[0]));
    }

    #[test]
    fn the_more_listen_the_longer_fetches_are_spread_within_bounds() {
        assert_eq!([1, 4_000, 10_000_000].map(|n| spread(n).as_millis()), [600, 1_000, 5_000]);
    }

    #[test]
    fn an_event_is_one_frame_with_its_data_on_one_line() {
        let event = Event::Leaderboard { competition: CompetitionId::random(), stage: StageId::random(), version: 7 };
        let text = message(&event, 4_000);
        assert_eq!(text, "event: leaderboard\ndata: {\"spread\":1000,\"version\":7}\n\n");
        let notice = Event::Notice { competition: CompetitionId::random(), number: 1, title: "둘\n줄".into() };
        assert_eq!(message(&notice, 1).lines().count(), 3);
    }
}
