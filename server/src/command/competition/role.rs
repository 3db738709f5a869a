//! `madang competition role`.

use anyhow::bail;
use clap::Args;
use domain::access::Actor;

use crate::command::{Answer, competition, open};
use crate::settings::Settings;

/// The one role there is so far; owners, judges and viewers come later.
const ORGANIZER: &str = "organizer";

/// Make someone an organizer of a competition, by the address of their account; --remove takes it back
#[derive(Args)]
pub struct RoleArgs {
    slug: String,
    email: String,
    /// organizer; owner, judge and viewer do not exist yet
    #[arg(required_unless_present = "remove")]
    role: Option<String>,
    #[arg(long)]
    remove: bool,
}

impl RoleArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let Self { slug, email, role, remove } = self;
        let settings = Settings::load(None)?;
        if let Some(role) = role.filter(|role| *role != ORGANIZER) {
            bail!(
                "{role:?} is no role yet: so far there are organizers alone. Write: madang competition role {slug} {email} {ORGANIZER}"
            );
        }
        let services = open(&settings).await?;
        let competition = competition(&services, &slug).await?;
        let outcome =
            platform::competitions::set_organizer(&services, &Actor::COMMAND, &competition, &email, !remove).await;
        services.db.close().await;
        let (user, changed) = match outcome {
            Err(error) if error.code() == Some(domain::ErrorCode::NotFound) => {
                bail!(
                    "nobody has an account under {email}; they sign up first, or you make one: madang user add {email}"
                )
            }
            outcome => outcome?,
        };
        let who = format!("{} ({})", user.email, user.name);
        let text = match (remove, changed) {
            (false, true) => format!("{who} is an organizer of {slug} now."),
            (false, false) => format!("{who} is an organizer of {slug} already; nothing changed."),
            (true, true) => format!("{who} is no organizer of {slug} any more."),
            (true, false) => format!("{who} is no organizer of {slug}; nothing changed."),
        };
        Ok(text.into())
    }
}
