//! Cases: a suspicion against a team, its statement, and what was decided. A case is a row and its entries, of which none is ever changed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::{CaseEntryId, CaseFileId, CaseId, CompetitionId, SubmissionId, TeamId, TeamNumber, UserId};

/// Cases on one page of the list.
pub const CASES_PER_PAGE: i64 = 20;
/// Longest title of a case, in characters.
pub const CASE_TITLE_MAX: usize = 120;
/// Longest text of an entry, in bytes.
pub const CASE_TEXT_MAX: usize = 20_000;
/// Files of one entry.
pub const CASE_FILES_MAX: usize = 5;
/// Versions of a statement that one member gives: nobody can use up what the others have to say.
pub const STATEMENTS_MAX: i64 = 10;
/// The least that a team has for its statement, and judges for their votes after it.
pub const CASE_TIME_MIN: TimeDelta = TimeDelta::days(1);
/// And the most, counted likewise.
pub const CASE_TIME_MAX: TimeDelta = TimeDelta::days(90);
/// Entries that organizers make of one case.
pub const CASE_ENTRIES_MAX: i64 = 100;
/// Cases of a competition that are not decided.
pub const OPEN_CASES_MAX: i64 = 200;
/// Numbers of cases are taken by chance from here to a million: they tell nobody how many cases there are.
pub const FIRST_CASE: i64 = 100_000;
pub const LAST_CASE: i64 = 999_999;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseState {
    /// The team knows nothing of it.
    Suspected,
    /// The team is asked for a statement.
    Asked,
    /// It has given one, which it may change until the deadline.
    Answered,
    Deliberating,
    Decided,
}

impl CaseState {
    pub const ALL: [Self; 5] = [Self::Suspected, Self::Asked, Self::Answered, Self::Deliberating, Self::Decided];

    /// As it is stored and stands in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Suspected => "suspected",
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Deliberating => "deliberating",
            Self::Decided => "decided",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What may be decided, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CaseOutcome {
    NoBreach,
    Warning,
    /// The submissions that the case is about count for no ranking.
    Voided,
    /// The team stands on no leaderboard.
    Disqualified,
}

impl CaseOutcome {
    pub const ALL: [Self; 4] = [Self::NoBreach, Self::Warning, Self::Voided, Self::Disqualified];

    /// As it is stored and sent by forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::NoBreach => "no_breach",
            Self::Warning => "warning",
            Self::Voided => "voided",
            Self::Disqualified => "disqualified",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    /// What a vote decides: the severest outcome that more than half of those who were asked hold for deserved at least. Who does not
    /// vote holds for none, and a tie is the milder one.
    pub fn of_votes(asked: usize, votes: &[Self]) -> Self {
        let carried = |outcome: &Self| votes.iter().filter(|vote| *vote >= outcome).count() * 2 > asked;
        Self::ALL.into_iter().rev().find(carried).unwrap_or(Self::NoBreach)
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Case {
    pub id: CaseId,
    pub competition_id: CompetitionId,
    /// Within the competition, by chance: see [`FIRST_CASE`].
    pub number: i64,
    pub team_id: TeamId,
    /// For organizers and judges alone.
    pub title: String,
    /// Judges vote; else an organizer records the decision.
    pub by_vote: bool,
    /// As it was last written: see [`Self::state_at`].
    pub state: CaseState,
    /// Until when the team may give its statement, once it is asked.
    pub due_at: Option<DateTime<Utc>>,
    pub votes_until: Option<DateTime<Utc>>,
    /// What holds now, once it is decided.
    pub outcome: Option<CaseOutcome>,
    /// What the judges decided: organizers may be milder, never severer.
    pub voted: Option<CaseOutcome>,
    pub opened_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

impl Case {
    /// Where it stands at a moment: the time for a statement ends with its own, whether a timer ran or not.
    pub fn state_at(&self, now: DateTime<Utc>) -> CaseState {
        let is_open = matches!(self.state, CaseState::Asked | CaseState::Answered);
        if is_open && self.due_at.is_some_and(|due| due <= now) { CaseState::Deliberating } else { self.state }
    }

    /// Whether the team knows of it: from when it was asked. A suspicion that was dropped before stays with the organizers.
    pub fn is_told(&self) -> bool {
        self.due_at.is_some()
    }

    /// Whether a statement that was received at a moment is taken; `voted` says whether a judge has voted since.
    pub fn takes_statement(&self, received_at: DateTime<Utc>, voted: bool) -> bool {
        !voted && self.state != CaseState::Decided && self.due_at.is_some_and(|due| received_at < due)
    }

    /// Whether judges vote at a moment.
    pub fn takes_votes(&self, now: DateTime<Utc>) -> bool {
        let is_early = self.votes_until.is_some_and(|until| now < until);
        self.by_vote && is_early && self.state_at(now) == CaseState::Deliberating
    }

    /// What an organizer may decide at a moment; `has_submissions` says whether the case is about any. Nobody is found to be in breach
    /// without having been asked.
    pub fn outcomes(&self, now: DateTime<Utc>, has_submissions: bool) -> Vec<CaseOutcome> {
        let most = match self.state_at(now) {
            CaseState::Suspected => Some(CaseOutcome::NoBreach),
            CaseState::Deliberating if !self.by_vote => Some(CaseOutcome::Disqualified),
            CaseState::Decided if self.is_told() => Some(self.voted.unwrap_or(CaseOutcome::Disqualified)),
            _ => None,
        };
        let fits = |outcome: &CaseOutcome| {
            most.is_some_and(|most| *outcome <= most)
                && Some(*outcome) != self.outcome
                && (has_submissions || *outcome != CaseOutcome::Voided)
        };
        CaseOutcome::ALL.into_iter().filter(fits).collect()
    }

    /// Whether the deadline can be moved at a moment; `voted` says whether a judge has voted.
    pub fn can_extend(&self, voted: bool) -> bool {
        !voted && self.is_told() && self.state != CaseState::Decided
    }
}

/// What an entry of a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseEntryKind {
    /// The suspicion.
    Opened,
    Evidence,
    /// The question to the team, with the deadline.
    Asked,
    /// Another deadline.
    Extended,
    /// A version of the team's statement.
    Statement,
    /// The time for it is over.
    Deliberation,
    Vote,
    Decision,
}

impl CaseEntryKind {
    pub const ALL: [Self; 8] = [
        Self::Opened,
        Self::Evidence,
        Self::Asked,
        Self::Extended,
        Self::Statement,
        Self::Deliberation,
        Self::Vote,
        Self::Decision,
    ];

    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Evidence => "evidence",
            Self::Asked => "asked",
            Self::Extended => "extended",
            Self::Statement => "statement",
            Self::Deliberation => "deliberation",
            Self::Vote => "vote",
            Self::Decision => "decision",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Something that happened in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct CaseEntry {
    pub id: CaseEntryId,
    pub kind: CaseEntryKind,
    /// None is the program by itself: a deadline, the end of a vote.
    pub author_id: Option<UserId>,
    /// Their real name, empty once their account is gone; for the team only that of its own members.
    pub author: Option<String>,
    pub markdown: String,
    /// A decision that judges have taken together.
    pub is_by_vote: bool,
    /// To the team.
    pub is_shown: bool,
    pub outcome: Option<CaseOutcome>,
    /// The deadline of a question.
    pub until: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

/// A file of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct CaseFile {
    pub id: CaseFileId,
    pub entry_id: CaseEntryId,
    pub name: String,
    pub bytes: i64,
}

/// A submission that a case is about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct CaseSubmission {
    pub id: SubmissionId,
    /// Within its team.
    pub number: i64,
    pub file_name: String,
    pub created_at: DateTime<Utc>,
}

/// A case's line in the list, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct CaseRow {
    #[cfg_attr(feature = "sqlx", sqlx(flatten))]
    pub case: Case,
    pub team_number: TeamNumber,
    pub team_name: String,
}

#[cfg(test)]
mod tests;
