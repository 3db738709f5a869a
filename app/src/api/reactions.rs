//! Reactions to posts and comments, and whom a comment may name.

use domain::boards::{BoardKind, Reaction};
use domain::{AppError, ErrorCode, address};
use leptos::prelude::*;

use super::Failure;
use crate::request;

/// Gives a post, or a comment of it, a reaction, or takes one back; how many there are then.
#[server(prefix = "/api/fn", endpoint = "react_to_post")]
pub async fn react_to_post(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] comment: String,
    #[server(default)] give: String,
    #[server(default)] take_back: String,
) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let kind = BoardKind::from_key(&board).ok_or(AppError::new(ErrorCode::NotFound))?;
    let given = !give.is_empty();
    let reaction =
        Reaction::from_key(if given { &give } else { &take_back }).ok_or(AppError::new(ErrorCode::NotFound))?;
    let of_comment = match comment.as_str() {
        "" => None,
        number => Some(number.parse::<i64>().map_err(|_| AppError::new(ErrorCode::NotFound))?),
    };
    let (services, actor) = (request::services(), request::actor());
    let count =
        platform::boards::react(&services, &competition, kind, &actor, number, of_comment, reaction, given).await?;
    // Whoever has no script comes back to where they were.
    let place = match of_comment {
        Some(comment) => address::comment(&slug, kind, number, comment),
        None => format!("{}#reactions", address::post(&slug, kind, number)),
    };
    leptos_axum::redirect(&place);
    Ok(count)
}

/// Names that whoever writes under a post may call with an `@`.
#[server(prefix = "/api/fn", endpoint = "names_to_call")]
pub async fn names_to_call(slug: String, board: String, number: i64) -> Result<Vec<String>, Failure> {
    let competition = request::competition(&slug).await?;
    let kind = BoardKind::from_key(&board).ok_or(AppError::new(ErrorCode::NotFound))?;
    let (services, actor) = (request::services(), request::actor());
    Ok(platform::boards::names_to_call(&services, &competition, kind, &actor, number).await?)
}
