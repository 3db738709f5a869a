//! What organizers alone do with a team's members: to another team or out of this one, with a reason; who was in it when, and which
//! teams are too small.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor, Obstacle};
use domain::audit::{Act, Deed, Fact};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::events::Audience;
use domain::ids::{TeamNumber, UserId};
use domain::notifications::News;
use domain::participation::ParticipationState;
use domain::teams::Team;
use domain::text::REASON_MAX;
use domain::{AppError, ErrorCode};
use storage::teams::TeamMembership;

use super::locked::Locked;
use super::storing::enter;
use super::{line, take_out};
use crate::access;
use crate::error::Result;
use crate::participation::places::{self, Parting};
use crate::services::Services;

/// Takes a member out of a team, into another where one is named; the reason is kept in the record. What they submitted stays with
/// the team that they did it for, and what they submitted in the stage counts for the one that they are in: the limit follows them.
///
/// # Errors
/// `not_organizer`, `not_found` for who is not in it, `last_member`, `leader_cannot_leave`; no reason, a number that is no other
/// team's; `team_full`, `team_ended`.
#[boxed]
pub async fn move_member(
    services: &Services,
    team: &Team,
    actor: &Actor,
    member: UserId,
    to: Option<TeamNumber>,
    reason: &str,
) -> Result<()> {
    let other = match to {
        Some(number) => services.db.team_by_number(team.competition_id, number).await?,
        None => None,
    };
    let other = other.filter(|other| other.id != team.id);
    let (mut locked, other) = match (&other, to) {
        (Some(other), _) => {
            let (locked, other) = Locked::take_both(services, team, other, actor).await?;
            (locked, Some(other))
        }
        (None, _) => (Locked::take_to_enter(services, team, actor).await?, None),
    };
    let has_submitted = !locked.tx.shown_on(team.id).await?.is_empty();
    locked.check(|visit, team| visit.may(Action::MoveMember, Some(team)))?;
    locked.check(|visit, team| visit.remove(team, member, has_submitted))?;
    let reason = line(reason, REASON_MAX, "reason", FieldProblem::Reason)?;
    if reason.is_empty() {
        return Err(AppError::field("reason", FieldProblem::Reason).into());
    }
    let rules = locked.tx.rules(team.competition_id).await?.ok_or(ErrorCode::NotFound)?;
    let before = places::free(&mut locked.tx, &rules).await?;
    take_out(&mut locked, member, true).await?;
    let reason = Fact::Personal(member, reason);
    let (name, number) = (locked.team.name.clone(), locked.team.number);
    locked.tell(Audience::Team(team.id), News::MemberLeft { team: name.clone(), number, who: member });
    locked.tell(Audience::Person(member), News::RemovedFromTeam { team: name });
    let Some(other) = other else {
        if to.is_some() {
            return Err(AppError::field("to", FieldProblem::TeamNumber).into());
        }
        let parting = Parting { member, organizer: Some(actor), before };
        places::part_from_team(&mut locked.tx, &rules, parting, locked.now).await?;
        places::fill(&services.mail, &mut locked.tx, &rules, locked.now).await?;
        let change = locked.change(Deed::RemoveMember).to(member).before("members", locked.members(0));
        locked.record(change.after("members", locked.members(-1)).after("reason", reason));
        return locked.commit_shown(services).await;
    };
    let max = locked.competition.settings.team.max;
    let have = i64::try_from(other.members.len()).unwrap_or(i64::MAX);
    if other.ended.is_some() {
        return Err(Obstacle::TeamEnded.into());
    }
    // Whose team is excluded comes back with it, or by a decision about them.
    let application = locked.tx.application(other.competition_id, member).await?;
    if application.is_some_and(|application| application.state == ParticipationState::Excluded) {
        return Err(Obstacle::Excluded.into());
    }
    if have >= max {
        return Err(Obstacle::Full { max }.into());
    }
    enter(&mut locked.tx, &other, member, locked.now).await?;
    if have + 1 >= max {
        locked.tx.end_join_requests_to(other.id).await?;
    }
    for act in [locked.change(Deed::MoveMember), Act::of_team(Deed::MoveMember, other.competition_id, other.id)] {
        let (before, after) = (locked.team.name.clone(), other.name.clone());
        let act = act.to(member).before("name", before).before("number", locked.team.number);
        locked.record(act.after("name", after).after("number", other.number).after("reason", reason.clone()));
    }
    let news = News::MemberJoined { team: other.name.clone(), number: other.number, who: member };
    locked.tell(Audience::Team(other.id), news);
    places::refill(&services.mail, &mut locked.tx, locked.competition.id, locked.now).await?;
    let teams = [locked.team.id, other.id];
    locked.commit_shown_of(services, &teams).await
}

/// Teams that are named at most.
const NAMED: i64 = 100;

/// Number, name and size of the teams that have too few members, for whoever helps to run the competition.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn too_small(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
) -> Result<Vec<(TeamNumber, String, i64)>> {
    access::check(services, competition, actor, Action::Manage).await?;
    Ok(services.db.small_teams(competition.id, competition.settings.team.min, NAMED).await?)
}

/// Who was in a team from when until when, by their real names.
///
/// # Errors
/// `login_required`, `token_not_allowed`, `not_organizer`.
#[boxed]
pub async fn memberships(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    team: &Team,
) -> Result<Vec<TeamMembership>> {
    access::check(services, competition, actor, Action::ReadAddresses).await?;
    Ok(services.db.team_memberships(team.id).await?)
}
