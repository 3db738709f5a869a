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
use domain::ids::UserId;
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
pub use self::board::move_to_board;
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

/// What somebody who takes part does in a session. On SQLite such writes share a commit (see [`crate::writes`]), so it holds all that it needs.
struct Participant {
    services: Services,
    competition: Competition,
    actor: Actor,
    user: UserId,
    part: Part,
    session: i64,
    action: Action,
}

impl Participant {
    /// What they are to the competition is read before the write, which holds a connection of its own.
    async fn of(
        services: &Services,
        competition: &Competition,
        actor: &Actor,
        session: i64,
        action: Action,
    ) -> Result<Self> {
        let user = actor.person()?;
        let part = participation::of(services, competition, user).await?;
        Ok(Self {
            services: services.clone(),
            competition: competition.clone(),
            actor: actor.clone(),
            user: user.id,
            part,
            session,
            action,
        })
    }

    /// Takes the session's lock and the moment, and asks again under it what they may, and whether the session is open.
    async fn enter(&mut self, tx: &mut Tx) -> Result<(LockedLive, DateTime<Utc>)> {
        let live = tx.lock_live(self.competition.id, self.session).await?.ok_or(ErrorCode::NotFound)?;
        access::check_present(tx, self.user).await?;
        self.part.role = tx.role(self.competition.id, self.user).await?;
        self.part.application = tx.application(self.competition.id, self.user).await?;
        let now = self.services.clock.now();
        let obstacles = self.part.visit(&self.competition, &self.actor, now).may(self.action, None);
        obstacles.check().map_err(|obstacle| Error::refused(obstacle, &self.competition))?;
        check_open(&self.competition, &live.session, now)?;
        Ok((live, now))
    }
}

/// Refuses what comes outside of a session's hours.
fn check_open(competition: &Competition, session: &LiveSession, now: DateTime<Utc>) -> Result<()> {
    let (code, at) = match session.phase(now) {
        Phase::Open => return Ok(()),
        Phase::Upcoming => (ErrorCode::LiveNotOpen, session.opens_at),
        Phase::Closed => (ErrorCode::LiveClosed, session.closes_at),
    };
    let error = AppError::new(code).with("at", at.to_rfc3339());
    Err(Error::App(error).in_zone(competition.settings.zone))
}

/// Raises the session's version; what the open pages are told of it.
async fn changed(tx: &mut Tx, competition: &Competition, live: &LockedLive) -> Result<Event> {
    let session = live.session.id;
    let version = tx.raise_live(session).await?.unwrap_or(live.version + 1);
    Ok(Event::Live { competition: competition.id, session, version })
}

/// A question that everyone sees.
async fn shown(tx: &mut Tx, live: &LockedLive, number: i64) -> Result<LiveQuestion> {
    let question = tx.live_question(live.session.id, number).await?.ok_or(ErrorCode::NotFound)?;
    if question.state == LiveState::Hidden { Err(ErrorCode::NotFound.into()) } else { Ok(question) }
}

/// A session that an organizer holds, with the transaction and the moment it was taken.
struct Held {
    tx: Tx,
    now: DateTime<Utc>,
    live: LockedLive,
    /// What is to be said beside that the list is another.
    told: Vec<Event>,
}

impl Held {
    async fn by_organizer(services: &Services, competition: &Competition, actor: &Actor, session: i64) -> Result<Self> {
        let (mut tx, now) = access::begin(services, competition, actor, Action::RunLive).await?;
        let live = tx.lock_live(competition.id, session).await?.ok_or(ErrorCode::NotFound)?;
        Ok(Self { tx, now, live, told: Vec::new() })
    }

    /// A question of the session, hidden or not.
    async fn question(&mut self, number: i64) -> Result<LiveQuestion> {
        Ok(self.tx.live_question(self.live.session.id, number).await?.ok_or(ErrorCode::NotFound)?)
    }

    /// The same where everyone sees it.
    async fn shown(&mut self, number: i64) -> Result<LiveQuestion> {
        shown(&mut self.tx, &self.live, number).await
    }

    /// Commits what changed and tells the open pages.
    async fn commit(self, services: &Services, competition: &Competition) -> Result<()> {
        let Self { mut tx, live, mut told, .. } = self;
        told.push(changed(&mut tx, competition, &live).await?);
        services.events.commit(tx, told).await
    }
}
