//! Commands of the operator: migrate, demo, import, export, users.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use domain::accounts::{SignUp, normal_email};
use platform::accounts::Tokens;
use platform::competitions::export;
use platform::competitions::import;
use platform::{accounts, demo};
use scoring::Lang;

use super::{competition, open};
use crate::settings::Settings;

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
        settings.http.base_url
    )
}

/// Says where the competition is, what the import changed, and what was left out, in the terminal's language.
pub async fn import_competition(settings: &Settings, folder: &Path, lang: Lang) -> anyhow::Result<String> {
    let services = open(settings).await?;
    let imported = import::run(&services, folder, None).await.map_err(|error| match error {
        platform::Error::Folder(problems) => anyhow::anyhow!(problems.listing(lang)),
        other => other.into(),
    })?;
    services.db.close().await;
    let competition = &imported.competition;
    let (title, address) =
        (competition.settings.title.get(lang), format!("{}/competitions/{}", settings.http.base_url, competition.slug));
    let head = lang.pick(format!("{title}: {address}"), format!("{title} is at {address}"));
    Ok(format!("{head}\n{}", imported.listing(lang)).trim_end().to_owned())
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

/// The one role there is so far; owners, judges and viewers come later.
pub const ORGANIZER: &str = "organizer";

/// Makes someone an organizer of a competition, or with `remove` no longer one.
pub async fn set_role(
    settings: &Settings,
    slug: &str,
    email: &str,
    role: Option<&str>,
    remove: bool,
) -> anyhow::Result<String> {
    if let Some(role) = role.filter(|role| *role != ORGANIZER) {
        bail!(
            "{role:?} is no role yet: so far there are organizers alone. Write: madang competition role {slug} {email} {ORGANIZER}"
        );
    }
    let services = open(settings).await?;
    let competition = competition(&services, slug).await?;
    let outcome = platform::competitions::set_organizer(&services, &competition, email, !remove).await;
    services.db.close().await;
    let (user, changed) = match outcome {
        Err(error) if error.code() == Some(domain::ErrorCode::NotFound) => {
            bail!("nobody has an account under {email}; they sign up first, or you make one: madang user add {email}")
        }
        outcome => outcome?,
    };
    let who = format!("{} ({})", user.email, user.name);
    Ok(match (remove, changed) {
        (false, true) => format!("{who} is an organizer of {slug} now."),
        (false, false) => format!("{who} is an organizer of {slug} already; nothing changed."),
        (true, true) => format!("{who} is no organizer of {slug} any more."),
        (true, false) => format!("{who} is no organizer of {slug}; nothing changed."),
    })
}

pub async fn add_user(settings: &Settings, email: &str, is_admin: bool) -> anyhow::Result<String> {
    let services = open(settings).await?;
    let password = read_password()?;
    let name = email.split('@').next().unwrap_or_default().to_owned();
    let form =
        SignUp { email: email.to_owned(), name, public_name: String::new(), affiliation: String::new(), password };
    let user = accounts::add(&services, form, is_admin).await.map_err(explain)?;
    services.db.close().await;
    Ok(format!("{} can log in{}.", user.email, if is_admin { " as an administrator" } else { "" }))
}

pub async fn set_password(settings: &Settings, email: &str, revoke_tokens: bool) -> anyhow::Result<String> {
    let services = open(settings).await?;
    let password = read_password()?;
    let tokens = accounts::set_password(&services, email, &password, revoke_tokens).await.map_err(explain)?;
    services.db.close().await;
    let email = normal_email(email);
    let tokens = match tokens {
        Tokens::Revoked(count) => format!("{count} access tokens were revoked."),
        Tokens::Stay(0) => "There are no access tokens.".to_owned(),
        Tokens::Stay(count) => format!(
            "{count} access tokens still work; if others may know them, run: madang user password {email} --revoke-tokens"
        ),
    };
    Ok(format!("The password of {email} was changed; every browser must log in again. {tokens}"))
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
