//! Invitations by mail: one letter to one address, whose link lets whoever has it into the team, once.

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::access::{Action, Actor, Obstacle};
use domain::accounts::{User, normal_email, valid_email};
use domain::audit::Deed;
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::TeamInvitationId;
use domain::teams::Team;
use domain::{AppError, ErrorCode, Locale, address};
use storage::teams::{TeamInvitation, WaitingInvitation};

use super::check;
use super::locked::Locked;
use super::storing::let_in;
use crate::error::Result;
use crate::mail::Recipient;
use crate::mail::letter::Letter;
use crate::mail::links::{self, LinkState};
use crate::services::Services;
use crate::throttle::Seldom;

/// How long an invitation waits.
const WAITS: TimeDelta = TimeDelta::days(7);
/// Invitations of a team that wait at once.
const WAITING_MAX: i64 = 20;

/// The team's invitations that wait for an answer: whoever may invite sees whom.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`.
#[boxed]
pub async fn waiting(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    team: &Team,
) -> Result<Vec<WaitingInvitation>> {
    check(services, competition, actor, team, Action::InviteMember).await?;
    let now = services.clock.now();
    let mut waiting = services.db.team_invitations(team.id).await?;
    waiting.retain(|one| one.invitation.expires_at > now);
    Ok(waiting)
}

/// Writes to an address, in a language. One address is asked once: a second invitation takes the place of the first, whose link leads
/// nowhere then. Whether the address has an account here, or is a member's, is not said.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `invalid_input` for what is no address, `too_many_invitations`, `too_many_attempts`.
#[boxed]
pub async fn invite(services: &Services, team: &Team, actor: &Actor, email: &str, locale: Locale) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::InviteMember).await?;
    let email = normal_email(email);
    if !valid_email(&email) {
        return Err(AppError::field("email", FieldProblem::Email).into());
    }
    locked.tx.sweep_team_invitations(team.id, locked.now).await?;
    locked.tx.end_team_invitations_to(team.id, &email).await?;
    let to = Recipient { user: None, competition: Some(team.competition_id), address: &email, locale, reply_to: None };
    send(services, locked, actor.person()?, to).await
}

/// Writes to a person at their own address, which the team is not told. While they have an invitation of this team nothing is done.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `team_full`, `too_many_invitations`, `too_many_attempts`.
#[boxed]
pub async fn invite_person(services: &Services, team: &Team, actor: &Actor, person: &User) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::InviteMember).await?;
    let max = locked.competition.settings.team.max;
    if locked.members(0) >= max {
        return Err(Obstacle::Full { max }.into());
    }
    locked.tx.sweep_team_invitations(team.id, locked.now).await?;
    if locked.tx.is_invited_to_team(team.id, person.id).await? {
        return Ok(());
    }
    let (user, address, locale) = (Some(person.id), person.email.as_str(), person.locale);
    let to = Recipient { user, competition: Some(team.competition_id), address, locale, reply_to: None };
    send(services, locked, actor.person()?, to).await
}

/// Sends an invitation and lets it wait, where not too many do.
async fn send(services: &Services, mut locked: Locked, inviter: &User, to: Recipient<'_>) -> Result<()> {
    let (team_id, now) = (locked.team.id, locked.now);
    services.throttle.seldom(Seldom::InviteToTeam, inviter.id, now)?;
    if locked.tx.count_team_invitations(team_id).await? >= WAITING_MAX {
        return Err(AppError::new(ErrorCode::TooManyInvitations).with("max", WAITING_MAX).into());
    }
    let expires_at = now + WAITS;
    let settings = &locked.competition.settings;
    let letter = Letter::TeamInvitation {
        page: address::mailed_invitation(&locked.competition.slug),
        until: expires_at,
        zone: settings.zone,
        competition: settings.title.clone(),
        team: locked.team.name.clone(),
        inviter: inviter.name.clone(),
    };
    let invitation = TeamInvitation {
        id: TeamInvitationId::at(now),
        team_id,
        email: to.user.is_none().then(|| to.address.to_owned()),
        user_id: to.user,
        letter_id: services.mail.post(&mut locked.tx, to, &letter, now).await?,
        invited_by: inviter.id,
        created_at: now,
        expires_at,
    };
    locked.tx.invite_to_team(&invitation).await?;
    locked.record(locked.change(Deed::InviteToTeam).after("invitation", invitation.id.0));
    Ok(locked.tx.commit().await?)
}

/// Takes an invitation back: its link ends.
///
/// # Errors
/// `not_leader`, `teams_frozen`, `team_ended`, `not_found`.
#[boxed]
pub async fn take_back(services: &Services, team: &Team, actor: &Actor, id: TeamInvitationId) -> Result<()> {
    let mut locked = Locked::take_for(services, team, actor, Action::InviteMember).await?;
    if !locked.tx.end_team_invitation(id, team.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    locked.record(locked.change(Deed::WithdrawTeamInvitation).before("invitation", id.0));
    Ok(locked.tx.commit().await?)
}

/// The team that the key of a letter's link leads to, as strangers see it, and the invitation.
///
/// # Errors
/// `not_found` for one that was taken back or replaced, or never was; `invite_used`, `invite_expired`.
#[boxed]
pub async fn invited_by_letter(
    services: &Services,
    competition: &Competition,
    key: &str,
) -> Result<(TeamInvitation, Team)> {
    let link = links::open(services, Letter::TEAM_INVITATION, key).await?.ok_or(ErrorCode::NotFound)?;
    match link.state {
        LinkState::Fresh => {}
        LinkState::Used(_) => return Err(ErrorCode::InviteUsed.into()),
        LinkState::Ended(_) => return Err(ErrorCode::InviteExpired.into()),
    }
    let invitation = services.db.team_invitation(link.letter).await?.ok_or(ErrorCode::NotFound)?;
    let team = services.db.team_by_id(invitation.team_id).await?.ok_or(ErrorCode::NotFound)?;
    if team.competition_id != competition.id {
        return Err(ErrorCode::NotFound.into());
    }
    Ok((invitation, team.for_strangers()))
}

/// Enters the team of a letter's link, which then ends. Whoever has the letter may, whatever address their account has: a colleague
/// knows one address, and the account has another.
///
/// # Errors
/// As [`invited_by_letter`]; `not_participant`, `already_in_team`, `team_full`, `team_ended`, `teams_frozen`.
#[boxed]
pub async fn join_by_letter(services: &Services, competition: &Competition, actor: &Actor, key: &str) -> Result<Team> {
    actor.by_door(Action::JoinTeam)?;
    let user = actor.person()?;
    let (invitation, team) = invited_by_letter(services, competition, key).await?;
    let mut locked = Locked::take_to_enter(services, &team, actor).await?;
    locked.check(|visit, team| visit.join(team))?;
    // Whoever took it in the same moment was first, or whoever took it back.
    let is_first = links::take(&mut locked.tx, invitation.letter_id, locked.now).await?;
    if !locked.tx.end_team_invitation(invitation.id, team.id).await? || !is_first {
        return Err(ErrorCode::NotFound.into());
    }
    let_in(services, &mut locked, user.id, Deed::JoinByLetter).await?;
    let team = locked.tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
    locked.commit_shown(services).await?;
    Ok(team)
}
