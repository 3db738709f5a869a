//! Teams: make, enter, rename, remove, leave, links and keys. What leads into a team and merges are below.

use domain::address;
use domain::ids::{JoinRequestId, MergeOfferId, TeamInvitationId, UserId};
use leptos::prelude::*;
use platform::teams::activity;
use platform::teams::idle::{self, ExcludedTeams};
use uuid::Uuid;

use super::Failure;
use crate::request;

/// Makes a team, led by its maker.
#[server(prefix = "/api/fn", endpoint = "create_team")]
pub async fn create_team(slug: String, name: String) -> Result<(), Failure> {
    let actor = request::actor();
    actor.person()?;
    let competition = request::competition(&slug).await?;
    platform::teams::create(&request::services(), &competition, &actor, &name).await?;
    Ok(())
}

/// Enters the team behind an invitation link.
#[server(prefix = "/api/fn", endpoint = "join_team")]
pub async fn join_team(slug: String, code: String) -> Result<(), Failure> {
    let actor = request::actor();
    actor.person()?;
    let competition = request::competition(&slug).await?;
    platform::teams::join_by_link(&request::services(), &competition, &actor, &code).await?;
    leptos_axum::redirect(&address::team(&slug));
    Ok(())
}

/// Gives one's team another name, or an organizer that of a number.
#[server(prefix = "/api/fn", endpoint = "rename_team")]
pub async fn rename_team(slug: String, name: String, #[server(default)] team: Option<i64>) -> Result<(), Failure> {
    let (actor, team) = request::team(&slug, team).await?;
    platform::teams::rename(&request::services(), &team, &actor, &name).await?;
    Ok(())
}

/// Removes a member, or leaves when it is oneself.
#[server(prefix = "/api/fn", endpoint = "remove_member")]
pub async fn remove_member(slug: String, member: Uuid, #[server(default)] team: Option<i64>) -> Result<(), Failure> {
    let (actor, team) = request::team(&slug, team).await?;
    platform::teams::remove(&request::services(), &team, &actor, UserId(member)).await?;
    Ok(())
}

/// Moves a member of the team of that number to another one, or takes them out where none is named; an organizer's.
#[server(prefix = "/api/fn", endpoint = "move_member")]
pub async fn move_member(
    slug: String,
    team: i64,
    member: Uuid,
    #[server(default)] to: String,
    reason: String,
) -> Result<(), Failure> {
    let (actor, team) = request::team(&slug, Some(team)).await?;
    let to = match to.trim() {
        "" => None,
        // What is no number is the number of no team.
        to => Some(to.parse().unwrap_or_default()),
    };
    platform::teams::move_member(&request::services(), &team, &actor, UserId(member), to, &reason).await?;
    Ok(())
}

/// Makes another member the leader; an organizer says the team's number.
#[server(prefix = "/api/fn", endpoint = "hand_over")]
pub async fn hand_over(slug: String, member: Uuid, #[server(default)] team: Option<i64>) -> Result<(), Failure> {
    let (actor, team) = request::team(&slug, team).await?;
    platform::teams::hand_over(&request::services(), &team, &actor, UserId(member)).await?;
    Ok(())
}

/// Makes a new invitation link; the old one stops working.
#[server(prefix = "/api/fn", endpoint = "renew_invitation")]
pub async fn renew_invitation(slug: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    platform::teams::renew_invitation(&request::services(), &team, &actor).await?;
    Ok(())
}

/// The team's submission key; showing it is recorded.
#[server(prefix = "/api/fn", endpoint = "show_key")]
pub async fn show_key(slug: String) -> Result<String, Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    Ok(platform::teams::show_submission_key(&request::services(), &team, &actor).await?)
}

/// Makes a new submission key; the old one stops working.
#[server(prefix = "/api/fn", endpoint = "renew_key")]
pub async fn renew_key(slug: String) -> Result<String, Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    Ok(platform::teams::renew_submission_key(&request::services(), &team, &actor).await?)
}

/// Writes to an address and invites whoever has the letter.
#[server(prefix = "/api/fn", endpoint = "invite_member")]
pub async fn invite_member(slug: String, email: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    let locale = crate::context::locale();
    platform::teams::invite(&request::services(), &team, &actor, &email, locale).await?;
    Ok(())
}

/// Takes an invitation by mail back.
#[server(prefix = "/api/fn", endpoint = "take_back_invitation")]
pub async fn take_back_invitation(slug: String, id: Uuid) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    platform::teams::take_back(&request::services(), &team, &actor, TeamInvitationId(id)).await?;
    Ok(())
}

/// Enters the team of a letter's link.
#[server(prefix = "/api/fn", endpoint = "join_by_letter")]
pub async fn join_by_letter(slug: String, key: String) -> Result<(), Failure> {
    let actor = request::actor();
    actor.person()?;
    let competition = request::competition(&slug).await?;
    platform::teams::join_by_letter(&request::services(), &competition, &actor, &key).await?;
    leptos_axum::redirect(&address::team(&slug));
    Ok(())
}

/// Asks the team of a number to be let in.
#[server(prefix = "/api/fn", endpoint = "ask_to_join")]
pub async fn ask_to_join(slug: String, team: i64, #[server(default)] message: String) -> Result<(), Failure> {
    let actor = request::actor();
    actor.person()?;
    let competition = request::competition(&slug).await?;
    platform::teams::ask(&request::services(), &competition, &actor, team, &message).await?;
    Ok(())
}

/// Takes one's own request back.
#[server(prefix = "/api/fn", endpoint = "withdraw_request")]
pub async fn withdraw_request(slug: String, id: Uuid) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::teams::withdraw_request(&request::services(), &competition, &request::actor(), JoinRequestId(id)).await?;
    Ok(())
}

/// Lets in whoever asked, or refuses them.
#[server(prefix = "/api/fn", endpoint = "answer_request")]
pub async fn answer_request(slug: String, id: Uuid, #[server(default)] accept: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    let (services, id) = (request::services(), JoinRequestId(id));
    if accept.is_empty() {
        platform::teams::refuse_request(&services, &team, &actor, id).await?;
    } else {
        platform::teams::accept_request(&services, &team, &actor, id).await?;
    }
    Ok(())
}

/// Offers the team of a number to become part of it.
#[server(prefix = "/api/fn", endpoint = "offer_merge")]
pub async fn offer_merge(slug: String, number: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    // What is no number is the number of no team.
    let number = number.trim().parse().unwrap_or_default();
    platform::teams::offer_merge(&request::services(), &team, &actor, number).await?;
    Ok(())
}

/// Takes an offer to merge back.
#[server(prefix = "/api/fn", endpoint = "withdraw_merge")]
pub async fn withdraw_merge(slug: String, id: Uuid) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    platform::teams::withdraw_merge(&request::services(), &team, &actor, MergeOfferId(id)).await?;
    Ok(())
}

/// Accepts an offer to merge, or refuses it.
#[server(prefix = "/api/fn", endpoint = "answer_merge")]
pub async fn answer_merge(slug: String, id: Uuid, #[server(default)] accept: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    let (services, id) = (request::services(), MergeOfferId(id));
    if accept.is_empty() {
        platform::teams::refuse_merge(&services, &team, &actor, id).await?;
    } else {
        platform::teams::accept_merge(&services, &team, &actor, id).await?;
    }
    Ok(())
}

/// Excludes teams that are idle, for a reason that their members are told.
#[server(prefix = "/api/fn", endpoint = "exclude_teams")]
pub async fn exclude_teams(
    slug: String,
    #[server(default)] teams: Vec<i64>,
    #[server(default)] reason: String,
) -> Result<ExcludedTeams, Failure> {
    let competition = request::competition(&slug).await?;
    Ok(idle::exclude(&request::services(), &competition, &request::actor(), &teams, &reason).await?)
}

/// Takes an excluded team back.
#[server(prefix = "/api/fn", endpoint = "restore_team")]
pub async fn restore_team(slug: String, team: i64) -> Result<String, Failure> {
    let competition = request::competition(&slug).await?;
    let team = idle::restore(&request::services(), &competition, &request::actor(), team).await?;
    Ok(team.name)
}

/// Makes the token by which a service reports activity, and shows it this once.
#[server(prefix = "/api/fn", endpoint = "renew_service_token")]
pub async fn renew_service_token(slug: String) -> Result<String, Failure> {
    let competition = request::competition(&slug).await?;
    Ok(activity::renew_token(&request::services(), &competition, &request::actor()).await?)
}

/// Ends that token.
#[server(prefix = "/api/fn", endpoint = "revoke_service_token")]
pub async fn revoke_service_token(slug: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    activity::revoke_token(&request::services(), &competition, &request::actor()).await?;
    Ok(())
}
