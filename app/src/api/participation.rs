//! Joining a competition.

use domain::address;
use leptos::prelude::*;

use super::Failure;
use crate::request;

/// Takes part; `agree` is the check box's value, absent when it was not checked.
#[server(prefix = "/api/fn", endpoint = "join")]
pub async fn join(
    slug: String,
    #[server(default)] agree: String,
    #[server(default)] next: String,
) -> Result<(), Failure> {
    let actor = request::actor();
    actor.person()?;
    let competition = request::competition(&slug).await?;
    platform::participation::join(&request::services(), &competition, &actor, !agree.is_empty()).await?;
    let team = address::team(&slug);
    leptos_axum::redirect(if next.is_empty() { &team } else { crate::session::safe_path(&next) });
    Ok(())
}
