//! `madang user …`.

mod add;
mod password;
mod second_factor;
mod verify;

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::Answer;

/// Accounts
#[derive(Subcommand)]
pub enum UserCommand {
    Add(add::UserAddArgs),
    Password(password::UserPasswordArgs),
    Verify(verify::UserVerifyArgs),
    SecondFactor(second_factor::UserSecondFactorArgs),
}

impl UserCommand {
    pub async fn run(self) -> anyhow::Result<Answer> {
        match self {
            Self::Add(args) => args.run().await,
            Self::Password(args) => args.run().await,
            Self::Verify(args) => args.run().await,
            Self::SecondFactor(args) => args.run().await,
        }
    }
}

/// One line of standard input, so that the password is neither in the command's history nor in the process list.
fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        tracing::info!("type the password and press Enter");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("the password is read from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("the password is read from standard input; it was empty");
    }
    Ok(password)
}

/// The sentences of a refused form.
fn explain(error: platform::Error) -> anyhow::Error {
    match error {
        platform::Error::App(error) => {
            let locale = domain::Locale::En;
            let fields: Vec<_> =
                error.fields.iter().map(|wrong| app::format::error::field(locale, &error, wrong.problem)).collect();
            anyhow::anyhow!("{} {}", app::format::error::error(locale, &error), fields.join(" "))
        }
        fault => fault.into(),
    }
}
