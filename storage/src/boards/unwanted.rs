//! Words that nobody but the organizers may write.

use async_recursion::async_recursion as boxed;
use domain::ids::CompetitionId;

use crate::{Db, Result, Tx};

sql! {
    WORDS = "SELECT words FROM board_words WHERE competition_id = $1";
    SET_WORDS = "INSERT INTO board_words (competition_id, words) VALUES ($1, $2)
        ON CONFLICT (competition_id) DO UPDATE SET words = excluded.words";
}

impl Db {
    /// A competition's words, a line each.
    #[boxed]
    pub async fn board_words(&self, competition: CompetitionId) -> Result<Option<String>> {
        maybe_value!(self, WORDS, competition)
    }
}

impl Tx {
    /// A competition's words, a line each.
    #[boxed]
    pub async fn board_words(&mut self, competition: CompetitionId) -> Result<Option<String>> {
        maybe_value!(self, WORDS, competition)
    }

    #[boxed]
    pub async fn set_board_words(&mut self, competition: CompetitionId, words: &str) -> Result<()> {
        run!(self, SET_WORDS, competition, words)
    }
}
