//! One command a file.

pub mod admin;
pub mod rescore;
pub mod score;
pub mod serve;
pub mod solution;

use anyhow::{Context as _, bail};
use domain::competitions::Competition;
use platform::Services;
use platform::clock::Clock;
use tracing_subscriber::EnvFilter;

use crate::settings::Settings;

/// Opens the application with the settings. A storage that refuses is a wrong setting; one that does not answer may come back.
pub async fn open(settings: &Settings) -> anyhow::Result<Services> {
    let services = Services::open(settings.platform(), Clock::System).await.with_context(|| {
        format!(
            "could not open MADANG_DATABASE_URL={} with MADANG_STORAGE_URL={}",
            masked(&settings.database_url),
            settings.storage_url
        )
    })?;
    services.files.check().await.with_context(|| format!("MADANG_STORAGE_URL is {:?}", settings.storage_url))?;
    Ok(services)
}

/// The competition at that address; otherwise the error names those there are.
pub async fn competition(services: &Services, slug: &str) -> anyhow::Result<Competition> {
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

/// A database URL without its password.
fn masked(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(at)) if start < at => format!("{}://…{}", &url[..start], &url[at..]),
        _ => url.to_owned(),
    }
}

/// Starts the log: lines for people, or JSON for machines.
pub fn log(settings: &Settings) -> anyhow::Result<()> {
    // It would name each of its two hundred files at every start.
    let filter = EnvFilter::try_new(format!("memory_serve=warn,{}", settings.log)).map_err(|_| {
        anyhow::anyhow!("MADANG_LOG is {:?}; it is a tracing filter such as info or info,platform=debug", settings.log)
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if settings.log_format == "json" {
        log.json().flatten_event(true).try_init()
    } else {
        log.compact().try_init()
    };
    started.map_err(|error| anyhow::anyhow!("the log could not be started: {error}"))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_error_never_shows_the_databases_password() {
        assert_eq!(masked("postgres://madang:s3cret@db:5432/madang"), "postgres://…@db:5432/madang");
        assert_eq!(masked("sqlite://data/madang.db"), "sqlite://data/madang.db");
    }
}
