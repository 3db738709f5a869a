//! Half an hour of reading and submitting while what the server stands on fails: every minute it is killed, its worker is killed,
//! and its database pauses or its disk is full. Then everything that was answered is held against what is stored.

mod check;
mod faults;
mod load;
mod site;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{bail, ensure};
use tokio::time::{Instant, sleep, sleep_until};

use crate::numbers::Report;
use crate::people::{Files, sign_in};
use crate::place::room;
use crate::streams::{self, Heard};
use crate::{note, seed};

use load::{Phase, Shared};
use site::Site;

/// Streams that are held meanwhile.
const STREAMS: usize = 50;
/// How long after its start a server's memory and files are read.
const SAMPLED_AFTER: Duration = Duration::from_secs(45);
/// How long everything may take to be scored after the last fault.
const DRAIN: Duration = Duration::from_mins(2);

#[derive(clap::Args)]
pub(crate) struct SoakArgs {
    /// The server's program
    #[arg(long, default_value = "target/release/madang")]
    server: PathBuf,
    #[arg(long, default_value_t = 30)]
    minutes: u64,
    #[arg(long, default_value_t = 20)]
    teams: usize,
    /// How often a team may submit in a day; by default so that it is used up on the way
    #[arg(long)]
    per_day: Option<i64>,
    /// A throwaway PostgreSQL cluster instead of SQLite
    #[arg(long)]
    postgres: bool,
    /// Where the server listens; on this machine
    #[arg(long, default_value = "127.0.0.1:3996")]
    addr: String,
    #[arg(long, default_value = "demo/breast-cancer")]
    demo: PathBuf,
}

/// What was read of a server at the same time after its start, each life.
#[derive(Debug, Clone, Copy)]
struct Life {
    megabytes: f64,
    open_files: usize,
}

pub(crate) async fn run(args: SoakArgs) -> anyhow::Result<()> {
    ensure!((1..=180).contains(&args.minutes) && (2..=200).contains(&args.teams), "longer or wider than it may be");
    room(1000)?;
    let mut site = Site::new(&args)?;
    let per_day = args.per_day.unwrap_or(20 * i64::try_from(args.minutes)?);
    note(&format!("seeding {}", site.data.display()));
    let plan = seed::SeedArgs::fresh(&site.data, &args.demo, args.teams, per_day, site.database_url.clone());
    let people = seed::seed(&plan).await?;
    site.start(&people)?;
    site.ready().await?;
    let cookies = sign_in(site.place, &people.leaders[..args.teams.min(8)], 1).await?;
    let shared = Arc::new(Shared::new(site.place, people, cookies, Files::read(&args.demo)?));
    let heard = Arc::<Heard>::default();
    let streams = streams::open(site.place, STREAMS, 1, &heard).await?;
    let load = load::start(&shared);

    let lives = tokio::select! {
        lives = live(&args, &mut site, &shared) => lives?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    };
    shared.phase(Phase::Calm);
    note("no more faults: the load ends, everything is scored");
    let unanswered = load.end(&shared).await;
    drop(streams);
    let found = check::everything(&site, &shared, per_day, &lives, unanswered).await?;
    let broken = found.iter().filter(|check| check.is_broken).count();
    print(&args, &shared, &lives, found);
    site.end();
    if broken > 0 {
        bail!("{broken} of the checks failed; the logs are in {}", site.keep().display());
    }
    Ok(())
}

/// Minute by minute. Returns what was read of each life of the server.
async fn live(args: &SoakArgs, site: &mut Site, shared: &Shared) -> anyhow::Result<Vec<Life>> {
    let mut lives = Vec::new();
    for minute in 0..args.minutes {
        let began = Instant::now();
        let at = |seconds| sleep_until(began + Duration::from_secs(seconds));
        sleep(Duration::from_secs(2)).await;
        shared.phase(Phase::Calm);
        at(10).await;
        site.kill_worker(&shared.people)?;
        at(20).await;
        if minute % 2 == 0 {
            note(&format!("minute {}: the database pauses", minute + 1));
            shared.phase(Phase::Paused);
            faults::pause_database(site, &shared.people.database_url).await?;
        } else {
            note(&format!("minute {}: the disk is full", minute + 1));
            shared.phase(Phase::Full);
            faults::fill_disk(site).await?;
        }
        sleep(Duration::from_secs(6)).await;
        shared.phase(Phase::Calm);
        sleep_until(began + SAMPLED_AFTER).await;
        lives.push(site.life()?);
        if minute + 1 < args.minutes {
            at(58).await;
            shared.phase(Phase::Down);
            site.kill_server();
            site.start_server(&shared.people)?;
            site.ready().await?;
        }
    }
    Ok(lives)
}

fn print(args: &SoakArgs, shared: &Shared, lives: &[Life], found: Vec<check::Check>) {
    let database = if args.postgres { "PostgreSQL" } else { "SQLite" };
    let title =
        format!("{} minutes on {database}, {} teams, {} lives of the server", args.minutes, args.teams, lives.len());
    let mut answers =
        Report::new(&title, &["while", "asked for", "answered", "503", "other 5xx", "unexpected", "no answer"]);
    for ((phase, what), tally) in shared.tallies() {
        let all = [tally.answered, tally.unavailable, tally.faulty, tally.unexpected, tally.silent];
        let mut cells = vec![phase.name().to_owned(), what.to_owned()];
        cells.extend(all.map(|count| count.to_string()));
        answers.row(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
    answers.print();
    let mut report = Report::new("What holds", &["", "what must be", "found"]);
    for check in found {
        report.row(&[if check.is_broken { "**broken**" } else { "holds" }, check.what, &check.found]);
        report.value(check.what, !check.is_broken);
    }
    report.print();
}
