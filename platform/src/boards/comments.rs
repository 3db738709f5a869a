//! Comments: under every post that somebody may read, in two levels.

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::{Action, Actor};
use domain::boards::comments::{COMMENTS_MAX, COMMENTS_PER_PAGE};
use domain::boards::{BoardKind, BoardReader, CommentDraft, CommentPage};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::ids::{PostId, UserId};
use domain::notifications::News;
use storage::boards::{CommentHeld, NewComment, PostHeld};

use super::mentions::{self, WrittenText};
use super::rendering::{marked, rendered};
use super::unwanted;
use super::writing::{AGAIN, Writer, begin};
use crate::access;
use crate::error::Result;
use crate::services::Services;

/// Which page of a post's comments is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentsAsked {
    /// From 1; past the end it is the last.
    Page(i64),
    /// The one on which a comment stands.
    With(i64),
}

/// A page of a post's comments.
#[boxed]
pub async fn comment_page(
    services: &Services,
    post: PostId,
    reader: BoardReader,
    asked: CommentsAsked,
) -> Result<CommentPage> {
    let limit = COMMENTS_PER_PAGE;
    let pages = |total: i64| ((total + limit - 1) / limit).max(1);
    let asked = match asked {
        CommentsAsked::Page(page) => page.clamp(1, COMMENTS_MAX),
        CommentsAsked::With(comment) => services.db.comments_before(post, reader, comment).await? / limit + 1,
    };
    let (comments, total) = services.db.comments(post, reader, limit, (asked - 1) * limit).await?;
    let pages = pages(total);
    if asked > pages {
        let (comments, _) = services.db.comments(post, reader, limit, (pages - 1) * limit).await?;
        return Ok(CommentPage { comments, total, page: pages, pages });
    }
    Ok(CommentPage { comments, total, page: asked, pages })
}

/// Begins what somebody does under a post that they may read; what they write needs one that is not deleted.
pub(super) async fn begin_under<'a>(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &'a Actor,
    number: i64,
    writes: bool,
) -> Result<(Writer<'a>, PostHeld)> {
    let mut writer = begin(services, competition, actor, Action::Comment, writes).await?;
    let post = writer.tx.hold_post(competition.id, kind, number).await?;
    let post = post.filter(|post| !writes || !post.removed).ok_or(ErrorCode::NotFound)?;
    if !writer.tx.may_read_post(post.id, writer.reader).await? {
        return Err(ErrorCode::NotFound.into());
    }
    Ok((writer, post))
}

/// Writes a comment under a post, or under a comment there; its number. An official one answers the question. Whoever follows the post is told,
/// and whoever writes follows it from then on.
///
/// # Errors
/// What stands in the way; `not_found`; `not_organizer` for an official answer; `too_many_comments`; the field `markdown`.
#[boxed]
pub async fn comment(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    answers: Option<i64>,
    draft: CommentDraft,
) -> Result<i64> {
    access::check(services, competition, actor, Action::Comment).await?;
    let draft = draft.validated()?;
    if draft.official {
        access::check(services, competition, actor, Action::RunBoards).await?;
    }
    let text = marked(&draft.markdown, &competition.slug).await?;
    let html = text.plain();
    let (Writer { mut tx, now, user, reader }, post) =
        begin_under(services, competition, kind, actor, number, true).await?;
    if !reader.organizes {
        let seen = unwanted::seen(&html);
        unwanted::check(&mut tx, competition.id, &[("markdown", &draft.markdown), ("markdown", &seen)]).await?;
        services.throttle.comment(user.id, now)?;
    }
    // An answer to an answer stands in the same thread.
    let answers = match answers {
        Some(to) => Some(shown(tx.hold_comment(post.id, to).await?)?.thread),
        None => None,
    };
    if let Some(before) = tx.said_since(post.id, user.id, now - AGAIN, &draft.markdown, answers.unwrap_or(0)).await? {
        return Ok(before);
    }
    let official = draft.official && reader.organizes && kind.has_answers();
    let new = NewComment {
        post: post.id,
        answers,
        markdown: &draft.markdown,
        html: rendered(&html),
        author: user.id,
        team: reader.team,
        by_staff: reader.organizes,
        official,
        at: now,
    };
    let (id, of_comment) = tx.insert_comment(new).await?;
    if of_comment > COMMENTS_MAX {
        return Err(ErrorCode::TooManyComments.into());
    }
    let is_askers = post.author_id == user.id || (post.team_id.is_some() && post.team_id == reader.team);
    if official {
        tx.answer_post(post.id, answers.unwrap_or(of_comment), now).await?;
    } else if draft.asks_again && is_askers && kind.has_answers() {
        tx.post_waits(post.id).await?;
    }
    tx.set_following(post.id, user.id, true).await?;
    let (board, title) = (kind, post.draft.title);
    let comment = Some((id, of_comment));
    let written = WrittenText { board, number, title: &title, post: post.id, comment, writer: user.id, version: 1 };
    let mentioned = mentions::keep(&mut tx, competition, written, &text).await?;
    let news = if official {
        News::Answered { board, number, title, comment: of_comment }
    } else {
        News::Commented { board, number, title, comment: of_comment }
    };
    let told = Event::News { competition: competition.id, to: Audience::Followers(post.id), news, by: Some(user.id) };
    services.events.commit(tx, [told].into_iter().chain(mentioned).collect()).await?;
    Ok(of_comment)
}

pub(super) fn shown(comment: Option<CommentHeld>) -> Result<CommentHeld> {
    Ok(comment.filter(|comment| !comment.removed && !comment.hidden).ok_or(ErrorCode::NotFound)?)
}

/// Changes one's own comment.
///
/// # Errors
/// `not_found`, `not_author`; and as [`comment`].
#[boxed]
pub async fn edit_comment(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: i64,
    markdown: String,
) -> Result<()> {
    access::check(services, competition, actor, Action::Comment).await?;
    let draft = CommentDraft { markdown, ..CommentDraft::default() }.validated()?;
    let text = marked(&draft.markdown, &competition.slug).await?;
    let html = text.plain();
    let (Writer { mut tx, now, user, reader }, post) =
        begin_under(services, competition, kind, actor, number, true).await?;
    let comment = shown(tx.hold_comment(post.id, comment).await?)?;
    if comment.author_id != user.id {
        return Err(ErrorCode::NotAuthor.into());
    }
    if !reader.organizes {
        let seen = unwanted::seen(&html);
        unwanted::check(&mut tx, competition.id, &[("markdown", &draft.markdown), ("markdown", &seen)]).await?;
        services.throttle.comment(user.id, now)?;
    }
    let mut told = None;
    if comment.markdown != draft.markdown {
        tx.update_comment(comment.id, &draft.markdown, rendered(&html), now).await?;
        let written = WrittenText {
            board: kind,
            number,
            title: &post.draft.title,
            post: post.id,
            comment: Some((comment.id, comment.number)),
            writer: user.id,
            version: comment.version + 1,
        };
        told = mentions::keep(&mut tx, competition, written, &text).await?;
    }
    services.events.commit(tx, told.into_iter().collect()).await
}

/// Deletes one's own comment; its answers stay with a mark in its place.
///
/// # Errors
/// `not_found`, `not_author`.
#[boxed]
pub async fn remove_comment(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: i64,
) -> Result<()> {
    let (Writer { mut tx, now, user, .. }, post) =
        begin_under(services, competition, kind, actor, number, false).await?;
    // What is hidden stays as it was reported.
    let comment = shown(tx.hold_comment(post.id, comment).await?)?;
    if comment.author_id != user.id {
        return Err(ErrorCode::NotAuthor.into());
    }
    tx.remove_comment(post.id, comment.id, now).await?;
    tx.settle_answer(post.id).await?;
    Ok(tx.commit().await?)
}

/// Whether somebody follows a post.
#[boxed]
pub async fn is_following(services: &Services, post: PostId, user: UserId) -> Result<bool> {
    Ok(services.db.is_following(post, user).await?)
}

/// Follows a post, or no longer.
///
/// # Errors
/// What stands in the way; `not_found`.
#[boxed]
pub async fn follow(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    follows: bool,
) -> Result<()> {
    let (Writer { mut tx, user, .. }, post) = begin_under(services, competition, kind, actor, number, false).await?;
    tx.set_following(post.id, user.id, follows).await?;
    Ok(tx.commit().await?)
}
