//! `madang demo`.

use anyhow::Context as _;
use clap::Args;
use platform::demo;

use super::{Answer, open};
use crate::settings::Settings;

/// The demo folders inside the binary, so that `madang demo` needs nothing else.
static DEMO: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/../demo");

/// Load the demo competitions, accounts and submissions
#[derive(Args)]
pub struct DemoArgs {
    /// Do nothing when there are competitions already
    #[arg(long)]
    if_empty: bool,
}

impl DemoArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let settings = Settings::load(None)?;
        let services = open(&settings).await?;
        if self.if_empty && !platform::competitions::list(&services).await?.is_empty() {
            return Ok(format!("The data folder has competitions already.\n{}", accounts_text(&settings)).into());
        }
        let folder = tempfile::tempdir().context("no temporary folder could be made")?;
        DEMO.extract(folder.path()).context("the demo could not be unpacked")?;
        let loaded = demo::load(&services, folder.path()).await?;
        let names: Vec<_> = loaded.iter().map(|competition| competition.settings.title.ko.as_str()).collect();
        services.db.close().await;
        Ok(format!("Loaded: {}\n{}", names.join(", "), accounts_text(&settings)).into())
    }
}

fn accounts_text(settings: &Settings) -> String {
    format!(
        "Demo accounts, password {}:\n  participant  garam@madang.test (team 101), naru@madang.test (team 102)\n  organizer    organizer@madang.test\n  admin        admin@madang.test\n  submission key of teams 101 and 102: {}\nAddress: {}",
        demo::PASSWORD,
        demo::SUBMISSION_KEY,
        settings.http.base_url
    )
}
