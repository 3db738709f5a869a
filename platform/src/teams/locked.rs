//! A team under its lock: what is asked and changed there is asked and changed by nobody else meanwhile.

use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::access::{Action, Actor, Obstacles, Visit};
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::notifications::News;
use domain::participation::Part;
use domain::teams::Team;
use storage::Tx;

use crate::error::{Error, Result};
use crate::services::Services;
use crate::{competitions, participation};

/// A team as it stands under its lock, with the transaction that holds it, the moment it was taken, and who is acting.
pub(super) struct Locked {
    pub(super) tx: Tx,
    competition: Competition,
    pub(super) team: Team,
    pub(super) now: DateTime<Utc>,
    actor: Actor,
    part: Part,
    /// What the commit says.
    events: Vec<Event>,
}

impl Locked {
    /// Takes the lock and reads the team again.
    pub(super) async fn take(services: &Services, team: &Team, actor: &Actor) -> Result<Self> {
        Self::begin(services, team, actor, false).await
    }

    /// The same with the competition's lock before it, under which roles are given: nobody enters a team and gets one at once.
    pub(super) async fn take_to_enter(services: &Services, team: &Team, actor: &Actor) -> Result<Self> {
        Self::begin(services, team, actor, true).await
    }

    async fn begin(services: &Services, team: &Team, actor: &Actor, enters: bool) -> Result<Self> {
        let user = actor.person()?;
        // Before the transaction, which holds a connection of its own.
        let competition = competitions::by_id(services, team.competition_id).await?;
        let mut part = participation::of(services, &competition, user).await?;
        let mut tx = services.db.begin().await?;
        if enters {
            tx.lock_competition(competition.id).await?;
        }
        tx.lock_team(team.id).await?;
        let team = tx.team(team.id).await?.ok_or(ErrorCode::NotFound)?;
        part.role = tx.role(competition.id, user.id).await?;
        part.application = tx.application(competition.id, user.id).await?;
        Ok(Self { tx, competition, team, now: services.clock.now(), actor: actor.clone(), part, events: Vec::new() })
    }

    /// The same where the user may do this to the team now.
    pub(super) async fn take_for(services: &Services, team: &Team, actor: &Actor, action: Action) -> Result<Self> {
        let locked = Self::take(services, team, actor).await?;
        locked.check(|visit, team| visit.may(action, Some(team)))?;
        Ok(locked)
    }

    /// Refuses what stands in the user's way now.
    pub(super) fn check(&self, ask: impl FnOnce(Visit<'_>, &Team) -> Obstacles) -> Result<()> {
        let visit = self.part.visit(&self.competition, &self.actor, self.now);
        ask(visit, &self.team).check().map_err(|obstacle| Error::refused(obstacle, &self.competition))
    }

    /// What is done to this team, for the record.
    pub(super) fn change(&self, deed: Deed) -> Act {
        Act::of_team(deed, self.team.competition_id, self.team.id)
    }

    /// How many members the team has, with so many more.
    pub(super) fn members(&self, more: i64) -> i64 {
        i64::try_from(self.team.members.len()).unwrap_or(i64::MAX).saturating_add(more)
    }

    pub(super) fn record(&mut self, change: Act) {
        self.tx.record(self.now, &self.actor, change);
    }

    /// Tells someone of it in person.
    pub(super) fn tell(&mut self, to: Audience, news: News) {
        let (competition, by) = (self.competition.id, self.actor.id());
        self.events.push(Event::News { competition, to, news, by });
    }

    pub(super) async fn commit(self, services: &Services) -> Result<()> {
        services.events.commit(self.tx, self.events).await
    }

    /// Commits; the leaderboards that show the team have a new version, on which its name and members are the new ones.
    pub(super) async fn commit_shown(mut self, services: &Services) -> Result<()> {
        for stage in self.tx.shown_on(self.team.id).await? {
            let (competition, version) = self.tx.raise_for_names(stage).await?;
            self.events.push(Event::Leaderboard { competition, stage, version });
        }
        self.commit(services).await
    }
}
