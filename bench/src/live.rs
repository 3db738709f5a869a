//! A session of live questions: everybody's page is open, and all vote at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use domain::access::Actor;
use domain::address::{file, function};
use domain::live::LiveDraft;
use platform::clock::Clock;
use platform::{competitions, live};
use tokio::task::JoinSet;

use crate::events::{Event, EventStream};
use crate::http::{self, Connection};
use crate::note;
use crate::numbers::{Report, Samples, count, ms};
use crate::people::{SLUG, Target, refusal, sign_in};
use crate::place::{Place, room, source};
use crate::process::{Peak, Process};
use crate::{seed, streams};

/// Questions that are asked before the storm, each by another person.
const QUESTIONS: usize = 40;
/// Between two fetches of a page, as the island waits.
const BETWEEN: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
pub(crate) struct LiveArgs {
    #[command(flatten)]
    target: Target,
    /// The server's process, for its memory and processor time
    #[arg(long)]
    pid: u32,
    #[arg(long, default_value_t = 500)]
    clients: usize,
    /// Votes that each client gives
    #[arg(long, default_value_t = 10)]
    votes: usize,
    /// Within so many seconds
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Clients that share one address
    #[arg(long, default_value_t = 10)]
    per_address: usize,
}

/// What all pages saw and sent together.
#[derive(Default)]
struct Seen {
    votes: Samples,
    refused: Vec<String>,
    fetches: Samples,
    failed: usize,
    broken: usize,
    /// The version that each page shows.
    shown: Vec<i64>,
}

type Together = Arc<Mutex<Seen>>;

fn lock(seen: &Together) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) async fn run(args: LiveArgs) -> anyhow::Result<()> {
    ensure!(
        args.clients >= QUESTIONS && args.clients <= 5_000 && args.seconds <= 600,
        "the crowd is another size than it may be"
    );
    ensure!(args.votes <= QUESTIONS, "there are {QUESTIONS} questions to vote for");
    room(args.clients * 3 + 100)?;
    let (place, people, _) = args.target.open()?;
    let leaders = people.first(args.clients)?;
    let (server, client) = (Process(args.pid), Process::this());
    let services = seed::open(&people).await?;
    let competition = competitions::get(&services, SLUG).await?;
    let now = Clock::System.now();
    let draft = LiveDraft { title: "bench".into(), opens_at: Some(now), closes_at: Some(now + TimeDelta::hours(1)) };
    let session = live::set(&services, &competition, &Actor::COMMAND, None, draft).await?;
    note(&format!("signing {} people in", leaders.len()));
    let cookies = sign_in(place, leaders, args.per_address).await?;
    for (index, cookie) in cookies.iter().take(QUESTIONS).enumerate() {
        let question = format!("Question {index}");
        let fields = [("slug", SLUG), ("session", &session.to_string()), ("question", &question), ("named", "on")];
        let (head, text) =
            http::once(place, source(index, args.per_address), &form("/api/fn/ask_live", cookie, &fields)?).await?;
        ensure!(head.status < 400, "a question was refused: {} {}", head.status, refusal(&text));
    }
    let before = server.megabytes()?;
    let peak = Peak::watch(server);
    note(&format!("opening {} pages", cookies.len()));
    let seen = Together::default();
    lock(&seen).shown = vec![0; cookies.len()];
    let mut pages = JoinSet::new();
    for (index, cookie) in cookies.iter().cloned().enumerate() {
        let from = source(index, args.per_address);
        pages.spawn(page(place, from, index, cookie, Arc::clone(&seen)));
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    note(&format!("everybody votes {} times within {} s", args.votes, args.seconds));
    let (cpu, own_cpu, started) = (server.cpu()?, client.cpu()?, Instant::now());
    storm(&args, place, session, &cookies, &seen).await?;
    let (took, cpu, own_cpu) = (started.elapsed(), server.cpu()? - cpu, client.cpu()? - own_cpu);
    let newest = live_version(&services).await?;
    let caught_up = catch_up(&seen, newest).await;
    drop(pages);
    let most = peak.end();
    let counted: i64 = counted(&services).await?;
    let seen = std::mem::take(&mut *lock(&seen));
    let given = seen.votes.len() - seen.refused.len();
    let mut report = Report::new("Live questions", &["", "p50 ms", "p99 ms", "most ms"]);
    for (name, mut samples) in [("a vote", seen.votes), ("a fetch of the list", seen.fetches)] {
        report.value(&format!("{name}, how many"), samples.len());
        let cells = [50, 99, 100].map(|share| ms(samples.at(share)));
        report.row(&[name, &cells[0], &cells[1], &cells[2]]);
    }
    report.value("votes a second", count(given as f64 / took.as_secs_f64()));
    report.value("votes that were refused", seen.refused.len());
    report.value("votes that count", counted);
    report.value("votes that should", given);
    report.value("fetches that failed", seen.failed);
    report.value("streams that broke", seen.broken);
    report.value("all pages show the last version after, s", caught_up.map_or(-1.0, |wait| wait.as_secs_f64()));
    report.value("cores of the server", cpu / took.as_secs_f64());
    report.value("cores of this program", own_cpu / took.as_secs_f64());
    report.value("megabytes before and at most", format!("{before:.0}, {most:.0}"));
    report.print();
    if let Some(first) = seen.refused.first() {
        note(&format!("the first refusal: {first}"));
    }
    Ok(())
}

/// A form that a page sends by a script.
fn form(path: &str, cookie: &str, fields: &[(&str, &str)]) -> anyhow::Result<Vec<u8>> {
    let body = serde_urlencoded::to_string(fields)?;
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie)];
    Ok(http::request("POST", path, &headers, body.as_bytes()))
}

/// Each votes for as many questions as it may, at moments that are as good as any.
async fn storm(args: &LiveArgs, place: Place, session: i64, cookies: &[String], seen: &Together) -> anyhow::Result<()> {
    let mut tasks = JoinSet::new();
    let within = Duration::from_secs(args.seconds);
    for (index, cookie) in cookies.iter().cloned().enumerate() {
        let (votes, from, seen) = (args.votes, source(index, args.per_address), Arc::clone(seen));
        let mut moments: Vec<_> = (0..votes).map(|_| within.mul_f64(rand::random_range(0.0..1.0))).collect();
        moments.sort_unstable();
        let started = Instant::now();
        tasks.spawn(async move {
            let mut connection = Connection::open(place, from).await?;
            for (turn, moment) in moments.into_iter().enumerate() {
                let number = (index + turn) % QUESTIONS + 1;
                let (session, number) = (session.to_string(), number.to_string());
                let fields = [("slug", SLUG), ("session", &session), ("number", &number), ("vote", "on")];
                let request = form(function::VOTE_LIVE, &cookie, &fields)?;
                tokio::time::sleep_until((started + moment).into()).await;
                let began = Instant::now();
                let (head, text) = connection.text(&request).await?;
                let mut seen = lock(&seen);
                seen.votes.add(began.elapsed());
                if head.status >= 400 {
                    seen.refused.push(format!("{} {}", head.status, refusal(&text)));
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    Ok(())
}

/// An open page: it hears of versions, spreads its fetches as it is told, and waits between two.
async fn page(place: Place, from: std::net::Ipv4Addr, index: usize, cookie: String, seen: Together) {
    let run = async {
        let mut stream = EventStream::open(place, from, &streams::path(), Some(&cookie)).await?;
        let mut connection = Connection::open(place, from).await?;
        let request = http::get(&file::live_list(SLUG), &[("cookie", &cookie)]);
        let mut version = 0;
        loop {
            let Event::Live(news) = stream.next().await? else { continue };
            if news.version == Some(version) {
                continue;
            }
            let spread = Duration::from_millis(news.spread.unwrap_or(600));
            tokio::time::sleep(spread.mul_f64(rand::random::<f64>())).await;
            let began = Instant::now();
            let head = connection.send(&request).await?;
            let shown = shown(connection.body());
            {
                let mut seen = lock(&seen);
                seen.fetches.add(began.elapsed());
                match shown.filter(|_| head.status == 200) {
                    Some(shown) => {
                        version = shown;
                        seen.shown[index] = shown;
                    }
                    None => seen.failed += 1,
                }
            }
            tokio::time::sleep(BETWEEN.saturating_sub(began.elapsed())).await;
        }
        #[expect(unreachable_code, reason = "says what the loop gives up with")]
        std::io::Result::Ok(())
    };
    if let Err(error) = run.await {
        let mut seen = lock(&seen);
        if seen.broken == 0 {
            note(&format!("a page broke: {error}"));
        }
        seen.broken += 1;
    }
}

/// The version that a list says of itself.
fn shown(list: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(list).ok()?;
    text.split_once("data-version=\"")?.1.split('"').next()?.parse().ok()
}

async fn live_version(services: &platform::Services) -> anyhow::Result<i64> {
    let competition = competitions::get(services, SLUG).await?;
    let session = competition.live.last().context("the session is gone")?;
    Ok(live::version(services, session).await?)
}

async fn counted(services: &platform::Services) -> anyhow::Result<i64> {
    let competition = competitions::get(services, SLUG).await?;
    let session = competition.live.last().context("the session is gone")?;
    Ok(services.db.live_questions(session.id, true).await?.iter().map(|question| question.votes).sum())
}

/// How long it takes until every page shows a version; none where one never does.
async fn catch_up(seen: &Together, newest: i64) -> Option<Duration> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if lock(seen).shown.iter().all(|shown| *shown >= newest) {
            return Some(started.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    None
}
