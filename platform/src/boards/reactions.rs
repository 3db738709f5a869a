//! Reactions to posts and comments: of each kind one a person, given and taken back. Nobody is told of them, and nobody learns whose they
//! are.

use async_recursion::async_recursion as boxed;
use domain::ErrorCode;
use domain::access::Actor;
use domain::boards::{BoardKind, BoardReader, Comment, Reaction, ReactionCount};
use domain::competitions::Competition;
use domain::ids::PostId;

use super::comments::{begin_under, shown};
use super::writing::Writer;
use crate::error::Result;
use crate::services::Services;

/// What a post and a page of its comments have, as far as the reader sees them.
#[boxed]
pub async fn reactions(
    services: &Services,
    post: PostId,
    comments: &[Comment],
    reader: BoardReader,
) -> Result<Vec<ReactionCount>> {
    let subjects = std::iter::once(post.0).chain(comments.iter().map(|comment| comment.id.0));
    Ok(services.db.reactions(subjects.collect(), reader).await?)
}

/// Gives a post, or a comment of it, a reaction or takes it back; how many there are then.
///
/// # Errors
/// What stands in the way of commenting; `not_found`, also of what is hidden or deleted; `too_many_attempts`.
#[boxed]
#[expect(clippy::too_many_arguments, reason = "who, where and what")]
pub async fn react(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: Option<i64>,
    reaction: Reaction,
    given: bool,
) -> Result<i64> {
    let (Writer { mut tx, now, user, .. }, post) =
        begin_under(services, competition, kind, actor, number, given).await?;
    let subject = match comment {
        Some(comment) => shown(tx.hold_comment(post.id, comment).await?)?.id.0,
        None => post.id.0,
    };
    if post.hidden || post.removed {
        return Err(ErrorCode::NotFound.into());
    }
    services.throttle.reaction(user.id, now)?;
    let count = tx.set_reaction(post.id, subject, user.id, reaction, given).await?;
    tx.commit().await?;
    Ok(count)
}
