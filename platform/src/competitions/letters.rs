//! The letters that a competition has caused, as its organizers look over them: to whom, of what kind and how they fared. What a letter
//! says is nobody's but its reader's: it may hold a link that opens something once.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::LetterId;
use domain::text::{GONE, cell, masked};
use domain::{AppError, Locale};
use serde::{Deserialize, Serialize};
use storage::letters::LettersAsked;

use super::people::gone;
use crate::access;
use crate::error::Result;
use crate::mail::deliver;
use crate::mail::letter::Letter;
use crate::paging;
use crate::services::Services;

pub use storage::letters::CompetitionLetter;

/// Letters that are sent again at once.
const AT_ONCE: usize = 200;

/// How a letter fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    Failed,
    Waiting,
    Sent,
}

impl LetterState {
    /// The most pressing first.
    pub const ALL: [Self; 3] = [Self::Failed, Self::Waiting, Self::Sent];

    /// As it is stored, and stands in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Of a stored word.
    pub fn of(word: &str) -> Self {
        Self::from_key(word).unwrap_or(Self::Waiting)
    }
}

/// What of the list is asked for.
#[derive(Debug, Clone, Default)]
pub struct LettersWanted {
    pub state: Option<LetterState>,
    /// In what a kind is called; for those who may know, in an address or a real name.
    pub text: String,
    pub limit: i64,
    pub offset: i64,
}

/// How many letters fare how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterCounts(Vec<(String, i64)>);

impl LetterCounts {
    pub(crate) fn of_states(counts: Vec<(String, i64)>) -> Self {
        Self(counts)
    }

    pub fn of(&self, state: LetterState) -> i64 {
        self.0.iter().find(|(of, _)| of == state.key()).map_or(0, |(_, count)| *count)
    }

    pub fn all(&self) -> i64 {
        self.0.iter().map(|(_, count)| count).sum()
    }
}

/// The letters that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LettersPage {
    pub rows: Vec<CompetitionLetter>,
    /// How many were found.
    pub total: i64,
    pub counts: LetterCounts,
}

/// What came of sending letters again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResentLetters {
    pub done: usize,
    /// Put back by another meanwhile, or what they say is over.
    pub moved: usize,
}

/// Whether letters about cases are for somebody: not for who was ever in a team here, for one of them may tell of a case against it.
async fn reads_of_cases(services: &Services, competition: &Competition, actor: &Actor) -> Result<bool> {
    if !access::may(services, competition, actor, Action::ReadCases).await? {
        return Ok(false);
    }
    match actor.id() {
        Some(user) => Ok(!services.db.was_in_any_team(competition.id, user).await?),
        None => Ok(true),
    }
}

/// How many letters fare how.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn counts(services: &Services, competition: &Competition, actor: &Actor) -> Result<LetterCounts> {
    access::check(services, competition, actor, Action::ManageMail).await?;
    let with_cases = reads_of_cases(services, competition, actor).await?;
    Ok(LetterCounts(services.db.letter_counts(competition.id, with_cases).await?))
}

/// What a kind of letter is called in a language, where a competition causes it.
pub type KindWord = fn(Locale, &str) -> Option<&'static str>;

/// The letters that are asked for, the newest first; kinds are looked for by what they are called in `words`. Whom a team has invited
/// stands in none of them: the address is masked.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn list(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &LettersWanted,
    (locale, word): (Locale, KindWord),
) -> Result<LettersPage> {
    access::check(services, competition, actor, Action::ManageMail).await?;
    let by_address = access::may(services, competition, actor, Action::ReadAddresses).await?;
    let with_cases = reads_of_cases(services, competition, actor).await?;
    let text = wanted.text.trim().to_lowercase();
    let is_found = |kind: &&str| word(locale, kind).is_some_and(|word| word.to_lowercase().contains(&text));
    let kinds = Letter::OF_COMPETITIONS.into_iter().filter(is_found).map(str::to_owned);
    let mut asked = LettersAsked {
        state: wanted.state.map(LetterState::key).unwrap_or_default(),
        kinds: kinds.collect(),
        text,
        by_address,
        with_cases,
        limit: wanted.limit,
        offset: wanted.offset,
    };
    let total = services.db.count_letters_of_competition(competition.id, &asked).await?;
    asked.offset = paging::offset(asked.offset, asked.limit, total);
    let mut rows = services.db.letters_of_competition(competition.id, &asked).await?;
    for letter in rows.iter_mut().filter(|letter| !by_address || letter.kind == Letter::TEAM_INVITATION) {
        letter.address = masked(&letter.address);
        letter.name = None;
    }
    for letter in rows.iter_mut().filter(|letter| letter.address.ends_with(GONE)) {
        (letter.address, letter.name) = (String::new(), None);
    }
    let counts = LetterCounts(services.db.letter_counts(competition.id, with_cases).await?);
    Ok(LettersPage { rows, total, counts })
}

/// What a letter's kind, its state and the reason why it failed are called.
pub type LetterWords = (KindWord, fn(Locale, LetterState) -> &'static str, fn(Locale, &str) -> String);

/// The same as a CSV that spreadsheets open as it is, with times in the competition's zone.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn csv(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    wanted: &LettersWanted,
    locale: Locale,
    (kind, state, reason): LetterWords,
) -> Result<String> {
    let wanted = LettersWanted { limit: i64::MAX, offset: 0, ..wanted.clone() };
    let page = list(services, competition, actor, &wanted, (locale, kind)).await?;
    let heads = match locale {
        Locale::Ko => ["종류", "받는 사람", "받는 주소", "쓴 시각", "끝난 시각", "상태", "시도", "사유"],
        Locale::En => ["kind", "to", "address", "written", "ended", "state", "attempts", "reason"],
    };
    let zone = competition.settings.zone;
    let at = |at: DateTime<Utc>| zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let row = |cells: [String; 8]| cells.map(|text| cell(&text)).join(",") + "\r\n";
    let mut text = format!("\u{feff}{}", row(heads.map(str::to_owned)));
    for one in page.rows {
        let fares = LetterState::of(&one.state);
        text += &row([
            kind(locale, &one.kind).unwrap_or(&one.kind).to_owned(),
            if one.address.is_empty() { gone(locale).to_owned() } else { one.name.unwrap_or_default() },
            one.address,
            at(one.created_at),
            one.ended_at.map(at).unwrap_or_default(),
            state(locale, fares).to_owned(),
            one.attempts.to_string(),
            one.last_error.map(|error| reason(locale, &error)).unwrap_or_default(),
        ]);
    }
    Ok(text)
}

/// Puts failed letters back among those that wait, each by itself. Those that another has put back meanwhile, or that tell of what is
/// over, stay and are counted.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`; `invalid_input` with none or too many named.
#[boxed]
pub async fn resend(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    letters: &[LetterId],
) -> Result<ResentLetters> {
    access::check(services, competition, actor, Action::ManageMail).await?;
    if letters.is_empty() || letters.len() > AT_ONCE {
        return Err(AppError::field("letters", FieldProblem::Letters).into());
    }
    let with_cases = reads_of_cases(services, competition, actor).await?;
    let (mut tx, now) = access::begin(services, competition, actor, Action::ManageMail).await?;
    let mut resent = ResentLetters::default();
    for id in letters {
        let failed = tx.failed_letter(*id).await?;
        // To whoever may not see it, another's does not exist.
        let is_here = failed.is_some_and(|letter| {
            letter.competition_id == Some(competition.id)
                && (with_cases || !Letter::OF_CASES.contains(&letter.kind.as_str()))
        });
        if is_here && deliver::put_back(&mut tx, *id, now).await? {
            tx.record(now, actor, Act::of_competition(Deed::ResendLetter, competition.id).after("letter", id.0));
            resent.done += 1;
        } else {
            resent.moved += 1;
        }
    }
    tx.commit().await?;
    Ok(resent)
}
