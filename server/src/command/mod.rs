//! One command a file: its arguments and its `run`.

mod audit;
mod competition;
mod demo;
mod input;
mod jobs;
mod mail;
mod metrics;
mod migrate;
mod rescore;
mod score;
mod serve;
mod split;
mod stopping;
mod upkeep;
mod user;
mod verify;
mod worker;

use anyhow::{Context as _, bail};
use async_recursion::async_recursion as boxed;
use clap::Subcommand;
use domain::competitions::Competition;
use platform::Services;
use platform::clock::Clock;

use crate::settings::Settings;

#[derive(Subcommand)]
pub enum Command {
    Serve(serve::ServeArgs),
    Worker(worker::WorkerArgs),
    Migrate(migrate::MigrateArgs),
    Demo(demo::DemoArgs),
    #[command(subcommand)]
    Competition(competition::CompetitionCommand),
    #[command(subcommand)]
    User(user::UserCommand),
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    #[command(subcommand)]
    Mail(mail::MailCommand),
    Rescore(rescore::RescoreArgs),
    Jobs(jobs::JobsArgs),
    Score(score::ScoreArgs),
    Split(split::SplitArgs),
    Verify(verify::VerifyArgs),
    Metrics(metrics::MetricsArgs),
}

impl Command {
    /// Boxed, or the program would compile all of the server a second time.
    #[boxed]
    pub async fn run(self) -> anyhow::Result<Answer> {
        match self {
            Self::Serve(args) => args.run().await,
            Self::Worker(args) => args.run().await,
            Self::Migrate(args) => args.run().await,
            Self::Demo(args) => args.run().await,
            Self::Competition(command) => command.run().await,
            Self::User(command) => command.run().await,
            Self::Audit(command) => command.run().await,
            Self::Mail(command) => command.run().await,
            Self::Rescore(args) => args.run().await,
            Self::Jobs(args) => args.run().await,
            Self::Score(args) => args.run(),
            Self::Split(args) => args.run(),
            Self::Verify(args) => args.run(),
            Self::Metrics(args) => args.run(),
        }
    }
}

/// What a command has to say in the end, if anything, and whether it is good news. That a file is wrong is an answer, too.
pub struct Answer {
    pub text: String,
    pub ok: bool,
}

impl Default for Answer {
    fn default() -> Self {
        String::new().into()
    }
}

impl From<String> for Answer {
    fn from(text: String) -> Self {
        Self { text, ok: true }
    }
}

/// Opens the application with the settings. A storage that refuses is a wrong setting; one that does not answer may come back.
async fn open(settings: &Settings) -> anyhow::Result<Services> {
    let services = Services::open(settings.platform(), Clock::System).await.with_context(|| {
        format!(
            "could not open MADANG_DATABASE_URL={} with MADANG_STORAGE_URL={}",
            settings.database.masked(),
            settings.storage.storage_url
        )
    })?;
    services
        .files
        .check()
        .await
        .with_context(|| format!("MADANG_STORAGE_URL is {:?}", settings.storage.storage_url))?;
    Ok(services)
}

/// The competition at that address; otherwise the error names those there are.
async fn competition(services: &Services, slug: &str) -> anyhow::Result<Competition> {
    let mut all = platform::competitions::list(services).await?;
    match all.iter().position(|competition| competition.slug == slug) {
        Some(index) => Ok(all.swap_remove(index)),
        None if all.is_empty() => bail!("there is no competition {slug:?}, nor any other"),
        None => {
            let slugs: Vec<_> = all.iter().map(|competition| competition.slug.as_str()).collect();
            bail!("there is no competition {slug:?}; there are {}", slugs.join(", "))
        }
    }
}
