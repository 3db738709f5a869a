//! Teams: make, enter, rename, remove, leave, links and keys.

use domain::address;
use leptos::prelude::*;
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

/// Removes a member, or leaves when it is oneself; an organizer says the team's number.
#[server(prefix = "/api/fn", endpoint = "remove_member")]
pub async fn remove_member(slug: String, member: Uuid, #[server(default)] team: Option<i64>) -> Result<(), Failure> {
    let (actor, team) = request::team(&slug, team).await?;
    platform::teams::remove(&request::services(), &team, &actor, domain::ids::UserId(member)).await?;
    Ok(())
}

/// Makes another member the leader; an organizer says the team's number.
#[server(prefix = "/api/fn", endpoint = "hand_over")]
pub async fn hand_over(slug: String, member: Uuid, #[server(default)] team: Option<i64>) -> Result<(), Failure> {
    let (actor, team) = request::team(&slug, team).await?;
    platform::teams::hand_over(&request::services(), &team, &actor, domain::ids::UserId(member)).await?;
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
