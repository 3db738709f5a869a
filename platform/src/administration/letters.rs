//! All mail of the installation, as administrators look over it.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::access::{Actor, SiteAction};
use domain::ids::LetterId;
use domain::text::{GONE, cell, masked};
use domain::zone::Zone;
use storage::letters::{ListedLetter, SiteLettersAsked};

use super::found;
use crate::competitions::letters::{KindWord, LetterCounts, LetterState, LetterWords, LettersWanted};
use crate::competitions::people::gone;
use crate::error::Result;
use crate::mail::deliver;
use crate::mail::letter::Letter;
use crate::paging;
use crate::services::Services;

/// The letters that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteLettersPage {
    pub rows: Vec<ListedLetter>,
    /// How many were found.
    pub total: i64,
    pub counts: LetterCounts,
}

/// Whom a team has invited has told us nothing, and whose account is gone has no address.
fn mask(rows: &mut [ListedLetter]) {
    for letter in rows.iter_mut().filter(|letter| letter.kind == Letter::TEAM_INVITATION) {
        letter.address = masked(&letter.address);
    }
    for letter in rows.iter_mut().filter(|letter| letter.address.ends_with(GONE)) {
        letter.address.clear();
    }
}

/// The letters that are asked for, the newest first; kinds are looked for by what they are called in `word`. Whom a team has invited
/// stands in none of them, and letters about cases are not for whoever was ever in a team of the same competition.
///
/// # Errors
/// `login_required`, `forbidden`.
#[boxed]
pub async fn letters(
    services: &Services,
    actor: &Actor,
    wanted: &LettersWanted,
    (locale, word): (Locale, KindWord),
) -> Result<SiteLettersPage> {
    actor.may(SiteAction::ManageQueue).check()?;
    let text = wanted.text.trim().to_lowercase();
    let is_found = |kind: &&str| word(locale, kind).is_some_and(|word| word.to_lowercase().contains(&text));
    let kinds = Letter::OF_COMPETITIONS.into_iter().chain(Letter::OF_ACCOUNTS);
    let mut asked = SiteLettersAsked {
        state: wanted.state.map(LetterState::key).unwrap_or_default(),
        kinds: kinds.filter(is_found).map(str::to_owned).collect(),
        text,
        reader: actor.id(),
        limit: wanted.limit,
        offset: wanted.offset,
    };
    let total = services.db.count_letters(&asked).await?;
    asked.offset = paging::offset(asked.offset, asked.limit, total);
    let mut rows = services.db.letters(&asked).await?;
    mask(&mut rows);
    Ok(SiteLettersPage {
        rows,
        total,
        counts: LetterCounts::of_states(services.db.site_letter_counts(actor.id()).await?),
    })
}

/// The same as a CSV that spreadsheets open as it is.
///
/// # Errors
/// `login_required`, `forbidden`.
#[boxed]
pub async fn letters_csv(
    services: &Services,
    actor: &Actor,
    wanted: &LettersWanted,
    locale: Locale,
    (kind, state, reason): LetterWords,
) -> Result<String> {
    let wanted = LettersWanted { limit: i64::MAX, offset: 0, ..wanted.clone() };
    let page = letters(services, actor, &wanted, (locale, kind)).await?;
    let heads = match locale {
        Locale::Ko => ["종류", "받는 주소", "쓴 시각", "끝난 시각", "상태", "시도", "사유"],
        Locale::En => ["kind", "address", "written", "ended", "state", "attempts", "reason"],
    };
    let zone = Zone::default();
    let at = |at: DateTime<Utc>| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let row = |cells: [String; 7]| cells.map(|text| cell(&text)).join(",") + "\r\n";
    let mut text = format!("\u{feff}{}", row(heads.map(str::to_owned)));
    for one in page.rows {
        text += &row([
            kind(locale, &one.kind).unwrap_or(&one.kind).to_owned(),
            if one.address.is_empty() { gone(locale).to_owned() } else { one.address },
            at(one.created_at),
            one.ended_at.map(at).unwrap_or_default(),
            state(locale, LetterState::of(&one.state)).to_owned(),
            one.attempts.to_string(),
            one.last_error.map(|error| reason(locale, &error)).unwrap_or_default(),
        ]);
    }
    Ok(text)
}

/// Failed letters that an overview tells of at most.
const MOST: i64 = 1000;

/// The letters that failed, the newest first.
pub(super) async fn failed(services: &Services, actor: &Actor) -> Result<Vec<ListedLetter>> {
    let state = LetterState::Failed.key();
    let asked = SiteLettersAsked { state, reader: actor.id(), limit: MOST, ..SiteLettersAsked::default() };
    let mut rows = services.db.letters(&asked).await?;
    mask(&mut rows);
    Ok(rows)
}

/// Puts a failed letter back.
///
/// # Errors
/// `login_required`, `forbidden`; `not_found` where it did not fail, it is too late for it, or it is not for this reader.
#[boxed]
pub async fn resend(services: &Services, actor: &Actor, id: LetterId) -> Result<()> {
    actor.may(SiteAction::ManageQueue).check()?;
    found(services.db.is_letter_for(id, actor.id()).await?)?;
    found(deliver::resend(services, actor, id).await?)
}
