//! `madang worker`.

use clap::Args;
use platform::jobs;
use tokio::sync::watch;

use super::stopping::{close, signals, until_stopped};
use super::{Answer, open};
use crate::settings::Settings;

/// Only score and send mail; any number beside any number of servers
#[derive(Args)]
pub struct WorkerArgs {
    #[arg(long)]
    concurrency: Option<usize>,
}

impl WorkerArgs {
    /// Runs until asked to stop, then finishes what has begun.
    pub async fn run(self) -> anyhow::Result<Answer> {
        let settings = Settings::load(None)?;
        settings.log.start()?;
        let services = open(&settings).await?;
        let (stopping, stop) = watch::channel(false);
        tokio::spawn(signals(stopping));
        let count = self.concurrency.unwrap_or_else(|| settings.jobs.worker_count());
        tracing::info!(count, "working");
        until_stopped(jobs::run(services.clone(), count, stop.clone()), stop).await;
        close(&services).await;
        Ok(Answer::default())
    }
}
