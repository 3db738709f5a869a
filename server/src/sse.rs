//! Server-sent events of a competition: its leaderboard's version, new notices, that of its live questions, the own team's submissions.
//! Those of a person are in [`own`].

pub(crate) mod own;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use domain::access::Action;
use domain::events::Audience;
use domain::ids::CompetitionId;
use domain::json::{EVENT, LeaderboardEvent, LiveEvent, NoticeEvent, SubmissionEvent};
use domain::live::LiveSession;
use futures::stream;
use platform::events::{self, Event, Listener, Missed};
use platform::{Services, access, boards, competitions, live};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::error::{ApiError, ApiResult};
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

/// By the header's name, for a script that opens its stream anew and may set no header.
#[derive(Deserialize)]
pub(crate) struct Resume {
    after: Option<String>,
}

/// The number of the last message when the request began.
pub(crate) struct Standing(i64);

impl FromRequestParts<AppState> for Standing {
    type Rejection = ApiError;

    async fn from_request_parts(_parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self(events::since(&state.services).await?))
    }
}

/// `leaderboard` {version, spread}, `live` {version, spread} (live questions, where there are any), `notice` {number, title}, `submission` {id, number, status} (your own team's only). Notices and
/// ends of submissions have an `id`: with the last one as `Last-Event-ID`, or as `after`, nothing is missed and nothing comes twice, for
/// seven days. The first events are what was missed and the leaderboard's version of now; without an id, the newest notice (`latest`) too.
/// `spread` is how many milliseconds readers spread their fetches over, by how many they are; without a version: look for yourself.
/// A stream ends after 15 to 20 minutes, or when you are something else to the competition than you were, with `end` as its last event;
/// open it again, as an `EventSource` does by itself.
#[utoipa::path(get, path = "/api/v1/competitions/{slug}/events", tag = "leaderboard",
    params(("slug" = String, Path), ("after" = Option<i64>, Query), ("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, content_type = "text/event-stream")))]
pub(crate) async fn events(
    State(state): State<AppState>,
    // Before it is asked who listens, so that nobody stays who is something else by now.
    Standing(asked): Standing,
    caller: Option<Caller>,
    InCompetition(competition): InCompetition,
    Query(Resume { after }): Query<Resume>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let services = &state.services;
    let audiences = match caller {
        // What is the team's own is heard by whoever may read it.
        Some(Caller(actor)) => {
            actor.by_door(Action::ReadSubmissions)?;
            let part = access::part(services, &competition, &actor).await?;
            part.visit(&competition, &actor, services.clock.now()).hears()
        }
        None => vec![Audience::Everyone(competition.id)],
    };
    let header = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    // What is no number was never given: the stream begins anew.
    let after = header.or(after).and_then(|id| id.parse().ok());
    // Listening begins before anything is read, so that no change falls between the two.
    let listener = services.events.listen(competition.id, &audiences);
    let mut reader = Reader {
        hello: None,
        services: services.clone(),
        competition: competition.id,
        listener,
        audiences,
        last: asked,
        alive: Instant::now() + ALIVE,
        ends: Instant::now() + lasts(),
        over: false,
        stop: state.stop.clone(),
    };
    let competition = competitions::current(services, &competition.slug).await?;
    let stage = competition.current_stage(services.clock.now()).map(|stage| (stage.id, stage.leaderboard_version));
    if let Some((stage, version)) = stage {
        services.events.tells(stage.0, version);
    }
    let session = LiveSession::shown(&competition.live, services.clock.now());
    let live = match session {
        Some(session) => Some(live::version(services, session).await?),
        None => None,
    };
    if let (Some(session), Some(version)) = (session, live) {
        services.events.tells(session.id.0, version);
    }
    let version = stage.map_or(0, |(_, version)| version);
    reader.greet(version, live, after).await?;
    let body = stream::unfold(reader, |mut reader| async move {
        let text = reader.next().await?;
        Some((Ok::<_, Infallible>(text), reader))
    });
    Ok(answer(Body::from_stream(body)))
}

fn answer(body: Body) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        // Said to nginx: events are not gathered.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, body).into_response()
}

/// One who holds the stream.
struct Reader {
    hello: Option<Bytes>,
    services: Services,
    competition: CompetitionId,
    listener: Listener,
    audiences: Vec<Audience>,
    /// All messages up to this one are told.
    last: i64,
    /// When to send a sign of life.
    alive: Instant,
    ends: Instant,
    /// It has said that it ends.
    over: bool,
    stop: watch::Receiver<bool>,
}

impl Reader {
    /// What comes first: what was missed since a message, and what is so now; `live` is the version of the live questions.
    async fn greet(&mut self, version: i64, live: Option<i64>, after: Option<i64>) -> platform::Result<()> {
        let asked = self.last;
        let (services, audiences) = (&self.services, &self.audiences);
        let missed = match after {
            Some(after) => events::missed(services, audiences, after).await?,
            None => None,
        };
        let is_new = missed.is_none();
        let missed = match missed {
            Some(missed) => missed,
            None => {
                events::missed(services, audiences, asked).await?.unwrap_or(Missed { last: asked, ..Missed::default() })
            }
        };
        let listeners = self.listener.listeners();
        let mut text = again(listeners) + &retold(&missed.events, listeners);
        self.last = missed.last;
        let now = LeaderboardEvent { spread: Some(spread_of(listeners)), version: Some(version) };
        text += &identified(Some(self.last), &frame(EVENT.leaderboard, &now));
        if live.is_some() {
            text += &frame(EVENT.live, &LiveEvent { version: live, spread: Some(spread_of(listeners)) });
        }
        if is_new {
            text += &newest(&self.services, self.competition).await;
        }
        if is_other(&missed, asked) {
            text += &self.end();
        }
        self.hello = Some(text.into());
        Ok(())
    }

    /// The next bytes; none once the stream has lasted long enough or the server stops.
    async fn next(&mut self) -> Option<Bytes> {
        if *self.stop.borrow() {
            return None;
        }
        if let Some(hello) = self.hello.take() {
            return Some(hello);
        }
        if self.over {
            return None;
        }
        loop {
            tokio::select! {
                heard = self.listener.next() => {
                    self.alive = Instant::now() + ALIVE;
                    // Too slow: what was dropped is said again.
                    let Some(heard) = heard else { return Some(self.look_again().await.into()) };
                    if heard.seq.is_some_and(|seq| seq <= self.last) {
                        continue;
                    }
                    self.last = heard.seq.unwrap_or(self.last);
                    if matches!(heard.event, Event::Part { .. }) {
                        return Some(self.end().into());
                    }
                    if matches!(heard.event, Event::News { .. } | Event::Told { .. }) {
                        continue;
                    }
                    return Some(heard.text(|heard| message(&heard.event, heard.seq, heard.listeners).into()));
                }
                () = sleep_until(self.alive) => {
                    self.alive = Instant::now() + ALIVE;
                    return Some(Bytes::from_static(b":\n\n"));
                }
                () = sleep_until(self.ends) => return Some(self.end().into()),
                _ = self.stop.changed() => return None,
            }
        }
    }

    fn end(&mut self) -> String {
        self.over = true;
        identified(Some(self.last), &format!("event: {}\ndata:\n\n", EVENT.end))
    }

    /// Some may have been missed: what was said is said again, and the leaderboard's version is to be asked for.
    async fn look_again(&mut self) -> String {
        let listeners = self.listener.listeners();
        let look = message(&Event::LookAgain, None, listeners);
        let outcome = async {
            let last = events::since(&self.services).await?;
            Ok::<_, platform::Error>((events::missed(&self.services, &self.audiences, self.last).await?, last))
        };
        match outcome.await {
            Ok((Some(missed), _)) => {
                let is_other = is_other(&missed, self.last);
                self.last = missed.last;
                look + &retold(&missed.events, listeners) + &if is_other { self.end() } else { String::new() }
            }
            // Too much: the stream begins anew, by whoever they are by then.
            Ok((None, last)) => {
                self.last = last;
                look + &newest(&self.services, self.competition).await + &self.end()
            }
            // Whoever comes back goes on from the last that was told.
            Err(error) => {
                tracing::warn!(%error, "what was missed could not be read");
                look + &self.end()
            }
        }
    }
}

/// Whether the listener is something else to the competition since a message.
fn is_other(missed: &Missed, since: i64) -> bool {
    missed.events.iter().any(|(seq, event)| *seq > since && matches!(event, Event::Part { .. }))
}

/// What was said while one did not listen.
fn retold(events: &[(i64, Event)], listeners: usize) -> String {
    events.iter().map(|(seq, event)| message(event, Some(*seq), listeners)).collect()
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

/// When to come back once cut off. All who were cut off together come back spread.
fn again(listeners: usize) -> String {
    format!("retry: {}\n", millis(AGAIN + spread(listeners).mul_f64(rand::random::<f64>())))
}

fn spread_of(listeners: usize) -> u64 {
    millis(spread(listeners))
}

/// A frame with its number.
fn identified(seq: Option<i64>, frame: &str) -> String {
    seq.map_or_else(|| frame.to_owned(), |seq| format!("id: {seq}\n{frame}"))
}

fn message(event: &Event, seq: Option<i64>, listeners: usize) -> String {
    let spread = Some(spread_of(listeners));
    let text = match event {
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
        Event::Live { version, .. } => frame(EVENT.live, &LiveEvent { spread, version: Some(*version) }),
        Event::LookAgain => {
            frame(EVENT.leaderboard, &LeaderboardEvent { spread, version: None })
                + &frame(EVENT.live, &LiveEvent { spread, version: None })
        }
        Event::Part { .. } | Event::News { .. } | Event::Told { .. } | Event::Queued | Event::Said => {
            return String::new();
        }
    };
    identified(seq, &text)
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
            let (services, listener) = (services.clone(), services.events.listen(competition, &[]));
            Reader {
                hello: Some(Bytes::from_static(b"hello")),
                services,
                competition,
                listener,
                audiences: Vec::new(),
                last: 7,
                alive: Instant::now() + ALIVE,
                ends,
                over: false,
                stop: stop.clone(),
            }
        };
        let mut over = reader(Instant::now());
        assert_eq!(over.next().await.unwrap(), "hello");
        assert_eq!(over.next().await.unwrap(), "id: 7\nevent: end\ndata:\n\n");
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
        let text = message(&event, None, 4_000);
        assert_eq!(text, "event: leaderboard\ndata: {\"spread\":1000,\"version\":7}\n\n");
        let notice = Event::Notice { competition: CompetitionId::random(), number: 1, title: "둘\n줄".into() };
        assert_eq!(message(&notice, Some(3), 1).lines().count(), 4);
    }
}
