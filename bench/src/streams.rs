//! Thousands of event streams, and how long an announcement takes to reach them all.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::address;
use platform::clock::Clock;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::events::{Event, EventStream};
use crate::numbers::Samples;
use crate::people::SLUG;
use crate::place::{Place, source};

/// Connections that are being made at once.
const OPENING: usize = 64;
/// Announcements are followed to every stream this often at most, and so many of them.
const FOLLOWED_EVERY: Duration = Duration::from_millis(250);
const FOLLOWED: usize = 400;
/// As the server asks of an `EventSource`.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

pub(crate) fn path() -> String {
    address::api::events(SLUG)
}

/// What all streams heard together.
#[derive(Default)]
pub(crate) struct Heard(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    newest: Option<i64>,
    /// Greetings are not followed: streams hear them as they open.
    is_open: bool,
    followed: Vec<Followed>,
    delays: Samples,
    firsts: Vec<(i64, DateTime<Utc>)>,
    events: usize,
    broken: usize,
}

struct Followed {
    version: i64,
    first: Instant,
    reached: usize,
    last: Duration,
}

/// What came of it.
pub(crate) struct Outcome {
    /// From the first stream that heard a followed announcement to each other one.
    pub(crate) delays: Samples,
    /// From the first to the last, an announcement.
    pub(crate) whole: Samples,
    /// Streams that a followed announcement never reached, over all of them.
    pub(crate) missed: usize,
    /// When the first stream heard of each version.
    pub(crate) firsts: Vec<(i64, DateTime<Utc>)>,
    pub(crate) events: usize,
    pub(crate) broken: usize,
}

impl Heard {
    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream heard of a version. `next` is the first followed announcement that this stream has not heard of.
    fn leaderboard(&self, version: i64, next: &mut usize) {
        let now = Instant::now();
        let mut inner = self.lock();
        let inner = &mut *inner;
        inner.events += 1;
        if inner.newest.is_none_or(|newest| version > newest) {
            inner.newest = Some(version);
            inner.firsts.push((version, Clock::System.now()));
            let is_due = inner.is_open && inner.followed.last().is_none_or(|last| now - last.first >= FOLLOWED_EVERY);
            if is_due && inner.followed.len() < FOLLOWED {
                inner.followed.push(Followed { version, first: now, reached: 0, last: Duration::ZERO });
            }
        }
        while let Some(followed) = inner.followed.get_mut(*next).filter(|followed| followed.version <= version) {
            let took = now.saturating_duration_since(followed.first);
            inner.delays.add(took);
            followed.reached += 1;
            followed.last = followed.last.max(took);
            *next += 1;
        }
    }

    /// How many announcements are followed so far: a new stream begins behind them.
    fn followed(&self) -> usize {
        self.lock().followed.len()
    }

    pub(crate) fn outcome(&self, streams: usize) -> Outcome {
        let mut inner = self.lock();
        let mut whole = Samples::default();
        for followed in &inner.followed {
            whole.add(followed.last);
        }
        Outcome {
            whole,
            missed: inner.followed.iter().map(|followed| streams.saturating_sub(followed.reached)).sum(),
            delays: std::mem::take(&mut inner.delays),
            firsts: std::mem::take(&mut inner.firsts),
            events: inner.events,
            broken: inner.broken,
        }
    }
}

/// Opens the streams; they listen until the set is dropped. Returns once each has heard its greeting.
pub(crate) async fn open(place: Place, count: usize, each: usize, heard: &Arc<Heard>) -> anyhow::Result<JoinSet<()>> {
    let (turn, mut set) = (Arc::new(Semaphore::new(OPENING)), JoinSet::new());
    let (greeted, mut greetings) = tokio::sync::mpsc::unbounded_channel();
    for index in 0..count {
        let (turn, heard, greeted) = (Arc::clone(&turn), Arc::clone(heard), greeted.clone());
        set.spawn(async move {
            loop {
                let opened = async {
                    let _turn = turn.acquire().await.map_err(std::io::Error::other)?;
                    let mut stream = EventStream::open(place, source(index, each), &path(), None).await?;
                    let hello = stream.next().await?;
                    Ok::<_, std::io::Error>((stream, hello))
                };
                let broken = match opened.await {
                    Ok((stream, hello)) => {
                        let _ = greeted.send(());
                        listen(stream, hello, &heard).await
                    }
                    Err(error) => error,
                };
                if heard.lock().broken == 0 {
                    crate::note(&format!("a stream broke: {broken}"));
                }
                heard.lock().broken += 1;
                tokio::time::sleep(AGAIN_AFTER).await;
            }
        });
    }
    let all = async {
        for _ in 0..count {
            greetings.recv().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), all)
        .await
        .map_err(|_| anyhow::anyhow!("not all of {count} streams were open after two minutes"))?;
    heard.lock().is_open = true;
    Ok(set)
}

async fn listen(mut stream: EventStream, hello: Event, heard: &Heard) -> std::io::Error {
    let mut next = heard.followed();
    let mut event = hello;
    loop {
        if let Event::Leaderboard(leaderboard) = event
            && let Some(version) = leaderboard.version
        {
            heard.leaderboard(version, &mut next);
        }
        event = match stream.next().await {
            Ok(event) => event,
            Err(error) => return error,
        };
    }
}
