//! Live questions: asked and voted on in set hours. Whose a question without a name is leaves this module for organizers alone.

mod asking;
mod board;
mod hours;
mod lists;
mod running;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::accounts::User;
use domain::competitions::Competition;
use domain::events::Event;
use domain::live::{LiveQuestion, LiveSession, LiveState};
use domain::participation::Part;
use domain::stages::Phase;
use domain::{AppError, ErrorCode};
use storage::Tx;
use storage::live::LockedLive;

use crate::error::{Error, Result};
use crate::services::Services;
use crate::{access, participation};

pub use self::asking::{ask, vote};
pub use self::board::{MOVES, move_to_board};
pub use self::hours::{close, set};
pub use self::lists::{LiveList, LiveWanted, RenderedQuestion, newest, rendered, version};
pub use self::running::{answer, hide, mark, pin};

/// Numbers of the questions of a session that somebody has voted for.
#[boxed]
pub async fn votes_of(services: &Services, session: &LiveSession, user: &User) -> Result<Vec<i64>> {
    Ok(services.db.live_votes_of(session.id, user.id).await?)
}

/// How many questions somebody has asked in a session.
#[boxed]
pub async fn asked_by(services: &Services, session: &LiveSession, user: &User) -> Result<i64> {
    Ok(services.db.count_live_questions_of(session.id, user.id).await?)
}

/// Numbers of a competition's sessions with how many questions were asked in each, for organizers.
///
/// # Errors
/// `login_required`, `not_organizer`.
#[boxed]
pub async fn tallies(services: &Services, competition: &Competition, actor: &Actor) -> Result<Vec<(i64, i64)>> {
    access::check(services, competition, actor, Action::RunLive).await?;
    Ok(services.db.live_tallies(competition.id).await?)
}

/// A session under its lock, with the transaction that holds it and the moment it was taken.
struct Held {
    tx: Tx,
    now: DateTime<Utc>,
    live: LockedLive,
}

impl Held {
    /// Takes it for whoever takes part: what they are to the competition is asked again under the lock.
    async fn by_participant(
        services: &Services,
        competition: &Competition,
        actor: &Actor,
        session: i64,
        action: Action,
    ) -> Result<(Self, Part)> {
        let user = actor.person()?;
        // Before the transaction, which holds a connection of its own.
        let mut part = participation::of(services, competition, user).await?;
        let mut tx = services.db.begin().await?;
        let live = tx.lock_live(competition.id, session).await?.ok_or(ErrorCode::NotFound)?;
        access::check_present(&mut tx, user.id).await?;
        part.role = tx.role(competition.id, user.id).await?;
        part.application = tx.application(competition.id, user.id).await?;
        let now = services.clock.now();
        let obstacles = part.visit(competition, actor, now).may(action, None);
        obstacles.check().map_err(|obstacle| Error::refused(obstacle, competition))?;
        Ok((Self { tx, now, live }, part))
    }

    /// Takes it for an organizer.
    async fn by_organizer(services: &Services, competition: &Competition, actor: &Actor, session: i64) -> Result<Self> {
        let (mut tx, now) = access::begin(services, competition, actor, Action::RunLive).await?;
        let live = tx.lock_live(competition.id, session).await?.ok_or(ErrorCode::NotFound)?;
        Ok(Self { tx, now, live })
    }

    /// Refuses what comes outside of the session's hours.
    fn check_open(&self, competition: &Competition) -> Result<()> {
        let LiveSession { opens_at, closes_at, .. } = &self.live.session;
        let (code, at) = match self.live.session.phase(self.now) {
            Phase::Open => return Ok(()),
            Phase::Upcoming => (ErrorCode::LiveNotOpen, opens_at),
            Phase::Closed => (ErrorCode::LiveClosed, closes_at),
        };
        let error = AppError::new(code).with("at", at.to_rfc3339());
        Err(Error::App(error).in_zone(competition.settings.zone))
    }

    /// A question of the session.
    async fn question(&mut self, number: i64) -> Result<LiveQuestion> {
        Ok(self.tx.live_question(self.live.session.id, number).await?.ok_or(ErrorCode::NotFound)?)
    }

    /// The same where everyone sees it.
    async fn shown(&mut self, number: i64) -> Result<LiveQuestion> {
        let question = self.question(number).await?;
        if question.state == LiveState::Hidden { Err(ErrorCode::NotFound.into()) } else { Ok(question) }
    }

    /// Commits and tells the open pages.
    async fn commit(self, services: &Services, competition: &Competition) -> Result<()> {
        let Self { tx, live, .. } = self;
        let event = Event::Live { competition: competition.id, session: live.session.id, version: live.version };
        services.events.commit(tx, vec![event]).await
    }
}
