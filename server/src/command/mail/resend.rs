//! `madang mail resend`.

use anyhow::{Context as _, bail};
use clap::Args;
use domain::access::Actor;
use domain::ids::LetterId;
use platform::mail::deliver;

use crate::command::{Answer, open};
use crate::settings::Settings;

/// Send a letter that has failed once more; a running server or worker does it
#[derive(Args)]
pub struct MailResendArgs {
    /// As `madang mail list --failed` shows it
    id: String,
}

impl MailResendArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let id = self.id.parse().map(LetterId).with_context(|| {
            format!("{:?} is no letter's id; those that failed are listed by: madang mail list --failed", self.id)
        })?;
        let services = open(&Settings::load(None)?).await?;
        let is_back = deliver::resend(&services, &Actor::COMMAND, id).await;
        services.db.close().await;
        if !is_back? {
            bail!(
                "letter {id} cannot be sent again: it has not failed, is older than a month, or its link has ended and has to be asked for anew"
            );
        }
        Ok(format!("Letter {id} waits to be sent; see: madang mail list").into())
    }
}
