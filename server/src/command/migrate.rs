//! `madang migrate`.

use clap::Args;

use super::{Answer, open};
use crate::settings::Settings;

/// Bring the database up to date (serve and worker do it too)
#[derive(Args)]
pub struct MigrateArgs;

impl MigrateArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        open(&Settings::load(None)?).await?.db.close().await;
        Ok("The database is up to date.".to_owned().into())
    }
}
