//! `madang competition import`.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use domain::access::Actor;
use domain::address;
use platform::competitions::import;

use crate::command::{Answer, open};
use crate::settings::Settings;
use crate::terminal;

/// Make a competition from a folder, or bring an existing one up to date
#[derive(Args)]
pub struct ImportArgs {
    folder: String,
}

impl ImportArgs {
    /// Says where the competition is, what the import changed, and what was left out, in the terminal's language.
    pub async fn run(self) -> anyhow::Result<Answer> {
        let settings = Settings::load(None)?;
        let folder = PathBuf::from(self.folder);
        if !folder.is_dir() {
            bail!("{} is no folder", folder.display());
        }
        let lang = terminal::lang();
        let services = open(&settings).await?;
        let imported = import::run(&services, &Actor::COMMAND, &folder, None).await.map_err(|error| match error {
            platform::Error::Folder(problems) => anyhow::anyhow!(problems.listing(lang)),
            other => other.into(),
        })?;
        services.db.close().await;
        let competition = &imported.competition;
        let title = competition.settings.title.get(lang);
        let address = format!("{}{}", settings.http.base_url, address::competition(&competition.slug));
        let head = lang.pick(format!("{title}: {address}"), format!("{title} is at {address}"));
        Ok(format!("{head}\n{}", imported.listing(lang)).trim_end().to_owned().into())
    }
}
