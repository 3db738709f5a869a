//! Other passwords, for whoever knows the old one and for whoever does not.

use domain::address;
use leptos::prelude::*;
use platform::accounts::{self, resets};

use crate::api::Failure;
use crate::{request, session};

/// Sets another password for one's own account. `revoke_tokens` is a check box, absent when it was not checked.
#[server(prefix = "/api/fn", endpoint = "change_password")]
pub async fn change_password(
    current_password: String,
    password: String,
    #[server(default)] revoke_tokens: String,
) -> Result<(), Failure> {
    let (services, actor, revoke) = (request::services(), request::actor(), !revoke_tokens.is_empty());
    let current = session::current();
    accounts::change_password(&services, &actor, &current_password, &password, revoke, current.as_deref()).await?;
    Ok(())
}

/// Asks for a letter that leads to a new password.
#[server(prefix = "/api/fn", endpoint = "ask_for_reset")]
pub async fn ask_for_reset(email: String) -> Result<(), Failure> {
    let (locale, from) = (crate::context::locale(), request::client_address());
    resets::ask(&request::services(), &email, locale, from).await?;
    leptos_axum::redirect(address::RESET);
    Ok(())
}

/// Sets the password of the account that a letter went to.
#[server(prefix = "/api/fn", endpoint = "reset_password")]
pub async fn reset_password(
    key: String,
    password: String,
    #[server(default)] revoke_tokens: String,
) -> Result<(), Failure> {
    let (services, visitor) = (request::services(), request::actor());
    resets::set(&services, &visitor, &key, &password, !revoke_tokens.is_empty()).await?;
    session::end().await?;
    leptos_axum::redirect(address::LOGIN);
    Ok(())
}
