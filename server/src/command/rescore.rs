//! `madang rescore`: what scoring every submission again would change, and the writing of it.

use std::fmt::Write as _;

use clap::Args;
use domain::Locale;
use domain::access::Actor;
use domain::submissions::Note;
use platform::submissions::rescore::{Rescoring, Scores, apply, look};

use super::{Answer, competition, open};
use crate::settings::Settings;

/// Score every submission of a competition again with this version's code; says what would change
#[derive(Args)]
pub struct RescoreArgs {
    slug: String,
    /// Write the new scores and the new leaderboard
    #[arg(long)]
    apply: bool,
}

impl RescoreArgs {
    /// Looks, and writes only when told to.
    pub async fn run(self) -> anyhow::Result<Answer> {
        let slug = self.slug;
        let settings = Settings::load(None)?;
        let services = open(&settings).await?;
        let competition = competition(&services, &slug).await?;
        let found = look(&services, &competition, settings.jobs.worker_count()).await?;
        let mut text = table(&found);
        if found.changes_nothing() {
            text.push_str("\nNothing to write: every score is what this version gives.");
        } else if self.apply {
            let written = apply(&services, &Actor::COMMAND, &competition, &found).await?;
            let _ = write!(text, "\nWritten: {written}. The leaderboard has a new version, open pages show it.");
        } else {
            let _ = write!(text, "\nNothing was written. To write it: madang rescore {slug} --apply");
        }
        services.db.close().await;
        Ok(text.into())
    }
}

/// Korean names stand last: their letters are two columns wide in some terminals and one in others.
fn table(found: &Rescoring) -> String {
    let mut text = format!("unchanged  {}\nchanged    {}\n", found.unchanged, found.changes.len());
    if found.under_way > 0 {
        let _ = writeln!(text, "left alone {} (waiting or being scored)", found.under_way);
    }
    for name in &found.without_file {
        let _ = writeln!(text, "left alone the baseline {}: its file was not kept when it was imported", name.ko);
    }
    let change = |before: Option<Scores>, after: Option<Scores>| {
        let part = |scores: Option<Scores>, of: fn(Scores) -> Option<f64>| match scores {
            None => "failed".to_owned(),
            Some(scores) => of(scores).map_or_else(|| "–".to_owned(), |score| score.to_string()),
        };
        let both = |of| format!("{} → {}", part(before, of), part(after, of));
        (both(|scores| Some(scores.public)), both(|scores| scores.private))
    };
    if !found.changes_nothing() {
        let _ = writeln!(text, "\n{:>5} {:>6}  {:<42}  {:<42}  name", "team", "number", "public", "private");
    }
    for one in &found.changes {
        let (public, private) = change(one.before, one.after);
        let _ =
            writeln!(text, "{:>5} {:>6}  {public:<42}  {private:<42}  {}", one.team_number, one.number, one.team_name);
        match one.refusal() {
            Some(Note::Metric { error }) => {
                let _ = writeln!(text, "{:>14}{}", "", error.message(Locale::En.lang()));
            }
            Some(Note::File { errors }) => {
                let _ = writeln!(text, "{:>14}{errors}", "");
            }
            _ => {}
        }
    }
    for one in &found.baselines {
        let (public, private) = change(one.before, one.after);
        let _ = writeln!(text, "{:>12}  {public:<42}  {private:<42}  {}", "baseline", one.name.ko);
    }
    if !found.moved.is_empty() {
        let _ = writeln!(text, "\n{:>5}  {:<11}  name", "team", "public rank");
    }
    for team in &found.moved {
        let rank = |rank: Option<i64>| rank.map_or_else(|| "–".to_owned(), |rank| rank.to_string());
        let ranks = format!("{} → {}", rank(team.before), rank(team.after));
        let _ = writeln!(text, "{:>5}  {ranks:<11}  {}", team.team_number, team.team_name);
    }
    text
}
