//! Applications as they are looked at: by whoever applied, and by organizers.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::applications::Answers;
use domain::ids::{CompetitionId, TeamNumber, UserId};
use domain::participation::ParticipationState;

use crate::dialect::pattern;
use crate::{Db, Result, Tx};

/// An application with whose it is. Personal: for organizers, and for whoever applied.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Applicant {
    pub user_id: UserId,
    pub name: String,
    pub email: String,
    pub affiliation: String,
    pub state: ParticipationState,
    pub agreed_at: DateTime<Utc>,
    pub applied_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub offer_until: Option<DateTime<Utc>>,
    /// Of the rules that they agreed to.
    pub rules_version: i64,
    /// What organizers said when they decided.
    pub reason: Option<String>,
    #[sqlx(json(nullable))]
    pub answers: Option<Answers>,
    /// The team that they are in, or by whose link they applied.
    pub team_number: Option<TeamNumber>,
    pub team_name: Option<String>,
    /// Their place in the waitlist, from 1.
    pub place: Option<i64>,
}

/// Which applications are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApplicantsAsked {
    pub state: Option<ParticipationState>,
    /// A part of a name, an address or an affiliation; empty for all.
    pub text: String,
    pub limit: i64,
    pub offset: i64,
}

impl ApplicantsAsked {
    fn state(&self) -> &'static str {
        self.state.map(ParticipationState::key).unwrap_or_default()
    }
}

/// Of which state and with which text; both may be empty.
macro_rules! asked {
    () => {
        "AND ($2 = '' OR p.state = $2) AND ($3 = '' OR LOWER(u.name) LIKE $3 ESCAPE '\\' OR LOWER(u.email) LIKE $3 ESCAPE '\\'
            OR LOWER(u.affiliation) LIKE $3 ESCAPE '\\')"
    };
}

/// Applicants with their place in the waitlist, by `$place` and what it is read from.
macro_rules! applicants {
    ($place:literal, $from:literal) => {
        concat!(
            "SELECT p.user_id, u.name, u.email, u.affiliation, p.state, p.agreed_at, COALESCE(p.applied_at, p.agreed_at) AS applied_at,
            COALESCE(p.changed_at, p.agreed_at) AS changed_at, p.offer_until, p.rules_version, p.reason, p.answers, t.number AS team_number,
            t.name AS team_name, ",
            $place,
            " AS place FROM participations p JOIN users u ON u.id = p.user_id ",
            $from,
            " LEFT JOIN members m ON m.competition_id = p.competition_id AND m.user_id = p.user_id
            LEFT JOIN teams t ON t.id = COALESCE(m.team_id, p.joins_team) WHERE p.competition_id = $1 "
        )
    };
}

sql! {
    APPLICANTS = concat!(
        applicants!(
            "w.place",
            "LEFT JOIN (SELECT user_id, ROW_NUMBER() OVER (ORDER BY waitlist_number, user_id) AS place FROM participations
                WHERE competition_id = $1 AND state = 'waiting') w ON w.user_id = p.user_id"
        ),
        asked!(),
        " ORDER BY CASE WHEN $2 = 'waiting' THEN p.waitlist_number END,
        CASE WHEN $2 = 'applied' THEN COALESCE(p.applied_at, p.agreed_at) END,
        COALESCE(p.applied_at, p.agreed_at) DESC, p.user_id LIMIT $4 OFFSET $5"
    );
    // Whoever applies again meanwhile stays where they are in this order.
    APPLICANTS_AFTER = concat!(
        applicants!(
            "CASE WHEN p.state = 'waiting' THEN (SELECT COUNT(*) FROM participations b
                WHERE b.competition_id = p.competition_id AND b.state = 'waiting' AND (b.waitlist_number < p.waitlist_number
                OR (b.waitlist_number = p.waitlist_number AND b.user_id <= p.user_id))) END",
            ""
        ),
        asked!(),
        " AND p.user_id > $4 ORDER BY p.user_id LIMIT $5"
    );
    APPLICANT = concat!(
        applicants!(
            "CASE WHEN p.state = 'waiting' THEN (SELECT COUNT(*) FROM participations b
                WHERE b.competition_id = p.competition_id AND b.state = 'waiting' AND (b.waitlist_number < p.waitlist_number
                OR (b.waitlist_number = p.waitlist_number AND b.user_id <= p.user_id))) END",
            ""
        ),
        "AND p.user_id = $2"
    );
    FOUND = concat!("SELECT COUNT(*) FROM participations p JOIN users u ON u.id = p.user_id WHERE p.competition_id = $1 ", asked!());
    BY_STATE = "SELECT state, COUNT(*) FROM participations WHERE competition_id = $1 GROUP BY state";
}

impl Db {
    /// The newest first; of those to decide about the oldest first, of the waitlist the next.
    #[boxed]
    pub async fn applicants(&self, competition: CompetitionId, asked: &ApplicantsAsked) -> Result<Vec<Applicant>> {
        let (state, text) = (asked.state(), pattern(&asked.text));
        all!(self, APPLICANTS, competition, state, &text, asked.limit, asked.offset)
    }

    /// The next so many after one of them, in the order of their accounts, in which nobody moves.
    #[boxed]
    pub async fn applicants_after(
        &self,
        competition: CompetitionId,
        asked: &ApplicantsAsked,
        after: UserId,
        limit: i64,
    ) -> Result<Vec<Applicant>> {
        let (state, text) = (asked.state(), pattern(&asked.text));
        all!(self, APPLICANTS_AFTER, competition, state, &text, after, limit)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_applicants(&self, competition: CompetitionId, asked: &ApplicantsAsked) -> Result<i64> {
        let (state, text) = (asked.state(), pattern(&asked.text));
        value!(self, FOUND, competition, state, &text)
    }

    #[boxed]
    pub async fn applicant(&self, competition: CompetitionId, user: UserId) -> Result<Option<Applicant>> {
        maybe!(self, APPLICANT, competition, user)
    }

    /// How many applications stand where.
    #[boxed]
    pub async fn application_counts(&self, competition: CompetitionId) -> Result<Vec<(ParticipationState, i64)>> {
        all!(self, BY_STATE, competition)
    }
}

sql! {
    INVITATIONS = "SELECT i.email, i.invited_at, CASE WHEN p.user_id IS NULL THEN 0 ELSE 1 END FROM application_invitations i
        LEFT JOIN users u ON u.email = i.email LEFT JOIN participations p ON p.competition_id = i.competition_id AND p.user_id = u.id
        WHERE i.competition_id = $1 AND i.ended_at IS NULL ORDER BY i.invited_at DESC, i.email";
    COUNT_INVITATIONS = "SELECT COUNT(*) FROM application_invitations WHERE competition_id = $1";
    INVITE = "INSERT INTO application_invitations (competition_id, email, invited_at) VALUES ($1, $2, $3)
        ON CONFLICT (competition_id, email) DO NOTHING";
    RESUME = "UPDATE application_invitations SET ended_at = NULL WHERE competition_id = $1 AND email = $2";
    // It stays, so that nobody is written to twice.
    UNINVITE = "UPDATE application_invitations SET ended_at = $3 WHERE competition_id = $1 AND email = $2 AND ended_at IS NULL";
    IS_INVITED = "SELECT COUNT(*) FROM application_invitations i JOIN users u ON u.email = i.email
        WHERE i.competition_id = $1 AND u.id = $2 AND i.ended_at IS NULL";
}

/// An address that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitedAddress {
    pub email: String,
    pub invited_at: DateTime<Utc>,
    /// Whether its owner has applied since.
    pub has_applied: bool,
}

impl Db {
    /// All who were asked, the last first.
    #[boxed]
    pub async fn application_invitations(&self, competition: CompetitionId) -> Result<Vec<InvitedAddress>> {
        let rows: Vec<(String, DateTime<Utc>, i32)> = all!(self, INVITATIONS, competition)?;
        let made = |(email, invited_at, applied)| InvitedAddress { email, invited_at, has_applied: applied != 0 };
        Ok(rows.into_iter().map(made).collect())
    }
}

impl Tx {
    #[boxed]
    pub async fn count_application_invitations(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, COUNT_INVITATIONS, competition)
    }

    /// False for an address that was asked already.
    #[boxed]
    pub async fn invite_to_apply(
        &mut self,
        competition: CompetitionId,
        email: &str,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, INVITE, competition, email, at)
    }

    /// Asks an address again that was taken back.
    #[boxed]
    pub async fn resume_invitation_to_apply(&mut self, competition: CompetitionId, email: &str) -> Result<()> {
        run!(self, RESUME, competition, email)
    }

    /// False for an address that was not asked.
    #[boxed]
    pub async fn end_invitation_to_apply(
        &mut self,
        competition: CompetitionId,
        email: &str,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, UNINVITE, competition, email, at)
    }

    #[boxed]
    pub async fn is_invited_to_apply(&mut self, competition: CompetitionId, user: UserId) -> Result<bool> {
        let count: i64 = value!(self, IS_INVITED, competition, user)?;
        Ok(count > 0)
    }
}
