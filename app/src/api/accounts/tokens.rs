//! Personal access tokens.

use domain::access::Scope;
use leptos::prelude::*;
use platform::accounts;
use uuid::Uuid;

use crate::api::Failure;
use crate::request;

/// Makes a personal access token and returns its secret, which is shown once. `days` is a number; check boxes are absent when they
/// are not checked.
#[server(prefix = "/api/fn", endpoint = "create_token")]
pub async fn create_token(
    name: String,
    days: String,
    #[server(default)] read: String,
    #[server(default)] submit: String,
    #[server(default)] organize: String,
) -> Result<String, Failure> {
    let actor = request::actor();
    let lifetime = days.parse::<accounts::Lifetime>()?;
    let asked = [(Scope::Read, read), (Scope::Submit, submit), (Scope::Organize, organize)];
    let scopes = asked.into_iter().filter(|(_, checked)| !checked.is_empty()).map(|(scope, _)| scope).collect();
    let (_, secret) = accounts::create_token(&request::services(), &actor, &name, lifetime, scopes).await?;
    Ok(secret)
}

/// Takes a token of one's own back.
#[server(prefix = "/api/fn", endpoint = "revoke_token")]
pub async fn revoke_token(id: Uuid) -> Result<(), Failure> {
    accounts::revoke_token(&request::services(), &request::actor(), domain::ids::TokenId(id)).await?;
    Ok(())
}
