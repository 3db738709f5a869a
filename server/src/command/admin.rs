//! Commands of the operator: migrate, demo, import, export, users.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use domain::account::{SignUp, normal_email};
use platform::{accounts, demo, export, import};

use super::{competition, open};
use crate::config::Settings;

/// The demo folders inside the binary, so that `madang demo` needs nothing else.
static DEMO: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/../demo");

pub async fn migrate(settings: &Settings) -> anyhow::Result<String> {
    open(settings).await?.db.close().await;
    Ok("The database is up to date.".to_owned())
}

/// Loads the demo; with `only_if_empty` an installation that has competitions or a demo already is left alone.
pub async fn load_demo(settings: &Settings, only_if_empty: bool) -> anyhow::Result<String> {
    let services = open(settings).await?;
    if only_if_empty && !platform::competitions::list(&services).await?.is_empty() {
        return Ok(format!("The data folder has competitions already.\n{}", accounts_text(settings)));
    }
    let folder = tempfile::tempdir().context("no temporary folder could be made")?;
    DEMO.extract(folder.path()).context("the demo could not be unpacked")?;
    let loaded = demo::load(&services, folder.path()).await?;
    let names: Vec<_> = loaded.iter().map(|competition| competition.settings.title.ko.as_str()).collect();
    services.db.close().await;
    Ok(format!("Loaded: {}\n{}", names.join(", "), accounts_text(settings)))
}

fn accounts_text(settings: &Settings) -> String {
    format!(
        "Demo accounts, password {}:\n  participant  garam@madang.test (team 101), naru@madang.test (team 102)\n  organizer    organizer@madang.test\n  admin        admin@madang.test\n  submission key of teams 101 and 102: {}\nAddress: {}",
        demo::PASSWORD,
        demo::SUBMISSION_KEY,
        settings.base_url
    )
}

pub async fn import_competition(settings: &Settings, folder: &Path) -> anyhow::Result<String> {
    let services = open(settings).await?;
    let competition = import::import(&services, folder, None).await?;
    services.db.close().await;
    Ok(format!("{} is at {}/competitions/{}", competition.settings.title.ko, settings.base_url, competition.slug))
}

pub async fn export_competition(settings: &Settings, slug: &str, folder: &Path) -> anyhow::Result<String> {
    let services = open(settings).await?;
    let competition = competition(&services, slug).await?;
    let left_out = export::export(&services, &competition, folder).await?;
    services.db.close().await;
    let mut text = format!(
        "{} is in {}. solution.csv in it is secret: only this account can read it.
The folder's name becomes the address: madang competition import {1}",
        competition.settings.title.ko,
        folder.display()
    );
    for name in left_out {
        let _ = write!(
            text,
            "
Left out: the baseline {}, imported before the files of baselines were kept.",
            name.ko
        );
    }
    Ok(text)
}

pub async fn add_user(settings: &Settings, email: &str, is_admin: bool) -> anyhow::Result<String> {
    let services = open(settings).await?;
    let password = read_password()?;
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let form = SignUp { email: email.to_owned(), name, affiliation: String::new(), password };
    let user = accounts::add(&services, form, is_admin).await.map_err(explain)?;
    services.db.close().await;
    Ok(format!("{} can log in{}.", user.email, if is_admin { " as an administrator" } else { "" }))
}

pub async fn set_password(settings: &Settings, email: &str) -> anyhow::Result<String> {
    let services = open(settings).await?;
    let password = read_password()?;
    accounts::set_password(&services, email, &password).await.map_err(explain)?;
    services.db.close().await;
    Ok(format!("The password of {} was changed.", normal_email(email)))
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
                error.fields.iter().map(|wrong| app::format::error::field(locale, &error, &wrong.problem)).collect();
            anyhow::anyhow!("{} {}", app::format::error::error(locale, &error), fields.join(" "))
        }
        fault => fault.into(),
    }
}

/// A folder given on the command line.
pub fn folder(path: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(path);
    if path.is_dir() { Ok(path) } else { bail!("{} is no folder", path.display()) }
}
