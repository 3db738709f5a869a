//! What participants do: ask and vote.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::competitions::Competition;
use domain::live::{LIVE_QUESTIONS_MAX, LIVE_QUESTIONS_OF_PERSON, live_question};
use domain::{AppError, ErrorCode};
use storage::live::NewLiveQuestion;

use super::Held;
use crate::access;
use crate::error::Result;
use crate::services::Services;
use crate::throttle::Seldom;

/// Asks in the session of that number, under a name or without one; returns the question's number. Asked again in the same words, it is the
/// same question.
///
/// # Errors
/// `login_required`, `not_participant`; `invalid_input`; `not_found`, `live_not_open`, `live_closed`; `too_many_questions`, `live_full`,
/// `too_many_attempts`.
#[boxed]
pub async fn ask(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    session: i64,
    text: &str,
    named: bool,
) -> Result<i64> {
    access::check(services, competition, actor, Action::AskLive).await?;
    let (user, body) = (actor.person()?.id, live_question(text)?);
    let (mut held, part) = Held::by_participant(services, competition, actor, session, Action::AskLive).await?;
    held.check_open(competition)?;
    let id = held.live.session.id;
    if let Some(number) = held.tx.live_question_asked(id, user, &body).await? {
        return Ok(number);
    }
    if held.tx.count_live_questions_of(id, user).await? >= LIVE_QUESTIONS_OF_PERSON {
        return Err(AppError::new(ErrorCode::TooManyQuestions).with("max", LIVE_QUESTIONS_OF_PERSON).into());
    }
    if held.live.questions >= LIVE_QUESTIONS_MAX {
        return Err(AppError::new(ErrorCode::LiveFull).with("max", LIVE_QUESTIONS_MAX).into());
    }
    services.throttle.seldom(Seldom::AskLive, user, held.now)?;
    let number = held.live.questions + 1;
    let team = part.team.as_ref().filter(|team| team.ended.is_none()).map(|team| team.id);
    let by_staff = team.is_none() && part.visit(competition, actor, held.now).role.is_some();
    let new = NewLiveQuestion { session: id, number, author: user, team, by_staff, named, body: &body, at: held.now };
    held.tx.insert_live_question(&new).await?;
    held.commit(services, competition).await?;
    Ok(number)
}

/// Votes for a question, or no longer. One vote a person counts, however often it is sent.
///
/// # Errors
/// `login_required`, `not_participant`; `not_found`, also for a hidden one; `live_not_open`, `live_closed`; `too_many_attempts`.
#[boxed]
pub async fn vote(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    (session, number): (i64, i64),
    votes: bool,
) -> Result<()> {
    access::check(services, competition, actor, Action::VoteLive).await?;
    let user = actor.person()?.id;
    services.throttle.live_vote(user, services.clock.now())?;
    let (mut held, _) = Held::by_participant(services, competition, actor, session, Action::VoteLive).await?;
    held.check_open(competition)?;
    held.shown(number).await?;
    // Nothing changes: neither does the version, which was raised for the lock.
    if !held.tx.vote_live(held.live.session.id, user, number, votes).await? {
        return Ok(());
    }
    held.commit(services, competition).await
}
