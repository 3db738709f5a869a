//! Signing up, in and out.

use domain::address;
use leptos::prelude::*;
use platform::accounts::{self, sessions};

use crate::api::Failure;
use crate::{request, session};

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
    let locale = crate::context::locale();
    let form = domain::accounts::SignUp { email, name, public_name, affiliation, password, locale };
    let known = accounts::sign_up(&request::services(), &request::actor(), form).await?;
    session::begin(&known).await?;
    leptos_axum::redirect(session::safe_path(&next));
    Ok(())
}

/// Signs in under a new session id. `code` is of the second factor, where there is one.
#[server(prefix = "/api/fn", endpoint = "log_in")]
pub async fn log_in(
    email: String,
    password: String,
    #[server(default)] code: String,
    next: String,
) -> Result<(), Failure> {
    let (services, from) = (request::services(), request::client_address());
    let known = accounts::log_in_with_code(&services, &email, &password, &code, from).await?;
    session::begin(&known).await?;
    leptos_axum::redirect(session::safe_path(&next));
    Ok(())
}

/// Ends the session; without one it changes nothing.
#[server(prefix = "/api/fn", endpoint = "log_out")]
pub async fn log_out() -> Result<(), Failure> {
    session::end().await?;
    leptos_axum::redirect(address::HOME);
    Ok(())
}

/// Ends every session of one's own, on whatever device.
#[server(prefix = "/api/fn", endpoint = "log_out_everywhere")]
pub async fn log_out_everywhere() -> Result<(), Failure> {
    sessions::end_all(&request::services(), &request::actor()).await?;
    session::end().await?;
    leptos_axum::redirect(address::LOGIN);
    Ok(())
}

/// Ends one session of one's own.
#[server(prefix = "/api/fn", endpoint = "end_session")]
pub async fn end_session(id: String) -> Result<(), Failure> {
    sessions::end_one(&request::services(), &request::actor(), &id).await?;
    Ok(())
}
