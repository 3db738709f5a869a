//! Live questions: their sessions, questions and votes.

mod running;
mod sessions;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{LiveSessionId, TeamId, UserId};
use domain::live::{LiveAsker, LiveQuestion};

pub use self::running::LiveAuthor;
pub use self::sessions::LockedLive;
use crate::{Db, Result, Tx};

/// A question to store.
#[derive(Debug, Clone, Copy)]
pub struct NewLiveQuestion<'a> {
    pub session: LiveSessionId,
    pub number: i64,
    pub author: UserId,
    pub team: Option<TeamId>,
    /// Whether the author helps to run the competition.
    pub by_staff: bool,
    pub named: bool,
    pub body: &'a str,
    pub at: DateTime<Utc>,
}

/// A question that somebody asked, for themselves.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnLiveQuestion {
    pub competition: String,
    pub session: String,
    pub body: String,
    pub named: bool,
    pub state: domain::live::LiveState,
    pub votes: i64,
    pub answer: String,
    pub asked_at: DateTime<Utc>,
}

/// What a [`LiveQuestion`] is read from: the team of one without a name stays here.
macro_rules! questions {
    ($rest:literal) => {
        concat!(
            "SELECT q.number, q.body, q.state, q.pinned, q.votes, q.answer, q.named, q.named AND q.by_staff AS by_staff,
            CASE WHEN q.named THEN t.number END AS team_number, CASE WHEN q.named THEN t.name END AS team_name, q.moved_to
            FROM live_questions q LEFT JOIN teams t ON t.id = q.team_id WHERE q.session_id = $1 ",
            $rest
        )
    };
}

sql! {
    LIST = questions!("AND (q.state <> 'hidden' OR $2) ORDER BY q.pinned DESC, q.votes DESC, q.number");
    ONE = questions!("AND q.number = $2");
    ASKERS = "SELECT q.number, u.name, t.number AS team_number, t.name AS team_name, q.hidden_reason
        FROM live_questions q JOIN users u ON u.id = q.author_id LEFT JOIN teams t ON t.id = q.team_id
        WHERE q.session_id = $1 ORDER BY q.number";
    VOTES_OF = "SELECT number FROM live_votes WHERE session_id = $1 AND user_id = $2 ORDER BY number";
    COUNT_OF = "SELECT COUNT(*) FROM live_questions WHERE author_id = $2 AND session_id = $1";
    OWN = "SELECT c.slug AS competition, l.title AS session, q.body, q.named, q.state, q.votes, q.answer, q.asked_at
        FROM live_questions q JOIN live_sessions l ON l.id = q.session_id JOIN competitions c ON c.id = l.competition_id
        WHERE q.author_id = $1 ORDER BY q.asked_at, q.number";
    OWN_VOTES = "SELECT c.slug AS competition, l.title AS session, q.body FROM live_votes k
        JOIN live_questions q ON q.session_id = k.session_id AND q.number = k.number
        JOIN live_sessions l ON l.id = k.session_id JOIN competitions c ON c.id = l.competition_id
        WHERE k.user_id = $1 ORDER BY l.opens_at, q.number";
}

impl Db {
    /// A session's questions in the order of the page: pinned, then by votes, then the earlier; hidden ones where they are asked for.
    #[boxed]
    pub async fn live_questions(&self, session: LiveSessionId, with_hidden: bool) -> Result<Vec<LiveQuestion>> {
        all!(self, LIST, session, with_hidden)
    }

    /// Who asked them, for organizers alone.
    #[boxed]
    pub async fn live_askers(&self, session: LiveSessionId) -> Result<Vec<LiveAsker>> {
        all!(self, ASKERS, session)
    }

    /// Numbers of the questions that somebody has voted for.
    #[boxed]
    pub async fn live_votes_of(&self, session: LiveSessionId, user: UserId) -> Result<Vec<i64>> {
        values!(self, VOTES_OF, session, user)
    }

    /// How many questions somebody has asked in a session.
    #[boxed]
    pub async fn count_live_questions_of(&self, session: LiveSessionId, user: UserId) -> Result<i64> {
        value!(self, COUNT_OF, session, user)
    }

    #[boxed]
    pub async fn own_live_questions(&self, user: UserId) -> Result<Vec<OwnLiveQuestion>> {
        all!(self, OWN, user)
    }

    /// Competition, session and question of each of somebody's votes.
    #[boxed]
    pub async fn own_live_votes(&self, user: UserId) -> Result<Vec<(String, String, String)>> {
        all!(self, OWN_VOTES, user)
    }
}

sql! {
    ASKED_BEFORE = "SELECT number FROM live_questions WHERE author_id = $2 AND session_id = $1 AND body = $3";
    INSERT = "INSERT INTO live_questions (session_id, number, author_id, team_id, by_staff, named, body, state, pinned, votes, answer,
        hidden_reason, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', FALSE, 0, '', '', $8)";
    ASKED = "UPDATE live_sessions SET questions = $2 WHERE id = $1";
    VOTE = "INSERT INTO live_votes (session_id, user_id, number) VALUES ($1, $2, $3)
        ON CONFLICT (session_id, user_id, number) DO NOTHING";
    UNVOTE = "DELETE FROM live_votes WHERE session_id = $1 AND user_id = $2 AND number = $3";
    COUNT_VOTE = "UPDATE live_questions SET votes = votes + $3 WHERE session_id = $1 AND number = $2";
}

impl Tx {
    /// The same as [`Db::live_questions`] of one, inside this transaction.
    #[boxed]
    pub async fn live_question(&mut self, session: LiveSessionId, number: i64) -> Result<Option<LiveQuestion>> {
        maybe!(self, ONE, session, number)
    }

    /// The number of a question that somebody has asked in these words.
    #[boxed]
    pub async fn live_question_asked(
        &mut self,
        session: LiveSessionId,
        user: UserId,
        body: &str,
    ) -> Result<Option<i64>> {
        maybe_value!(self, ASKED_BEFORE, session, user, body)
    }

    /// The same as [`Db::count_live_questions_of`], inside this transaction.
    #[boxed]
    pub async fn count_live_questions_of(&mut self, session: LiveSessionId, user: UserId) -> Result<i64> {
        value!(self, COUNT_OF, session, user)
    }

    #[boxed]
    pub async fn insert_live_question(&mut self, new: &NewLiveQuestion<'_>) -> Result<()> {
        let NewLiveQuestion { session, number, author, team, by_staff, named, body, at } = *new;
        run!(self, INSERT, session, number, author, team, by_staff, named, body, at)?;
        run!(self, ASKED, session, number)
    }

    /// Counts somebody's vote for a question, or no longer; false where it is so already.
    #[boxed]
    pub async fn vote_live(&mut self, session: LiveSessionId, user: UserId, number: i64, votes: bool) -> Result<bool> {
        let is_new = if votes {
            changed!(self, VOTE, session, user, number)?
        } else {
            changed!(self, UNVOTE, session, user, number)?
        };
        if is_new {
            run!(self, COUNT_VOTE, session, number, if votes { 1_i64 } else { -1 })?;
        }
        Ok(is_new)
    }
}
