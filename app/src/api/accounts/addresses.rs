//! Whose an address is, and another one.

use domain::address;
use leptos::prelude::*;
use platform::accounts::addresses;

use crate::api::Failure;
use crate::request;

/// Writes once more to the address that is to be confirmed.
#[server(prefix = "/api/fn", endpoint = "send_verification")]
pub async fn send_verification() -> Result<(), Failure> {
    addresses::send_again(&request::services(), &request::actor()).await?;
    Ok(())
}

/// Confirms the address that a letter went to. Whether it is another one than the account had.
#[server(prefix = "/api/fn", endpoint = "verify_address")]
pub async fn verify_address(key: String) -> Result<bool, Failure> {
    let moved = addresses::verify(&request::services(), &request::actor(), &key).await?;
    leptos_axum::redirect(address::ACCOUNT);
    Ok(moved)
}

/// Writes to an address that the account is to have.
#[server(prefix = "/api/fn", endpoint = "ask_for_address")]
pub async fn ask_for_address(email: String, current_password: String) -> Result<(), Failure> {
    let actor = request::actor();
    addresses::ask_for_another(&request::services(), &actor, &email, &current_password).await?;
    Ok(())
}

/// No longer waits for another address.
#[server(prefix = "/api/fn", endpoint = "keep_old_address")]
pub async fn keep_old_address() -> Result<(), Failure> {
    addresses::keep_old(&request::services(), &request::actor()).await?;
    Ok(())
}
