//! Sessions of live questions. Each one's row is the lock under which its questions change.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::{CompetitionId, LiveSessionId};
use domain::live::LiveSession;

use crate::{Db, Result, Tx};

/// A session under its lock.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LockedLive {
    #[sqlx(flatten)]
    pub session: LiveSession,
    pub version: i64,
    /// That were asked in it, hidden ones too.
    pub questions: i64,
}

#[derive(sqlx::FromRow)]
struct OfCompetition {
    competition_id: CompetitionId,
    #[sqlx(flatten)]
    session: LiveSession,
}

sql! {
    ALL_SESSIONS = "SELECT competition_id, id, number, title, opens_at, closes_at FROM live_sessions ORDER BY competition_id, number";
    SESSIONS_OF = "SELECT id, number, title, opens_at, closes_at FROM live_sessions WHERE competition_id = $1 ORDER BY number";
    VERSION = "SELECT version FROM live_sessions WHERE id = $1";
    VERSIONS = "SELECT competition_id, id, version FROM live_sessions WHERE closes_at > $1";
    TALLIES = "SELECT number, questions FROM live_sessions WHERE competition_id = $1";
}

impl Db {
    /// Of all competitions, each one's by their numbers.
    pub(crate) async fn live_sessions(&self) -> Result<Vec<(CompetitionId, LiveSession)>> {
        let rows: Vec<OfCompetition> = all!(self, ALL_SESSIONS)?;
        Ok(rows.into_iter().map(|row| (row.competition_id, row.session)).collect())
    }

    pub(crate) async fn live_sessions_of(&self, competition: CompetitionId) -> Result<Vec<LiveSession>> {
        all!(self, SESSIONS_OF, competition)
    }

    /// Higher with each change of the session or of what is in it; none where it was taken away.
    #[boxed]
    pub async fn live_version(&self, session: LiveSessionId) -> Result<Option<i64>> {
        maybe_value!(self, VERSION, session)
    }

    /// The same of all sessions that close after a moment.
    #[boxed]
    pub async fn live_versions(&self, after: DateTime<Utc>) -> Result<Vec<(CompetitionId, LiveSessionId, i64)>> {
        all!(self, VERSIONS, after)
    }

    /// Numbers of a competition's sessions with how many questions were asked in each.
    #[boxed]
    pub async fn live_tallies(&self, competition: CompetitionId) -> Result<Vec<(i64, i64)>> {
        all!(self, TALLIES, competition)
    }
}

sql! {
    LOCK = "SELECT id, number, title, opens_at, closes_at, version, questions FROM live_sessions WHERE competition_id = $1 AND number = $2",
        postgres = "SELECT id, number, title, opens_at, closes_at, version, questions FROM live_sessions
            WHERE competition_id = $1 AND number = $2 FOR UPDATE";
    RAISE = "UPDATE live_sessions SET version = version + 1 WHERE id = $1 RETURNING version";
    SAME = "SELECT number FROM live_sessions WHERE competition_id = $1 AND title = $2 AND opens_at = $3 AND closes_at = $4";
    LAST = "SELECT COALESCE(MAX(number), 0), COUNT(*) FROM live_sessions WHERE competition_id = $1";
    INSERT_SESSION = "INSERT INTO live_sessions (id, competition_id, number, title, opens_at, closes_at, version, questions)
        VALUES ($1, $2, $3, $4, $5, $6, 1, 0)";
    SET_SESSION = "UPDATE live_sessions SET title = $2, opens_at = $3, closes_at = $4 WHERE id = $1";
    DELETE_SESSION = "DELETE FROM live_sessions WHERE id = $1";
}

impl Tx {
    /// Holds a session until the commit, and reads it.
    #[boxed]
    pub async fn lock_live(&mut self, competition: CompetitionId, number: i64) -> Result<Option<LockedLive>> {
        maybe!(self, LOCK, competition, number)
    }

    /// Raises a session's version, because something in it is another; none where it was taken away.
    #[boxed]
    pub async fn raise_live(&mut self, session: LiveSessionId) -> Result<Option<i64>> {
        maybe_value!(self, RAISE, session)
    }

    /// The last session's number, 0 where there is none, and how many there are.
    #[boxed]
    pub async fn last_live_session(&mut self, competition: CompetitionId) -> Result<(i64, i64)> {
        one!(self, LAST, competition)
    }

    /// The number of a session with this title and these hours.
    #[boxed]
    pub async fn same_live_session(
        &mut self,
        competition: CompetitionId,
        title: &str,
        opens_at: DateTime<Utc>,
        closes_at: DateTime<Utc>,
    ) -> Result<Option<i64>> {
        maybe_value!(self, SAME, competition, title, opens_at, closes_at)
    }

    #[boxed]
    pub async fn insert_live_session(&mut self, competition: CompetitionId, session: &LiveSession) -> Result<()> {
        let LiveSession { id, number, title, opens_at, closes_at } = session;
        run!(self, INSERT_SESSION, id, competition, number, title, opens_at, closes_at)
    }

    #[boxed]
    pub async fn set_live_session(&mut self, session: &LiveSession) -> Result<()> {
        let LiveSession { id, title, opens_at, closes_at, .. } = session;
        run!(self, SET_SESSION, id, title, opens_at, closes_at)
    }

    /// Takes a session away with all that is in it.
    #[boxed]
    pub async fn delete_live_session(&mut self, id: LiveSessionId) -> Result<()> {
        run!(self, DELETE_SESSION, id)
    }
}
