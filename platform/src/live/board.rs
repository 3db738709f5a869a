//! A question that was not answered goes on as one of the board of questions.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::access::Actor;
use domain::audit::Deed;
use domain::boards::{BoardKind, PostDraft, TITLE_MAX};
use domain::competitions::Competition;
use domain::live::{LiveQuestion, LiveState};
use storage::Tx;
use storage::boards::NewPost;
use storage::live::LiveAuthor;

use super::Held;
use super::running::act;
use crate::boards;
use crate::error::Result;
use crate::markdown;
use crate::services::Services;

/// Moves a question to the board; returns the number of the post that it is there. Again, it is the same post, unless that was deleted.
///
/// # Errors
/// `login_required`, `not_organizer`; `not_found`, also for a hidden one; `live_moved` for one that is answered.
#[boxed]
pub async fn move_to_board(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    (session, number): (i64, i64),
) -> Result<i64> {
    let mut held = Held::by_organizer(services, competition, actor, session).await?;
    let question = held.shown(number).await?;
    if let Some(post) = question.moved_to {
        let there = held.tx.hold_post(competition.id, BoardKind::Qna, post).await?;
        if there.is_some_and(|post| !post.removed) {
            return Ok(post);
        }
    }
    if question.state != LiveState::Open {
        return Err(ErrorCode::LiveMoved.into());
    }
    let author = held.tx.live_author(held.live.session.id, number).await?;
    let post = post(&mut held.tx, competition, &question, author, held.now).await?;
    held.tx.set_live_moved(held.live.session.id, number, post).await?;
    held.tx.record(held.now, actor, act(Deed::MoveLive, competition, (session, number)).after("post", post));
    held.commit(services, competition).await?;
    Ok(post)
}

/// Writes the post and returns its number: nobody's name stands there, for the question was asked under that of a team or of nobody.
async fn post(
    tx: &mut Tx,
    competition: &Competition,
    question: &LiveQuestion,
    author: LiveAuthor,
    at: DateTime<Utc>,
) -> Result<i64> {
    let asked_by = question.team_name.as_deref().map(|team| format!("\n\n— {}", markdown::plain(team)));
    let draft = PostDraft {
        title: question.body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(TITLE_MAX).collect(),
        markdown: format!("{}{}", markdown::plain(&question.body), asked_by.unwrap_or_default()),
        ..PostDraft::default()
    };
    let html = boards::html(&draft.markdown, &competition.slug).await?;
    let (board, number) = tx.next_post(competition.id, BoardKind::Qna, at).await?;
    let new = NewPost {
        board,
        number,
        draft: &draft,
        html: boards::rendered(&html),
        author: author.author_id,
        team: None,
        by_staff: author.by_staff,
        anonymous: true,
        at,
    };
    let post = tx.insert_post(new).await?;
    tx.set_following(post, author.author_id, true).await?;
    Ok(number)
}
