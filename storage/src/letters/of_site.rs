//! All letters of the installation, for those who run it: to whom, of what kind and how they fared, never what they say.

use async_recursion::async_recursion as boxed;

use super::ListedLetter;
use crate::dialect::pattern;
use crate::{Db, Result};

/// Which letters are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteLettersAsked {
    /// `waiting`, `sent` or `failed`; empty for all.
    pub state: &'static str,
    /// A part of an address; empty for all.
    pub text: String,
    /// Letters of these kinds are found too, whatever the text.
    pub kinds: Vec<String>,
    pub limit: i64,
    pub offset: i64,
}

/// Of a state (`$1`), with a text (`$2`) in the address, or of kinds (`$3`).
macro_rules! asked {
    () => {
        "FROM letters l LEFT JOIN jobs j ON j.subject = l.id AND j.submission_id IS NULL
        WHERE ($1 = '' OR l.state = $1) AND ($2 = '' OR $3 LIKE '%,' || l.kind || ',%' OR LOWER(l.address) LIKE $2 ESCAPE '\\')"
    };
}

sql! {
    LIST = concat!(
        "SELECT l.id, l.address, l.kind, l.state, l.attempts, COALESCE(l.last_error, j.last_error) AS last_error, l.created_at, l.ended_at ",
        asked!(),
        " ORDER BY l.id DESC LIMIT $4 OFFSET $5"
    );
    FOUND = concat!("SELECT COUNT(*) ", asked!());
    COUNTS = "SELECT l.state, COUNT(*) FROM letters l GROUP BY l.state";
}

impl Db {
    /// Letters that are asked for, the newest first.
    #[boxed]
    pub async fn letters(&self, asked: &SiteLettersAsked) -> Result<Vec<ListedLetter>> {
        let kinds = format!(",{},", asked.kinds.join(","));
        all!(self, LIST, asked.state, pattern(&asked.text), kinds, asked.limit, asked.offset)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_letters(&self, asked: &SiteLettersAsked) -> Result<i64> {
        let kinds = format!(",{},", asked.kinds.join(","));
        value!(self, FOUND, asked.state, pattern(&asked.text), kinds)
    }

    /// How many letters are in each state.
    #[boxed]
    pub async fn site_letter_counts(&self) -> Result<Vec<(String, i64)>> {
        all!(self, COUNTS)
    }
}
