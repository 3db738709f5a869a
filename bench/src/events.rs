//! A competition's event stream as a browser's `EventSource` reads it, in a few hundred bytes a stream.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Result};
use std::net::Ipv4Addr;

use domain::json::{EVENT, LeaderboardEvent, LiveEvent};
use tokio::net::TcpStream;

use crate::http::{Chunks, Connection, get};
use crate::place::Place;

/// What came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Leaderboard(LeaderboardEvent),
    Live(LiveEvent),
    Other,
}

pub(crate) struct EventStream {
    stream: TcpStream,
    chunks: Chunks,
    lines: Lines,
    waiting: VecDeque<Event>,
}

impl EventStream {
    pub(crate) async fn open(place: Place, from: Ipv4Addr, path: &str, cookie: Option<&str>) -> Result<Self> {
        let mut headers = vec![("accept", "text/event-stream"), ("cache-control", "no-cache")];
        headers.extend(cookie.map(|cookie| ("cookie", cookie)));
        let (head, stream, begun) = Connection::open(place, from).await?.stream(&get(path, &headers)).await?;
        if head.status != 200 {
            return Err(Error::other(format!("the event stream was refused with {}", head.status)));
        }
        let mut events = Self { stream, chunks: Chunks::default(), lines: Lines::default(), waiting: VecDeque::new() };
        events.take(&begun)?;
        Ok(events)
    }

    /// The next event. Nothing is lost when this is dropped while it waits.
    pub(crate) async fn next(&mut self) -> Result<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Ok(event);
            }
            self.stream.readable().await?;
            self.pull()?;
        }
    }

    /// Reads what is there; the buffer lives on the stack and no longer than this.
    fn pull(&mut self) -> Result<()> {
        let mut buffer = [0; 4096];
        match self.stream.try_read(&mut buffer) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => self.take(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let Self { chunks, lines, waiting, .. } = self;
        chunks.feed(bytes, |part| lines.feed(part, waiting))?;
        if chunks.ended() { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// Lines of `text/event-stream` to events.
#[derive(Default)]
struct Lines {
    /// The begun line, when a part ended in it.
    rest: Vec<u8>,
    is_board: bool,
    is_live: bool,
    data: LeaderboardEvent,
    has_data: bool,
}

impl Lines {
    fn feed(&mut self, part: &[u8], events: &mut VecDeque<Event>) {
        for piece in part.split_inclusive(|byte| *byte == b'\n') {
            if !piece.ends_with(b"\n") {
                self.rest.extend_from_slice(piece);
            } else if self.rest.is_empty() {
                events.extend(self.line(piece));
            } else {
                let mut line = std::mem::take(&mut self.rest);
                line.extend_from_slice(piece);
                events.extend(self.line(&line));
            }
        }
    }

    /// An empty line ends an event.
    fn line(&mut self, line: &[u8]) -> Option<Event> {
        let line = line.trim_ascii_end();
        if let Some(name) = line.strip_prefix(b"event:") {
            let name = name.trim_ascii_start();
            self.is_board = name == EVENT.leaderboard.as_bytes();
            self.is_live = name == EVENT.live.as_bytes();
        } else if let Some(data) = line.strip_prefix(b"data:") {
            self.has_data = true;
            self.data = serde_json::from_slice(data).unwrap_or_default();
        } else if line.is_empty() && self.has_data {
            // Both say a version, and over how long readers spread.
            let LeaderboardEvent { spread, version } = self.data;
            let event = match (self.is_board, self.is_live) {
                (true, _) => Event::Leaderboard(self.data),
                (_, true) => Event::Live(LiveEvent { spread, version }),
                _ => Event::Other,
            };
            (self.is_board, self.is_live, self.has_data) = (false, false, false);
            return Some(event);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_wherever_the_bytes_are_cut() {
        let text = b"retry: 2000\nevent: leaderboard\ndata: {\"version\":7,\"spread\":900}\n\n:\n\nevent: notice\ndata: {\"number\":1}\n\nevent: leaderboard\ndata: {}\n\n";
        for cut in 0..text.len() {
            let (mut lines, mut events) = (Lines::default(), VecDeque::new());
            lines.feed(&text[..cut], &mut events);
            lines.feed(&text[cut..], &mut events);
            let first = Event::Leaderboard(LeaderboardEvent { version: Some(7), spread: Some(900) });
            assert_eq!(events, [first, Event::Other, Event::Leaderboard(LeaderboardEvent::default())], "{cut}");
        }
    }
}
