//! Keeping order: organizers hide with a reason, settle what was reported and keep somebody from writing for a time.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Action, Actor, Obstacle};
use domain::audit::{Act, Deed};
use domain::boards::{BoardKind, BoardReader};
use domain::competitions::Competition;
use domain::error::{FieldProblem, WrongFields};
use domain::events::{Audience, Event};
use domain::ids::UserId;
use domain::notifications::News;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::boards::{BlockRow, CommentHeld, PostHeld, ReportRow};
use uuid::Uuid;

use super::writing::{Writer, begin};
use crate::access;
use crate::error::{Error, Result};
use crate::services::Services;

/// Characters of a reason.
const REASON_MAX: usize = 300;
/// Days for which somebody may be kept from writing.
pub const BLOCK_DAYS: [i64; 3] = [1, 7, 30];

fn reason(typed: &str) -> Result<String> {
    let reason = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut wrong = WrongFields::default();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        wrong.note("reason", FieldProblem::Reason);
    }
    Ok(wrong.or(reason)?)
}

/// A post, and a comment of it where one is named, held for an organizer.
async fn hold(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: Option<i64>,
) -> Result<(Tx, DateTime<Utc>, PostHeld, Option<CommentHeld>)> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::RunBoards).await?;
    let post = tx.hold_post(competition.id, kind, number).await?;
    // What organizers have announced they change or delete: it is not hidden from those who were told.
    let post = post.filter(|_| kind != BoardKind::Notice || comment.is_some()).ok_or(ErrorCode::NotFound)?;
    let comment = match comment {
        Some(comment) => Some(tx.hold_comment(post.id, comment).await?.ok_or(ErrorCode::NotFound)?),
        None => None,
    };
    Ok((tx, now, post, comment))
}

fn act(deed: Deed, competition: &Competition, kind: BoardKind, number: i64, comment: Option<i64>) -> Act {
    let act = Act::of_competition(deed, competition.id).after("board", kind.key()).after("number", number);
    comment.into_iter().fold(act, |act, comment| act.after("comment", comment))
}

/// Takes a post out of sight, for everyone but its author and the organizers.
///
/// # Errors
/// `not_organizer`, `not_found`; the field `reason`.
#[boxed]
pub async fn hide(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    why: &str,
) -> Result<()> {
    hide_one(services, competition, kind, actor, (number, None), why).await
}

/// Shows a hidden post again.
///
/// # Errors
/// `not_organizer`, `not_found`.
#[boxed]
pub async fn show(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
) -> Result<()> {
    show_one(services, competition, kind, actor, (number, None)).await
}

/// Takes a comment out of sight; its answers stay with a mark in its place.
///
/// # Errors
/// As [`hide`].
#[boxed]
pub async fn hide_comment(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: i64,
    why: &str,
) -> Result<()> {
    hide_one(services, competition, kind, actor, (number, Some(comment)), why).await
}

/// Shows a hidden comment again.
///
/// # Errors
/// `not_organizer`, `not_found`.
#[boxed]
pub async fn show_comment(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: i64,
) -> Result<()> {
    show_one(services, competition, kind, actor, (number, Some(comment))).await
}

/// A post, or a comment of it where one is named, goes out of sight: its author is told why, and what was reported of it is seen to.
async fn hide_one(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    (number, comment): (i64, Option<i64>),
    why: &str,
) -> Result<()> {
    let why = reason(why)?;
    let (mut tx, now, post, held) = hold(services, competition, kind, actor, number, comment).await?;
    let told =
        hide_held(&mut tx, competition, kind, actor, (&post, held.as_ref()), (number, comment), why, now).await?;
    services.events.commit(tx, told).await
}

/// The same of what is held; what is to be said.
#[expect(clippy::too_many_arguments, reason = "what, where, who, when and why")]
async fn hide_held(
    tx: &mut Tx,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    (post, held): (&PostHeld, Option<&CommentHeld>),
    (number, comment): (i64, Option<i64>),
    why: String,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let (subject, author, deed, is_hidden) = match held {
        Some(held) => (held.id.0, held.author_id, Deed::HideComment, tx.hide_comment(held.id, &why, now).await?),
        None => (post.id.0, post.author_id, Deed::HidePost, tx.hide_post(post.id, &why, now).await?),
    };
    let mut told = Vec::new();
    if is_hidden {
        match held {
            Some(_) => tx.settle_answer(post.id).await?,
            None => tx.let_sames_go(post.board_id, number).await?,
        }
        tx.record(now, actor, act(deed, competition, kind, number, comment).after("reason", why.as_str()));
        let news = News::PostHidden { board: kind, number, comment, reason: why };
        told.push(Event::News { competition: competition.id, to: Audience::Person(author), news, by: actor.id() });
    }
    tx.settle_reports(subject, now).await?;
    Ok(told)
}

/// The question of the board that a live one has become goes out of sight with it; what is to be said.
pub(crate) async fn hide_moved(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    why: &str,
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let kind = BoardKind::Qna;
    let Some(post) = tx.hold_post(competition.id, kind, number).await? else { return Ok(Vec::new()) };
    hide_held(tx, competition, kind, actor, (&post, None), (number, None), why.to_owned(), now).await
}

/// It comes back into sight with the live one, unless it was hidden for another reason.
pub(crate) async fn show_moved(
    tx: &mut Tx,
    competition: &Competition,
    actor: &Actor,
    number: i64,
    why: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let kind = BoardKind::Qna;
    let Some(post) = tx.hold_post(competition.id, kind, number).await? else { return Ok(()) };
    if tx.show_post_hidden_for(post.id, why).await? {
        tx.record(now, actor, act(Deed::ShowPost, competition, kind, number, None));
    }
    Ok(())
}

/// The same comes back into sight; an official answer answers again.
async fn show_one(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    (number, comment): (i64, Option<i64>),
) -> Result<()> {
    let (mut tx, now, post, held) = hold(services, competition, kind, actor, number, comment).await?;
    let (deed, is_shown) = match &held {
        Some(held) => (Deed::ShowComment, tx.show_comment(held.id).await?),
        None => (Deed::ShowPost, tx.show_post(post.id).await?),
    };
    if is_shown {
        if held.is_some_and(|held| held.official) {
            tx.answer_again(post.id, now).await?;
        }
        tx.record(now, actor, act(deed, competition, kind, number, comment));
    }
    Ok(tx.commit().await?)
}

/// Asks the organizers to look at a post or a comment of it, once.
///
/// # Errors
/// What stands in the way of commenting; `not_found`; the field `reason`; `too_many_attempts`.
#[boxed]
pub async fn report(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: Option<i64>,
    why: &str,
) -> Result<()> {
    let why = reason(why)?;
    let Writer { mut tx, now, user, reader } = begin(services, competition, actor, Action::Comment, false).await?;
    let post = tx.hold_post(competition.id, kind, number).await?.filter(|post| !post.removed);
    let post = post.ok_or(ErrorCode::NotFound)?;
    if !tx.may_read_post(post.id, reader).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let subject: Uuid = match comment {
        Some(comment) => {
            let held = tx.hold_comment(post.id, comment).await?.filter(|one| !one.removed && !one.hidden);
            held.ok_or(ErrorCode::NotFound)?.id.0
        }
        None => post.id.0,
    };
    services.throttle.seldom(crate::throttle::Seldom::Report, user.id, now)?;
    let mut told = Vec::new();
    if tx.report(competition.id, post.id, subject, user.id, &why, now).await? {
        let to = Audience::Role(competition.id, domain::access::Role::Organizer);
        let news = News::PostReported { board: kind, number, comment };
        told.push(Event::News { competition: competition.id, to, news, by: Some(user.id) });
    }
    services.events.commit(tx, told).await
}

/// What waits to be looked at.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn reported(services: &Services, competition: &Competition, actor: &Actor) -> Result<Vec<ReportRow>> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    Ok(services.db.reported(competition.id, all(actor)).await?)
}

/// How much of it there is.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn count_reported(services: &Services, competition: &Competition, actor: &Actor) -> Result<i64> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    Ok(services.db.count_reported(competition.id, all(actor)).await?)
}

/// A reader of everything, who was asked for just that.
fn all(actor: &Actor) -> BoardReader {
    BoardReader { user: actor.id(), team: None, organizes: true }
}

/// Who may not write on the boards now.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn blocked(services: &Services, competition: &Competition, actor: &Actor) -> Result<Vec<BlockRow>> {
    access::check(services, competition, actor, Action::RunBoards).await?;
    Ok(services.db.board_blocks(competition.id, services.clock.now()).await?)
}

/// Refuses whoever may not write on the boards: before they have begun to.
///
/// # Errors
/// `writing_blocked`.
#[boxed]
pub async fn check_not_blocked(services: &Services, competition: &Competition, actor: &Actor) -> Result<()> {
    let Some(user) = actor.id() else { return Ok(()) };
    match services.db.board_block_of(competition.id, user, services.clock.now()).await? {
        Some(until) => Err(Error::refused(Obstacle::Blocked { until }, competition)),
        None => Ok(()),
    }
}

/// What was reported needs nothing done.
///
/// # Errors
/// `not_organizer`, `not_found`.
#[boxed]
pub async fn settle(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: Option<i64>,
) -> Result<()> {
    let (mut tx, now, post, held) = hold(services, competition, kind, actor, number, comment).await?;
    tx.settle_reports(held.map_or(post.id.0, |held| held.id.0), now).await?;
    tx.record(now, actor, act(Deed::SettleReports, competition, kind, number, comment));
    Ok(tx.commit().await?)
}

/// Keeps whoever wrote a post, or a comment of it, from writing on the competition's boards for so many days.
///
/// # Errors
/// `not_organizer`, `not_found`; `forbidden` where whoever wrote it helps to run the competition; the fields `days` and `reason`.
#[boxed]
#[expect(clippy::too_many_arguments, reason = "who, where, what and why")]
pub async fn block(
    services: &Services,
    competition: &Competition,
    kind: BoardKind,
    actor: &Actor,
    number: i64,
    comment: Option<i64>,
    days: i64,
    why: &str,
) -> Result<()> {
    let why = reason(why)?;
    if !BLOCK_DAYS.contains(&days) {
        return Err(AppError::field("days", FieldProblem::Decision).into());
    }
    let (mut tx, now, post, held) = hold(services, competition, kind, actor, number, comment).await?;
    let user = held.map_or(post.author_id, |held| held.author_id);
    if tx.role(competition.id, user).await?.is_some() {
        return Err(ErrorCode::Forbidden.into());
    }
    let until = now + TimeDelta::days(days);
    tx.block_writer(competition.id, user, until, &why).await?;
    let deed = Act::of_competition(Deed::BlockWriter, competition.id).to(user);
    tx.record(now, actor, deed.after("until", until).after("reason", why.as_str()));
    let news = News::WritingBlocked { until, reason: why };
    let told = Event::News { competition: competition.id, to: Audience::Person(user), news, by: actor.id() };
    services.events.commit(tx, vec![told]).await
}

/// Lets somebody write again.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn unblock(services: &Services, competition: &Competition, actor: &Actor, user: UserId) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::RunBoards).await?;
    if tx.unblock_writer(competition.id, user).await? {
        tx.record(now, actor, Act::of_competition(Deed::UnblockWriter, competition.id).to(user));
    }
    Ok(tx.commit().await?)
}
