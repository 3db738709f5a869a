//! Cases against teams: their entries, files and people.

mod fate;
mod own;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::cases::{Case, CaseEntry, CaseEntryKind, CaseFile, CaseOutcome, CaseRow, CaseState, CaseSubmission};
use domain::ids::{CaseEntryId, CaseFileId, CaseId, CompetitionId, SubmissionId, TeamId, UserId};

pub use self::fate::TeamFate;
pub use self::own::OwnStatement;
use crate::dialect::pattern;
use crate::{Db, Result, Tx};

/// Which cases are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasesAsked {
    pub state: Option<CaseState>,
    /// A part of a title or of a team's name, or a number; empty for all.
    pub text: String,
    /// Who asks: cases against a team of theirs are not among them.
    pub reader: UserId,
    pub now: DateTime<Utc>,
    pub limit: i64,
    pub offset: i64,
}

/// An entry to write.
#[derive(Debug, Clone)]
pub struct NewCaseEntry<'a> {
    pub id: CaseEntryId,
    pub case: CaseId,
    pub kind: CaseEntryKind,
    pub author: Option<UserId>,
    pub markdown: &'a str,
    pub is_shown: bool,
    pub outcome: Option<CaseOutcome>,
    pub until: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

/// Where a file of a case is, and what it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredCaseFile {
    pub name: String,
    pub storage_key: String,
    pub bytes: i64,
    /// Whether the team sees the entry that it belongs to.
    pub is_shown: bool,
}

macro_rules! case {
    ($rest:expr) => {
        concat!(
            "SELECT c.id, c.competition_id, c.number, c.team_id, c.title, c.by_vote, c.state, c.due_at, c.votes_until, c.outcome, c.voted,
            c.opened_at, c.changed_at",
            $rest
        )
    };
}

/// The state at `$3`: the time for a statement ends with its own moment.
macro_rules! state {
    () => {
        "CASE WHEN c.state IN ('asked', 'answered') AND c.due_at <= $3 THEN 'deliberating' ELSE c.state END"
    };
}

/// Of a competition (`$1`), without those against a team that somebody (`$2`) is in or ever was.
macro_rules! listed {
    () => {
        "FROM cases c JOIN teams t ON t.id = c.team_id WHERE c.competition_id = $1
        AND NOT EXISTS (SELECT 1 FROM case_people p WHERE p.case_id = c.id AND p.user_id = $2 AND p.is_judge = FALSE)
        AND NOT EXISTS (SELECT 1 FROM memberships h WHERE h.user_id = $2 AND h.team_id = c.team_id) "
    };
}

/// Of a state (`$4`), with a text (`$5`).
macro_rules! asked {
    () => {
        concat!(
            listed!(),
            "AND ($4 = '' OR ",
            state!(),
            " = $4) AND ($5 = '' OR LOWER(c.title) LIKE $5 ESCAPE '\\' OR LOWER(t.name) LIKE $5 ESCAPE '\\'
            OR '%' || t.number || '%' = $5 OR '%' || c.number || '%' = $5) "
        )
    };
}

sql! {
    LIST = concat!(
        case!(", t.number AS team_number, t.name AS team_name "),
        asked!(),
        "ORDER BY c.changed_at DESC, c.id DESC LIMIT $6 OFFSET $7"
    );
    FOUND = concat!("SELECT COUNT(*) ", asked!());
    COUNTS = concat!("SELECT ", state!(), " AS state, COUNT(*) ", listed!(), "GROUP BY 1");
    BY_NUMBER = case!(" FROM cases c WHERE c.competition_id = $1 AND c.number = $2");
    OF_TEAM = case!(" FROM cases c WHERE c.team_id = $1 AND c.due_at IS NOT NULL ORDER BY c.opened_at DESC, c.id DESC");
    ENTRIES = "SELECT e.id, e.kind, e.author_id, w.name AS author, e.kind = 'decision' AND e.author_id IS NULL AS is_by_vote,
        e.markdown, e.is_shown, e.outcome, e.until, e.at
        FROM case_entries e LEFT JOIN users w ON w.id = e.author_id WHERE e.case_id = $1 ORDER BY e.id";
    FILES = "SELECT d.id, d.entry_id, d.name, d.bytes FROM case_entries e JOIN case_files d ON d.entry_id = e.id
        WHERE e.case_id = $1 ORDER BY d.id";
    FILE = "SELECT d.name, d.storage_key, d.bytes, e.is_shown FROM case_files d JOIN case_entries e ON e.id = d.entry_id
        WHERE d.id = $1 AND e.case_id = $2";
    SUBMISSIONS = "SELECT s.id, s.number, s.file_name, s.created_at FROM case_submissions b JOIN submissions s ON s.id = b.submission_id
        WHERE b.case_id = $1 ORDER BY s.number";
    // Everybody who is in the team, or was when the case was opened.
    PARTIES = "SELECT p.user_id FROM case_people p WHERE p.case_id = $1 AND p.is_judge = FALSE
        UNION SELECT m.user_id FROM cases c JOIN members m ON m.team_id = c.team_id WHERE c.id = $1";
    FORMER_JUDGES = "SELECT COUNT(*) FROM cases c JOIN case_people p ON p.case_id = c.id WHERE c.id = $1 AND p.is_judge = TRUE
        AND NOT EXISTS (SELECT 1 FROM roles o WHERE o.competition_id = c.competition_id AND o.user_id = p.user_id
            AND o.role IN ('judge', 'organizer', 'owner'))";
    JUDGES = "SELECT p.user_id FROM case_people p WHERE p.case_id = $1 AND p.is_judge = TRUE ORDER BY p.user_id";
}

impl Db {
    /// Cases of a competition, those that changed last first.
    #[boxed]
    pub async fn cases(&self, competition: CompetitionId, asked: &CasesAsked) -> Result<Vec<CaseRow>> {
        let state = asked.state.map(CaseState::key).unwrap_or_default();
        let text = pattern(&asked.text);
        all!(self, LIST, competition, asked.reader, asked.now, state, &text, asked.limit, asked.offset)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_cases(&self, competition: CompetitionId, asked: &CasesAsked) -> Result<i64> {
        let (state, text) = (asked.state.map(CaseState::key).unwrap_or_default(), pattern(&asked.text));
        value!(self, FOUND, competition, asked.reader, asked.now, state, &text)
    }

    /// How many stand where at a moment, but for those against a reader's own team.
    #[boxed]
    pub async fn case_counts(
        &self,
        competition: CompetitionId,
        reader: UserId,
        now: DateTime<Utc>,
    ) -> Result<Vec<(CaseState, i64)>> {
        all!(self, COUNTS, competition, reader, now)
    }

    #[boxed]
    pub async fn case_by_number(&self, competition: CompetitionId, number: i64) -> Result<Option<Case>> {
        maybe!(self, BY_NUMBER, competition, number)
    }

    /// Those of a team of which it was told, the newest first.
    #[boxed]
    pub async fn cases_of_team(&self, team: TeamId) -> Result<Vec<Case>> {
        all!(self, OF_TEAM, team)
    }

    /// All that happened in a case, in order.
    #[boxed]
    pub async fn case_entries(&self, case: CaseId) -> Result<Vec<CaseEntry>> {
        all!(self, ENTRIES, case)
    }

    #[boxed]
    pub async fn case_files(&self, case: CaseId) -> Result<Vec<CaseFile>> {
        all!(self, FILES, case)
    }

    #[boxed]
    pub async fn case_file(&self, id: CaseFileId, case: CaseId) -> Result<Option<StoredCaseFile>> {
        maybe!(self, FILE, id, case)
    }

    /// The submissions that a case is about.
    #[boxed]
    pub async fn case_submissions(&self, case: CaseId) -> Result<Vec<CaseSubmission>> {
        all!(self, SUBMISSIONS, case)
    }

    /// Everybody who is in the team of a case, or was when it was opened.
    #[boxed]
    pub async fn case_parties(&self, case: CaseId) -> Result<Vec<UserId>> {
        values!(self, PARTIES, case)
    }

    /// The judges who are asked to vote.
    #[boxed]
    pub async fn case_judges(&self, case: CaseId) -> Result<Vec<UserId>> {
        values!(self, JUDGES, case)
    }

    /// How many of them have lost the role since.
    #[boxed]
    pub async fn count_former_judges(&self, case: CaseId) -> Result<i64> {
        value!(self, FORMER_JUDGES, case)
    }
}

sql! {
    BY_ID = case!(" FROM cases c WHERE c.id = $1");
    COUNT_OPEN = "SELECT COUNT(*) FROM cases WHERE competition_id = $1 AND state <> 'decided'";
    INSERT = "INSERT INTO cases (id, competition_id, number, team_id, title, by_vote, state, opened_at, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (competition_id, number) DO NOTHING";
    SET = "UPDATE cases SET state = $2, due_at = $3, votes_until = $4, outcome = $5, voted = $6, changed_at = $7 WHERE id = $1";
    ENTER = "INSERT INTO case_entries (id, case_id, kind, author_id, markdown, is_shown, outcome, until, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ATTACH = "INSERT INTO case_files (id, entry_id, name, storage_key, bytes) VALUES ($1, $2, $3, $4, $5)";
    PUT_MEMBERS = "INSERT INTO case_people (case_id, user_id, is_judge) SELECT c.id, m.user_id, FALSE FROM cases c
        JOIN members m ON m.team_id = c.team_id WHERE c.id = $1";
    // Whoever was a member once is asked for no vote.
    PUT_JUDGES = "INSERT INTO case_people (case_id, user_id, is_judge) SELECT c.id, o.user_id, TRUE FROM cases c
        JOIN roles o ON o.competition_id = c.competition_id WHERE c.id = $1 AND o.role = 'judge'
        AND NOT EXISTS (SELECT 1 FROM memberships h WHERE h.team_id = c.team_id AND h.user_id = o.user_id)";
    NUMBERED = "SELECT id FROM submissions WHERE team_id = $1 AND dry_run = FALSE AND number = $2";
    PUT_SUBMISSION = "INSERT INTO case_submissions (case_id, submission_id) VALUES ($1, $2) ON CONFLICT (case_id, submission_id) DO NOTHING";
    COUNT_ENTRIES = "SELECT COUNT(*) FROM case_entries WHERE case_id = $1 AND kind = $2";
    COUNT_STATEMENTS = "SELECT COUNT(*) FROM case_entries WHERE case_id = $1 AND kind = 'statement' AND author_id = $2";
    VOTES = "SELECT outcome, markdown FROM case_entries WHERE case_id = $1 AND kind = 'vote' ORDER BY outcome, markdown";
}

impl Tx {
    /// A case as it stands inside this transaction.
    #[boxed]
    pub async fn case(&mut self, id: CaseId) -> Result<Option<Case>> {
        maybe!(self, BY_ID, id)
    }

    /// The same of a number; hold the competition's lock.
    #[boxed]
    pub async fn case_by_number(&mut self, competition: CompetitionId, number: i64) -> Result<Option<Case>> {
        maybe!(self, BY_NUMBER, competition, number)
    }

    /// How many of a competition are not decided.
    #[boxed]
    pub async fn count_open_cases(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, COUNT_OPEN, competition)
    }

    /// Opens a case, with who is in its team; false where its number is taken.
    #[boxed]
    pub async fn insert_case(&mut self, case: &Case) -> Result<bool> {
        let Case { id, competition_id, number, team_id, title, by_vote, state, opened_at, .. } = case;
        if !changed!(self, INSERT, id, competition_id, number, team_id, title, by_vote, state, opened_at)? {
            return Ok(false);
        }
        run!(self, PUT_MEMBERS, id)?;
        Ok(true)
    }

    /// Asks whoever judges to vote, and says how many those are.
    #[boxed]
    pub async fn put_case_judges(&mut self, case: CaseId) -> Result<usize> {
        run!(self, PUT_JUDGES, case)?;
        Ok(self.case_judges(case).await?.len())
    }

    #[boxed]
    pub async fn case_judges(&mut self, case: CaseId) -> Result<Vec<UserId>> {
        values!(self, JUDGES, case)
    }

    #[boxed]
    pub async fn case_parties(&mut self, case: CaseId) -> Result<Vec<UserId>> {
        values!(self, PARTIES, case)
    }

    /// Makes a team's submission of that number one that the case is about; false where there is none.
    #[boxed]
    pub async fn put_case_submission(&mut self, case: CaseId, team: TeamId, number: i64) -> Result<bool> {
        let found: Option<SubmissionId> = maybe_value!(self, NUMBERED, team, number)?;
        if let Some(submission) = found {
            run!(self, PUT_SUBMISSION, case, submission)?;
        }
        Ok(found.is_some())
    }

    #[boxed]
    pub async fn case_submissions(&mut self, case: CaseId) -> Result<Vec<CaseSubmission>> {
        all!(self, SUBMISSIONS, case)
    }

    /// Writes where a case stands now.
    #[boxed]
    pub async fn set_case(&mut self, case: &Case) -> Result<()> {
        let Case { id, state, due_at, votes_until, outcome, voted, changed_at, .. } = case;
        run!(self, SET, id, state, due_at, votes_until, outcome, voted, changed_at)
    }

    pub async fn insert_case_entry(&mut self, new: NewCaseEntry<'_>) -> Result<()> {
        let NewCaseEntry { id, case, kind, author, markdown, is_shown, outcome, until, at } = new;
        run!(self, ENTER, id, case, kind, author, markdown, is_shown, outcome, until, at)
    }

    #[boxed]
    pub async fn insert_case_file(&mut self, file: &CaseFile, storage_key: &str) -> Result<()> {
        run!(self, ATTACH, file.id, file.entry_id, &file.name, storage_key, file.bytes)
    }

    /// How many entries of a kind there are.
    #[boxed]
    pub async fn count_case_entries(&mut self, case: CaseId, kind: CaseEntryKind) -> Result<i64> {
        value!(self, COUNT_ENTRIES, case, kind)
    }

    /// How many versions of the statement somebody has given.
    #[boxed]
    pub async fn count_statements_by(&mut self, case: CaseId, author: UserId) -> Result<i64> {
        value!(self, COUNT_STATEMENTS, case, author)
    }

    /// The votes with their reasons, in an order that says nothing of who gave them.
    #[boxed]
    pub async fn case_votes(&mut self, case: CaseId) -> Result<Vec<(CaseOutcome, String)>> {
        all!(self, VOTES, case)
    }
}
