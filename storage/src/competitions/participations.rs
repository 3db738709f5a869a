//! Who takes part in a competition, and who has applied for it.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::Locale;
use domain::applications::Answers;
use domain::ids::{CompetitionId, TeamId, UserId};
use domain::participation::{Application, ParticipationState};
use sqlx::types::Json;

use crate::{Db, Result, Tx};

/// An application to store: the first, or one in place of an earlier that came to nothing.
#[derive(Debug)]
pub struct NewApplication {
    pub competition: CompetitionId,
    pub user: UserId,
    pub state: ParticipationState,
    /// Where they wait.
    pub waitlist_number: Option<i64>,
    pub answers: Answers,
    /// What they are written to in.
    pub locale: Locale,
    /// Of the rules that they agree to.
    pub rules_version: i64,
    /// The team by whose link they apply.
    pub joins_team: Option<TeamId>,
    pub at: DateTime<Utc>,
}

/// What a step makes of an application.
#[derive(Debug, Clone)]
pub struct Stand {
    pub state: ParticipationState,
    pub waitlist_number: Option<i64>,
    pub offer_until: Option<DateTime<Utc>>,
    /// What organizers said.
    pub reason: Option<String>,
}

/// Somebody who applied, as a letter to them needs it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Addressee {
    pub user_id: UserId,
    pub email: String,
    pub locale: Locale,
}

sql! {
    COUNTS = "SELECT c.id, (SELECT COUNT(*) FROM teams t WHERE t.competition_id = c.id AND t.ended IS NULL),
        (SELECT COUNT(*) FROM participations p WHERE p.competition_id = c.id AND p.state = 'approved') FROM competitions c";
    COUNT_OF = "SELECT (SELECT COUNT(*) FROM teams t WHERE t.competition_id = $1 AND t.ended IS NULL),
        (SELECT COUNT(*) FROM participations p WHERE p.competition_id = $1 AND p.state = 'approved')";
}

impl Db {
    /// Teams and participants of every competition.
    #[boxed]
    pub async fn participant_counts(&self) -> Result<HashMap<CompetitionId, (i64, i64)>> {
        let rows: Vec<(CompetitionId, i64, i64)> = all!(self, COUNTS)?;
        Ok(rows.into_iter().map(|(id, teams, people)| (id, (teams, people))).collect())
    }

    /// Teams and participants of one competition.
    #[boxed]
    pub async fn participant_count(&self, competition: CompetitionId) -> Result<(i64, i64)> {
        one!(self, COUNT_OF, competition)
    }
}

sql! {
    JOIN = "INSERT INTO participations (competition_id, user_id, agreed_at) VALUES ($1, $2, $3)
        ON CONFLICT (competition_id, user_id) DO NOTHING";
    APPLICATION = "SELECT state, agreed_at, COALESCE(applied_at, agreed_at) AS applied_at, COALESCE(changed_at, agreed_at) AS changed_at,
        offer_until, rules_version, joins_team FROM participations WHERE competition_id = $1 AND user_id = $2";
    APPLY = "INSERT INTO participations (competition_id, user_id, agreed_at, applied_at, changed_at, state, waitlist_number, answers, locale,
        rules_version, joins_team) VALUES ($1, $2, $3, $3, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (competition_id, user_id) DO UPDATE SET agreed_at = excluded.agreed_at, applied_at = excluded.applied_at,
        changed_at = excluded.changed_at, state = excluded.state, waitlist_number = excluded.waitlist_number,
        answers = excluded.answers, locale = excluded.locale, rules_version = excluded.rules_version, joins_team = excluded.joins_team, offer_until = NULL, reason = NULL";
    STAND = "UPDATE participations SET state = $3, changed_at = $4, waitlist_number = $5, offer_until = $6, reason = $7
        WHERE competition_id = $1 AND user_id = $2";
    AGREE = "UPDATE participations SET agreed_at = $3, rules_version = $4 WHERE competition_id = $1 AND user_id = $2";
    FORGET = "UPDATE participations SET answers = NULL WHERE competition_id = $1 AND user_id = $2";
    // One that takes no submissions, the results say, may have no end: then it is when it begins.
    ENDED = "SELECT competition_id FROM stages GROUP BY competition_id
        HAVING SUM(CASE WHEN takes_submissions AND ends_at IS NULL THEN 1 ELSE 0 END) = 0 AND MAX(COALESCE(ends_at, starts_at)) <= $1";
    FORGET_ALL = "UPDATE participations SET answers = NULL, reason = NULL
        WHERE competition_id = $1 AND (answers IS NOT NULL OR reason IS NOT NULL)";
    FORGET_REASONS = "DELETE FROM audit_details WHERE seq IN (SELECT a.seq FROM audit a
        WHERE a.competition_id = $1 AND a.deed = 'participation.decide')";
}

impl Tx {
    /// Makes somebody a participant who need not apply, as the demo's people; false when they were one already.
    #[boxed]
    pub async fn join(&mut self, competition: CompetitionId, user: UserId, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, JOIN, competition, user, at)
    }

    #[boxed]
    pub async fn application(&mut self, competition: CompetitionId, user: UserId) -> Result<Option<Application>> {
        maybe!(self, APPLICATION, competition, user)
    }

    #[boxed]
    pub async fn apply(&mut self, new: NewApplication) -> Result<()> {
        let NewApplication {
            competition,
            user,
            state,
            waitlist_number,
            answers,
            locale,
            rules_version,
            joins_team,
            at,
        } = new;
        run!(
            self,
            APPLY,
            competition,
            user,
            at,
            state,
            waitlist_number,
            Json(&answers),
            locale,
            rules_version,
            joins_team
        )
    }

    #[boxed]
    pub async fn set_application(
        &mut self,
        competition: CompetitionId,
        user: UserId,
        stand: Stand,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let Stand { state, waitlist_number, offer_until, reason } = stand;
        run!(self, STAND, competition, user, state, at, waitlist_number, offer_until, reason)
    }

    /// They agree to the rules again, in this version.
    #[boxed]
    pub async fn agree_to_rules(
        &mut self,
        competition: CompetitionId,
        user: UserId,
        version: i64,
        at: DateTime<Utc>,
    ) -> Result<()> {
        run!(self, AGREE, competition, user, at, version)
    }

    /// Takes away what somebody answered; the files among it are to be removed from now on.
    #[boxed]
    pub async fn forget_answers(&mut self, competition: CompetitionId, user: UserId, now: DateTime<Utc>) -> Result<()> {
        run!(self, FORGET, competition, user)?;
        self.let_answer_files_go(competition, user, now).await
    }

    /// Takes away answers with their files, and reasons, also those that the record keeps beside it, of all competitions whose last stage was
    /// over by then.
    #[boxed]
    pub async fn forget_answers_of_ended(&mut self, by: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
        let ended: Vec<CompetitionId> = values!(self, ENDED, by)?;
        for competition in ended {
            run!(self, FORGET_ALL, competition)?;
            self.let_answer_files_of_competition_go(competition, now).await?;
            run!(self, FORGET_REASONS, competition)?;
        }
        Ok(())
    }
}

sql! {
    PEOPLE = "SELECT COUNT(*) FROM participations WHERE competition_id = $1 AND state IN ('offered', 'approved')";
    // A disqualified team keeps its place: that may be reversed.
    PLACES_OF_TEAMS = "SELECT (SELECT COUNT(*) FROM teams t WHERE t.competition_id = $1 AND (t.ended IS NULL OR t.ended = 'disqualified'))
        + (SELECT COUNT(*) FROM participations p WHERE p.competition_id = $1 AND p.state IN ('offered', 'approved')
            AND NOT EXISTS (SELECT 1 FROM members m WHERE m.competition_id = p.competition_id AND m.user_id = p.user_id)
            AND NOT EXISTS (SELECT 1 FROM teams t WHERE t.id = p.joins_team AND t.ended IS NULL))";
    // Whoever helps to run the competition is passed over while they do.
    NEXT = "SELECT p.user_id, u.email, p.locale FROM participations p JOIN users u ON u.id = p.user_id
        WHERE p.competition_id = $1 AND p.state = 'waiting'
        AND NOT EXISTS (SELECT 1 FROM roles o WHERE o.competition_id = p.competition_id AND o.user_id = p.user_id)
        ORDER BY p.waitlist_number LIMIT $2";
    OVER = "SELECT user_id, offer_until FROM participations WHERE competition_id = $1 AND state = 'offered' AND offer_until <= $2
        ORDER BY offer_until, user_id";
    ORDER = "SELECT waitlist_number, COALESCE(applied_at, agreed_at) FROM participations WHERE competition_id = $1 AND user_id = $2";
    ADDRESSEE = "SELECT p.user_id, u.email, p.locale FROM participations p JOIN users u ON u.id = p.user_id
        WHERE p.competition_id = $1 AND p.user_id = $2";
    APPLIED = "SELECT COUNT(*) FROM participations WHERE competition_id = $1 AND state = 'applied'";
    ENDS = "SELECT COALESCE(MIN(waitlist_number), 0), COALESCE(MAX(waitlist_number), 0) FROM participations
        WHERE competition_id = $1 AND state = 'waiting'";
}

impl Tx {
    /// Places that are taken or kept, where a person takes one.
    #[boxed]
    pub async fn places_of_people(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, PEOPLE, competition)
    }

    /// The same where a team takes one, and whoever is in none and is not about to enter one.
    #[boxed]
    pub async fn places_of_teams(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, PLACES_OF_TEAMS, competition)
    }

    /// The first so many of the waitlist.
    #[boxed]
    pub async fn next_waiting(&mut self, competition: CompetitionId, most: i64) -> Result<Vec<Addressee>> {
        all!(self, NEXT, competition, most)
    }

    /// Whose offers have ended by then, and when.
    #[boxed]
    pub async fn offers_over(
        &mut self,
        competition: CompetitionId,
        by: DateTime<Utc>,
    ) -> Result<Vec<(UserId, DateTime<Utc>)>> {
        all!(self, OVER, competition, by)
    }

    /// Their number in the waitlist, where they wait, and when they applied.
    #[boxed]
    pub async fn application_order(
        &mut self,
        competition: CompetitionId,
        user: UserId,
    ) -> Result<Option<(Option<i64>, DateTime<Utc>)>> {
        maybe!(self, ORDER, competition, user)
    }

    #[boxed]
    pub async fn addressee(&mut self, competition: CompetitionId, user: UserId) -> Result<Option<Addressee>> {
        maybe!(self, ADDRESSEE, competition, user)
    }

    /// How many applications wait for a decision.
    #[boxed]
    pub async fn count_applied(&mut self, competition: CompetitionId) -> Result<i64> {
        value!(self, APPLIED, competition)
    }

    /// The least and the greatest number of the waitlist, 0 where nobody waits.
    #[boxed]
    pub async fn waitlist_ends(&mut self, competition: CompetitionId) -> Result<(i64, i64)> {
        one!(self, ENDS, competition)
    }
}
