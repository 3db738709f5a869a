//! An open leaderboard as a browser keeps it: what `app/live.js`, `app/src/islands/live.rs` and `leaderboards/` do, all in this file. When the
//! island's protocol changes, this is what changes here: [`wait`] and [`spread`] (when it fetches), [`request`] (what it fetches) and
//! [`version`] (what the answer shows).

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::address;
use domain::json::LeaderboardEvent;
use platform::clock::Clock;
use tokio::time::{Instant, sleep_until};

use crate::events::{Event, EventStream};
use crate::http::{Connection, Head, get};
use crate::people::SLUG;
use crate::place::Place;
use crate::streams;

/// Between two fetches, at least; longer where the event says that many watch.
const BETWEEN: Duration = Duration::from_secs(2);
/// Chance spreads fetches over this, where the event does not say over what.
const CHANCE: Duration = Duration::from_millis(600);
/// What a browser does with a connection that broke.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// What readers spread their fetches over.
fn spread(heard: LeaderboardEvent) -> Duration {
    heard.spread.map_or(CHANCE, Duration::from_millis)
}

/// How long from hearing of a version to fetching it.
fn wait(heard: LeaderboardEvent) -> Duration {
    spread(heard).mul_f64(rand::random_range(0.0..1.0))
}

/// The fetch of what was announced. The browser revalidates what it has.
fn request(page: &Page, _heard: LeaderboardEvent) -> Vec<u8> {
    let mut headers = vec![("accept", "text/html"), ("accept-encoding", "gzip, deflate, br, zstd")];
    headers.extend(page.cookie.as_deref().map(|cookie| ("cookie", cookie)));
    headers.extend(page.etag.as_deref().map(|etag| ("if-none-match", etag)));
    get(&address::leaderboard(SLUG), &headers)
}

/// The version that the answer shows, read from no more of it than is needed: unpacking is what a reader's own machine does.
fn version(head: &Head, body: &[u8]) -> Option<i64> {
    use std::io::Read;
    const NAME: &[u8] = b"data-version=\"";
    // What everyone reads comes as Brotli, what one person reads as gzip, which packs quicker.
    let mut reader: Box<dyn Read> = match head.encoding.as_str() {
        "br" => Box::new(brotli::Decompressor::new(body, 8 * 1024)),
        "gzip" => Box::new(flate2::read::GzDecoder::new(body)),
        _ => Box::new(body),
    };
    let (mut text, mut part) = (Vec::new(), [0; 8 * 1024]);
    while find(&text, NAME).is_none() {
        match reader.read(&mut part).ok()? {
            0 => break,
            length => text.extend_from_slice(&part[..length]),
        }
    }
    // The number may go on in the next part.
    let length = reader.read(&mut part).unwrap_or_default();
    text.extend_from_slice(&part[..length]);
    let start = find(&text, NAME)? + NAME.len();
    let digits = text[start..].split(|byte| *byte == b'"').next()?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// A version that a page shows from a moment on.
pub(crate) struct Showing {
    pub(crate) page: usize,
    pub(crate) is_signed_in: bool,
    pub(crate) version: i64,
    pub(crate) at: DateTime<Utc>,
}

/// What all pages did together.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) showings: Vec<Showing>,
    pub(crate) fetches: usize,
    pub(crate) bytes: usize,
    /// Fetches that were not answered with a page, by what came instead.
    pub(crate) failures: std::collections::BTreeMap<String, usize>,
    /// Streams that broke.
    pub(crate) broken: usize,
}

pub(crate) type Together = Arc<Mutex<Shown>>;

/// One open leaderboard.
pub(crate) struct Page {
    place: Place,
    from: Ipv4Addr,
    index: usize,
    cookie: Option<String>,
    etag: Option<String>,
    version: i64,
    together: Together,
}

/// What the page is about to do.
enum Next {
    Nothing,
    Fetch(Instant, LeaderboardEvent),
    /// A fetch was just made; another change may have come since.
    Rest(Instant),
}

impl Page {
    pub(crate) fn new(place: Place, from: Ipv4Addr, index: usize, cookie: Option<String>, together: &Together) -> Self {
        Self { place, from, index, cookie, etag: None, version: -1, together: Arc::clone(together) }
    }

    /// Keeps the page open until this is dropped; says when it shows something for the first time.
    pub(crate) async fn live(mut self, opened: tokio::sync::mpsc::UnboundedSender<()>) {
        let mut connection = None;
        while !self.fetch(&mut connection, LeaderboardEvent::default()).await {
            tokio::time::sleep(AGAIN_AFTER).await;
        }
        let _ = opened.send(());
        loop {
            let path = streams::path();
            if let Ok(mut events) = EventStream::open(self.place, self.from, &path, self.cookie.as_deref()).await {
                self.follow(&mut events, &mut connection).await;
            }
            self.shown(|shown| shown.broken += 1);
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// Hears and fetches until the stream breaks.
    async fn follow(&mut self, events: &mut EventStream, connection: &mut Option<Connection>) {
        let (mut next, mut again) = (Next::Nothing, None);
        loop {
            let due = match next {
                Next::Nothing => None,
                Next::Fetch(at, _) | Next::Rest(at) => Some(at),
            };
            tokio::select! {
                event = events.next() => {
                    let Ok(event) = event else { return };
                    let Some(heard) = self.is_news(event) else { continue };
                    match next {
                        Next::Nothing => next = Next::Fetch(Instant::now() + wait(heard), heard),
                        _ => again = Some(heard),
                    }
                }
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {
                    next = match next {
                        Next::Fetch(_, heard) => {
                            let Some(outcome) = self.fetch_and_hear(events, connection, heard, &mut again).await else { return };
                            if !outcome {
                                again = again.or(Some(heard));
                            }
                            Next::Rest(Instant::now() + BETWEEN.max(spread(heard)))
                        }
                        _ => match again.take() {
                            // Already at a moment of its own among all readers.
                            Some(heard) => Next::Fetch(Instant::now(), heard),
                            None => Next::Nothing,
                        },
                    };
                }
            }
        }
    }

    /// What is worth a fetch: another version, or a word that some may have been missed.
    fn is_news(&self, event: Event) -> Option<LeaderboardEvent> {
        match event {
            Event::Leaderboard(heard) if heard.version != Some(self.version) => Some(heard),
            _ => None,
        }
    }

    /// Fetches, and hears on meanwhile, as a browser does. `None` when the stream broke.
    async fn fetch_and_hear(
        &mut self,
        events: &mut EventStream,
        connection: &mut Option<Connection>,
        heard: LeaderboardEvent,
        again: &mut Option<LeaderboardEvent>,
    ) -> Option<bool> {
        let version = self.version;
        let fetch = self.fetch(connection, heard);
        tokio::pin!(fetch);
        loop {
            tokio::select! {
                outcome = &mut fetch => return Some(outcome),
                event = events.next() => match event {
                    Ok(Event::Leaderboard(news)) if news.version != Some(version) => *again = Some(news),
                    Ok(_) => {}
                    Err(_) => {
                        fetch.await;
                        return None;
                    }
                },
            }
        }
    }

    /// Fetches and shows what came; false when nothing of use did.
    async fn fetch(&mut self, connection: &mut Option<Connection>, heard: LeaderboardEvent) -> bool {
        let request = request(self, heard);
        // A kept connection may have been closed while it was idle: then a browser takes another.
        for is_fresh in [connection.is_none(), true] {
            let answered = async {
                if connection.is_none() {
                    *connection = Some(Connection::open(self.place, self.from).await?);
                }
                let Some(connection) = connection.as_mut() else { return Err(std::io::ErrorKind::NotConnected.into()) };
                let head = connection.send(&request).await?;
                Ok::<_, std::io::Error>((version(&head, connection.body()), connection.body().len(), head))
            };
            match answered.await {
                Ok((version, bytes, head)) => return self.show(version, bytes, head),
                Err(error) => {
                    *connection = None;
                    if is_fresh {
                        self.shown(|shown| *shown.failures.entry(error.kind().to_string()).or_default() += 1);
                        return false;
                    }
                }
            }
        }
        false
    }

    fn show(&mut self, version: Option<i64>, bytes: usize, head: Head) -> bool {
        let is_unchanged = head.status == 304;
        let version = if is_unchanged { Some(self.version) } else { version.filter(|_| head.status == 200) };
        let (page, is_signed_in, at) = (self.index, self.cookie.is_some(), Clock::System.now());
        self.shown(|shown| {
            shown.fetches += 1;
            shown.bytes += bytes;
            match version {
                Some(version) => shown.showings.push(Showing { page, is_signed_in, version, at }),
                None => *shown.failures.entry(head.status.to_string()).or_default() += 1,
            }
        });
        let Some(version) = version else { return false };
        self.version = version;
        if !is_unchanged {
            self.etag = head.etag;
        }
        true
    }

    fn shown(&self, change: impl FnOnce(&mut Shown)) {
        change(&mut self.together.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_version_is_read_from_a_plain_and_a_packed_page() {
        let page =
            format!("{}<div id=\"leaderboard\" data-version=\"4711\">{}", "머리 ".repeat(2000), "줄 ".repeat(9000));
        assert_eq!(version(&Head::default(), page.as_bytes()), Some(4711));
        let mut packed = Vec::new();
        brotli::CompressorWriter::new(&mut packed, 4096, 5, 22).write_all(page.as_bytes()).unwrap();
        assert_eq!(version(&Head::packed("br"), &packed), Some(4711));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(page.as_bytes()).unwrap();
        assert_eq!(version(&Head::packed("gzip"), &packed.finish().unwrap()), Some(4711));
        assert_eq!(version(&Head::default(), b"<p>503</p>"), None);
    }
}
