//! How long a submission takes to be seen, one at a time on a quiet server: to the event in another client, and to that client's page.

use std::time::Instant;

use anyhow::{Context as _, ensure};
use domain::address;

use crate::events::{Event, EventStream};
use crate::http::{Connection, get};
use crate::numbers::{Report, Samples, ms};
use crate::people::{SLUG, Target, submission};
use crate::place::source;
use crate::streams;

#[derive(clap::Args)]
pub(crate) struct LatencyArgs {
    #[command(flatten)]
    target: Target,
    #[arg(long, default_value_t = 100)]
    count: usize,
}

pub(crate) async fn run(args: LatencyArgs) -> anyhow::Result<()> {
    ensure!(args.count <= 10_000, "more submissions than there may be");
    let (place, people, files) = args.target.open()?;
    let mut events = EventStream::open(place, source(0, 1), &streams::path(), None).await?;
    let mut version = leaderboard_version(&mut events).await?;
    let mut submitter = Connection::open(place, source(1, 1)).await?;
    let mut reader = Connection::open(place, source(0, 1)).await?;
    let page = get(&address::leaderboard(SLUG), &[("accept-encoding", "gzip, deflate, br, zstd")]);
    let [mut accepted, mut announced, mut shown, mut fresh, mut kept] = std::array::from_fn(|_| Samples::default());
    for index in 0..args.count {
        let leader = &people.leaders[index % people.leaders.len()];
        let request = submission(&leader.token, &files.csv(index as u64), None);
        let started = Instant::now();
        let (head, text) = submitter.text(&request).await?;
        ensure!(head.status == 201, "{}: {text}", head.status);
        accepted.add(started.elapsed());
        let before = version;
        while version <= before {
            version = leaderboard_version(&mut events).await?;
        }
        announced.add(started.elapsed());
        let asked = Instant::now();
        ensure!(reader.send(&page).await?.status == 200, "the leaderboard does not answer");
        fresh.add(asked.elapsed());
        shown.add(started.elapsed());
        let asked = Instant::now();
        reader.send(&page).await?;
        kept.add(asked.elapsed());
    }
    let title = format!("{} submissions, one at a time, {} teams", args.count, people.leaders.len());
    let mut report = Report::new(&title, &["from the first byte of a submission", "median", "95 %", "worst"]);
    for (name, samples) in [
        ("to its answer", &mut accepted),
        ("to the event in another client", &mut announced),
        ("to that client's changed page", &mut shown),
        ("alone, the first page of a version", &mut fresh),
        ("alone, the second", &mut kept),
    ] {
        report.row(&[name, &ms(samples.at(50)), &ms(samples.at(95)), &ms(samples.at(100))]);
        report.value(name, samples.at(50));
    }
    report.print();
    Ok(())
}

/// The next version that is announced.
async fn leaderboard_version(events: &mut EventStream) -> anyhow::Result<i64> {
    loop {
        let event =
            tokio::time::timeout(crate::http::PATIENCE, events.next()).await.context("no event in a minute")??;
        if let Event::Leaderboard(leaderboard) = event
            && let Some(version) = leaderboard.version
        {
            return Ok(version);
        }
    }
}
