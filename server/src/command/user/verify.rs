//! `madang user verify`.

use clap::Args;
use domain::access::Actor;
use platform::accounts::addresses;

use super::explain;
use crate::command::{Answer, open};
use crate::settings::Settings;

/// Vouch for whose an address is, where no mail can ask
#[derive(Args)]
pub struct UserVerifyArgs {
    email: String,
}

impl UserVerifyArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let (user, is_news) = addresses::vouch(&services, &Actor::COMMAND, &self.email).await.map_err(explain)?;
        services.db.close().await;
        Ok(format!("{} {} confirmed.", user.email, if is_news { "is" } else { "was already" }).into())
    }
}
