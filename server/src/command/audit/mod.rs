//! `madang audit …`.

mod export;
mod verify;

use clap::Subcommand;

use super::Answer;

/// The chain of deeds: who did what when
#[derive(Subcommand)]
pub enum AuditCommand {
    Verify(verify::AuditVerifyArgs),
    Export(export::AuditExportArgs),
}

impl AuditCommand {
    pub async fn run(self) -> anyhow::Result<Answer> {
        match self {
            Self::Verify(args) => args.run().await,
            Self::Export(args) => args.run().await,
        }
    }
}
