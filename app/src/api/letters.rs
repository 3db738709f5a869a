//! Letters that a competition has caused.

use domain::ids::LetterId;
use leptos::prelude::*;
use platform::competitions::letters::{self, ResentLetters};
use uuid::Uuid;

use super::Failure;
use crate::request;

/// Puts failed letters of a competition back.
#[server(prefix = "/api/fn", endpoint = "resend_letters")]
pub async fn resend_letters(slug: String, #[server(default)] letters: Vec<Uuid>) -> Result<ResentLetters, Failure> {
    let competition = request::competition(&slug).await?;
    let letters: Vec<_> = letters.into_iter().map(LetterId).collect();
    Ok(letters::resend(&request::services(), &competition, &request::actor(), &letters).await?)
}
