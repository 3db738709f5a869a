//! The end of an account.

use domain::address;
use leptos::prelude::*;
use platform::accounts::deletion;

use crate::api::Failure;
use crate::{request, session};

/// Deletes one's own account. `code` is of the second factor, where there is one.
#[server(prefix = "/api/fn", endpoint = "delete_account")]
pub async fn delete_account(
    word: String,
    current_password: String,
    #[server(default)] code: String,
) -> Result<(), Failure> {
    deletion::delete(&request::services(), &request::actor(), &word, &current_password, &code).await?;
    session::end().await?;
    leptos_axum::redirect(address::LOGIN);
    Ok(())
}
