//! `madang competition export`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use platform::competitions::export;

use crate::command::{Answer, competition, open};
use crate::settings::Settings;

/// Write a competition into a new folder that import reads, with its solution
#[derive(Args)]
pub struct ExportArgs {
    slug: String,
    folder: PathBuf,
}

impl ExportArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let competition = competition(&services, &self.slug).await?;
        let left_out = export::export(&services, &competition, &self.folder).await?;
        services.db.close().await;
        let mut text = format!(
            "{} is in {}. solution.csv in it is secret: only this account can read it.
The folder's name becomes the address: madang competition import {1}",
            competition.settings.title.ko,
            self.folder.display()
        );
        for name in left_out {
            let _ = write!(
                text,
                "
Left out: the baseline {}, imported before the files of baselines were kept.",
                name.ko
            );
        }
        Ok(text.into())
    }
}
