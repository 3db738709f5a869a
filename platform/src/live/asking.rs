//! What participants do: ask and vote.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor, Obstacle};
use domain::competitions::Competition;
use domain::live::{LIVE_QUESTIONS_MAX, LIVE_QUESTIONS_OF_PERSON, live_question};
use domain::{AppError, ErrorCode};
use storage::live::NewLiveQuestion;

use super::{Participant, changed, shown};
use crate::access;
use crate::boards;
use crate::error::{Error, Result};
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
    let body = live_question(text)?;
    let mut asks = Participant::of(services, competition, actor, session, Action::AskLive).await?;
    let write = services.writes.run(move |tx| {
        Box::pin(async move {
            let (live, now) = asks.enter(tx).await?;
            let (id, user) = (live.session.id, asks.user);
            if let Some(until) = tx.blocked_until(asks.competition.id, user, now).await? {
                return Err(Error::refused(Obstacle::Blocked { until }, &asks.competition));
            }
            let organizes = asks.part.visit(&asks.competition, &asks.actor, now).is_organizer();
            if !organizes {
                boards::check_words(tx, asks.competition.id, &[("question", &body)]).await?;
            }
            if let Some(number) = tx.live_question_asked(id, user, &body).await? {
                return Ok((number, Vec::new()));
            }
            if tx.count_live_questions_of(id, user).await? >= LIVE_QUESTIONS_OF_PERSON {
                return Err(AppError::new(ErrorCode::TooManyQuestions).with("max", LIVE_QUESTIONS_OF_PERSON).into());
            }
            if live.questions >= LIVE_QUESTIONS_MAX {
                return Err(AppError::new(ErrorCode::LiveFull).with("max", LIVE_QUESTIONS_MAX).into());
            }
            asks.services.throttle.seldom(Seldom::AskLive, user, now)?;
            let number = live.questions + 1;
            let team = asks.part.team.as_ref().filter(|team| team.ended.is_none()).map(|team| team.id);
            let by_staff = team.is_none() && asks.part.visit(&asks.competition, &asks.actor, now).role.is_some();
            let new =
                NewLiveQuestion { session: id, number, author: user, team, by_staff, named, body: &body, at: now };
            tx.insert_live_question(&new).await?;
            let event = changed(tx, &asks.competition, &live).await?;
            Ok((number, vec![event]))
        })
    });
    write.await
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
    let mut asks = Participant::of(services, competition, actor, session, Action::VoteLive).await?;
    let write = services.writes.run(move |tx| {
        Box::pin(async move {
            let (live, _) = asks.enter(tx).await?;
            shown(tx, &live, number).await?;
            if !tx.vote_live(live.session.id, asks.user, number, votes).await? {
                return Ok(((), Vec::new()));
            }
            let event = changed(tx, &asks.competition, &live).await?;
            Ok(((), vec![event]))
        })
    });
    write.await
}
