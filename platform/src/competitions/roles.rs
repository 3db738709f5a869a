//! Who helps to run a competition: roles that are given, changed, laid down and taken back, and those that wait for an address.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Actor, Obstacle, Role, SiteAction};
use domain::accounts::{User, normal_email, valid_email};
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::ids::{RoleInvitationId, UserId};
use domain::text::masked;
use domain::{AppError, ErrorCode, Locale, address};
use storage::Tx;

use crate::access;
use crate::accounts::addresses;
use crate::error::{Error, Result};
use crate::mail::Recipient;
use crate::mail::letter::Letter;
use crate::mail::links::{self, LinkState};
use crate::participation::places;
use crate::services::Services;
use crate::throttle::Seldom;

pub use storage::competitions::{Holder, RoleInvitation, WaitingRole};

/// How long an invitation waits.
const WAITS: TimeDelta = TimeDelta::days(7);
/// Invitations of a competition that wait at once.
const WAITING_MAX: i64 = 50;

/// All who have a role, and all who are asked to take one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    pub holders: Vec<Holder>,
    pub invitations: Vec<WaitingRole>,
}

/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn list(services: &Services, competition: &Competition, actor: &Actor) -> Result<Roles> {
    access::check(services, competition, actor, Action::Manage).await?;
    let mut holders = services.db.role_holders(competition.id).await?;
    let mut invitations = services.db.role_invitations(competition.id).await?;
    let now = services.clock.now();
    invitations.retain(|waiting| waiting.invitation.expires_at > now);
    if !access::may(services, competition, actor, Action::ReadAddresses).await? {
        for other in holders.iter_mut().filter(|holder| Some(holder.user_id) != actor.id()) {
            other.email.clear();
            other.affiliation.clear();
        }
        for waiting in &mut invitations {
            waiting.invitation.email = masked(&waiting.invitation.email);
        }
    }
    Ok(Roles { holders, invitations })
}

/// Gives the owner of an address a role, or takes theirs; whether that changed anything.
///
/// # Errors
/// `not_found` where nobody has an account under that address, `not_verified` where it is not confirmed; `takes_part`, `last_owner`; `not_owner`.
#[boxed]
pub async fn give(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    email: &str,
    role: Option<Role>,
) -> Result<(User, bool)> {
    let user = services.db.user_by_email(&normal_email(email)).await?.ok_or(ErrorCode::NotFound)?.user;
    // Whoever typed an organizer's address first is no organizer.
    if role.is_some() && !user.is_verified() {
        return Err(ErrorCode::NotVerified.into());
    }
    let (mut tx, now) = access::begin(services, competition, actor, Action::GiveRoles).await?;
    let changed = set(&mut tx, competition, actor, user.id, (role, actor.id()), now).await?;
    places::refill(&services.mail, &mut tx, competition.id, now).await?;
    tx.commit().await?;
    Ok((user, changed))
}

/// Gives somebody who has a role another one or none; whether that changed anything. Everybody may lay down their own. Whoever has
/// none yet is asked: see [`invite`].
///
/// # Errors
/// `login_required`, `not_owner`, `not_found` for who has none, `takes_part`, `last_owner`.
#[boxed]
pub async fn change(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    user: UserId,
    role: Option<Role>,
) -> Result<bool> {
    let action = if actor.id() == Some(user) && role.is_none() { Action::LeaveRole } else { Action::GiveRoles };
    let (mut tx, now) = access::begin(services, competition, actor, action).await?;
    tx.role(competition.id, user).await?.ok_or(ErrorCode::NotFound)?;
    let changed = set(&mut tx, competition, actor, user, (role, actor.id()), now).await?;
    // Who lays a role down may be the next in line.
    places::refill(&services.mail, &mut tx, competition.id, now).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Sets a role, given by somebody, under the competition's lock, with what no role may leave behind.
async fn set(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    user: UserId,
    (role, by): (Option<Role>, Option<UserId>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let before = tx.role(competition.id, user).await?;
    if before == Some(Role::Owner) && role != before && tx.count_owners(competition.id).await? == 1 {
        return Err(Error::refused(Obstacle::LastOwner, competition));
    }
    let changed = match role {
        Some(_) if tx.is_in_team(competition.id, user).await? => return Err(ErrorCode::TakesPart.into()),
        Some(role) => tx.give_role(competition.id, user, role, by, now).await?,
        None => tx.take_role(competition.id, user).await?,
    };
    if role < before {
        // Else a button of before would undo it: their own, or one that they have sent.
        tx.end_role_invitations_of(competition.id, user).await?;
    }
    if changed {
        let act = Act::of_competition(Deed::SetRole, competition.id).to(user);
        tx.record(now, actor, act.before("role", before.map(Role::key)).after("role", role.map(Role::key)));
    }
    Ok(changed)
}

/// Lets a role wait for whoever owns an address, and writes to it, in a language. One address is asked once: a second invitation
/// takes the place of the first, whose link leads nowhere then. That the address has an account here is not said.
///
/// # Errors
/// `login_required`, `not_owner`, `invalid_input` for what is no address, `too_many_invitations`, `too_many_attempts`.
#[boxed]
pub async fn invite(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    email: &str,
    role: Role,
    locale: Locale,
) -> Result<()> {
    let (email, now) = (normal_email(email), services.clock.now());
    access::check(services, competition, actor, Action::GiveRoles).await?;
    if !valid_email(&email) {
        return Err(AppError::field("email", FieldProblem::Email).into());
    }
    if let Some(user) = actor.id() {
        services.throttle.seldom(Seldom::InviteToRole, user, now)?;
    }
    let expires_at = now + WAITS;
    let letter = Letter::RoleInvitation {
        page: address::role_invitation(&competition.slug),
        until: expires_at,
        zone: competition.settings.zone,
        competition: competition.settings.title.clone(),
        role: role.key().to_owned(),
        inviter: actor.user.as_ref().map(|user| user.name.clone()).unwrap_or_default(),
    };
    let to = Recipient { user: None, competition: Some(competition.id), address: &email, locale, reply_to: None };
    let (mut tx, _) = access::begin(services, competition, actor, Action::GiveRoles).await?;
    tx.sweep_role_invitations(now).await?;
    tx.end_role_invitations_to(competition.id, &email).await?;
    if tx.count_role_invitations(competition.id).await? >= WAITING_MAX {
        return Err(AppError::new(ErrorCode::TooManyInvitations).with("max", WAITING_MAX).into());
    }
    let letter_id = services.mail.post(&mut tx, to, &letter, now).await?;
    let (id, competition_id) = (RoleInvitationId::at(now), competition.id);
    let (invited_by, created_at) = (actor.id(), now);
    let invitation = RoleInvitation { id, competition_id, email, role, letter_id, invited_by, created_at, expires_at };
    tx.invite_to_role(&invitation).await?;
    let act = Act::of_competition(Deed::InviteToRole, competition.id);
    tx.record(now, actor, act.after("invitation", id.0).after("role", role.key()));
    Ok(tx.commit().await?)
}

/// Takes an invitation back: its link ends.
///
/// # Errors
/// `login_required`, `not_owner`, `not_found`.
#[boxed]
pub async fn withdraw(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    id: RoleInvitationId,
) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::GiveRoles).await?;
    if !tx.end_role_invitation(id, competition.id).await? {
        return Err(ErrorCode::NotFound.into());
    }
    tx.record(now, actor, Act::of_competition(Deed::WithdrawRoleInvitation, competition.id).before("invitation", id.0));
    Ok(tx.commit().await?)
}

/// The invitation that the key of a letter's link leads to.
///
/// # Errors
/// `not_found` for one that was taken back or replaced, or never was; `invite_used`, `invite_expired`.
#[boxed]
pub async fn invited(services: &Services, competition: &Competition, key: &str) -> Result<RoleInvitation> {
    let link = links::open(services, Letter::ROLE_INVITATION, key).await?.ok_or(ErrorCode::NotFound)?;
    match link.state {
        LinkState::Fresh => {}
        LinkState::Used(_) => return Err(ErrorCode::InviteUsed.into()),
        LinkState::Ended(_) => return Err(ErrorCode::InviteExpired.into()),
    }
    let found = services.db.role_invitation(link.letter).await?;
    found.filter(|invitation| invitation.competition_id == competition.id).ok_or(ErrorCode::NotFound.into())
}

/// Takes the role of a link, which then ends. It is for the account of the address that was written to, and for no other account that
/// was handed the mail; where that address has no account yet, whoever has the link can make it. A role that is more already stays.
///
/// # Errors
/// `login_required`, `not_found`, `invite_used`, `invite_expired`, `not_invited` for another address, `takes_part`.
#[boxed]
pub async fn accept(services: &Services, competition: &Competition, actor: &Actor, key: &str) -> Result<Role> {
    actor.may(SiteAction::ChangeAccount).check()?;
    let (user, now) = (actor.person()?, services.clock.now());
    let invitation = invited(services, competition, key).await?;
    if invitation.email != user.email {
        return Err(ErrorCode::NotInvited.into());
    }
    let mut tx = services.db.begin().await?;
    // In the order in which an account is deleted, which ends what waits for its address.
    tx.lock_user(user.id).await?;
    tx.lock_competition(competition.id).await?;
    // Whoever took it in the same moment was first, or whoever took it back.
    let is_first = links::take(&mut tx, invitation.letter_id, now).await?;
    if !tx.end_role_invitation(invitation.id, competition.id).await? || !is_first {
        return Err(ErrorCode::NotFound.into());
    }
    let role = tx.role(competition.id, user.id).await?.max(Some(invitation.role)).unwrap_or(invitation.role);
    set(&mut tx, competition, actor, user.id, (Some(role), invitation.invited_by), now).await?;
    // Whoever has the key reads mail at the address.
    addresses::note_verified(&mut tx, actor, user, now).await?;
    tx.commit().await?;
    Ok(role)
}
