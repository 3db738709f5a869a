//! What organizers do with questions, also after the hours: answer, mark, pin, hide. The record names a question by its number.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::error::FieldProblem;
use domain::live::{LiveQuestion, LiveState, live_answer};
use domain::text::REASON_MAX;
use domain::{AppError, names};
use scoring::Hash;

use super::Held;
use crate::access;
use crate::boards;
use crate::error::Result;
use crate::services::Services;

/// A deed about a question.
pub(super) fn act(deed: Deed, competition: &Competition, (session, number): (i64, i64)) -> Act {
    Act::of_competition(deed, competition.id).after("session", session).after("question", number)
}

/// Answers a question, which then is answered; again, it is another answer. A hidden one stays hidden.
///
/// # Errors
/// `login_required`, `not_organizer`, `invalid_input`, `not_found`.
#[boxed]
pub async fn answer(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    (session, number): (i64, i64),
    text: &str,
) -> Result<()> {
    access::check(services, competition, actor, Action::RunLive).await?;
    let answer = live_answer(text)?;
    let mut held = Held::by_organizer(services, competition, actor, session).await?;
    let before = held.question(number).await?;
    let id = held.live.session.id;
    if before.answer == answer && before.state != LiveState::Open {
        return Ok(());
    }
    held.tx.set_live_answer(id, number, &answer).await?;
    if before.state == LiveState::Open {
        held.tx.set_live_state(id, number, LiveState::Answered, "").await?;
    }
    let act = act(Deed::AnswerLive, competition, (session, number));
    held.tx.record(held.now, actor, act.after("sha256", Hash::of(&answer).to_string()));
    held.commit(services, competition).await
}

/// Marks a question as answered aloud, or as open again.
///
/// # Errors
/// `login_required`, `not_organizer`, `not_found`, also for a hidden one.
#[boxed]
pub async fn mark(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    (session, number): (i64, i64),
    answered: bool,
) -> Result<()> {
    let mut held = Held::by_organizer(services, competition, actor, session).await?;
    let before = held.shown(number).await?;
    let state = if answered { LiveState::Answered } else { LiveState::Open };
    if before.state == state {
        return Ok(());
    }
    held.tx.set_live_state(held.live.session.id, number, state, "").await?;
    let act = act(Deed::MarkLive, competition, (session, number));
    held.tx.record(held.now, actor, act.before("state", before.state.key()).after("state", state.key()));
    held.commit(services, competition).await
}

/// Pins a question above the others, or no longer.
///
/// # Errors
/// `login_required`, `not_organizer`, `not_found`, also for a hidden one.
#[boxed]
pub async fn pin(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    (session, number): (i64, i64),
    pinned: bool,
) -> Result<()> {
    let mut held = Held::by_organizer(services, competition, actor, session).await?;
    let before = held.shown(number).await?;
    if before.pinned == pinned {
        return Ok(());
    }
    held.tx.pin_live(held.live.session.id, number, pinned).await?;
    let act = act(Deed::PinLive, competition, (session, number));
    held.tx.record(held.now, actor, act.before("pinned", before.pinned).after("pinned", pinned));
    held.commit(services, competition).await
}

/// Hides a question from all but organizers, with a reason, or shows it again (`reason` is none).
///
/// # Errors
/// `login_required`, `not_organizer`, `invalid_input` without a reason, `not_found`.
#[boxed]
pub async fn hide(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    (session, number): (i64, i64),
    reason: Option<&str>,
) -> Result<()> {
    access::check(services, competition, actor, Action::RunLive).await?;
    let reason = reason.map(names::tidy);
    let is_bad = |reason: &String| {
        reason.is_empty() || reason.chars().count() > REASON_MAX || reason.chars().any(char::is_control)
    };
    if reason.as_ref().is_some_and(is_bad) {
        return Err(AppError::field("reason", FieldProblem::Reason).into());
    }
    let mut held = Held::by_organizer(services, competition, actor, session).await?;
    let before = held.question(number).await?;
    let (was, why) = held.tx.live_shown_as(held.live.session.id, number).await?;
    let state = match &reason {
        Some(_) => LiveState::Hidden,
        None if before.state == LiveState::Hidden => shown_again(&before, was),
        None => before.state,
    };
    if before.state == state {
        return Ok(());
    }
    held.tx.set_live_state(held.live.session.id, number, state, reason.as_deref().unwrap_or_default()).await?;
    if let Some(post) = before.moved_to {
        // What it has become at the board goes with it.
        match &reason {
            Some(reason) => {
                held.told.extend(boards::hide_moved(&mut held.tx, competition, actor, post, reason, held.now).await?);
            }
            None => boards::show_moved(&mut held.tx, competition, actor, post, &why, held.now).await?,
        }
    }
    let act = act(Deed::HideLive, competition, (session, number)).before("state", before.state.key());
    let act = act.after("state", state.key()).after("reason", reason);
    held.tx.record(held.now, actor, act);
    held.commit(services, competition).await
}

/// What a question is that is no longer hidden: answered by a text meanwhile, or what it was.
fn shown_again(question: &LiveQuestion, was: Option<LiveState>) -> LiveState {
    if !question.answer.is_empty() {
        return LiveState::Answered;
    }
    was.filter(|state| *state != LiveState::Hidden).unwrap_or(LiveState::Open)
}
