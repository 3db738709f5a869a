//! A program that submits, and a second one that watches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures::StreamExt as _;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};

use crate::seed::say;

fn form(bytes: &[u8]) -> Form {
    Form::new().part("file", Part::bytes(bytes.to_vec()).file_name("answer.csv"))
}

async fn submit(client: &Client, url: &str, token: &str, bytes: &[u8]) -> reqwest::Result<Response> {
    client
        .post(format!("{url}/api/v1/competitions/bench/submissions"))
        .bearer_auth(token)
        .multipart(form(bytes))
        .send()
        .await
}

/// Milliseconds from the POST's first byte to the `leaderboard` event in a second client, one submission at a time.
pub(crate) async fn latency(url: &str, token: &str, file: &str, count: usize) -> anyhow::Result<()> {
    let bytes = std::fs::read(file)?;
    let (submitter, watcher) = (Client::new(), Client::new());
    let events = watcher.get(format!("{url}/api/v1/competitions/bench/events")).send().await?;
    let mut stream = events.bytes_stream();
    stream.next().await.context("no greeting")??;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let started = Instant::now();
        let response = submit(&submitter, url, token, &bytes).await?;
        ensure!(response.status() == 201, "{}: {}", response.status(), response.text().await?);
        loop {
            let chunk = stream.next().await.context("the events ended")??;
            if String::from_utf8_lossy(&chunk).contains("event: leaderboard") {
                break;
            }
        }
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    say(&format!(
        "submit to visible, {count} submissions: median {:.1} ms, 95 % {:.1} ms, worst {:.1} ms",
        at(50),
        at(95),
        at(100)
    ));
    Ok(())
}

/// Accepted submissions a second with sixteen programs at once.
pub(crate) async fn rate(url: &str, token: &str, file: &str, seconds: u64) -> anyhow::Result<()> {
    let bytes = Arc::new(std::fs::read(file)?);
    let accepted = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let end = started + Duration::from_secs(seconds);
    let programs: Vec<_> = (0..16)
        .map(|_| {
            let (bytes, accepted) = (Arc::clone(&bytes), Arc::clone(&accepted));
            let (url, token) = (url.to_owned(), token.to_owned());
            tokio::spawn(async move {
                let client = Client::new();
                while Instant::now() < end {
                    if submit(&client, &url, &token, &bytes).await.is_ok_and(|response| response.status() == 201) {
                        accepted.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for program in programs {
        program.await?;
    }
    let count = accepted.load(Ordering::Relaxed);
    say(&format!(
        "accepted submissions: {:.0} a second ({count} in {seconds} s, 16 programs)",
        count as f64 / started.elapsed().as_secs_f64()
    ));
    Ok(())
}
