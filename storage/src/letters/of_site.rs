//! All letters of the installation, for those who run it: to whom, of what kind and how they fared, never what they say.

use async_recursion::async_recursion as boxed;
use domain::ids::{LetterId, UserId};

use super::ListedLetter;
use crate::dialect::pattern;
use crate::{Db, Result};

/// Which letters are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteLettersAsked {
    /// `waiting`, `sent` or `failed`; empty for all.
    pub state: &'static str,
    /// A part of an address, but for whom a team has invited; empty for all.
    pub text: String,
    /// Letters of these kinds are found too, whatever the text.
    pub kinds: Vec<String>,
    /// Who looks: letters about cases are not for whoever was ever in a team of the same competition.
    pub reader: Option<UserId>,
    pub limit: i64,
    pub offset: i64,
}

/// For a reader: none about cases of a competition in whose teams they ever were, for one of them may tell of a case against it.
macro_rules! visible {
    ($reader:literal) => {
        concat!(
            "(l.kind NOT IN ('case_asked', 'case_decided', 'case_deliberates') OR NOT EXISTS (SELECT 1 FROM memberships h
            JOIN teams t ON t.id = h.team_id WHERE h.user_id = ",
            $reader,
            " AND t.competition_id = l.competition_id))"
        )
    };
}

/// Of a state (`$1`), with a text (`$2`) in the address, or of kinds (`$3`), for a reader (`$4`). Whom a team has invited is nobody
/// else's business.
macro_rules! asked {
    () => {
        concat!(
            "FROM letters l LEFT JOIN jobs j ON j.subject = l.id AND j.submission_id IS NULL
            WHERE ($1 = '' OR l.state = $1) AND ($2 = '' OR $3 LIKE '%,' || l.kind || ',%'
            OR (l.kind <> 'team_invitation' AND l.address NOT LIKE '%@deleted.invalid'
            AND LOWER(l.address) LIKE $2 ESCAPE '\\')) AND ",
            visible!("$4")
        )
    };
}

sql! {
    LIST = concat!(
        "SELECT l.id, l.address, l.kind, l.state, l.attempts, COALESCE(l.last_error, j.last_error) AS last_error, l.created_at, l.ended_at ",
        asked!(),
        " ORDER BY l.id DESC LIMIT $5 OFFSET $6"
    );
    FOUND = concat!("SELECT COUNT(*) ", asked!());
    COUNTS = concat!("SELECT l.state, COUNT(*) FROM letters l WHERE ", visible!("$1"), " GROUP BY l.state");
    VISIBLE = concat!("SELECT COUNT(*) FROM letters l WHERE l.id = $2 AND ", visible!("$1"));
}

impl Db {
    /// Letters that are asked for, the newest first.
    #[boxed]
    pub async fn letters(&self, asked: &SiteLettersAsked) -> Result<Vec<ListedLetter>> {
        let kinds = format!(",{},", asked.kinds.join(","));
        all!(self, LIST, asked.state, pattern(&asked.text), kinds, asked.reader, asked.limit, asked.offset)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_letters(&self, asked: &SiteLettersAsked) -> Result<i64> {
        let kinds = format!(",{},", asked.kinds.join(","));
        value!(self, FOUND, asked.state, pattern(&asked.text), kinds, asked.reader)
    }

    /// How many letters are in each state, of those that are for a reader.
    #[boxed]
    pub async fn site_letter_counts(&self, reader: Option<UserId>) -> Result<Vec<(String, i64)>> {
        all!(self, COUNTS, reader)
    }

    /// Whether there is a letter that is for a reader.
    #[boxed]
    pub async fn is_letter_for(&self, id: LetterId, reader: Option<UserId>) -> Result<bool> {
        let found: i64 = value!(self, VISIBLE, reader, id)?;
        Ok(found > 0)
    }
}
