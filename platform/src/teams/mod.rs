//! Teams: make one, enter by a link, a letter or a request, rename, remove, leave, merge. Who may do what when is `domain::access`'s; it
//! is asked under the team's lock.

pub mod activity;
pub mod idle;
mod invitations;
mod keys;
mod locked;
mod mailed;
mod merges;
mod moving;
pub mod overview;
mod requests;
mod storing;

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::events::Audience;
use domain::ids::{TeamId, TeamNumber, UserId};
use domain::names;
use domain::notifications::News;
use domain::participation::Part;
use domain::teams::{TEAMS_LEFT_MAX, Team, TeamEnd};
use domain::{AppError, ErrorCode};

pub use self::invitations::{invitation, invited_to, join_by_link, renew_invitation};
pub use self::keys::{by_key, renew_submission_key, show_submission_key};
use self::locked::Locked;
pub use self::mailed::{invite, invite_person, invited_by_letter, join_by_letter, take_back, waiting};
pub use self::merges::{Merges, accept_merge, merges, offer_merge, refuse_merge, withdraw_merge};
pub use self::moving::{memberships, move_member, too_small};
pub use self::requests::{accept_request, applicants, ask, own_requests, refuse_request, withdraw_request};
pub(crate) use self::storing::{enter, insert};
use crate::error::{Error, Result};
use crate::participation::places::{self, Parting};
use crate::services::Services;
use crate::throttle::Seldom;
use crate::{access, participation, secrets};
pub use storage::teams::{JoinApplicant, MergeOffer, OwnRequest, TeamInvitation, TeamMembership, WaitingInvitation};

/// Makes a team with the next public number; its maker leads it. Where everybody takes part alone, nobody needs to think of a name.
///
/// # Errors
/// `not_participant`, `already_in_team`, `team_name_taken`, `teams_frozen`, `no_place`, a wrong name; `too_many_teams` for who has left
/// too many behind, `too_many_attempts`.
#[boxed]
pub async fn create(services: &Services, competition: &Competition, actor: &Actor, name: &str) -> Result<Team> {
    let user = actor.person()?;
    let mut part = participation::of(services, competition, user).await?;
    let may = |part: &Part, now| {
        let obstacles = part.visit(competition, actor, now).may(Action::CreateTeam, None);
        obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))
    };
    may(&part, services.clock.now())?;
    services.throttle.seldom(Seldom::CreateTeam, user.id, services.clock.now())?;
    let is_left_out = name.trim().is_empty() && competition.settings.team.max == 1;
    let name = if is_left_out { None } else { Some(names::team(name)?) };
    let mut tx = services.db.begin().await?;
    tx.lock_competition(competition.id).await?;
    let now = services.clock.now();
    part.role = tx.role(competition.id, user.id).await?;
    part.application = tx.application(competition.id, user.id).await?;
    may(&part, now)?;
    if tx.count_teams_left_by(competition.id, user.id).await? >= TEAMS_LEFT_MAX {
        return Err(AppError::new(ErrorCode::TooManyTeams).with("max", TEAMS_LEFT_MAX).into());
    }
    if let Some(rules) = tx.rules(competition.id).await? {
        places::check_own_team(&mut tx, &rules, part.application.as_ref()).await?;
    }
    let number = tx.next_team_number(competition.id).await?;
    let team = Team {
        id: TeamId::at(now),
        competition_id: competition.id,
        number,
        name: name.unwrap_or_else(|| format!("참가자 {number}")),
        leader_id: user.id,
        created_at: now,
        ended: None,
        members: Vec::new(),
    };
    insert(&mut tx, &team, &secrets::submission_key()).await?;
    enter(&mut tx, &team, user.id, now).await?;
    tx.record(now, actor, made(&team));
    let team = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    tx.commit().await?;
    Ok(team)
}

/// What the record says of a new team.
pub(crate) fn made(team: &Team) -> Act {
    Act::of_team(Deed::CreateTeam, team.competition_id, team.id)
        .to(team.leader_id)
        .after("number", team.number)
        .after("name", team.name.as_str())
}

/// The user's team in a competition.
#[boxed]
pub async fn of(services: &Services, competition: &Competition, user: &User) -> Result<Option<Team>> {
    Ok(participation::of(services, competition, user).await?.team)
}

/// All of the user's teams with their competitions, without their members; two reads, however many competitions there are.
#[boxed]
pub async fn all_of(services: &Services, user: &User) -> Result<Vec<(Competition, Team)>> {
    let mut teams: HashMap<_, _> =
        services.db.teams_of(user.id).await?.into_iter().map(|team| (team.competition_id, team)).collect();
    if teams.is_empty() {
        return Ok(Vec::new());
    }
    let competitions = services.db.competitions().await?.into_iter();
    Ok(competitions.filter_map(|competition| teams.remove(&competition.id).map(|team| (competition, team))).collect())
}

/// A team as strangers see it: see [`Team::for_strangers`].
///
/// # Errors
/// `not_found`.
#[boxed]
pub async fn by_number(services: &Services, competition: &Competition, number: TeamNumber) -> Result<Team> {
    let team = services.db.team_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    Ok(team.for_strangers())
}

/// A team with its members' real names.
///
/// # Errors
/// `not_found`; `login_required`, `not_member` but for its members and organizers.
#[boxed]
pub async fn for_insiders(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: TeamNumber,
) -> Result<Team> {
    let team = services.db.team_by_number(competition.id, number).await?.ok_or(ErrorCode::NotFound)?;
    check(services, competition, actor, &team, Action::ReadTeam).await?;
    Ok(team)
}

/// Gives the team another name; the leader's or an organizer's.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `team_name_taken`, a wrong name.
#[boxed]
pub async fn rename(services: &Services, team: &Team, actor: &Actor, name: &str) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::RenameTeam).await?;
    let name = names::team(name)?;
    match locked.tx.rename_team(team.id, &name).await {
        Err(error) if error.is_unique_violation() => {
            return Err(AppError::field("name", FieldProblem::TeamNameTaken).into());
        }
        other => other?,
    }
    let before = locked.team.name.clone();
    locked.record(locked.change(Deed::RenameTeam).before("name", before).after("name", name));
    locked.commit_shown(services).await
}

/// Removes a member (the leader's; an organizer's is [`move_member`]) or leaves (a member's own). What they submitted stays with the
/// team. With the last one to leave a team without submissions ends. Who is removed cannot come back by a link they know.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `has_submitted`, `last_member`, `leader_cannot_leave` while others are in the team,
/// `not_found`; `no_place` where a team takes a place, whoever leaves one needs their own, and none is free.
#[boxed]
pub async fn remove(services: &Services, team: &Team, actor: &Actor, member: UserId) -> Result<()> {
    let leaves = actor.id() == Some(member);
    let mut locked = Locked::take_to_enter(services, team, actor).await?;
    locked.check(|visit, team| visit.may(if leaves { Action::LeaveTeam } else { Action::RemoveMember }, Some(team)))?;
    let has_submitted = !locked.tx.shown_on(team.id).await?.is_empty();
    locked.check(|visit, team| visit.remove(team, member, has_submitted))?;
    let rules = locked.tx.rules(team.competition_id).await?.ok_or(ErrorCode::NotFound)?;
    let before = places::free(&mut locked.tx, &rules).await?;
    take_out(&mut locked, member, !leaves).await?;
    places::part_from_team(&mut locked.tx, &rules, Parting { member, organizer: None, before }, locked.now).await?;
    places::fill(&services.mail, &mut locked.tx, &rules, locked.now).await?;
    let change = locked.change(if leaves { Deed::LeaveTeam } else { Deed::RemoveMember }).to(member);
    locked.record(change.before("members", locked.members(0)).after("members", locked.members(-1)));
    let (id, name, number) = (locked.team.id, locked.team.name.clone(), locked.team.number);
    locked.tell(Audience::Team(id), News::MemberLeft { team: name.clone(), number, who: member });
    if !leaves {
        locked.tell(Audience::Person(member), News::RemovedFromTeam { team: name });
    }
    locked.commit_shown(services).await
}

/// Takes a member out of the team that is locked, with all by which they could come back unasked; with the last one a team without
/// submissions ends.
async fn take_out(locked: &mut Locked, member: UserId, is_removed: bool) -> Result<()> {
    let team = locked.team.id;
    locked.tx.delete_member(team, member, locked.now).await?;
    locked.tx.end_team_invitations_by(team, member).await?;
    if is_removed {
        locked.tx.delete_invitation(team).await?;
    }
    if locked.team.members.len() == 1 {
        locked.tx.end_team(team, TeamEnd::Withdrawn).await?;
    }
    Ok(())
}

/// Refuses what the actor may not do to a team, before it is done and for what only they see.
pub(crate) async fn check(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    team: &Team,
    action: Action,
) -> Result<()> {
    let part = access::part(services, competition, actor).await?;
    let obstacles = part.visit(competition, actor, services.clock.now()).may(action, Some(team));
    obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))
}

/// What somebody wrote in one line, of so many characters at most.
fn line(text: &str, max: usize, field: &str, problem: FieldProblem) -> Result<String> {
    let tidy = names::tidy(text);
    if tidy.chars().count() > max || tidy.chars().any(char::is_control) {
        return Err(AppError::field(field, problem).into());
    }
    Ok(tidy)
}

/// Makes another member the leader.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `not_found` for who is not in it or has deleted their account.
#[boxed]
pub async fn hand_over(services: &Services, team: &Team, actor: &Actor, member: UserId) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::HandOver).await?;
    locked.team.member(member).filter(|member| !member.is_gone()).ok_or(ErrorCode::NotFound)?;
    locked.tx.set_leader(team.id, member).await?;
    let before = locked.team.leader_id;
    locked.record(locked.change(Deed::HandOverTeam).to(member).before("leader", before).after("leader", member));
    let news = News::LeadsTeam { team: locked.team.name.clone(), number: locked.team.number };
    locked.tell(Audience::Person(member), news);
    locked.commit(services).await
}
