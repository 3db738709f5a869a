//! How a case is decided: by the judges' votes, by an organizer, or again; and what that does to the team.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor, Role};
use domain::audit::{Act, Deed};
use domain::cases::{CASE_ENTRIES_MAX, CaseEntryKind, CaseOutcome, CaseState};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::events::{Audience, Event};
use domain::ids::CaseId;
use domain::notifications::News;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::cases::TeamFate;

use super::attached;
use super::course::{self, Course, Said, with_parties};
use super::opening::check_managing;
use crate::error::Result;
use crate::services::Services;

/// Votes on a case, once. With the last of those who are asked it is decided.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`, `not_asked_to_vote`, `not_found`; `vote_closed` before and after the time
/// for it, `has_voted`; an outcome that is none, no reason.
#[boxed]
pub async fn vote(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    outcome: Option<CaseOutcome>,
    reason: &str,
) -> Result<()> {
    course::allow(services, competition, actor, Action::VoteOnCases).await?;
    let user = actor.person()?.id;
    attached::check_text("reason", reason).await?;
    let (mut tx, mut course) = course::take(services, competition, actor, number, Action::VoteOnCases).await?;
    let judges = tx.case_judges(course.case.id).await?;
    if !judges.contains(&user) {
        return Err(ErrorCode::NotAskedToVote.into());
    }
    if !course.case.takes_votes(course.now) {
        return Err(ErrorCode::VoteClosed.into());
    }
    let has_submissions = !tx.case_submissions(course.case.id).await?.is_empty();
    let outcome = outcome.filter(|outcome| has_submissions || *outcome != CaseOutcome::Voided);
    let outcome = outcome.ok_or_else(|| AppError::field("outcome", FieldProblem::CaseOutcome))?;
    let said = Said { markdown: reason, outcome: Some(outcome), ..Said::default() };
    match course.enter(&mut tx, actor, CaseEntryKind::Vote, said).await {
        Err(error) if error.is_unique_violation() => return Err(ErrorCode::HasVoted.into()),
        other => other?,
    }
    if tx.case_votes(course.case.id).await?.len() >= judges.len() {
        course.conclude(&mut tx, judges.len()).await?;
    } else {
        course.write(&mut tx).await?;
    }
    services.events.commit(tx, course.events).await
}

/// Records a decision with its reason, the first or another one.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`, `not_found`; an outcome that cannot be decided now, no reason; `case_full`.
#[boxed]
pub async fn decide(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    outcome: Option<CaseOutcome>,
    reason: &str,
) -> Result<()> {
    check_managing(services, competition, actor).await?;
    attached::check_text("reason", reason).await?;
    let (mut tx, mut course) = course::take(services, competition, actor, number, Action::ManageCases).await?;
    let has_submissions = !tx.case_submissions(course.case.id).await?.is_empty();
    let allowed = course.case.outcomes(course.now, has_submissions);
    if allowed.is_empty() {
        return Err(ErrorCode::CaseMoved.into());
    }
    let outcome = outcome.filter(|outcome| allowed.contains(outcome));
    let outcome = outcome.ok_or_else(|| AppError::field("outcome", FieldProblem::CaseOutcome))?;
    if tx.count_case_entries(course.case.id, CaseEntryKind::Decision).await? >= CASE_ENTRIES_MAX {
        return Err(AppError::new(ErrorCode::CaseFull).with("max", CASE_ENTRIES_MAX).into());
    }
    course.decide(&mut tx, actor, outcome, reason).await?;
    services.events.commit(tx, course.events).await
}

/// A deadline of a case has come: what its moments have left to do is done, once.
pub(crate) async fn act(tx: &mut Tx, id: CaseId, now: DateTime<Utc>) -> Result<Vec<Event>> {
    let Some(case) = tx.case(id).await? else { return Ok(Vec::new()) };
    tx.lock_competition(case.competition_id).await?;
    // As it stands under the lock.
    let Some(case) = tx.case(id).await? else { return Ok(Vec::new()) };
    tx.lock_team(case.team_id).await?;
    let Some(team) = tx.team(case.team_id).await? else { return Ok(Vec::new()) };
    let team = with_parties(team, &tx.case_parties(id).await?);
    let mut course = Course { competition: case.competition_id, case, team, now, events: Vec::new() };
    course.settle(tx).await?;
    Ok(course.events)
}

impl Course {
    /// Does what the case's moments have left to do, whether a timer was there or not.
    pub(super) async fn settle(&mut self, tx: &mut Tx) -> Result<()> {
        let is_over = self.case.state_at(self.now) == CaseState::Deliberating;
        if is_over && self.case.state != CaseState::Deliberating {
            self.case.state = CaseState::Deliberating;
            let said = Said { is_shown: true, ..Said::default() };
            self.enter(tx, &Actor::TIMER, CaseEntryKind::Deliberation, said).await?;
            self.write(tx).await?;
            let (competition, news) = (self.competition, News::CaseDeliberates { case: self.case.number });
            let to = Audience::Role(competition, Role::Judge);
            self.events.push(Event::News { competition, to, news, by: None });
        }
        let is_voted = self.case.by_vote && self.case.votes_until.is_some_and(|until| until <= self.now);
        if is_voted && self.case.state == CaseState::Deliberating {
            let judges = tx.case_judges(self.case.id).await?;
            self.conclude(tx, judges.len()).await?;
        }
        Ok(())
    }

    /// Decides what the judges have voted for, with the reasons of those who carried it and without their names.
    async fn conclude(&mut self, tx: &mut Tx, asked: usize) -> Result<()> {
        let votes = tx.case_votes(self.case.id).await?;
        let outcomes: Vec<_> = votes.iter().map(|(outcome, _)| *outcome).collect();
        let outcome = CaseOutcome::of_votes(asked, &outcomes);
        let carries =
            |vote: CaseOutcome| if outcome == CaseOutcome::NoBreach { vote == outcome } else { vote >= outcome };
        let reasons: Vec<_> =
            votes.iter().filter(|(vote, _)| carries(*vote)).map(|(_, reason)| reason.trim()).collect();
        self.case.voted = Some(outcome);
        self.decide(tx, &Actor::TIMER, outcome, &reasons.join("\n\n---\n\n")).await
    }

    /// Writes a decision, and makes the team and its submissions what all decisions of its cases say.
    async fn decide(&mut self, tx: &mut Tx, actor: &Actor, outcome: CaseOutcome, reason: &str) -> Result<()> {
        let before = self.case.outcome.replace(outcome);
        self.case.state = CaseState::Decided;
        let said = Said { markdown: reason, is_shown: true, outcome: Some(outcome), ..Said::default() };
        self.enter(tx, actor, CaseEntryKind::Decision, said).await?;
        self.write(tx).await?;
        let fate = tx.apply_cases(self.team.id, self.now).await?;
        let deed = match fate {
            TeamFate::Same => None,
            TeamFate::Disqualified => Some(Deed::DisqualifyTeam),
            TeamFate::Restored => Some(Deed::RestoreTeam),
        };
        if let Some(deed) = deed {
            tx.record(self.now, actor, Act::of_team(deed, self.competition, self.team.id));
        }
        let voids = [before, Some(outcome)].contains(&Some(CaseOutcome::Voided));
        if voids || fate != TeamFate::Same {
            for stage in tx.shown_on(self.team.id).await? {
                let (competition, version) = tx.raise_leaderboard_version(stage).await?;
                self.events.push(Event::Leaderboard { competition, stage, version });
            }
        }
        // A suspicion that is dropped before the team was asked stays with the organizers.
        if self.case.is_told() {
            let news = News::CaseDecided { case: self.case.number, team: self.team.name.clone() };
            self.tell_team(tx, actor.id(), &news).await?;
        }
        Ok(())
    }
}
