//! A team under its lock: what is asked and changed there is asked and changed by nobody else meanwhile.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::ErrorCode;
use domain::access::{Action, Actor, Obstacles, Visit};
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::competitions::Competition;
use domain::events::{Audience, Event};
use domain::ids::{StageId, TeamId};
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
    pub(super) competition: Competition,
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
        Self::begin(services, team, actor, &[]).await
    }

    /// The same with the competition's lock before it, under which roles are given: nobody enters a team and gets one at once.
    pub(super) async fn take_to_enter(services: &Services, team: &Team, actor: &Actor) -> Result<Self> {
        Self::begin(services, team, actor, &[team.id]).await
    }

    /// The same with another team's lock, and that team as it stands under it.
    pub(super) async fn take_both(
        services: &Services,
        team: &Team,
        other: &Team,
        actor: &Actor,
    ) -> Result<(Self, Team)> {
        let mut locked = Self::begin(services, team, actor, &[team.id, other.id]).await?;
        let other = locked.tx.team(other.id).await?.ok_or(ErrorCode::NotFound)?;
        Ok((locked, other))
    }

    /// `entered` are the teams whose members may become others: their competition is locked first.
    async fn begin(services: &Services, team: &Team, actor: &Actor, entered: &[TeamId]) -> Result<Self> {
        let user = actor.person()?;
        // Before the transaction, which holds a connection of its own.
        let competition = competitions::by_id(services, team.competition_id).await?;
        let mut part = participation::of(services, &competition, user).await?;
        let mut tx = services.db.begin().await?;
        if entered.is_empty() {
            tx.lock_team(team.id).await?;
        } else {
            tx.lock_competition(competition.id).await?;
            // In the order of their ids, whoever asks.
            for id in entered.iter().collect::<BTreeSet<_>>() {
                tx.lock_team(*id).await?;
            }
        }
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

    /// Refuses to let somebody else in who may not enter; `part` is what they were to the competition before the lock.
    pub(super) async fn check_entering(&mut self, person: User, mut part: Part) -> Result<()> {
        part.role = self.tx.role(self.competition.id, person.id).await?;
        part.application = self.tx.application(self.competition.id, person.id).await?;
        let visit = part.visit(&self.competition, &Actor::browser(Some(person), None), self.now);
        visit.join(&self.team).check().map_err(|obstacle| Error::refused(obstacle, &self.competition))
    }

    /// Commits; the leaderboards that show the team have a new version, on which its name and members are the new ones.
    pub(super) async fn commit_shown(self, services: &Services) -> Result<()> {
        let team = self.team.id;
        self.commit_shown_of(services, &[team]).await
    }

    /// The same for several teams.
    pub(super) async fn commit_shown_of(mut self, services: &Services, teams: &[TeamId]) -> Result<()> {
        let mut stages = BTreeSet::new();
        for team in teams {
            stages.extend(self.tx.shown_on(*team).await?);
        }
        for stage in stages {
            let (competition, version) = self.tx.raise_for_names(stage).await?;
            self.events.push(Event::Leaderboard { competition, stage, version });
        }
        self.commit(services).await
    }

    /// Commits; the leaderboards of these stages are read anew from everything.
    pub(super) async fn commit_rebuilt(mut self, services: &Services, stages: &[StageId]) -> Result<()> {
        for stage in stages {
            let (competition, version) = self.tx.raise_leaderboard_version(*stage).await?;
            self.events.push(Event::Leaderboard { competition, stage: *stage, version });
        }
        self.commit(services).await
    }
}
