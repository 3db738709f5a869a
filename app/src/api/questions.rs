//! Questions that belong together, those like a title, and the answers that organizers keep.

use domain::boards::{BoardKind, Publication};
use domain::ids::CannedAnswerId;
use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;

use super::Failure;
use crate::request;

/// The board of that name.
fn board_of(board: &str) -> Result<BoardKind, AppError> {
    BoardKind::from_key(board).ok_or(ErrorCode::NotFound.into())
}

/// Publishes a secret question without its author's name; returns the number that it has then.
#[server(prefix = "/api/fn", endpoint = "publish_question")]
pub async fn publish_question(
    slug: String,
    board: String,
    number: i64,
    title: String,
    markdown: String,
    #[server(default)] category: String,
    #[server(default)] answer: String,
) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let lines = |text: String| text.replace("\r\n", "\n");
    let publication = Publication { title, markdown: lines(markdown), category, answer: lines(answer) };
    let (services, actor, kind) = (request::services(), request::actor(), board_of(&board)?);
    let published = platform::boards::publish(&services, &competition, kind, &actor, number, publication).await?;
    leptos_axum::redirect(&address::post(&slug, &board, published));
    Ok(published)
}

/// Marks a question as the same as the one of a number, `#12` or `12`; as the same as none where that is empty.
#[server(prefix = "/api/fn", endpoint = "link_question")]
pub async fn link_question(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] same: String,
    #[server(default)] undo: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let typed = same.trim().trim_start_matches('#');
    // Whoever may not is told so before what was typed is looked at.
    let same = if undo.is_empty() { Some(typed.parse().unwrap_or_default()) } else { None };
    let (services, actor, kind) = (request::services(), request::actor(), board_of(&board)?);
    platform::boards::link_question(&services, &competition, kind, &actor, number, same).await?;
    leptos_axum::redirect(&address::post(&slug, &board, number));
    Ok(())
}

/// Questions like a title, as HTML; nothing where there are none.
#[server(prefix = "/api/fn", endpoint = "similar_questions")]
pub async fn similar_questions(slug: String, board: String, title: String) -> Result<String, Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor, kind) = (request::services(), request::actor(), board_of(&board)?);
    let similar = platform::boards::similar(&services, &competition, kind, &actor, &title).await?;
    Ok(crate::pages::boards::similar::offered(&slug, kind, similar))
}

/// Keeps an answer, or changes the one that `id` names.
#[server(prefix = "/api/fn", endpoint = "set_canned_answer")]
pub async fn set_canned_answer(
    slug: String,
    #[server(default)] id: String,
    title: String,
    markdown: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let id = match id.as_str() {
        "" => None,
        id => Some(CannedAnswerId(id.parse().map_err(|_| ErrorCode::NotFound)?)),
    };
    let (services, actor, markdown) = (request::services(), request::actor(), markdown.replace("\r\n", "\n"));
    platform::boards::set_canned_answer(&services, &competition, &actor, id, &title, &markdown).await?;
    leptos_axum::redirect(&address::manage_answers(&slug));
    Ok(())
}

/// Deletes an answer that was kept.
#[server(prefix = "/api/fn", endpoint = "remove_canned_answer")]
pub async fn remove_canned_answer(slug: String, id: CannedAnswerId) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::remove_canned_answer(&request::services(), &competition, &request::actor(), id).await?;
    leptos_axum::redirect(&address::manage_answers(&slug));
    Ok(())
}
