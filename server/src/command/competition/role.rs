//! `madang competition role`.

use anyhow::bail;
use clap::Args;
use domain::ErrorCode;
use domain::access::{Actor, Role};
use platform::competitions::roles;

use crate::command::{Answer, competition, open};
use crate::settings::Settings;

/// Give someone a role in a competition, by the address of their account; --remove takes it back
#[derive(Args)]
pub struct RoleArgs {
    slug: String,
    email: String,
    /// owner, organizer, judge or viewer
    #[arg(required_unless_present = "remove")]
    role: Option<String>,
    #[arg(long, conflicts_with = "role")]
    remove: bool,
}

impl RoleArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let Self { slug, email, role, .. } = self;
        let settings = Settings::load(None)?;
        let role = match role {
            None => None,
            Some(key) => match Role::from_key(&key) {
                None => bail!("{key:?} is no role: it is owner, organizer, judge or viewer"),
                role => role,
            },
        };
        let services = open(&settings).await?;
        let competition = competition(&services, &slug).await?;
        let outcome = roles::give(&services, &competition, &Actor::COMMAND, &email, role).await;
        services.db.close().await;
        let (user, changed) = match outcome {
            Err(error) => match error.code() {
                Some(ErrorCode::NotFound) => bail!(
                    "nobody has an account under {email}; they sign up first, or you make one: madang user add {email}"
                ),
                Some(ErrorCode::NotVerified) => bail!(
                    "{email} is not confirmed yet; have them press the button in the letter they got, or vouch for it: \
                     madang user verify {email}"
                ),
                Some(ErrorCode::TakesPart) => {
                    bail!("{email} is in a team of {slug}; whoever takes part has no role in it")
                }
                Some(ErrorCode::LastOwner) => {
                    bail!("{email} is the only owner of {slug}; make somebody else an owner first")
                }
                _ => return Err(error.into()),
            },
            Ok(outcome) => outcome,
        };
        let who = format!("{} ({})", user.email, user.name);
        let text = match (role.map(Role::key), changed) {
            (Some(role), true) => format!("{who} is {role} of {slug} now."),
            (Some(role), false) => format!("{who} is {role} of {slug} already; nothing changed."),
            (None, true) => format!("{who} has no role in {slug} any more."),
            (None, false) => format!("{who} has no role in {slug}; nothing changed."),
        };
        Ok(text.into())
    }
}
