//! `madang user second-factor`.

use clap::Args;
use domain::access::Actor;
use platform::accounts::second_factors;

use super::explain;
use crate::command::{Answer, open};
use crate::settings::Settings;

/// Turn off the second factor of somebody who has lost phone and recovery codes
#[derive(Args)]
pub struct UserSecondFactorArgs {
    email: String,
    /// What there is to do with it
    #[arg(long, required = true)]
    off: bool,
}

impl UserSecondFactorArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let was_on = second_factors::take_away(&services, &Actor::COMMAND, &self.email).await.map_err(explain)?;
        services.db.close().await;
        let said = if was_on { "is off, and every browser is logged out" } else { "was off already" };
        Ok(format!("The second factor of {} {said}.", self.email).into())
    }
}
