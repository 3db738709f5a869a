//! `madang user add`.

use clap::Args;
use domain::Locale;
use domain::access::Actor;
use domain::accounts::SignUp;
use platform::accounts;

use super::{explain, read_password};
use crate::command::{Answer, open};
use crate::settings::Settings;

/// Make an account; the password is read from standard input
#[derive(Args)]
pub struct UserAddArgs {
    email: String,
    #[arg(long)]
    admin: bool,
}

impl UserAddArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let Self { email, admin } = self;
        let services = open(&Settings::load(None)?).await?;
        let password = read_password()?;
        let name = email.split('@').next().unwrap_or_default().to_owned();
        let form = SignUp {
            email,
            name,
            public_name: String::new(),
            affiliation: String::new(),
            password,
            locale: Locale::Ko,
        };
        let user = accounts::add(&services, &Actor::COMMAND, form, admin).await.map_err(explain)?;
        services.db.close().await;
        Ok(format!("{} can log in{}.", user.email, if admin { " as an administrator" } else { "" }).into())
    }
}
