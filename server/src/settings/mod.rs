//! Settings: flags, then environment, then `madang.toml`, then defaults that run on a laptop.
//!
//! A section is a file with its fields, their defaults, what docs/deploy.md says of each (its doc comment) and a check of its own.
//! A field's name is its name in `madang.toml`; the environment's is `MADANG_` and the name in capitals.

mod accounts;
mod database;
mod http;
mod jobs;
mod limits;
mod log;
mod mail;
mod oidc;
mod storage;
mod table;

use std::time::Duration;

use anyhow::bail;
use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use figment::value::Dict;
use serde::de::DeserializeOwned;
use utoipa::PartialSchema;

pub use accounts::Accounts;
pub use database::Database;
pub use http::Http;
pub use jobs::Jobs;
pub use limits::Limits;
pub use log::Log;
pub use mail::Mail;
pub use oidc::Oidc;
pub use storage::Storage;
use table::Field;

/// Some fields that belong together.
trait Section: DeserializeOwned + PartialSchema {
    /// The same with what follows from other fields, when every value is right.
    ///
    /// # Errors
    /// One line that names the variable, the value and what would be right.
    fn checked(self) -> anyhow::Result<Self>;
}

/// Declares the sections, in the order of the table.
macro_rules! sections {
    ($($name:ident: $Section:ty,)+) => {
        /// Every setting, by section.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $(pub $name: $Section,)+
        }

        impl Settings {
            fn read(figment: &Figment) -> anyhow::Result<Self> {
                Ok(Self { $($name: section::<$Section>(figment)?,)+ })
            }

            fn fields() -> Vec<Field> {
                [$(Field::of::<$Section>(),)+].into_iter().flatten().collect()
            }
        }
    };
}

sections! {
    http: Http,
    database: Database,
    storage: Storage,
    mail: Mail,
    accounts: Accounts,
    oidc: Oidc,
    jobs: Jobs,
    limits: Limits,
    log: Log,
}

impl Settings {
    /// Reads every source and checks every value.
    ///
    /// # Errors
    /// One line that names the variable, the value and what would be right.
    pub fn load(addr: Option<&str>) -> anyhow::Result<Self> {
        let fields = Self::fields();
        let known: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        let mut figment = Figment::from(Toml::file("madang.toml")).merge(Env::prefixed("MADANG_").only(&known));
        if let Some(addr) = addr {
            figment = figment.merge(("addr", addr));
        }
        let found: Dict = figment.extract().map_err(refused)?;
        if let Some(unknown) = found.keys().find(|name| !known.contains(&name.as_str())) {
            let name = table::variable(unknown);
            bail!("{name}: unknown field: found `{unknown}`, expected `one of `{}``", known.join("`, `"));
        }
        Self::read(&figment)
    }

    /// The table of docs/deploy.md.
    pub fn table() -> String {
        table::table(&Self::fields())
    }

    /// The application's part of the settings.
    pub fn platform(&self) -> platform::Config {
        platform::Config {
            database_url: self.database.database_url.clone(),
            storage_url: self.storage.storage_url.clone(),
            mail_url: self.mail.mail_url.clone(),
            mail_from: self.mail.mail_from.clone(),
            base_url: self.http.base_url.clone(),
            requires_factor: self.accounts.require_second_factor,
            // Checked when it was read.
            institution: self.oidc.institution().ok().flatten(),
            lease: Duration::from_secs(self.jobs.lease_seconds),
            ..platform::Config::default()
        }
    }
}

fn section<S: Section>(figment: &Figment) -> anyhow::Result<S> {
    figment.extract::<S>().map_err(refused)?.checked()
}

/// A value of the wrong type, under its variable's name.
fn refused(error: figment::Error) -> anyhow::Error {
    let name = error.path.first().map(|field| format!("{}: ", table::variable(field))).unwrap_or_default();
    anyhow::anyhow!("{name}{}", error.kind)
}

/// A URL without its user and password, for whoever reads what went wrong.
fn masked(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    match url.rfind('@') {
        Some(at) if start <= at => format!("{}…{}", &url[..start], &url[at..]),
        // `user:password@//…`: nothing before the sign is shown.
        Some(at) => format!("…{}", &url[at..]),
        None => url.to_owned(),
    }
}

/// Refuses zero.
fn least_one<T: Default + PartialEq>(name: &str, value: T) -> anyhow::Result<()> {
    if value == T::default() {
        bail!("MADANG_{name} is 0; it is at least 1");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_error_never_shows_a_password() {
        for (url, shown) in [
            ("postgres://madang:s3cret@db:5432/madang", "postgres://…@db:5432/madang"),
            ("smtp://madang:s3c@ret@mail.example.kr", "smtp://…@mail.example.kr"),
            ("madang:s3cret@mail.example.kr", "…@mail.example.kr"),
            ("sqlite://data/madang.db", "sqlite://data/madang.db"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
