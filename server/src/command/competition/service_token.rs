//! `madang competition service-token`.

use clap::Args;
use domain::access::Actor;
use platform::teams::activity;

use crate::command::{Answer, competition, open};
use crate::settings::Settings;

/// Make the token by which a notebook service reports when teams were active; the one before ends. --revoke ends it alone
#[derive(Args)]
pub struct ServiceTokenArgs {
    slug: String,
    #[arg(long)]
    revoke: bool,
}

impl ServiceTokenArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let Self { slug, revoke } = self;
        let settings = Settings::load(None)?;
        let services = open(&settings).await?;
        let competition = competition(&services, &slug).await?;
        let outcome = if revoke {
            let revoked = activity::revoke_token(&services, &competition, &Actor::COMMAND).await;
            revoked.map(|was| if was { "The token is revoked." } else { "There was no token." }.to_owned())
        } else {
            activity::renew_token(&services, &competition, &Actor::COMMAND).await
        };
        services.db.close().await;
        Ok(outcome?.into())
    }
}
