//! Who may take part, make, enter and change a team, leave it and submit, and why not. A page asks to show it; `platform` asks
//! before it works, and again under the lock with what it reads there.

mod actions;
mod actor;
mod commands;
mod obstacles;
mod roles;

use chrono::{DateTime, Utc};

use crate::competitions::Competition;
use crate::ids::UserId;
use crate::participation::state::{Application, ParticipationState, Step};
use crate::stages::{Phase, Stage};
use crate::teams::Team;

pub use actions::{Action, Needs, SiteAction};
pub use actor::{Actor, Scope, Scopes, Via};
pub use commands::{COMMANDS, CommandRule};
pub use obstacles::{Obstacle, Obstacles};
pub use roles::{Role, TeamRole};

#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;

/// Someone before a competition at a moment: all that decides what they may do.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    pub competition: &'a Competition,
    pub now: DateTime<Utc>,
    /// Who asks; none is signed out.
    pub user: Option<UserId>,
    /// Theirs, wherever it stands.
    pub application: Option<&'a Application>,
    /// Why the competition is not for them at all, where it is not for everyone.
    pub stranger: Option<Obstacle>,
    /// In the competition, as far as the door that they came by carries it.
    pub role: Option<Role>,
    /// The same, also where it counts for nothing until they have a second factor.
    pub held: Option<Role>,
    pub via: Via,
    /// Whether their address is theirs for sure.
    pub is_verified: bool,
    /// The team that they are in, or would submit for.
    pub team: Option<&'a Team>,
}

impl Competition {
    /// The stage that takes submissions now.
    ///
    /// # Errors
    /// `NotOpen`, `Closed`, `NoStage`.
    pub fn open_stage(&self, now: DateTime<Utc>) -> Result<&Stage, Obstacle> {
        let stage = self.phase_stage(now).ok_or(Obstacle::NoStage)?;
        match stage.phase(now) {
            Phase::Open => Ok(stage),
            Phase::Upcoming => Err(Obstacle::NotOpen { at: stage.starts_at }),
            Phase::Closed => Err(Obstacle::Closed { at: stage.ends_at.unwrap_or(stage.starts_at) }),
        }
    }

    /// What keeps a team of so many members from letting anybody in, whoever that is.
    pub fn takes_in(&self, ended: bool, members: i64, now: DateTime<Utc>) -> [Option<Obstacle>; 3] {
        let max = self.settings.team.max;
        let full = (members >= max).then_some(Obstacle::Full { max });
        [self.frozen(now), ended.then_some(Obstacle::TeamEnded), full]
    }

    /// Whether teams and people still seek each other: as long as teams change and may merge.
    ///
    /// # Errors
    /// `TeamsFrozen`, `MergesClosed`.
    pub fn recruits(&self, now: DateTime<Utc>) -> Result<(), Obstacle> {
        self.frozen(now).or(self.merges_closed(now)).map_or(Ok(()), Err)
    }

    fn merges_closed(&self, now: DateTime<Utc>) -> Option<Obstacle> {
        self.settings.merges_until.filter(|at| *at <= now).map(|at| Obstacle::MergesClosed { at })
    }

    /// Once the competition is over its teams stay as they are.
    fn frozen(&self, now: DateTime<Utc>) -> Option<Obstacle> {
        (self.phase(now) == Phase::Closed).then_some(Obstacle::TeamsFrozen)
    }
}

impl Visit<'_> {
    /// All that stands in the way of an action, on this team where it is about one. What is under a lock alone is asked there:
    /// [`Self::remove`], [`Obstacle::LastOwner`].
    pub fn may(&self, action: Action, team: Option<&Team>) -> Obstacles {
        let Obstacles(rest) = match (action, team) {
            (Action::TakePart, _) => self.take_part(),
            (Action::WithdrawApplication, _) => self.withdraw(),
            (Action::AcceptOffer, _) => self.accept(),
            (Action::AgreeToRules, _) => [self.not_participant()].into_iter().collect(),
            (Action::ReadData, _) => self.read_data(false),
            (Action::ReadResults, _) => match self.competition.current_stage(self.now) {
                Some(stage) => self.read_results(stage),
                None => [Some(Obstacle::NotRevealed { at: None })].into_iter().collect(),
            },
            (Action::CreateTeam, _) => self.create(),
            (Action::Submit, _) => self.submit(),
            (Action::ReadSubmissions, _) => [self.no_team()].into_iter().collect(),
            (Action::Manage | Action::LeaveRole, _) => self.at_least(Role::Viewer),
            (
                Action::ReadAddresses
                | Action::ManageMail
                | Action::DecideApplications
                | Action::WriteNotices
                | Action::RunBoards
                | Action::RunLive
                | Action::ExcludeTeam,
                _,
            ) => self.at_least(Role::Organizer),
            (Action::WritePosts | Action::Comment, _) => self.write_posts(),
            (Action::Recruit, _) => self.recruit(),
            (Action::AskLive | Action::VoteLive, _) => self.speak(),
            (Action::ReadCases | Action::VoteOnCases, team) => self.judge(Role::Judge, team),
            (Action::ManageCases, team) => self.judge(Role::Organizer, team),
            (Action::GiveRoles | Action::SetServiceToken, _) => self.at_least(Role::Owner),
            (action, Some(team)) => self.change(action, team),
            (_, None) => [self.no_team()].into_iter().collect(),
        };
        self.via.refuses(action.needs()).into_iter().chain(rest).map(Some).collect()
    }

    /// What they are to a team.
    pub fn team_role(&self, team: &Team) -> TeamRole {
        match self.user.filter(|user| team.member(*user).is_some()) {
            Some(user) if team.leader_id == user => TeamRole::Leader,
            Some(_) => TeamRole::Member,
            None if self.role >= Some(Role::Organizer) => TeamRole::Organizer,
            None => TeamRole::Other,
        }
    }

    /// Whether they take part. Until an application is approved they do not.
    pub fn takes_part(&self) -> bool {
        self.state() == Some(ParticipationState::Approved)
    }

    fn state(&self) -> Option<ParticipationState> {
        self.application.map(|application| application.state)
    }

    /// Whether there are rules since to which they have not agreed.
    pub fn owes_agreement(&self) -> bool {
        let current = self.competition.settings.apply.rules;
        self.takes_part() && self.application.is_some_and(|application| application.rules_version < current)
    }

    /// Applying to take part, or saying so again, until the competition is over.
    pub fn take_part(&self) -> Obstacles {
        let excluded = self.state() == Some(ParticipationState::Excluded);
        let stranger = self.stranger.filter(|_| !self.takes_part());
        let rest = [self.over(), self.has_role(), excluded.then_some(Obstacle::Excluded), stranger];
        [self.not_signed_in()].into_iter().chain(rest).collect()
    }

    /// Withdrawing what they applied for, or taking part no longer.
    pub fn withdraw(&self) -> Obstacles {
        let is_none = ParticipationState::after(self.state(), Step::Withdraw { decided: true }).is_none();
        // Who is disqualified may come back, and keeps their place.
        let in_team = self.team.is_some_and(|team| team.ended.is_none() || team.is_disqualified());
        [self.not_signed_in(), is_none.then_some(Obstacle::NotApplied), in_team.then_some(Obstacle::InTeam)]
            .into_iter()
            .collect()
    }

    /// Taking the place that is offered, until the moment itself.
    pub fn accept(&self) -> Obstacles {
        let offer = match self.application.filter(|_| self.state() == Some(ParticipationState::Offered)) {
            None => Some(Obstacle::NoOffer),
            Some(application) => {
                let lapsed = application.offer_until.filter(|until| *until <= self.now);
                lapsed.map(|at| Obstacle::OfferLapsed { at })
            }
        };
        [self.not_signed_in(), offer, self.over(), self.has_role()].into_iter().collect()
    }

    fn over(&self) -> Option<Obstacle> {
        self.competition.open_stage(self.now).err().filter(|obstacle| matches!(obstacle, Obstacle::Closed { .. }))
    }

    /// Having the data, of which some files are open to everyone once they are there.
    pub fn read_data(&self, is_open: bool) -> Obstacles {
        let outside = match (is_open, self.role) {
            (true, _) | (_, Some(_)) => None,
            (false, None) => self.not_participant(),
        };
        let early = self.competition.data_opens_at().filter(|at| self.now < *at && self.role.is_none());
        [outside, early.map(|at| Obstacle::DataNotOpen { at })].into_iter().collect()
    }

    /// Seeing a stage's results, which nobody sees before everyone does.
    pub fn read_results(&self, stage: &Stage) -> Obstacles {
        let hidden = !stage.revealed(self.now);
        [hidden.then(|| Obstacle::NotRevealed { at: stage.private_opens_at() })].into_iter().collect()
    }

    /// Whether teams are still made and entered.
    pub fn gathers(&self) -> bool {
        self.frozen().is_none()
    }

    /// Making a team.
    pub fn create(&self) -> Obstacles {
        [self.not_participant(), self.frozen(), self.team.map(|_| Obstacle::InTeam), self.has_role()]
            .into_iter()
            .collect()
    }

    /// Entering this team.
    pub fn join(&self, team: &Team) -> Obstacles {
        let in_this = matches!(self.team_role(team), TeamRole::Leader | TeamRole::Member);
        let [frozen, ended, full] = self.competition.takes_in(team.ended.is_some(), head_count(team), self.now);
        [
            self.not_participant(),
            in_this.then_some(Obstacle::InTeam),
            frozen,
            ended,
            full,
            self.team.map(|_| Obstacle::InTeam),
            self.has_role(),
        ]
        .into_iter()
        .collect()
    }

    /// Submitting, in earnest or as a dry run, as far as it is not a matter of the quota.
    pub fn submit(&self) -> Obstacles {
        let outside = match (self.user, self.team) {
            (Some(user), Some(team)) => team.member(user).is_none().then_some(Obstacle::NotMember),
            _ => self.no_team(),
        };
        let (have, min) = (self.team.map(head_count), self.competition.settings.team.min);
        let small = have.filter(|have| *have < min).map(|have| Obstacle::TooSmall { have, min });
        let organizes = self.has_role().filter(|_| self.team.is_none());
        [outside, self.competition.open_stage(self.now).err(), self.team.and_then(ended), small, organizes]
            .into_iter()
            .collect()
    }

    /// An action on a team. Organizers put right what has to be, whenever that is; who goes is [`Self::remove`]'s to say too.
    pub fn change(&self, action: Action, team: &Team) -> Obstacles {
        let role = self.team_role(team);
        let not_member = (!matches!(role, TeamRole::Leader | TeamRole::Member)).then_some(Obstacle::NotMember);
        let refused = match (action, role) {
            (Action::JoinTeam | Action::AskToJoin, _) => return self.join(team),
            (Action::RenameTeam | Action::MoveMember | Action::HandOver, TeamRole::Organizer) => {
                return Obstacles::default();
            }
            (Action::MoveMember, _) => {
                return [self.not_signed_in(), Some(Obstacle::NoRole(Role::Organizer))].into_iter().collect();
            }
            (Action::ReadTeam, TeamRole::Organizer) => return Obstacles::default(),
            (Action::ReadTeam | Action::ShowKey | Action::AnswerCases, _) => {
                return [self.not_signed_in(), not_member].into_iter().collect();
            }
            (_, TeamRole::Leader) => None,
            (Action::LeaveTeam, _) => not_member,
            _ => Some(Obstacle::NotLeader),
        };
        let closed = self.merges_closed().filter(|_| action == Action::MergeTeams);
        [self.not_signed_in(), refused, closed, self.frozen(), ended(team)].into_iter().collect()
    }

    /// Taking a member out of the team: by themselves, by the leader or by an organizer. `submitted` says whether the team has.
    pub fn remove(&self, team: &Team, member: UserId, submitted: bool) -> Obstacles {
        let action = match self.team_role(team) {
            TeamRole::Organizer => Action::MoveMember,
            _ if self.user == Some(member) => Action::LeaveTeam,
            _ => Action::RemoveMember,
        };
        let Obstacles(before) = self.may(action, Some(team));
        let is_last = team.members.len() == 1;
        let bound = match team.member(member) {
            None => [Some(Obstacle::NoSuchMember), None, None],
            Some(parting) => [
                (parting.submissions > 0 && self.team_role(team) != TeamRole::Organizer)
                    .then_some(Obstacle::HasSubmitted),
                (is_last && submitted).then_some(Obstacle::LastMember),
                (team.leader_id == member && !is_last).then_some(Obstacle::LeaderCannotLeave),
            ],
        };
        before.into_iter().map(Some).chain(bound).collect()
    }

    /// Whether they help to run the competition.
    pub fn is_organizer(&self) -> bool {
        self.role >= Some(Role::Organizer)
    }

    /// Writing on the boards, for whomever the competition is for; who is kept from it is asked under the lock.
    pub fn write_posts(&self) -> Obstacles {
        let unsure = (self.user.is_some() && !self.is_verified && self.role.is_none()).then_some(Obstacle::NotVerified);
        let stranger = self.stranger.filter(|_| !self.takes_part() && self.role.is_none());
        [self.not_signed_in(), unsure, stranger].into_iter().collect()
    }

    /// Seeking people or a team, as long as teams are made and merge.
    pub fn recruit(&self) -> Obstacles {
        let Obstacles(before) = self.write_posts();
        let rest = [self.not_participant(), self.competition.recruits(self.now).err(), self.has_role()];
        before.into_iter().map(Some).chain(rest).collect()
    }

    fn not_signed_in(&self) -> Option<Obstacle> {
        (self.user.is_none() && self.via == Via::Session).then_some(Obstacle::NotSignedIn)
    }

    fn not_participant(&self) -> Option<Obstacle> {
        self.not_signed_in().or((!self.takes_part()).then_some(Obstacle::NotParticipant))
    }

    fn no_team(&self) -> Option<Obstacle> {
        let none = self.team.is_none().then_some(Obstacle::NoTeam { takes_part: self.takes_part() });
        self.not_signed_in().or(none)
    }

    fn has_role(&self) -> Option<Obstacle> {
        self.held.map(|_| Obstacle::HasRole)
    }

    fn at_least(&self, role: Role) -> Obstacles {
        let obstacle = if self.held >= Some(role) { Obstacle::NeedsFactor } else { Obstacle::NoRole(role) };
        [self.not_signed_in(), (self.role < Some(role)).then_some(obstacle)].into_iter().collect()
    }

    /// Being heard in a live session: whoever takes part or helps to run the competition.
    fn speak(&self) -> Obstacles {
        let outside = match (self.role, self.held) {
            (Some(_), _) => None,
            (None, Some(_)) => Some(Obstacle::NeedsFactor),
            (None, None) => self.not_participant(),
        };
        [outside].into_iter().collect()
    }

    /// What is done in a case against a team: nobody judges their own, whatever their role.
    fn judge(&self, least: Role, team: Option<&Team>) -> Obstacles {
        let is_own = team.is_some_and(|team| self.user.is_some_and(|user| team.member(user).is_some()));
        let Obstacles(rest) = self.at_least(least);
        let is_own = is_own.then_some(Obstacle::NoRole(least));
        rest.into_iter().map(Some).chain([is_own]).collect()
    }

    fn merges_closed(&self) -> Option<Obstacle> {
        self.competition.merges_closed(self.now)
    }

    fn frozen(&self) -> Option<Obstacle> {
        self.competition.frozen(self.now)
    }
}

fn ended(team: &Team) -> Option<Obstacle> {
    team.ended.as_ref().map(|_| Obstacle::TeamEnded)
}

fn head_count(team: &Team) -> i64 {
    i64::try_from(team.members.len()).unwrap_or(i64::MAX)
}
