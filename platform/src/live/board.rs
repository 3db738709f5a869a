//! A question that was not answered goes on as one of the board of questions.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::access::Actor;
use domain::audit::Deed;
use domain::competitions::Competition;
use domain::live::{LiveQuestion, LiveState};
use storage::Tx;
use storage::live::LiveAuthor;

use super::Held;
use super::running::act;
use crate::error::Result;
use crate::services::Services;

/// Whether there is a board to move to. Pages offer it by this.
pub const MOVES: bool = false;

/// Moves a question to the board; returns the number of the post that it is there. Again, it is the same post.
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
        return Ok(post);
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

/// SEAM: writes the post and returns its number, in the author's name where the question is `named`, else as an anonymous one of theirs.
/// Waits for the board's own insert within a transaction; until then nothing is moved, and no page offers it.
#[expect(clippy::unused_async, reason = "the board's insert is awaited here")]
async fn post(
    _tx: &mut Tx,
    _competition: &Competition,
    _question: &LiveQuestion,
    _author: LiveAuthor,
    _at: DateTime<Utc>,
) -> Result<i64> {
    Err(ErrorCode::NotFound.into())
}
