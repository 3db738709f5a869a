//! The real program, asked to stop in the middle of everything.

use both::both;
use platform::testing::Store;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::model;
use crate::program::{Pipe, load_demo, report, serve, submission, until};

/// A submission: its head, whose reader says when it goes on with the body, and the body.
fn upload(address: &str) -> (String, Vec<u8>) {
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\n".to_vec();
    body.extend(model("svc.csv"));
    body.extend(b"\r\n--x--\r\n");
    let credentials = STANDARD.encode("garam@madang.test:madang-demo-2026");
    let head = format!(
        "POST /api/direct-report/101?password=madang-demo-key HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {credentials}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head, body)
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_it_finishes_requests_and_scorings_ends_event_streams_and_takes_nothing_new(store: Store) {
    load_demo(&store);
    let first = serve(&store, &["--no-worker"], &[]).await;
    let id = report(&first.url).await["submission"]["id"].clone();
    drop(first);
    let pipe = Pipe::of(&store, &id);

    let mut server = serve(&store, &[], &[]).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let events = reqwest::get(format!("{}/api/v1/competitions/breast-cancer/events", server.url)).await.unwrap();
    until("the file is being scored", || async { submission(&server.url, &id).await["status"] == "scoring" }).await;
    let (head, body) = upload(&address);
    let mut upload = TcpStream::connect(&address).await.unwrap();
    upload.write_all(head.as_bytes()).await.unwrap();
    let mut go_on = *b"HTTP/1.1 100 Continue\r\n\r\n";
    upload.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let heard = events.text().await.unwrap();
    assert!(heard.contains("event: leaderboard"), "the stream ends in order: {heard}");
    until("nobody is let in", || async { TcpStream::connect(&address).await.is_err() }).await;

    upload.write_all(&body).await.unwrap();
    let mut answer = String::new();
    upload.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{}: {answer}", store.name);
    let writer = std::thread::spawn(|| pipe.write());
    let ended = server.child.wait().unwrap();
    assert!(ended.success(), "{}: {ended}", store.name);
    // Whether all of it was read is not the writer's matter.
    let _ = writer.join().unwrap();

    let server = serve(&store, &["--no-worker"], &[]).await;
    let status = submission(&server.url, &id).await["status"].clone();
    assert!(status == "scored" || status == "failed", "the scoring came to its end: {status} on {}", store.name);
}
