//! Whoever comes from the log-in of an institution, and what their account is opened by.

use domain::accounts::Newcomer;
use domain::address;
use domain::ids::IdentityId;
use leptos::prelude::*;
use platform::accounts::identities;
use uuid::Uuid;

use crate::api::Failure;
use crate::{request, session};

/// Signs in who came from an institution, with a code of their second factor.
#[server(prefix = "/api/fn", endpoint = "finish_arrival")]
pub async fn finish_arrival(code: String) -> Result<(), Failure> {
    let (services, visitor) = (request::services(), request::actor());
    let (known, next) = identities::finish(&services, &visitor, &session::arrival(), &code).await?;
    session::begin(&known).await?;
    session::forget_arrival();
    leptos_axum::redirect(session::safe_path(&next));
    Ok(())
}

/// Makes an account for who came from an institution for the first time, and signs it in.
#[server(prefix = "/api/fn", endpoint = "join_by_institution")]
pub async fn join_by_institution(
    name: String,
    #[server(default)] public_name: String,
    #[server(default)] affiliation: String,
) -> Result<(), Failure> {
    let form = Newcomer { name, public_name, affiliation, locale: crate::context::locale() };
    let (services, visitor) = (request::services(), request::actor());
    let (known, next) = identities::join(&services, &visitor, &session::arrival(), form).await?;
    session::begin(&known).await?;
    session::forget_arrival();
    leptos_axum::redirect(session::safe_path(&next));
    Ok(())
}

/// Links the account at the institution that one has just come from. `code` is of the second factor, where there is one.
#[server(prefix = "/api/fn", endpoint = "link_identity")]
pub async fn link_identity(current_password: String, #[server(default)] code: String) -> Result<(), Failure> {
    let (services, actor) = (request::services(), request::actor());
    identities::link(&services, &actor, &session::arrival(), &current_password, &code).await?;
    session::forget_arrival();
    leptos_axum::redirect(address::SECURITY);
    Ok(())
}

/// Unlinks one. `code` is of the second factor, where there is one.
#[server(prefix = "/api/fn", endpoint = "unlink_identity")]
pub async fn unlink_identity(
    id: Uuid,
    current_password: String,
    #[server(default)] code: String,
) -> Result<(), Failure> {
    let (services, actor, current) = (request::services(), request::actor(), session::current());
    identities::unlink(&services, &actor, IdentityId(id), &current_password, &code, current.as_deref()).await?;
    Ok(())
}
