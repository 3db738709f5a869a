//! What a new version of a leaderboard costs, in this process: a submission is scored, and the leaderboard is asked for again.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use domain::access::Actor;
use domain::leaderboards::Side;
use domain::submissions::Door;
use platform::submissions::Upload;
use platform::{accounts, competitions, jobs, leaderboards, submissions, teams};

use crate::numbers::{Report, Samples, count, ms};
use crate::people::{Files, People, SLUG};
use crate::process::Process;
use crate::seed;

#[derive(clap::Args)]
pub(crate) struct VersionArgs {
    /// A seeded folder that no server uses meanwhile
    folder: PathBuf,
    /// How many new versions
    #[arg(long, default_value_t = 50)]
    count: usize,
    #[arg(long, default_value = "demo/breast-cancer")]
    demo: PathBuf,
}

pub(crate) async fn run(args: VersionArgs) -> anyhow::Result<()> {
    ensure!((1..=1000).contains(&args.count), "between 1 and 1000 versions");
    let (people, files) = (People::read(&args.folder)?, Files::read(&args.demo)?);
    let services = seed::open(&people).await?;
    let (first, [mut scored, mut again, mut kept]) = (Instant::now(), std::array::from_fn(|_| Samples::default()));
    let (mut rows, mut entries) = ask(&services).await?;
    let first = first.elapsed();
    for turn in 0..args.count {
        let leader = &people.leaders[turn * 17 % people.leaders.len()];
        let (user, _) = accounts::user_of_token(&services, &leader.token).await?;
        let competition = competitions::get(&services, SLUG).await?;
        let team = teams::of(&services, &competition, &user).await?.context("a leader without a team")?;
        let upload = Upload {
            door: Door::Api,
            file_name: "answer.csv".into(),
            bytes: Bytes::from(files.csv(turn as u64)),
            memo: String::new(),
            dry_run: false,
            idempotency_key: None,
            received_at: None,
        };
        submissions::accept(&services, &competition, &team, &Actor::browser(Some(user.clone()), None), upload).await?;
        let started = Instant::now();
        jobs::run_until_idle(&services).await?;
        scored.add(started.elapsed());
        let started = Instant::now();
        (rows, entries) = ask(&services).await?;
        again.add(started.elapsed());
        let started = Instant::now();
        ask(&services).await?;
        kept.add(started.elapsed());
    }
    let title = format!(
        "{} teams on the board, {} submissions, {} new versions",
        count(rows as f64),
        count(entries as f64),
        args.count
    );
    let mut report = Report::new(&title, &["what", "median", "p95", "worst"]);
    for (name, samples) in [
        ("scoring a submission, with all it writes", &mut scored),
        ("the leaderboard's new version", &mut again),
        ("the same version again", &mut kept),
    ] {
        report.row(&[name, &ms(samples.at(50)), &ms(samples.at(95)), &ms(samples.at(100))]);
        report.value(name, samples.at(50));
    }
    let once = ms(Some(first.as_secs_f64() * 1000.0));
    report.row(&["the first one after the start", &once, "", ""]);
    report.row(&["memory of this process", &format!("{:.0} MB", Process::this().megabytes()?), "", ""]);
    report.print();
    services.db.close().await;
    Ok(())
}

/// Asks for the leaderboard as a page does; how many rows and submissions it has.
async fn ask(services: &platform::Services) -> anyhow::Result<(usize, i64)> {
    let competition = competitions::current(services, SLUG).await?;
    let stage = competition.current_stage(services.clock.now()).context("no stage")?;
    let leaderboard = leaderboards::get(services, &competition, stage, Side::Public).await?;
    Ok((leaderboard.rows.len(), leaderboard.rows.iter().map(|row| row.submissions).sum()))
}
