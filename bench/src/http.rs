//! A small HTTP/1.1 client on plain sockets. It shares two cores with the server it measures, and ten thousand of its connections
//! must fit into little memory: one buffer a connection, nothing done that is not needed.

use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::place::Place;

/// The longest that an answer is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// Lines of a head at most.
const HEADERS: usize = 48;
/// The largest answer that is read; far above any page.
const BODY_MAX: usize = 64 << 20;

fn odd(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

/// What an answer's head says, as far as the load needs it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    /// The session's cookie, as it is sent back.
    pub(crate) cookie: Option<String>,
    /// How the body is packed: `br`, `gzip` or, when empty, not at all.
    pub(crate) encoding: String,
    pub(crate) retry_after: Option<u64>,
    body: Body,
    closes: bool,
}

#[cfg(test)]
impl Head {
    /// Of a packed answer.
    pub(crate) fn packed(encoding: &str) -> Self {
        Self { encoding: encoding.to_owned(), ..Self::default() }
    }
}

#[derive(Debug, Clone, Copy, Default)]
enum Body {
    Bytes(usize),
    Chunks,
    #[default]
    UntilClosed,
}

impl Head {
    /// Reads a whole head and its length; `None` while some of it is missing.
    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut answer = httparse::Response::new(&mut headers);
        let length = match answer.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err(odd("an answer that is no HTTP")),
        };
        let mut head = Self { status: answer.code.unwrap_or_default(), ..Self::default() };
        for header in answer.headers {
            let Ok(value) = std::str::from_utf8(header.value) else { continue };
            match header.name.to_ascii_lowercase().as_str() {
                "content-length" => head.body = Body::Bytes(value.parse().map_err(|_| odd("odd content-length"))?),
                "transfer-encoding" => head.body = Body::Chunks,
                "content-encoding" => value.clone_into(&mut head.encoding),
                "etag" => head.etag = Some(value.to_owned()),
                "retry-after" => head.retry_after = value.parse().ok(),
                "connection" => head.closes = value.eq_ignore_ascii_case("close"),
                "set-cookie" if value.starts_with("madang=") => {
                    head.cookie = value.split(';').next().map(str::to_owned);
                }
                _ => {}
            }
        }
        if head.status == 304 || head.status == 204 {
            head.body = Body::Bytes(0);
        }
        Ok(Some((head, length)))
    }
}

/// One kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Where the next answer's bytes begin.
    start: usize,
    body: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(place: Place, from: Ipv4Addr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        let stream = socket.connect(place.to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new(), start: 0, body: Vec::new() })
    }

    /// Sends a request and reads the whole answer; the body is then in [`Self::body`].
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Head> {
        let answer = async {
            let head = self.begin(request).await?;
            self.read_body(&head).await?;
            Ok(head)
        };
        tokio::time::timeout(PATIENCE, answer).await.map_err(|_| Error::from(ErrorKind::TimedOut))?
    }

    /// The same for a text as answer.
    pub(crate) async fn text(&mut self, request: &[u8]) -> Result<(Head, String)> {
        let head = self.send(request).await?;
        Ok((head, String::from_utf8_lossy(&self.body).into_owned()))
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Sends a request and reads the answer's head.
    async fn begin(&mut self, request: &[u8]) -> Result<Head> {
        self.stream.write_all(request).await?;
        loop {
            if let Some((head, length)) = Head::parse(&self.buffer[self.start..])? {
                self.start += length;
                return Ok(head);
            }
            self.fill().await?;
        }
    }

    /// Begins an answer without end: its head, and the connection in parts with what came along already.
    pub(crate) async fn stream(mut self, request: &[u8]) -> Result<(Head, TcpStream, Vec<u8>)> {
        let begun = tokio::time::timeout(PATIENCE, self.begin(request)).await;
        let head = begun.map_err(|_| Error::from(ErrorKind::TimedOut))??;
        Ok((head, self.stream, self.buffer.split_off(self.start)))
    }

    async fn fill(&mut self) -> Result<()> {
        if self.start > 0 && self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
        }
        self.buffer.reserve(32 * 1024);
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    async fn read_body(&mut self, head: &Head) -> Result<()> {
        self.body.clear();
        let mut chunks = Chunks::default();
        loop {
            let fresh = &self.buffer[self.start..];
            let ended = match head.body {
                Body::Bytes(length) => {
                    let part = fresh.len().min(length - self.body.len());
                    self.body.extend_from_slice(&fresh[..part]);
                    self.start += part;
                    self.body.len() == length
                }
                Body::Chunks => {
                    self.start += chunks.feed(fresh, |part| self.body.extend_from_slice(part))?;
                    chunks.ended()
                }
                Body::UntilClosed => {
                    self.body.extend_from_slice(fresh);
                    self.start += fresh.len();
                    false
                }
            };
            if ended {
                break;
            }
            if self.body.len() > BODY_MAX {
                return Err(odd("an answer that does not end"));
            }
            match self.fill().await {
                Err(error) if error.kind() == ErrorKind::UnexpectedEof && matches!(head.body, Body::UntilClosed) => {
                    break;
                }
                other => other?,
            }
        }
        // A browser would open a new one; so does whoever uses this, at the error of the next request.
        if head.closes {
            self.stream.shutdown().await?;
        }
        Ok(())
    }
}

/// Takes the framing of a chunked body apart, however its bytes arrive.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    state: Chunk,
    size: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Chunk {
    /// The line with the size; false behind a `;`.
    #[default]
    Size,
    Extension,
    Data,
    /// The line end after the data.
    After,
    /// The last chunk was read; its line end is still to come.
    Trailer,
    End,
}

impl Chunks {
    pub(crate) fn ended(&self) -> bool {
        self.state == Chunk::End
    }

    /// Hands on the data in `bytes` and says how many of them belonged to this body.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut data: impl FnMut(&[u8])) -> Result<usize> {
        let mut at = 0;
        while at < bytes.len() && !self.ended() {
            let byte = bytes[at];
            match self.state {
                Chunk::Size | Chunk::Extension if byte == b'\n' => {
                    self.state = if self.size == 0 { Chunk::Trailer } else { Chunk::Data };
                }
                Chunk::Size => match char::from(byte).to_digit(16) {
                    Some(digit) if self.size < BODY_MAX => self.size = self.size * 16 + digit as usize,
                    None if byte == b'\r' => {}
                    None if byte == b';' => self.state = Chunk::Extension,
                    _ => return Err(odd("an odd chunk")),
                },
                Chunk::Data => {
                    let part = self.size.min(bytes.len() - at);
                    data(&bytes[at..at + part]);
                    self.size -= part;
                    at += part;
                    if self.size == 0 {
                        self.state = Chunk::After;
                    }
                    continue;
                }
                Chunk::After if byte == b'\n' => self.state = Chunk::Size,
                Chunk::Trailer if byte == b'\n' => self.state = Chunk::End,
                Chunk::Extension | Chunk::After | Chunk::Trailer => {}
                Chunk::End => break,
            }
            at += 1;
        }
        Ok(at)
    }
}

/// A GET as a browser sends it: packed answers are welcome.
pub(crate) fn get(path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    request("GET", path, headers, &[])
}

pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: madang-bench\r\n");
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    if method == "POST" {
        text.extend(["content-length: ", &body.len().to_string(), "\r\n"]);
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// One request on a connection of its own.
pub(crate) async fn once(place: Place, from: Ipv4Addr, request: &[u8]) -> Result<(Head, String)> {
    let opened = tokio::time::timeout(PATIENCE, Connection::open(place, from)).await;
    let mut connection = opened.map_err(|_| Error::from(ErrorKind::TimedOut))??;
    connection.text(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_taken_apart_wherever_they_are_cut() {
        let whole = b"5\r\nhello\r\n6;x=1\r\n world\r\n0\r\n\r\nHTTP/1.1";
        for cut in 0..whole.len() {
            let (mut chunks, mut text) = (Chunks::default(), Vec::new());
            let mut used = chunks.feed(&whole[..cut], |part| text.extend_from_slice(part)).unwrap();
            used += chunks.feed(&whole[used..], |part| text.extend_from_slice(part)).unwrap();
            assert_eq!((text.as_slice(), used, chunks.ended()), (&b"hello world"[..], whole.len() - 8, true), "{cut}");
        }
        assert!(Chunks::default().feed(b"zz\r\n", |_| {}).is_err());
    }

    #[test]
    fn a_head_says_how_long_the_body_is() {
        let text = b"HTTP/1.1 302 Found\r\nSet-Cookie: madang=abc; HttpOnly\r\ncontent-length: 12\r\n\r\nbody";
        let (head, length) = Head::parse(text).unwrap().unwrap();
        assert_eq!((head.status, head.cookie.as_deref(), length), (302, Some("madang=abc"), text.len() - 4));
        assert!(matches!(head.body, Body::Bytes(12)));
        assert!(Head::parse(&text[..20]).unwrap().is_none());
        assert!(Head::parse(b"nonsense\r\n\r\n").is_err());
    }
}
