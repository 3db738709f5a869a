//! Notices: organizers write, pin and remove them.

use domain::address;
use leptos::prelude::*;

use super::Failure;
use crate::request;

/// Posts a notice and returns its number. Check boxes are absent when they are not checked.
#[server(prefix = "/api/fn", endpoint = "post_notice")]
pub async fn post_notice(
    slug: String,
    title: String,
    markdown: String,
    #[server(default)] pinned: String,
    #[server(default)] required: String,
) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let draft =
        domain::boards::NoticeDraft { title, markdown, pinned: !pinned.is_empty(), required: !required.is_empty() };
    let number = platform::boards::post(&request::services(), &competition, &request::actor(), draft).await?;
    leptos_axum::redirect(&address::notice(&slug, number));
    Ok(number)
}

/// Changes a notice.
#[server(prefix = "/api/fn", endpoint = "edit_notice")]
pub async fn edit_notice(
    slug: String,
    number: i64,
    title: String,
    markdown: String,
    #[server(default)] pinned: String,
    #[server(default)] required: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let draft =
        domain::boards::NoticeDraft { title, markdown, pinned: !pinned.is_empty(), required: !required.is_empty() };
    platform::boards::edit(&request::services(), &competition, &request::actor(), number, draft).await?;
    leptos_axum::redirect(&address::notice(&slug, number));
    Ok(())
}

/// Pins a notice, or unpins it when `pinned` is empty.
#[server(prefix = "/api/fn", endpoint = "pin_notice")]
pub async fn pin_notice(slug: String, number: i64, #[server(default)] pinned: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::pin(&request::services(), &competition, &request::actor(), number, !pinned.is_empty()).await?;
    Ok(())
}

/// Takes a notice off the board.
#[server(prefix = "/api/fn", endpoint = "remove_notice")]
pub async fn remove_notice(slug: String, number: i64) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::remove(&request::services(), &competition, &request::actor(), number).await?;
    leptos_axum::redirect(&address::notices(&slug));
    Ok(())
}

/// Markdown as the notice will look, or the sentence that says why it cannot be shown.
#[server(prefix = "/api/fn", endpoint = "preview_notice")]
pub async fn preview_notice(slug: String, markdown: String) -> Result<String, Failure> {
    let competition = request::competition(&slug).await?;
    match platform::boards::preview(&request::services(), &competition, &request::actor(), markdown).await {
        Err(platform::Error::App(error)) if error.code == domain::ErrorCode::InvalidInput => {
            let sentence = crate::format::error::of_field(crate::context::locale(), Some(&error), "markdown");
            Ok(format!("<p>{}</p>", sentence.unwrap_or_default()))
        }
        answer => Ok(answer?),
    }
}
