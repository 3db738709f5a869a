//! Signing up, in and out; tokens.

use domain::access::Scope;
use domain::address;
use leptos::prelude::*;
use uuid::Uuid;

use super::Failure;

/// Makes an account and signs it in.
#[server(prefix = "/api/fn", endpoint = "sign_up")]
pub async fn sign_up(
    email: String,
    name: String,
    #[server(default)] public_name: String,
    affiliation: String,
    password: String,
    next: String,
) -> Result<(), Failure> {
    let form = domain::accounts::SignUp { email, name, public_name, affiliation, password };
    let known = platform::accounts::sign_up(&crate::request::services(), &crate::request::actor(), form).await?;
    crate::session::begin(&known).await?;
    leptos_axum::redirect(crate::session::safe_path(&next));
    Ok(())
}

/// Chooses the name that everyone may see; an empty one is none.
#[server(prefix = "/api/fn", endpoint = "set_public_name")]
pub async fn set_public_name(public_name: String) -> Result<(), Failure> {
    let actor = crate::request::actor();
    platform::accounts::set_public_name(&crate::request::services(), &actor, &public_name).await?;
    Ok(())
}

/// Signs in under a new session id.
#[server(prefix = "/api/fn", endpoint = "log_in")]
pub async fn log_in(email: String, password: String, next: String) -> Result<(), Failure> {
    let services = crate::request::services();
    let known = platform::accounts::log_in(&services, &email, &password, crate::request::client_address()).await?;
    crate::session::begin(&known).await?;
    leptos_axum::redirect(crate::session::safe_path(&next));
    Ok(())
}

/// Ends the session; without one it changes nothing.
#[server(prefix = "/api/fn", endpoint = "log_out")]
pub async fn log_out() -> Result<(), Failure> {
    crate::session::end().await?;
    leptos_axum::redirect(address::HOME);
    Ok(())
}

/// Ends every session of one's own, on whatever device.
#[server(prefix = "/api/fn", endpoint = "log_out_everywhere")]
pub async fn log_out_everywhere() -> Result<(), Failure> {
    let actor = crate::request::actor();
    platform::accounts::log_out_everywhere(&crate::request::services(), &actor).await?;
    crate::session::end().await?;
    leptos_axum::redirect(address::LOGIN);
    Ok(())
}

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
    let actor = crate::request::actor();
    let lifetime = days.parse::<platform::accounts::Lifetime>()?;
    let asked = [(Scope::Read, read), (Scope::Submit, submit), (Scope::Organize, organize)];
    let scopes = asked.into_iter().filter(|(_, checked)| !checked.is_empty()).map(|(scope, _)| scope).collect();
    let services = crate::request::services();
    let (_, secret) = platform::accounts::create_token(&services, &actor, &name, lifetime, scopes).await?;
    Ok(secret)
}

/// Takes a token of one's own back.
#[server(prefix = "/api/fn", endpoint = "revoke_token")]
pub async fn revoke_token(id: Uuid) -> Result<(), Failure> {
    let actor = crate::request::actor();
    platform::accounts::revoke_token(&crate::request::services(), &actor, domain::ids::TokenId(id)).await?;
    Ok(())
}
