//! Those who help to run a competition, as a list that is looked through.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Actor, Role};
use domain::competitions::Competition;
use domain::text::cell;

use super::roles::{self, Holder, WaitingRole};
use crate::error::Result;
use crate::services::Services;

/// What of the list is asked for.
#[derive(Debug, Clone, Default)]
pub struct HoldersWanted {
    pub role: Option<Role>,
    /// In a name; for those who may know, in an address or an affiliation.
    pub text: String,
}

/// The people that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldersPage {
    pub rows: Vec<Holder>,
    pub all: i64,
    counts: Vec<(Role, i64)>,
    /// Who is asked to take a role, whatever was asked for.
    pub invitations: Vec<WaitingRole>,
}

impl HoldersPage {
    pub fn count(&self, role: Role) -> i64 {
        self.counts.iter().find(|(of, _)| *of == role).map_or(0, |(_, count)| *count)
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// All who have a role and are asked for, whoever had one first first.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &HoldersWanted,
) -> Result<HoldersPage> {
    // What the actor may not know is not in it, and so cannot be looked for.
    let roles::Roles { holders: mut rows, invitations } = roles::list(services, competition, actor).await?;
    let count = |role: Role| (role, number(rows.iter().filter(|holder| holder.role == role).count()));
    let (all, counts) = (number(rows.len()), Role::ALL.map(count).to_vec());
    let text = wanted.text.trim().to_lowercase();
    rows.retain(|holder| {
        let texts = [&holder.name, &holder.email, &holder.affiliation];
        wanted.role.is_none_or(|role| role == holder.role) && texts.iter().any(|of| of.to_lowercase().contains(&text))
    });
    Ok(HoldersPage { rows, all, counts, invitations })
}

/// The same as a CSV that spreadsheets open as it is, with times in the competition's zone. `word` is what a role is called.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn csv(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &HoldersWanted,
    locale: Locale,
    word: fn(Locale, Role) -> &'static str,
) -> Result<String> {
    let page = list(services, competition, actor, wanted).await?;
    let heads = match locale {
        Locale::Ko => ["이름", "메일 주소", "소속", "역할", "맡은 시각", "준 사람"],
        Locale::En => ["name", "email", "affiliation", "role", "since", "by"],
    };
    let zone = competition.settings.zone;
    let at = |at: DateTime<Utc>| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let row = |cells: [String; 6]| cells.map(|text| cell(&text)).join(",") + "\r\n";
    let mut text = format!("\u{feff}{}", row(heads.map(str::to_owned)));
    for Holder { name, email, affiliation, role, given_at, given_by, .. } in page.rows {
        let by = given_by.unwrap_or_default();
        text += &row([name, email, affiliation, word(locale, role).to_owned(), at(given_at), by]);
    }
    Ok(text)
}
