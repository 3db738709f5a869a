//! Requests a second of each kind of page, one kind after the other, and of a bare handler with the same bytes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use domain::address;
use tokio::task::JoinSet;

use crate::bare::Bare;
use crate::http::{Connection, get};
use crate::note;
use crate::numbers::{Report, Samples, count, ms};
use crate::people::{Files, Person, SLUG, Target, sign_in, submission};
use crate::place::{Place, room, source};
use crate::process::Process;

#[derive(clap::Args)]
pub(crate) struct PagesArgs {
    #[command(flatten)]
    target: Target,
    /// The server's process, for its processor time
    #[arg(long)]
    pid: u32,
    /// How long each kind is asked for
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// How many people are signed in, and submit
    #[arg(long, default_value_t = 64)]
    people: usize,
    /// Only kinds whose name has this in it, such as submissions
    #[arg(long, default_value = "")]
    only: String,
    /// Where the bare handler listens
    #[arg(long, default_value = "127.0.0.1:3998")]
    bare: String,
}

/// One kind of request: what the connection `n` sends for its `turn`th time.
struct Kind {
    name: &'static str,
    place: Place,
    status: u16,
    request: Box<dyn Fn(usize, usize) -> Vec<u8> + Send + Sync>,
}

/// What came of one kind.
#[derive(Default)]
struct Outcome {
    samples: Samples,
    failures: usize,
    bytes: usize,
    took: Duration,
    server: f64,
}

pub(crate) async fn run(args: PagesArgs) -> anyhow::Result<()> {
    ensure!(args.seconds <= 60 && (1..=512).contains(&args.connections), "longer or wider than it may be");
    room(args.connections + 100)?;
    let (place, people, files) = args.target.open()?;
    let leaders = people.first(args.people)?.to_vec();
    let cookies = sign_in(place, &leaders, 1).await?;
    let mut report = Report::new(
        &format!(
            "{} teams, {} connections, {} s each",
            count(people.leaders.len() as f64),
            args.connections,
            args.seconds
        ),
        &["what", "requests/s", "median", "p99", "bytes", "server, of a core", "failures"],
    );
    let kinds = kinds(place, cookies, leaders, files);
    for kind in kinds.into_iter().filter(|kind| kind.name.contains(&args.only)) {
        note(kind.name);
        let (kind, outcome) = ask(&args, kind, Process(args.pid)).await?;
        say(&mut report, kind.name, outcome);
        if kind.name.ends_with(", plain") {
            say(&mut report, &format!("{}: the same bytes from a bare handler", kind.name), bare(&args, kind).await?);
        }
    }
    report.print();
    Ok(())
}

fn kinds(place: Place, cookies: Vec<String>, leaders: Vec<Person>, files: Files) -> Vec<Kind> {
    let leaderboard = address::leaderboard(SLUG);
    let json = address::api::leaderboard(SLUG);
    let cookies = Arc::new(cookies);
    let visitor = |name, path: &str, packed: bool| {
        let mut headers = vec![("accept", "*/*")];
        headers.extend(packed.then_some(("accept-encoding", "gzip, deflate, br, zstd")));
        let request = get(path, &headers);
        Kind { name, place, status: 200, request: Box::new(move |_, _| request.clone()) }
    };
    let signed_in = |name, path: String| {
        let cookies = Arc::clone(&cookies);
        let request = move |connection: usize, turn: usize| {
            let cookie = cookies[(connection + turn * 7) % cookies.len()].as_str();
            get(&path, &[("accept", "text/html"), ("accept-encoding", "gzip, deflate, br, zstd"), ("cookie", cookie)])
        };
        Kind { name, place, status: 200, request: Box::new(request) }
    };
    let csvs: Vec<String> = (0..64).map(|seed| files.csv(seed)).collect();
    let submit = move |connection: usize, turn: usize| {
        let leader = &leaders[(connection + turn * 7) % leaders.len()];
        submission(&leader.token, &csvs[(connection * 31 + turn) % csvs.len()], None)
    };
    vec![
        visitor("leaderboard, a visitor, plain", &leaderboard, false),
        visitor("leaderboard, a visitor, packed", &leaderboard, true),
        signed_in("leaderboard, signed in, packed", leaderboard.clone()),
        signed_in("overview, signed in, packed", address::competition(SLUG)),
        signed_in("submit page, signed in, packed", address::submit(SLUG)),
        visitor("leaderboard as JSON, plain", &json, false),
        visitor("leaderboard as JSON, packed", &json, true),
        Kind { name: "submissions accepted with a token", place, status: 201, request: Box::new(submit) },
    ]
}

async fn ask(args: &PagesArgs, kind: Kind, server: Process) -> anyhow::Result<(Kind, Outcome)> {
    let (cpu, started, kind) = (server.cpu()?, Instant::now(), Arc::new(kind));
    let end = started + Duration::from_secs(args.seconds);
    let mut askers = JoinSet::new();
    for index in 0..args.connections {
        askers.spawn(asker(Arc::clone(&kind), index, end));
    }
    let mut outcome = Outcome::default();
    while let Some(one) = askers.join_next().await {
        let one = one??;
        outcome.samples.append(one.samples);
        outcome.failures += one.failures;
        outcome.bytes = outcome.bytes.max(one.bytes);
    }
    (outcome.took, outcome.server) = (started.elapsed(), server.cpu()? - cpu);
    let kind = Arc::into_inner(kind).context("an asker is left")?;
    Ok((kind, outcome))
}

/// One connection, one request after the other.
async fn asker(kind: Arc<Kind>, index: usize, end: Instant) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut connection = Connection::open(kind.place, source(index, 1)).await?;
    for turn in 0.. {
        let request = (kind.request)(index, turn);
        let began = Instant::now();
        if began >= end {
            break;
        }
        match connection.send(&request).await {
            Ok(head) if head.status == kind.status => {
                outcome.samples.add(began.elapsed());
                outcome.bytes = connection.body().len();
            }
            Ok(head) => {
                if outcome.failures == 0 && index == 0 {
                    let said: String = String::from_utf8_lossy(connection.body()).chars().take(200).collect();
                    note(&format!("{}: {} {said}", kind.name, head.status));
                }
                outcome.failures += 1;
            }
            Err(_) => {
                outcome.failures += 1;
                connection = Connection::open(kind.place, source(index, 1)).await?;
            }
        }
    }
    Ok(outcome)
}

/// The same bytes and the same requests, from a handler that does nothing else.
async fn bare(args: &PagesArgs, kind: Kind) -> anyhow::Result<Outcome> {
    let mut connection = Connection::open(kind.place, source(0, 1)).await?;
    connection.send(&(kind.request)(0, 0)).await?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), connection.body())?;
    let handler = Bare::start(&args.bare, file.path(), "text/html; charset=utf-8")?;
    let until = Instant::now() + Duration::from_secs(10);
    while Connection::open(handler.place, source(0, 1)).await.is_err() {
        ensure!(Instant::now() < until, "the bare handler does not answer on {}", args.bare);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let request = get("/", &[("accept", "*/*")]);
    let same = Kind { place: handler.place, request: Box::new(move |_, _| request.clone()), ..kind };
    Ok(ask(args, same, handler.process()).await?.1)
}

fn say(report: &mut Report, name: &str, mut outcome: Outcome) {
    let took = outcome.took.as_secs_f64();
    let rate = outcome.samples.len() as f64 / took;
    report.row(&[
        name,
        &count(rate),
        &ms(outcome.samples.at(50)),
        &ms(outcome.samples.at(99)),
        &count(outcome.bytes as f64),
        &format!("{:.0} %", outcome.server / took * 100.0),
        &outcome.failures.to_string(),
    ]);
    report.value(&format!("{name}: requests/s"), rate.round());
    report.value(&format!("{name}: p50 ms"), outcome.samples.at(50));
    report.value(&format!("{name}: p99 ms"), outcome.samples.at(99));
}
