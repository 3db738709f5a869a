//! What organizers do with a question.

use async_recursion::async_recursion as boxed;
use domain::ids::{LiveSessionId, TeamId, UserId};
use domain::live::LiveState;

use crate::{Result, Tx};

/// Whose a question is, for what is done in their name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct LiveAuthor {
    pub author_id: UserId,
    pub team_id: Option<TeamId>,
    pub by_staff: bool,
}

sql! {
    AUTHOR = "SELECT author_id, team_id, by_staff FROM live_questions WHERE session_id = $1 AND number = $2";
    ANSWER = "UPDATE live_questions SET answer = $3 WHERE session_id = $1 AND number = $2";
    STATE = "UPDATE live_questions SET state = $3, hidden_reason = $4, shown_as = CASE WHEN state = 'hidden' THEN shown_as ELSE state END
        WHERE session_id = $1 AND number = $2";
    SHOWN_AS = "SELECT shown_as, hidden_reason FROM live_questions WHERE session_id = $1 AND number = $2";
    PIN = "UPDATE live_questions SET pinned = $3 WHERE session_id = $1 AND number = $2";
    MOVED = "UPDATE live_questions SET moved_to = $3 WHERE session_id = $1 AND number = $2";
}

impl Tx {
    #[boxed]
    pub async fn set_live_answer(&mut self, session: LiveSessionId, number: i64, answer: &str) -> Result<()> {
        run!(self, ANSWER, session, number, answer)
    }

    #[boxed]
    pub async fn live_author(&mut self, session: LiveSessionId, number: i64) -> Result<LiveAuthor> {
        one!(self, AUTHOR, session, number)
    }

    /// With the reason, where it is hidden.
    #[boxed]
    pub async fn set_live_state(
        &mut self,
        session: LiveSessionId,
        number: i64,
        state: LiveState,
        reason: &str,
    ) -> Result<()> {
        run!(self, STATE, session, number, state, reason)
    }

    /// What a hidden question was before (nothing known of one that an earlier version has hidden), and why it is hidden.
    #[boxed]
    pub async fn live_shown_as(&mut self, session: LiveSessionId, number: i64) -> Result<(Option<LiveState>, String)> {
        let (key, reason): (String, String) = one!(self, SHOWN_AS, session, number)?;
        Ok((LiveState::from_key(&key), reason))
    }

    #[boxed]
    pub async fn pin_live(&mut self, session: LiveSessionId, number: i64, pinned: bool) -> Result<()> {
        run!(self, PIN, session, number, pinned)
    }

    /// Says of which post a question has become.
    #[boxed]
    pub async fn set_live_moved(&mut self, session: LiveSessionId, number: i64, post: i64) -> Result<()> {
        run!(self, MOVED, session, number, post)
    }
}
