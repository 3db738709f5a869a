//! Notices of the site: writing, changing, pinning and deleting them.

use domain::address;
use domain::boards::PostDraft;
use leptos::prelude::*;
use platform::boards::site;

use super::Failure;
use crate::request;

fn draft(title: String, markdown: &str, category: String, pinned: &str) -> PostDraft {
    // A browser sends line breaks as two signs.
    let markdown = markdown.replace("\r\n", "\n");
    PostDraft { title, markdown, category, pinned: !pinned.is_empty(), ..PostDraft::default() }
}

/// Writes a notice and returns its number. A check box is absent when it is not checked.
#[server(prefix = "/api/fn", endpoint = "write_site_notice")]
pub async fn write_site_notice(
    title: String,
    markdown: String,
    #[server(default)] category: String,
    #[server(default)] pinned: String,
) -> Result<i64, Failure> {
    let draft = draft(title, &markdown, category, &pinned);
    let number = site::write(&request::services(), &request::actor(), draft).await?;
    leptos_axum::redirect(&address::notice(number));
    Ok(number)
}

/// Changes a notice.
#[server(prefix = "/api/fn", endpoint = "edit_site_notice")]
pub async fn edit_site_notice(
    number: i64,
    title: String,
    markdown: String,
    #[server(default)] category: String,
    #[server(default)] pinned: String,
) -> Result<(), Failure> {
    let draft = draft(title, &markdown, category, &pinned);
    site::edit(&request::services(), &request::actor(), number, draft).await?;
    leptos_axum::redirect(&address::notice(number));
    Ok(())
}

/// Pins a notice, or unpins it when `pinned` is empty.
#[server(prefix = "/api/fn", endpoint = "pin_site_notice")]
pub async fn pin_site_notice(number: i64, #[server(default)] pinned: String) -> Result<(), Failure> {
    site::pin(&request::services(), &request::actor(), number, !pinned.is_empty()).await?;
    leptos_axum::redirect(&address::notice(number));
    Ok(())
}

/// Deletes a notice.
#[server(prefix = "/api/fn", endpoint = "remove_site_notice")]
pub async fn remove_site_notice(number: i64) -> Result<(), Failure> {
    site::remove(&request::services(), &request::actor(), number).await?;
    leptos_axum::redirect(address::NOTICES);
    Ok(())
}
