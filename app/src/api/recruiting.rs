//! Recruiting: what is done about a post's card, and the ways from it into a team.

use domain::address;
use domain::boards::BoardKind;
use leptos::prelude::*;

use super::Failure;
use crate::request;

fn to_post(slug: &str, number: i64) {
    leptos_axum::redirect(&address::post(slug, BoardKind::Recruit, number));
}

/// Closes the card of a post, or opens it again.
#[server(prefix = "/api/fn", endpoint = "set_recruit_card")]
pub async fn set_recruit_card(slug: String, number: i64, #[server(default)] open: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::set_card(&request::services(), &competition, &request::actor(), number, !open.is_empty()).await?;
    to_post(&slug, number);
    Ok(())
}

/// Asks the team that seeks people by this post to be let in.
#[server(prefix = "/api/fn", endpoint = "ask_by_post")]
pub async fn ask_by_post(slug: String, number: i64, #[server(default)] message: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::ask_by_card(&request::services(), &competition, &request::actor(), number, &message).await?;
    to_post(&slug, number);
    Ok(())
}

/// Invites whoever offers themself by this post into one's team.
#[server(prefix = "/api/fn", endpoint = "invite_by_post")]
pub async fn invite_by_post(slug: String, number: i64) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (actor, team) = request::own_team(&competition).await?;
    platform::boards::invite_by_card(&request::services(), &competition, &team, &actor, number).await?;
    to_post(&slug, number);
    Ok(())
}
