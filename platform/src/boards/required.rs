//! Required notices: who has read them, and telling those again who have not.

use async_recursion::async_recursion as boxed;
use chrono::TimeDelta;
use domain::access::{Action, Actor};
use domain::audit::{Act, Deed};
use domain::boards::{BoardKind, NoticeReaders, PostRow};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::ids::{PostId, UserId};
use domain::notifications::News;
use domain::{AppError, ErrorCode};

use crate::access;
use crate::error::Result;
use crate::services::Services;
use crate::visits::Visits;

/// How long leaders are left in peace between two times.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// Teams that are named of those that have not read a notice.
const NAMED: i64 = 30;

/// Notes that somebody has the page of a required notice before them; written a little later, see [`crate::visits`].
pub fn note_read(services: &Services, post: PostId, user: UserId) {
    services.cache::<Visits>().has_read(post, user, services.clock.now());
}

/// Numbers and titles of the required notices that somebody who takes part has not read, the newest first, three at most; where they lead
/// no team, of those for everyone.
#[boxed]
pub async fn unread_notices(
    services: &Services,
    competition: &Competition,
    user: UserId,
    leads: bool,
) -> Result<Vec<(i64, String)>> {
    Ok(services.db.unread_notices(competition.id, user, leads).await?)
}

/// How many have read a notice who must, and the first teams of which somebody has not.
///
/// # Errors
/// `not_organizer`.
#[boxed]
pub async fn notice_readers(
    services: &Services,
    competition: &Competition,
    actor: &Actor,
    notice: &PostRow,
) -> Result<NoticeReaders> {
    access::check(services, competition, actor, Action::WriteNotices).await?;
    let (people, read) = services.db.count_readers(competition.id, notice.id, notice.for_all).await?;
    let waiting = services.db.teams_without(competition.id, notice.id, notice.for_all, NAMED).await?;
    Ok(NoticeReaders { people, read, waiting })
}

/// Tells those again who must read a notice and have not, by page and mail, once an hour at most.
///
/// # Errors
/// `not_organizer`, `not_found`, `too_many_attempts`.
#[boxed]
pub async fn remind(services: &Services, competition: &Competition, actor: &Actor, number: i64) -> Result<()> {
    let (mut tx, now) = access::begin(services, competition, actor, Action::WriteNotices).await?;
    let post = tx.hold_post(competition.id, BoardKind::Notice, number).await?;
    let post = post.filter(|post| !post.removed && post.draft.required).ok_or(ErrorCode::NotFound)?;
    if !tx.tell_again(post.id, now, now - PAUSE).await? {
        let minutes = PAUSE.num_minutes();
        let wait = u64::try_from(PAUSE.num_seconds()).unwrap_or_default();
        return Err(AppError::new(ErrorCode::TooManyAttempts).with("minutes", minutes).retry_after(wait).into());
    }
    tx.record(now, actor, Act::of_competition(Deed::RemindOfNotice, competition.id).after("number", number));
    let news = News::RequiredNotice { number, title: post.draft.title };
    let to = if post.draft.for_all {
        Audience::ParticipantsWithout(competition.id, post.id)
    } else {
        Audience::LeadersWithout(competition.id, post.id)
    };
    let told = Event::News { competition: competition.id, to, news, by: actor.id() };
    services.events.commit(tx, vec![told]).await
}
