//! `madang user password`.

use clap::Args;
use domain::access::Actor;
use domain::accounts::normal_email;
use platform::accounts::{self, Tokens};

use super::{explain, read_password};
use crate::command::{Answer, open};
use crate::settings::Settings;

/// Set a password, read from standard input; every session of before ends
#[derive(Args)]
pub struct UserPasswordArgs {
    email: String,
    /// Take back every access token too
    #[arg(long)]
    revoke_tokens: bool,
}

impl UserPasswordArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let password = read_password()?;
        let tokens =
            accounts::set_password(&services, &Actor::COMMAND, &self.email, &password, self.revoke_tokens).await;
        let tokens = tokens.map_err(explain)?;
        services.db.close().await;
        let email = normal_email(&self.email);
        let tokens = match tokens {
            Tokens::Revoked(count) => format!("{count} access tokens were revoked."),
            Tokens::Stay(0) => "There are no access tokens.".to_owned(),
            Tokens::Stay(count) => format!(
                "{count} access tokens still work; if others may know them, run: madang user password {email} --revoke-tokens"
            ),
        };
        Ok(format!("The password of {email} was changed; every browser must log in again. {tokens}").into())
    }
}
