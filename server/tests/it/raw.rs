//! Requests as they go over the wire, for what no client does.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::{Person, Site};

pub(crate) const SUBMISSIONS: &str = "/api/v1/competitions/breast-cancer/submissions";

/// A connection on which the head was sent and nothing else.
pub(crate) struct Head(TcpStream);

impl Head {
    pub(crate) async fn send(site: &Site, person: &Person, path: &str, length: usize, more: &str) -> Self {
        let token = format!("authorization: Bearer {}", person.token);
        Self::send_as(site, &token, path, length, more).await
    }

    pub(crate) async fn send_as(site: &Site, credentials: &str, path: &str, length: usize, more: &str) -> Self {
        let host = site.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\n{credentials}\r\naccept-language: en\r\nconnection: close\r\n\
            content-type: multipart/form-data; boundary=line\r\ncontent-length: {length}\r\n{more}\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        Self(stream)
    }

    /// The same by a client that waits to be asked for the body; returns when it was asked.
    pub(crate) async fn asked(site: &Site, person: &Person, length: usize) -> Self {
        let token = format!("authorization: Bearer {}", person.token);
        Self::asked_as(site, &token, SUBMISSIONS, length).await
    }

    pub(crate) async fn asked_as(site: &Site, credentials: &str, path: &str, length: usize) -> Self {
        let mut head = Self::send_as(site, credentials, path, length, "expect: 100-continue\r\n").await;
        let mut line = [0; 25];
        head.0.read_exact(&mut line).await.unwrap();
        assert_eq!(std::str::from_utf8(&line).unwrap(), "HTTP/1.1 100 Continue\r\n\r\n");
        head
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// Status, head and body of the answer.
    pub(crate) async fn answer(mut self) -> (u16, String, Value) {
        let mut text = Vec::new();
        self.0.read_to_end(&mut text).await.unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let json = body.find('{').zip(body.rfind('}')).map_or("null", |(from, to)| &body[from..=to]);
        (text[9..12].parse().unwrap(), head.to_owned(), serde_json::from_str(json).unwrap_or_default())
    }
}

/// The header lines of a page's form from the person's own browser.
pub(crate) async fn signed_in(site: &Site, person: &Person) -> String {
    format!("cookie: {}\r\norigin: {}", site.cookie_of(person).await, site.url)
}
