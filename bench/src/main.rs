//! Speed, measured from outside: fills a database, serves bare bytes to compare with, and times submissions.
//! `bench/run.sh` puts the parts together.

mod client;
mod seed;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["seed", demo, teams] => seed::seed(demo, teams.parse()?).await,
        ["bare", address, file, kind] => bare(address, file, (*kind).to_owned()).await,
        ["latency", url, token, file, count] => client::latency(url, token, file, count.parse()?).await,
        ["rate", url, token, file, seconds] => client::rate(url, token, file, seconds.parse()?).await,
        _ => bail!(
            "bench seed DEMO TEAMS | bare ADDRESS FILE TYPE | latency URL TOKEN CSV COUNT | rate URL TOKEN CSV SECONDS"
        ),
    }
}

/// A handler that does nothing but send the same bytes: what the machine can do at best.
async fn bare(address: &str, file: &str, kind: String) -> anyhow::Result<()> {
    let bytes = Bytes::from(std::fs::read(file)?);
    let app = Router::new().route("/", get(move || async move { ([(CONTENT_TYPE, kind)], bytes) }));
    let listener =
        tokio::net::TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    axum::serve(listener, app).await.context("the bare server stopped")
}
