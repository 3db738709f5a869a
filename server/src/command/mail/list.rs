//! `madang mail list`.

use std::fmt::Write as _;

use clap::Args;
use platform::mail::deliver;

use crate::command::{Answer, open};
use crate::settings::Settings;

/// List letters that wait, have failed or were sent: at most a hundred of each, of the last month
#[derive(Args)]
pub struct MailListArgs {
    /// Only those that failed
    #[arg(long)]
    failed: bool,
}

impl MailListArgs {
    pub async fn run(self) -> anyhow::Result<Answer> {
        let services = open(&Settings::load(None)?).await?;
        let letters = deliver::list(&services, self.failed).await;
        services.db.close().await;
        let mut text = String::new();
        for letter in letters? {
            let (id, state, kind, address) = (letter.id, letter.state, letter.kind, letter.address);
            let at = letter.ended_at.unwrap_or(letter.created_at).format("%Y-%m-%dT%H:%M:%SZ");
            let why =
                letter.last_error.map(|error| format!("  {error}, attempt {}", letter.attempts)).unwrap_or_default();
            let _ = writeln!(text, "{id}  {state:<7}  {at}  {kind}  {address}{why}");
        }
        let none = if self.failed { "No letter has failed." } else { "There are no letters." };
        Ok(if text.is_empty() { none.to_owned() } else { text.trim_end().to_owned() }.into())
    }
}
