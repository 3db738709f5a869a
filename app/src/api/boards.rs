//! Boards: writing, changing and deleting posts and comments, and what keeps order among them.
#![expect(clippy::too_many_arguments, reason = "the fields of a form")]

use std::collections::{BTreeMap, BTreeSet};

use domain::address;
use domain::boards::{BoardKind, CommentDraft, PostDraft, RecruitRole};
use domain::ids::{PostFileId, ScheduledNoticeId};
use domain::{AppError, ErrorCode};
use leptos::prelude::*;

use super::Failure;
use super::cases::moment;
use crate::request;

/// The board of that name.
fn kind(board: &str) -> Result<BoardKind, AppError> {
    BoardKind::from_key(board).ok_or(ErrorCode::NotFound.into())
}

/// The number of a comment; none where the field is empty.
fn comment_number(comment: &str) -> Result<Option<i64>, AppError> {
    match comment {
        "" => Ok(None),
        number => number.parse().map(Some).map_err(|_| ErrorCode::NotFound.into()),
    }
}

/// Leads to a post, or to a comment there.
fn to_post(slug: &str, board: &str, number: i64, comment: Option<i64>) {
    let post = address::post(slug, board, number);
    leptos_axum::redirect(&comment.map_or(post, |comment| address::comment(slug, board, number, comment)));
}

/// The files that a form lists, by the names of its fields.
pub fn listed(typed: &BTreeMap<String, String>) -> Vec<PostFileId> {
    let files = typed.iter().filter(|(name, _)| name.starts_with("files["));
    files.filter_map(|(_, id)| Some(PostFileId(id.parse().ok()?))).collect()
}

/// The roles that a form has checked, by the names of its fields.
pub fn checked_roles(typed: &BTreeMap<String, String>) -> BTreeSet<RecruitRole> {
    RecruitRole::among(typed.iter().filter(|(name, _)| name.starts_with("roles[")).map(|(_, key)| key.as_str()))
}

/// Writes a post and returns its number. Check boxes are absent when they are not checked. A notice with a moment to come, on the
/// competition's wall, waits for it, and has no number yet: 0.
#[server(prefix = "/api/fn", endpoint = "write_post")]
pub async fn write_post(
    slug: String,
    board: String,
    title: String,
    markdown: String,
    #[server(default)] category: String,
    #[server(default)] secret: String,
    #[server(default)] pinned: String,
    #[server(default)] required: String,
    #[server(default)] for_all: String,
    #[server(default)] publish_at: String,
    #[server(default)] files: Vec<PostFileId>,
    #[server(default)] roles: Vec<String>,
) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let roles = RecruitRole::among(roles.iter().map(String::as_str));
    let marks = [secret.as_str(), &pinned, &required, &for_all];
    let draft = PostDraft { files, roles, ..draft(title, markdown, category, marks) };
    let (services, kind) = (request::services(), kind(&board)?);
    if kind == BoardKind::Notice && !publish_at.trim().is_empty() {
        let at = moment(&competition, &publish_at);
        platform::boards::schedule(&services, &competition, &request::actor(), None, draft, at).await?;
        leptos_axum::redirect(&address::manage_notices(&slug));
        return Ok(0);
    }
    let number = platform::boards::write(&services, &competition, kind, &request::actor(), draft).await?;
    to_post(&slug, &board, number, None);
    Ok(number)
}

fn draft(title: String, markdown: String, category: String, marks: [&str; 4]) -> PostDraft {
    let [secret, pinned, required, for_all] = marks.map(|mark| !mark.is_empty());
    // A browser sends line breaks as two signs.
    let markdown = markdown.replace("\r\n", "\n");
    PostDraft { title, markdown, category, secret, pinned, required, for_all, ..PostDraft::default() }
}

/// A scheduled notice shall not go up.
#[server(prefix = "/api/fn", endpoint = "unschedule_notice")]
pub async fn unschedule_notice(slug: String, id: ScheduledNoticeId) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::unschedule(&request::services(), &competition, &request::actor(), id).await?;
    leptos_axum::redirect(&address::manage_notices(&slug));
    Ok(())
}

/// A scheduled notice goes up now; its number.
#[server(prefix = "/api/fn", endpoint = "publish_notice")]
pub async fn publish_notice(slug: String, id: ScheduledNoticeId) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let number = platform::boards::publish_now(&request::services(), &competition, &request::actor(), id).await?;
    to_post(&slug, BoardKind::Notice.key(), number, None);
    Ok(number)
}

/// Changes a post; with the `version` that it is based on, only while that is the newest.
#[server(prefix = "/api/fn", endpoint = "edit_post")]
pub async fn edit_post(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] version: i64,
    title: String,
    markdown: String,
    #[server(default)] category: String,
    #[server(default)] secret: String,
    #[server(default)] pinned: String,
    #[server(default)] required: String,
    #[server(default)] for_all: String,
    #[server(default)] files: Vec<PostFileId>,
    #[server(default)] roles: Vec<String>,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let roles = RecruitRole::among(roles.iter().map(String::as_str));
    let marks = [secret.as_str(), &pinned, &required, &for_all];
    let draft = PostDraft { files, roles, based_on: version, ..draft(title, markdown, category, marks) };
    let services = request::services();
    platform::boards::edit(&services, &competition, kind(&board)?, &request::actor(), number, draft).await?;
    to_post(&slug, &board, number, None);
    Ok(())
}

/// Pins a notice, or unpins it when `pinned` is empty.
#[server(prefix = "/api/fn", endpoint = "pin_notice")]
pub async fn pin_notice(slug: String, number: i64, #[server(default)] pinned: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::pin(&request::services(), &competition, &request::actor(), number, !pinned.is_empty()).await?;
    Ok(())
}

/// Tells the leaders again who have not read a required notice.
#[server(prefix = "/api/fn", endpoint = "remind_of_notice")]
pub async fn remind_of_notice(slug: String, number: i64) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::remind(&request::services(), &competition, &request::actor(), number).await?;
    Ok(())
}

/// Deletes a post.
#[server(prefix = "/api/fn", endpoint = "remove_post")]
pub async fn remove_post(slug: String, board: String, number: i64) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let services = request::services();
    platform::boards::remove(&services, &competition, kind(&board)?, &request::actor(), number).await?;
    leptos_axum::redirect(&address::board(&slug, &board));
    Ok(())
}

/// Markdown as it will look on a board, or the sentence that says why it cannot be shown. Without a competition it is a notice of the site.
#[server(prefix = "/api/fn", endpoint = "preview_post")]
pub async fn preview_post(slug: String, board: String, markdown: String) -> Result<String, Failure> {
    let html = if slug.is_empty() {
        platform::boards::site::preview(&request::actor(), markdown).await
    } else {
        let competition = request::competition(&slug).await?;
        let services = request::services();
        platform::boards::preview(&services, &competition, kind(&board)?, &request::actor(), markdown).await
    };
    match html {
        Err(platform::Error::App(error)) if error.code == ErrorCode::InvalidInput => {
            let sentence = crate::format::error::of_field(crate::context::locale(), Some(&error), "markdown");
            Ok(format!("<p>{}</p>", sentence.unwrap_or_default()))
        }
        answer => Ok(answer?),
    }
}

/// Writes a comment under a post, or under another comment there; returns its number.
#[server(prefix = "/api/fn", endpoint = "write_comment")]
pub async fn write_comment(
    slug: String,
    board: String,
    number: i64,
    markdown: String,
    #[server(default)] answers: String,
    #[server(default)] official: String,
    #[server(default)] asks_again: String,
) -> Result<i64, Failure> {
    let competition = request::competition(&slug).await?;
    let draft = CommentDraft {
        markdown: markdown.replace("\r\n", "\n"),
        official: !official.is_empty(),
        asks_again: !asks_again.is_empty(),
    };
    let (services, answers) = (request::services(), comment_number(&answers)?);
    let actor = request::actor();
    let comment =
        platform::boards::comment(&services, &competition, kind(&board)?, &actor, number, answers, draft).await?;
    to_post(&slug, &board, number, Some(comment));
    Ok(comment)
}

/// Changes one's own comment.
#[server(prefix = "/api/fn", endpoint = "edit_comment")]
pub async fn edit_comment(
    slug: String,
    board: String,
    number: i64,
    comment: i64,
    markdown: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor, markdown) = (request::services(), request::actor(), markdown.replace("\r\n", "\n"));
    platform::boards::edit_comment(&services, &competition, kind(&board)?, &actor, number, comment, markdown).await?;
    to_post(&slug, &board, number, Some(comment));
    Ok(())
}

/// Deletes one's own comment.
#[server(prefix = "/api/fn", endpoint = "remove_comment")]
pub async fn remove_comment(slug: String, board: String, number: i64, comment: i64) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor) = (request::services(), request::actor());
    platform::boards::remove_comment(&services, &competition, kind(&board)?, &actor, number, comment).await?;
    to_post(&slug, &board, number, None);
    Ok(())
}

/// Follows a post, or no longer when `follows` is empty.
#[server(prefix = "/api/fn", endpoint = "follow_post")]
pub async fn follow_post(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] follows: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor) = (request::services(), request::actor());
    platform::boards::follow(&services, &competition, kind(&board)?, &actor, number, !follows.is_empty()).await?;
    to_post(&slug, &board, number, None);
    Ok(())
}

/// Asks the organizers to look at a post, or at a comment of it.
#[server(prefix = "/api/fn", endpoint = "report_post")]
pub async fn report_post(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] comment: String,
    reason: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor, comment) = (request::services(), request::actor(), comment_number(&comment)?);
    platform::boards::report(&services, &competition, kind(&board)?, &actor, number, comment, &reason).await?;
    to_post(&slug, &board, number, comment);
    Ok(())
}

/// Takes a post, or a comment of it, out of sight.
#[server(prefix = "/api/fn", endpoint = "hide_post")]
pub async fn hide_post(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] comment: String,
    reason: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor, kind) = (request::services(), request::actor(), kind(&board)?);
    let comment = comment_number(&comment)?;
    match comment {
        Some(comment) => {
            platform::boards::hide_comment(&services, &competition, kind, &actor, number, comment, &reason).await?;
        }
        None => platform::boards::hide(&services, &competition, kind, &actor, number, &reason).await?,
    }
    to_post(&slug, &board, number, comment);
    Ok(())
}

/// Shows a hidden post, or a hidden comment of it, again.
#[server(prefix = "/api/fn", endpoint = "show_post")]
pub async fn show_post(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] comment: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor, kind) = (request::services(), request::actor(), kind(&board)?);
    let comment = comment_number(&comment)?;
    match comment {
        Some(comment) => {
            platform::boards::show_comment(&services, &competition, kind, &actor, number, comment).await?;
        }
        None => platform::boards::show(&services, &competition, kind, &actor, number).await?,
    }
    to_post(&slug, &board, number, comment);
    Ok(())
}

/// What was reported needs nothing done.
#[server(prefix = "/api/fn", endpoint = "settle_reports")]
pub async fn settle_reports(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] comment: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor, comment) = (request::services(), request::actor(), comment_number(&comment)?);
    platform::boards::settle(&services, &competition, kind(&board)?, &actor, number, comment).await?;
    leptos_axum::redirect(&address::manage_boards(&slug));
    Ok(())
}

/// Keeps whoever wrote a post, or a comment of it, from writing for so many days.
#[server(prefix = "/api/fn", endpoint = "block_writer")]
pub async fn block_writer(
    slug: String,
    board: String,
    number: i64,
    #[server(default)] comment: String,
    days: i64,
    reason: String,
) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    let (services, actor, comment) = (request::services(), request::actor(), comment_number(&comment)?);
    let kind = kind(&board)?;
    platform::boards::block(&services, &competition, kind, &actor, number, comment, days, &reason).await?;
    to_post(&slug, &board, number, comment);
    Ok(())
}

/// Sets the words that nobody but the organizers may write, one a line.
#[server(prefix = "/api/fn", endpoint = "set_unwanted_words")]
pub async fn set_unwanted_words(slug: String, #[server(default)] words: String) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::set_unwanted(&request::services(), &competition, &request::actor(), &words).await?;
    leptos_axum::redirect(&address::manage_boards(&slug));
    Ok(())
}

/// Lets somebody write again.
#[server(prefix = "/api/fn", endpoint = "unblock_writer")]
pub async fn unblock_writer(slug: String, user: domain::ids::UserId) -> Result<(), Failure> {
    let competition = request::competition(&slug).await?;
    platform::boards::unblock(&request::services(), &competition, &request::actor(), user).await?;
    leptos_axum::redirect(&address::manage_boards(&slug));
    Ok(())
}
