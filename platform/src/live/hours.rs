//! Sessions: when questions are taken.

use async_recursion::async_recursion as boxed;
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed, Facts};
use domain::competitions::Competition;
use domain::events::Event;
use domain::ids::LiveSessionId;
use domain::live::{LIVE_SESSIONS_MAX, LiveDraft, LiveSession};
use domain::stages::Phase;
use domain::{AppError, ErrorCode};

use super::Held;
use crate::access;
use crate::error::Result;
use crate::services::Services;

/// Sets a session's title and hours, or opens a new one where no number is given; returns its number. Sent again, it is the same session.
///
/// # Errors
/// `login_required`, `not_organizer`; every wrong field; `not_found`, `too_many_sessions`.
#[boxed]
pub async fn set(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    number: Option<i64>,
    draft: LiveDraft,
) -> Result<i64> {
    access::check(services, competition, actor, Action::RunLive).await?;
    let (title, opens_at, closes_at) = draft.validated(services.clock.now())?;
    let Some(number) = number else {
        let (mut tx, now) = access::begin(services, competition, actor, Action::RunLive).await?;
        if let Some(same) = tx.same_live_session(competition.id, &title, opens_at, closes_at).await? {
            return Ok(same);
        }
        let (last, count) = tx.last_live_session(competition.id).await?;
        if usize::try_from(count).unwrap_or(usize::MAX) >= LIVE_SESSIONS_MAX {
            return Err(AppError::new(ErrorCode::TooManySessions).with("max", LIVE_SESSIONS_MAX).into());
        }
        let session = LiveSession { id: LiveSessionId::at(now), number: last + 1, title, opens_at, closes_at };
        tx.insert_live_session(competition.id, &session).await?;
        let act = Act { after: facts(&session), ..Act::of_competition(Deed::SetLive, competition.id) };
        tx.record(now, actor, act);
        let event = Event::Live { competition: competition.id, session: session.id, version: 1 };
        services.events.commit(tx, vec![event]).await?;
        return Ok(session.number);
    };
    let mut held = Held::by_organizer(services, competition, actor, number).await?;
    let session = LiveSession { title, opens_at, closes_at, ..held.live.session.clone() };
    if session == held.live.session {
        return Ok(number);
    }
    held.tx.set_live_session(&session).await?;
    let (before, after) = (facts(&held.live.session), facts(&session));
    held.tx.record(held.now, actor, Act { before, after, ..Act::of_competition(Deed::SetLive, competition.id) });
    held.commit(services, competition).await?;
    Ok(number)
}

/// Ends a session's hours now; one that has not begun is taken away. One that is over stays as it is.
///
/// # Errors
/// `login_required`, `not_organizer`, `not_found`.
#[boxed]
pub async fn close(services: &Services, competition: &Competition, actor: &Actor, number: i64) -> Result<()> {
    let mut held = Held::by_organizer(services, competition, actor, number).await?;
    let (session, now) = (held.live.session.clone(), held.now);
    let mut act = Act { before: facts(&session), ..Act::of_competition(Deed::CloseLive, competition.id) };
    match session.phase(now) {
        Phase::Closed => return Ok(()),
        // One that was opened again may hold questions.
        Phase::Upcoming if held.live.questions == 0 => held.tx.delete_live_session(session.id).await?,
        Phase::Upcoming | Phase::Open => {
            let opens_at = session.opens_at.min(now);
            let closed = LiveSession { opens_at, closes_at: now, ..session };
            held.tx.set_live_session(&closed).await?;
            act.after = facts(&closed);
        }
    }
    held.tx.record(now, actor, act);
    held.commit(services, competition).await
}

fn facts(session: &LiveSession) -> Facts {
    let LiveSession { number, title, opens_at, closes_at, .. } = session;
    Facts::from([
        ("session", (*number).into()),
        ("title", title.as_str().into()),
        ("opens_at", (*opens_at).into()),
        ("closes_at", (*closes_at).into()),
    ])
}
