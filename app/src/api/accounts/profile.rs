//! What people say of themselves.

use domain::accounts::Profile;
use domain::error::FieldProblem;
use domain::{AppError, Locale};
use leptos::prelude::*;
use platform::accounts;

use crate::api::Failure;
use crate::request;

/// Changes the name and affiliation, and the language of letters.
#[server(prefix = "/api/fn", endpoint = "set_profile")]
pub async fn set_profile(name: String, #[server(default)] affiliation: String, locale: String) -> Result<(), Failure> {
    let actor = request::actor();
    let locale = Locale::from_tag(&locale).ok_or_else(|| AppError::field("locale", FieldProblem::Language))?;
    accounts::set_profile(&request::services(), &actor, Profile { name, affiliation, locale }).await?;
    Ok(())
}

/// Chooses the name that everyone may see; an empty one is none.
#[server(prefix = "/api/fn", endpoint = "set_public_name")]
pub async fn set_public_name(public_name: String) -> Result<(), Failure> {
    accounts::set_public_name(&request::services(), &request::actor(), &public_name).await?;
    Ok(())
}
