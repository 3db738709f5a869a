//! The second factor. Recovery codes are shown once.

use domain::address;
use leptos::prelude::*;
use platform::accounts::second_factors;

use crate::api::Failure;
use crate::{request, session};

/// Turns the second factor on, and returns its recovery codes.
#[server(prefix = "/api/fn", endpoint = "turn_on_second_factor")]
pub async fn turn_on_second_factor(
    secret: String,
    code: String,
    current_password: String,
) -> Result<Vec<String>, Failure> {
    let (services, actor, current) = (request::services(), request::actor(), session::current());
    let codes =
        second_factors::turn_on(&services, &actor, &secret, &code, &current_password, current.as_deref()).await?;
    leptos_axum::redirect(address::SECURITY);
    Ok(codes)
}

/// Turns it off.
#[server(prefix = "/api/fn", endpoint = "turn_off_second_factor")]
pub async fn turn_off_second_factor(code: String, current_password: String) -> Result<(), Failure> {
    second_factors::turn_off(&request::services(), &request::actor(), &code, &current_password).await?;
    Ok(())
}

/// Makes other recovery codes.
#[server(prefix = "/api/fn", endpoint = "renew_recovery_codes")]
pub async fn renew_recovery_codes(code: String, current_password: String) -> Result<Vec<String>, Failure> {
    let (services, actor) = (request::services(), request::actor());
    Ok(second_factors::renew_recovery_codes(&services, &actor, &code, &current_password).await?)
}
