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

use crate::settings::Settings;

/// Opens the application with the settings. A storage that refuses is a wrong setting; one that does not answer may come back.
pub async fn open(settings: &Settings) -> anyhow::Result<Services> {
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
