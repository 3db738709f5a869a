//! `madang jobs`: what waits, what runs, what was given up.

use std::fmt::Write as _;

use anyhow::bail;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use domain::access::Actor;
use domain::ids::JobId;
use platform::Services;
use platform::jobs::dead::{self, DeadJob};
use platform::jobs::{JobTally, tallies};
use serde_json::json;
use uuid::Uuid;

use super::{Answer, open};
use crate::settings::Settings;

/// What waits, runs and is dead in the queue, by kind
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct JobsArgs {
    /// List the dead jobs, with what was wrong
    #[arg(long)]
    dead: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<JobsCommand>,
}

#[derive(Subcommand)]
enum JobsCommand {
    /// Put dead jobs back as if they were new
    Retry {
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<Uuid>,
        /// All of them
        #[arg(long)]
        all: bool,
    },
    /// Forget a dead job
    Drop { id: Uuid },
}

impl JobsArgs {
    /// Lists, or does to dead jobs what is asked.
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let text = match self.command {
            Some(JobsCommand::Retry { id: Some(id), .. }) => retry(&services, JobId(id)).await?,
            Some(JobsCommand::Retry { id: None, .. }) => retry_all(&services).await?,
            Some(JobsCommand::Drop { id }) => drop(&services, JobId(id)).await?,
            None if self.dead => dead_jobs(&dead::list(&services).await?, self.json),
            None => summary(&tallies(&services).await?, services.clock.now(), self.json),
        };
        services.db.close().await;
        Ok(text.into())
    }
}

async fn retry(services: &Services, id: JobId) -> anyhow::Result<String> {
    if !dead::retry(services, &Actor::COMMAND, id).await? {
        bail!("there is no dead job {id}; madang jobs --dead lists those there are");
    }
    Ok(format!("{id} is back in the queue."))
}

async fn retry_all(services: &Services) -> anyhow::Result<String> {
    let mut back = 0;
    for job in dead::list(services).await? {
        back += usize::from(dead::retry(services, &Actor::COMMAND, job.id).await?);
    }
    Ok(format!("Back in the queue: {back}."))
}

async fn drop(services: &Services, id: JobId) -> anyhow::Result<String> {
    if !dead::drop(services, &Actor::COMMAND, id).await? {
        bail!("there is no dead job {id}; madang jobs --dead lists those there are");
    }
    Ok(format!("{id} is gone."))
}

fn summary(tallies: &[JobTally], now: DateTime<Utc>, as_json: bool) -> String {
    let waits = |tally: &JobTally| tally.oldest.map(|since| (now - since).num_seconds());
    if as_json {
        let rows = tallies.iter().map(|tally| {
            let JobTally { kind, waiting, running, dead, .. } = tally;
            json!({ "kind": kind, "waiting": waiting, "running": running, "dead": dead, "oldest_seconds": waits(tally) })
        });
        return json!(rows.collect::<Vec<_>>()).to_string();
    }
    let mut text = format!("{:<12} {:>8} {:>8} {:>6}  oldest due\n", "kind", "waiting", "running", "dead");
    for tally in tallies {
        let oldest = waits(tally).map_or_else(|| "–".to_owned(), |seconds| format!("{seconds} s"));
        let _ =
            writeln!(text, "{:<12} {:>8} {:>8} {:>6}  {oldest}", tally.kind, tally.waiting, tally.running, tally.dead);
    }
    if tallies.iter().any(|tally| tally.dead > 0) {
        text.push_str("\nWhat was wrong: madang jobs --dead. Put back: madang jobs retry ID, or --all.");
    }
    text
}

fn dead_jobs(jobs: &[DeadJob], as_json: bool) -> String {
    if as_json {
        let rows = jobs.iter().map(|job| {
            let DeadJob { id, kind, subject, attempts, last_error, created_at, .. } = job;
            json!({
                "id": id, "kind": kind, "subject": subject, "attempts": attempts, "error": last_error, "created_at": created_at
            })
        });
        return json!(rows.collect::<Vec<_>>()).to_string();
    }
    if jobs.is_empty() {
        return "No job is dead.".to_owned();
    }
    let mut text = String::new();
    for job in jobs {
        let error = job.last_error.as_deref().unwrap_or("–");
        let _ = writeln!(text, "{}  {:<10} {}  {} attempts: {error}", job.id, job.kind, job.subject, job.attempts);
    }
    text
}
