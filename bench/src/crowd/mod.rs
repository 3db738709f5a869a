//! The last minute of a contest: streams are held, leaderboards are open, and every team submits.

mod changes;
mod report;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, Utc};
use platform::clock::Clock;
use storage::Db;
use tokio::task::JoinSet;

use crate::numbers::Samples;
use crate::page::{Page, Together};
use crate::people::{Files, Person, Target, id, refusal, sign_in, submission};
use crate::place::{Place, room, source};
use crate::process::{Peak, Process};
use crate::streams::{self, Heard};
use crate::{http, note};

#[derive(clap::Args)]
pub(crate) struct CrowdArgs {
    #[command(flatten)]
    target: Target,
    /// The server's process, for its memory and processor time
    #[arg(long)]
    pid: u32,
    #[arg(long, default_value_t = 1000)]
    teams: usize,
    /// All teams submit once within so many seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    #[arg(long, default_value_t = 10_000)]
    streams: usize,
    /// Open leaderboards beside the streams, each with a stream of its own
    #[arg(long, default_value_t = 1000)]
    pages: usize,
    /// How many of the pages are signed in
    #[arg(long, default_value_t = 500)]
    signed_in: usize,
    /// Clients that share one address
    #[arg(long, default_value_t = 10)]
    per_address: usize,
    /// How long the last score is waited for, in seconds
    #[arg(long, default_value_t = 300)]
    patience: u64,
}

/// A submission's answer.
struct Answer {
    took: Duration,
    at: Instant,
    /// Its id, or what came instead.
    outcome: Result<String, String>,
}

/// Memory of the server in megabytes.
struct Memory {
    before: f64,
    with_everyone: f64,
    most: f64,
    after: f64,
}

/// Processor time while the teams submit, in seconds.
struct Work {
    took: Duration,
    server: f64,
    client: f64,
}

pub(crate) async fn run(args: CrowdArgs) -> anyhow::Result<()> {
    ensure!(args.seconds <= 600 && args.streams <= 20_000 && args.pages <= 5_000, "the crowd is larger than it may be");
    ensure!(args.signed_in <= args.pages.min(args.teams), "more are signed in than there are");
    room(args.streams + 2 * args.pages + args.teams + 100)?;
    let (place, people, files) = args.target.open()?;
    let (leaders, db) = (people.first(args.teams)?, Db::open(&people.database_url).await?);
    let (server, client) = (Process(args.pid), Process::this());
    let before = server.megabytes()?;
    note(&format!("signing {} people in", args.signed_in));
    let cookies = sign_in(place, &leaders[..args.signed_in], args.per_address).await?;

    let (peak, heard, opening) = (Peak::watch(server), Arc::<Heard>::default(), Instant::now());
    note(&format!("opening {} streams", args.streams));
    let streams = streams::open(place, args.streams, args.per_address, &heard).await?;
    let opened = opening.elapsed();
    let together = Together::default();
    let pages = open_pages(&args, place, cookies, &together).await?;
    let (with_everyone, open_files) = (server.megabytes()?, server.open_files()?);
    let late = Arc::<Mutex<Samples>>::default();
    let watch = tokio::spawn(lateness(Arc::clone(&late)));

    note(&format!("{} teams submit within {} s", args.teams, args.seconds));
    let (cpu, own_cpu, started, since) = (server.cpu()?, client.cpu()?, Instant::now(), Clock::System.now());
    let answers = submit(&args, place, leaders, &files).await?;
    let work = Work { took: started.elapsed(), server: server.cpu()? - cpu, client: client.cpu()? - own_cpu };
    let last = answers.iter().map(|answer| answer.at).max().context("nobody submitted")?;
    let last = Clock::System.now() - chrono::Duration::from_std(last.elapsed())?;
    note("waiting for the last score and for the pages");
    let ends = changes::wait(&db, since, Duration::from_secs(args.patience)).await?;
    rest(&together).await;
    watch.abort();

    drop((streams, pages));
    let most = peak.end();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let memory = Memory { before, with_everyone, most, after: server.megabytes()? };
    let measured = report::Measured {
        answers,
        last_score: ends.finished.last().map_or(Duration::ZERO, |newest| after(last, *newest)),
        ends,
        shown: std::mem::take(&mut *together.lock().unwrap_or_else(PoisonError::into_inner)),
        heard: heard.outcome(args.streams),
        late: std::mem::take(&mut *late.lock().unwrap_or_else(PoisonError::into_inner)),
        memory,
        work,
        opened,
        open_files,
    };
    report::print(&args, measured);
    Ok(())
}

/// From one moment to a later one; nothing when it is earlier.
fn after(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    to.signed_duration_since(from).to_std().unwrap_or_default()
}

/// Opens the pages, a few at a time, the signed-in ones spread among them; they live until the set is dropped.
async fn open_pages(
    args: &CrowdArgs,
    place: Place,
    cookies: Vec<String>,
    together: &Together,
) -> anyhow::Result<JoinSet<()>> {
    note(&format!("opening {} leaderboards", args.pages));
    let (opened, mut openings) = tokio::sync::mpsc::unbounded_channel();
    let (mut pages, mut cookies) = (JoinSet::new(), cookies.into_iter());
    let mut waiting = 0;
    for index in 0..args.pages {
        let is_signed_in = index * args.signed_in / args.pages != (index + 1) * args.signed_in / args.pages;
        let cookie = if is_signed_in { cookies.next() } else { None };
        let from = source(args.streams + index, args.per_address);
        pages.spawn(Page::new(place, from, index, cookie, together).live(opened.clone()));
        waiting += 1;
        // Eight at once: people do not all arrive in the same moment.
        while waiting >= 8 || (index + 1 == args.pages && waiting > 0) {
            tokio::time::timeout(http::PATIENCE, openings.recv()).await.context("a leaderboard did not open")?;
            waiting -= 1;
        }
    }
    // The pages' streams greet them, and those that are behind fetch once more.
    tokio::time::sleep(Duration::from_secs(3)).await;
    Ok(pages)
}

/// Every team submits once, at moments that are as good as any, each on a connection of its own.
async fn submit(args: &CrowdArgs, place: Place, leaders: &[Person], files: &Files) -> anyhow::Result<Vec<Answer>> {
    let (started, mut tasks) = (Instant::now(), JoinSet::new());
    let slot = Duration::from_secs(args.seconds).div_f64(leaders.len() as f64);
    for (index, leader) in leaders.iter().enumerate() {
        let request = submission(&leader.token, &files.csv(rand::random()), None);
        let at = started + slot.mul_f64(index as f64 + rand::random_range(0.0..1.0));
        let from = source(args.streams + args.pages + index, args.per_address);
        tasks.spawn(async move {
            tokio::time::sleep_until(at.into()).await;
            let began = Instant::now();
            let answer = http::once(place, from, &request).await;
            let outcome = match answer {
                Ok((head, text)) if head.status == 201 => id(&text).ok_or_else(|| "201 without an id".to_owned()),
                Ok((head, text)) => Err(format!("{} {}", head.status, refusal(&text))),
                Err(error) => Err(error.kind().to_string()),
            };
            Answer { took: began.elapsed(), at: Instant::now(), outcome }
        });
    }
    let mut answers = Vec::with_capacity(leaders.len());
    while let Some(answer) = tasks.join_next().await {
        answers.push(answer?);
    }
    Ok(answers)
}

/// Until no page has fetched anything for three seconds, half a minute at most.
async fn rest(together: &Together) {
    let (until, mut quiet, mut fetches) = (Instant::now() + Duration::from_secs(30), Instant::now(), 0);
    while Instant::now() < until && quiet.elapsed() < Duration::from_secs(3) {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let now = together.lock().unwrap_or_else(PoisonError::into_inner).fetches;
        if now != fetches {
            (fetches, quiet) = (now, Instant::now());
        }
    }
}

/// Measures how late this program itself is: what it adds to everything that it measures.
async fn lateness(late: Arc<Mutex<Samples>>) {
    const EVERY: Duration = Duration::from_millis(20);
    loop {
        let started = Instant::now();
        tokio::time::sleep(EVERY).await;
        late.lock().unwrap_or_else(PoisonError::into_inner).add(started.elapsed().saturating_sub(EVERY));
    }
}
