//! `madang audit export`.

use std::io::Write as _;

use clap::Args;
use platform::audit;

use crate::command::{Answer, competition, open};
use crate::settings::Settings;

/// Write the entries of the chain to standard output, one JSON object a line, the first one first; without personal details
#[derive(Args)]
pub struct AuditExportArgs {
    /// Those of one competition alone
    #[arg(long, value_name = "SLUG")]
    competition: Option<String>,
}

impl AuditExportArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let of = match &self.competition {
            Some(slug) => Some(competition(&services, slug).await?.id),
            None => None,
        };
        let mut last = 0;
        loop {
            let entries = audit::entries(&services, last, of).await?;
            let Some(end) = entries.last() else { break };
            last = end.seq;
            // A piece at a time: the chain may be longer than memory.
            let lines: String = entries.iter().map(|entry| entry.line() + "\n").collect();
            std::io::stdout().lock().write_all(lines.as_bytes())?;
        }
        services.db.close().await;
        Ok(Answer::default())
    }
}
