//! Entering a team by its link, which whoever has it may hand on: it works for some days, and until it is made anew.

use async_recursion::async_recursion as boxed;
use chrono::Duration;
use domain::ErrorCode;
use domain::access::{Action, Actor};
use domain::accounts::User;
use domain::audit::Deed;
use domain::competitions::Competition;
use domain::events::Audience;
use domain::notifications::News;
use domain::teams::{Invitation, Team};

use super::locked::Locked;
use super::storing::enter;
use crate::error::Result;
use crate::participation::places;
use crate::secrets;
use crate::services::Services;
use crate::throttle::Seldom;

/// How long an invitation link works.
const INVITATION: Duration = Duration::days(7);

/// The team behind an invitation link, as strangers see it: a link may go from hand to hand.
///
/// # Errors
/// `not_found`, `invite_expired`.
#[boxed]
pub async fn invited_to(services: &Services, code: &str) -> Result<Team> {
    let (id, expires_at) = services.db.invited_to(code).await?.ok_or(ErrorCode::NotFound)?;
    if expires_at <= services.clock.now() {
        return Err(ErrorCode::InviteExpired.into());
    }
    let team = services.db.team_by_id(id).await?.ok_or(ErrorCode::NotFound)?;
    Ok(team.for_strangers())
}

/// Enters the team behind an invitation link.
///
/// # Errors
/// `not_found`, `invite_expired`, `not_participant`, `already_in_team`, `team_full`, `team_ended`, `teams_frozen`.
#[boxed]
pub async fn join_by_link(services: &Services, competition: &Competition, actor: &Actor, code: &str) -> Result<Team> {
    let user = actor.person()?;
    let team = invited_to(services, code).await?;
    if team.competition_id != competition.id {
        return Err(ErrorCode::NotFound.into());
    }
    let mut locked = Locked::take_to_enter(services, &team, actor).await?;
    // The link may have been made anew since it was looked up.
    if locked.tx.invitation_code(team.id).await?.as_deref() != Some(code) {
        return Err(ErrorCode::NotFound.into());
    }
    locked.check(|visit, team| visit.join(team))?;
    enter(&mut locked.tx, &locked.team, user.id, locked.now).await?;
    let change = locked.change(Deed::JoinTeam).to(user.id);
    locked.record(change.before("members", locked.members(0)).after("members", locked.members(1)));
    // Where a team takes one place, two have become one.
    places::refill(&services.mail, &mut locked.tx, competition.id, locked.now).await?;
    locked.tell(Audience::Team(team.id), News::MemberJoined { team: team.name, number: team.number, who: user.id });
    let team = locked.tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    locked.commit_shown(services).await?;
    Ok(team)
}

/// The link that invites, if one was made and still works; members may see it.
#[boxed]
pub async fn invitation(services: &Services, team: &Team, user: &User) -> Result<Option<Invitation>> {
    team.check_member(user.id)?;
    let now = services.clock.now();
    Ok(services.db.invitation(team.id).await?.filter(|invitation| invitation.expires_at > now))
}

/// Makes a new invitation link; the old one stops working.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `too_many_attempts`.
#[boxed]
pub async fn renew_invitation(services: &Services, team: &Team, actor: &Actor) -> Result<Invitation> {
    services.throttle.seldom(Seldom::RenewInvitation, actor.person()?.id, services.clock.now())?;
    let mut locked = Locked::take_for(services, team, actor, Action::RenewInvitation).await?;
    let invitation = Invitation { code: secrets::invitation(), expires_at: locked.now + INVITATION };
    locked.tx.upsert_invitation(team.id, &invitation).await?;
    locked.record(locked.change(Deed::RenewInvitation).after("expires_at", invitation.expires_at));
    locked.tx.commit().await?;
    Ok(invitation)
}
