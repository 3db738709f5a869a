//! `madang competition …`.

mod export;
mod import;
mod role;
mod service_token;

use clap::Subcommand;

use super::Answer;

/// Competitions as folders of plain files
#[derive(Subcommand)]
pub enum CompetitionCommand {
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Role(role::RoleArgs),
    ServiceToken(service_token::ServiceTokenArgs),
}

impl CompetitionCommand {
    pub async fn run(self) -> anyhow::Result<Answer> {
        match self {
            Self::Import(args) => args.run().await,
            Self::Export(args) => args.run().await,
            Self::Role(args) => args.run().await,
            Self::ServiceToken(args) => args.run().await,
        }
    }
}
