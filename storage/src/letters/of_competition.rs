//! The letters that a competition has caused, for those who run it: to whom, of what kind and how they fared, never what they say.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, LetterId, UserId};

use crate::dialect::pattern;
use crate::{Db, Result, Tx};

/// A letter that a competition has caused.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CompetitionLetter {
    pub id: LetterId,
    pub kind: String,
    pub address: String,
    /// The real name of whose it is, where they have an account.
    pub name: Option<String>,
    pub state: String,
    pub attempts: i64,
    /// Why it failed, or did not go out at once.
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// A letter that failed, with what it would say.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FailedLetter {
    pub kind: String,
    /// JSON.
    pub payload: String,
    pub competition_id: Option<CompetitionId>,
}

/// Which letters of a competition are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LettersAsked {
    /// `waiting`, `sent` or `failed`; empty for all.
    pub state: &'static str,
    /// A part of an address or of a name; empty for all.
    pub text: String,
    /// Letters of these kinds are found too, whatever the text.
    pub kinds: Vec<String>,
    /// Whether addresses and names are looked through.
    pub by_address: bool,
    /// With letters about cases.
    pub with_cases: bool,
    pub limit: i64,
    pub offset: i64,
}

impl LettersAsked {
    /// The kinds as `LIKE` finds one in them.
    fn kinds(&self) -> String {
        format!(",{},", self.kinds.join(","))
    }
}

/// Of a competition (`$1`), with or without those about cases (`$2`).
macro_rules! visible {
    () => {
        "l.competition_id = $1 AND ($2 = TRUE OR l.kind NOT IN ('case_asked', 'case_decided', 'case_deliberates'))"
    };
}

/// Of a state (`$3`), with a text (`$4`) that is looked for in what the reader sees (`$5`), or of kinds (`$6`). Whom a team has invited
/// is nobody else's business.
macro_rules! asked {
    () => {
        concat!(
            "FROM letters l LEFT JOIN users u ON u.id = l.user_id LEFT JOIN jobs j ON j.subject = l.id AND j.submission_id IS NULL WHERE ",
            visible!(),
            " AND ($3 = '' OR l.state = $3) AND ($4 = '' OR $6 LIKE '%,' || l.kind || ',%' OR ($5 = TRUE AND l.kind <> 'team_invitation'
            AND l.address NOT LIKE '%@deleted.invalid' AND (LOWER(l.address) LIKE $4 ESCAPE '\\' OR LOWER(u.name) LIKE $4 ESCAPE '\\')))"
        )
    };
}

sql! {
    LIST = concat!(
        "SELECT l.id, l.kind, l.address, u.name, l.state, l.attempts, COALESCE(l.last_error, j.last_error) AS last_error, l.created_at,
            l.ended_at ",
        asked!(),
        " ORDER BY l.id DESC LIMIT $7 OFFSET $8"
    );
    FOUND = concat!("SELECT COUNT(*) ", asked!());
    COUNTS = concat!("SELECT l.state, COUNT(*) FROM letters l WHERE ", visible!(), " GROUP BY l.state");
    WAS_IN_TEAM = "SELECT COUNT(*) FROM memberships h JOIN teams t ON t.id = h.team_id WHERE h.user_id = $1 AND t.competition_id = $2";
}

impl Db {
    /// Letters that a competition has caused, the newest first.
    #[boxed]
    pub async fn letters_of_competition(
        &self,
        competition: CompetitionId,
        asked: &LettersAsked,
    ) -> Result<Vec<CompetitionLetter>> {
        let LettersAsked { state, with_cases, by_address, limit, offset, .. } = asked;
        let (text, kinds) = (pattern(&asked.text), asked.kinds());
        all!(self, LIST, competition, with_cases, state, &text, by_address, &kinds, limit, offset)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_letters_of_competition(&self, competition: CompetitionId, asked: &LettersAsked) -> Result<i64> {
        let LettersAsked { state, with_cases, by_address, .. } = asked;
        let (text, kinds) = (pattern(&asked.text), asked.kinds());
        value!(self, FOUND, competition, with_cases, state, &text, by_address, &kinds)
    }

    /// How many letters of a competition are in each state.
    #[boxed]
    pub async fn letter_counts(&self, competition: CompetitionId, with_cases: bool) -> Result<Vec<(String, i64)>> {
        all!(self, COUNTS, competition, with_cases)
    }

    /// Whether somebody is in any team of a competition, or ever was.
    #[boxed]
    pub async fn was_in_any_team(&self, competition: CompetitionId, user: UserId) -> Result<bool> {
        let times: i64 = value!(self, WAS_IN_TEAM, user, competition)?;
        Ok(times > 0)
    }
}

sql! {
    FAILED = "SELECT kind, payload, competition_id FROM letters WHERE id = $1 AND state = 'failed'";
}

impl Tx {
    /// A letter that failed.
    #[boxed]
    pub async fn failed_letter(&mut self, id: LetterId) -> Result<Option<FailedLetter>> {
        maybe!(self, FAILED, id)
    }
}
