//! A case under its locks: who may do what to it, and what is written there.

use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::access::{Action, Actor, Obstacle, Visit};
use domain::audit::{Act, Deed};
use domain::cases::{Case, CaseEntryKind, CaseOutcome};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::ids::{CaseEntryId, CompetitionId, UserId};
use domain::notifications::News;
use domain::participation::Part;
use domain::teams::{Member, Team};
use storage::Tx;
use storage::cases::NewCaseEntry;

use super::attached::StoredAttachment;
use crate::access;
use crate::error::{Error, Result};
use crate::services::Services;

/// A case as it stands under the competition's lock and its team's.
pub(super) struct Course {
    pub(super) competition: CompetitionId,
    pub(super) case: Case,
    /// With everybody who was in it when the case was opened.
    pub(super) team: Team,
    pub(super) now: DateTime<Utc>,
    /// What the commit says.
    pub(super) events: Vec<Event>,
}

/// What an entry says.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) markdown: &'a str,
    /// To the team.
    pub(super) is_shown: bool,
    pub(super) outcome: Option<CaseOutcome>,
    pub(super) until: Option<DateTime<Utc>>,
    pub(super) files: &'a [StoredAttachment],
}

/// Takes the locks, refuses whoever may not do this to the case, and does what its moments have left to do. Whoever has no business
/// with a case is told what they would be told of a number that is none.
pub(super) async fn take(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    action: Action,
) -> Result<(Tx, Course)> {
    let mut tx = services.db.begin().await?;
    tx.lock_competition(competition.id).await?;
    let role = match actor.id() {
        Some(user) => tx.role(competition.id, user).await?,
        None => None,
    };
    if let Some(user) = actor.id() {
        access::check_present(&mut tx, user).await?;
    }
    let now = services.clock.now();
    let part = Part { role, ..Part::default() };
    let visit = part.visit(competition, actor, now);
    check_door(&visit, action, competition)?;
    let case = tx.case_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    let team = tx.team(case.team_id).await?.ok_or(ErrorCode::NotFound)?;
    let team = with_parties(team, &tx.case_parties(case.id).await?);
    check(&visit, action, &case, &team)?;
    // Nobody judges a team that they were ever in.
    if let Some(user) = actor.id().filter(|_| action != Action::AnswerCases)
        && tx.was_in_team(team.id, user).await?
    {
        return Err(ErrorCode::NotFound.into());
    }
    tx.lock_team(team.id).await?;
    let mut course = Course { competition: competition.id, case, team, now, events: Vec::new() };
    course.settle(&mut tx).await?;
    Ok((tx, course))
}

/// Refuses who may do this to no case at all.
pub(super) async fn allow(services: &Services, competition: &Competition, actor: &Actor, action: Action) -> Result<()> {
    let part = access::part(services, competition, actor).await?;
    check_door(&part.visit(competition, actor, services.clock.now()), action, competition)
}

/// Refuses whom the door or a missing role keeps out of all cases, whatever there is under a number.
pub(super) fn check_door(visit: &Visit<'_>, action: Action, competition: &Competition) -> Result<()> {
    match visit.may(action, None).check() {
        // Whether they are of its team is known with the case alone.
        Ok(()) | Err(Obstacle::NoTeam { .. }) => Ok(()),
        Err(obstacle) => Err(Error::refused(obstacle, competition)),
    }
}

/// Refuses who has no business with this case.
pub(super) fn check(visit: &Visit<'_>, action: Action, case: &Case, team: &Team) -> Result<()> {
    let is_hidden = action == Action::AnswerCases && !case.is_told();
    match visit.may(action, Some(team)).check() {
        Ok(()) if !is_hidden => Ok(()),
        _ => Err(ErrorCode::NotFound.into()),
    }
}

/// A team with everybody who is a party to a case against it.
pub(super) fn with_parties(mut team: Team, parties: &[UserId]) -> Team {
    for user in parties {
        if team.member(*user).is_none() {
            let (name, affiliation, joined_at) = (String::new(), String::new(), team.created_at);
            let party = Member { user_id: *user, name, public_name: None, affiliation, joined_at, submissions: 0 };
            team.members.push(party);
        }
    }
    team
}

impl Course {
    /// Adds an entry. The record has that it was made, and not what it says.
    pub(super) async fn enter(
        &mut self,
        tx: &mut Tx,
        actor: &Actor,
        kind: CaseEntryKind,
        said: Said<'_>,
    ) -> Result<()> {
        let id = CaseEntryId::at(self.now);
        let Said { markdown, is_shown, outcome, until, files } = said;
        let (case, author, at) = (self.case.id, actor.id(), self.now);
        tx.insert_case_entry(NewCaseEntry { id, case, kind, author, markdown, is_shown, outcome, until, at }).await?;
        for file in files {
            tx.insert_case_file(&file.of(id), &file.storage_key).await?;
        }
        let mut act = Act::of_competition(deed(kind), self.competition).after("case", self.case.number);
        // How somebody voted is nobody's to know, and the record is for good.
        if let Some(outcome) = outcome.filter(|_| kind != CaseEntryKind::Vote) {
            act = act.after("outcome", outcome.key());
        }
        if let Some(until) = until {
            act = act.after("until", until);
        }
        if !files.is_empty() {
            act = act.after("files", i64::try_from(files.len()).unwrap_or(i64::MAX));
        }
        tx.record(self.now, actor, act);
        Ok(())
    }

    /// Writes where the case stands.
    pub(super) async fn write(&mut self, tx: &mut Tx) -> Result<()> {
        self.case.changed_at = self.now;
        Ok(tx.set_case(&self.case).await?)
    }

    /// Tells all who are in the team, and who were in it and have left.
    pub(super) async fn tell_team(&mut self, tx: &mut Tx, by: Option<UserId>, news: &News) -> Result<()> {
        let now_in: Vec<UserId> = match tx.team(self.team.id).await? {
            Some(team) => team.members.iter().map(|member| member.user_id).collect(),
            None => Vec::new(),
        };
        let left = self.team.members.iter().map(|member| member.user_id).filter(|user| !now_in.contains(user));
        let to = std::iter::once(Audience::Team(self.team.id)).chain(left.map(Audience::Person));
        let competition = self.competition;
        let said = to.map(|to| Event::News { competition, to, news: news.clone(), by });
        self.events.extend(said.collect::<Vec<_>>());
        Ok(())
    }
}

fn deed(kind: CaseEntryKind) -> Deed {
    match kind {
        CaseEntryKind::Opened => Deed::OpenCase,
        CaseEntryKind::Evidence => Deed::AddEvidence,
        CaseEntryKind::Asked => Deed::AskForStatement,
        CaseEntryKind::Extended => Deed::ExtendStatement,
        CaseEntryKind::Statement => Deed::GiveStatement,
        CaseEntryKind::Deliberation => Deed::DeliberateCase,
        CaseEntryKind::Vote => Deed::VoteOnCase,
        CaseEntryKind::Decision => Deed::DecideCase,
    }
}
