//! Who may take part, make, enter and change a team, leave it and submit, and why not. A page asks to show it; `platform` asks
//! before it works, and again under the lock with what it reads there.

mod actor;

use chrono::{DateTime, Utc};

use crate::competitions::Competition;
use crate::ids::UserId;
use crate::stages::{Phase, Stage};
use crate::teams::Team;
use crate::{AppError, ErrorCode};

pub use actor::{Actor, Scope, Scopes, Via};

#[cfg(test)]
mod tests;

/// Someone before a competition at a moment: all that decides what they may do.
#[derive(Debug, Clone, Copy)]
pub struct Visit<'a> {
    pub competition: &'a Competition,
    pub now: DateTime<Utc>,
    /// Who asks; none is signed out.
    pub user: Option<UserId>,
    /// Whether they agreed to the rules.
    pub takes_part: bool,
    /// Of the competition; administrators too.
    pub is_organizer: bool,
    /// The team that they are in, or would submit for.
    pub team: Option<&'a Team>,
}

/// What is done to a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Create,
    Join,
    Rename,
    /// A member, by another.
    Remove,
    Leave,
    HandOver,
    RenewInvitation,
    RenewKey,
}

impl Action {
    pub const ALL: [Self; 8] = [
        Self::Create,
        Self::Join,
        Self::Rename,
        Self::Remove,
        Self::Leave,
        Self::HandOver,
        Self::RenewInvitation,
        Self::RenewKey,
    ];
}

/// What someone is to a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Leader,
    Member,
    Other,
    /// Of the competition, and not in the team: nobody decides as an organizer about a team of their own.
    Organizer,
}

/// Why not. In this order: what the reader can do something about first, what nobody can change last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    NotSignedIn,
    /// They have not agreed to the rules.
    NotParticipant,
    /// They are in no team; without taking part they cannot be.
    NoTeam {
        takes_part: bool,
    },
    /// They are not in this team.
    NotMember,
    NotLeader,
    /// Who is to part is not in the team.
    NoSuchMember,
    /// Others are in the team that they lead.
    LeaderCannotLeave,
    /// Somebody must stay to answer for what the team has submitted.
    LastMember,
    /// Whoever has submitted is bound to the team, else a new team would be a new quota.
    HasSubmitted,
    TooSmall {
        have: i64,
        min: i64,
    },
    Full {
        max: i64,
    },
    /// The team was disqualified, withdrew or was excluded.
    TeamEnded,
    /// The competition is over: who won is who was in the team.
    TeamsFrozen,
    /// Submissions are taken from then on.
    NotOpen {
        at: DateTime<Utc>,
    },
    /// The last of them were taken until then.
    Closed {
        at: DateTime<Utc>,
    },
    /// No stage takes submissions.
    NoStage,
    /// They are in this team or in another.
    InTeam,
}

impl From<Obstacle> for AppError {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::NotSignedIn => ErrorCode::LoginRequired.into(),
            Obstacle::NotParticipant => ErrorCode::NotParticipant.into(),
            Obstacle::NoTeam { .. } | Obstacle::NotMember => ErrorCode::NotMember.into(),
            Obstacle::NotLeader => ErrorCode::NotLeader.into(),
            Obstacle::NoSuchMember => ErrorCode::NotFound.into(),
            Obstacle::LeaderCannotLeave => ErrorCode::LeaderCannotLeave.into(),
            Obstacle::LastMember => ErrorCode::LastMember.into(),
            Obstacle::HasSubmitted => ErrorCode::HasSubmitted.into(),
            Obstacle::TooSmall { have, min } => Self::new(ErrorCode::TeamTooSmall).with("have", have).with("min", min),
            Obstacle::Full { max } => Self::new(ErrorCode::TeamFull).with("max", max),
            Obstacle::TeamEnded => ErrorCode::TeamEnded.into(),
            Obstacle::TeamsFrozen => ErrorCode::TeamsFrozen.into(),
            Obstacle::NotOpen { at } => Self::new(ErrorCode::StageNotOpen).with("at", at.to_rfc3339()),
            Obstacle::Closed { at } => Self::new(ErrorCode::StageClosed).with("at", at.to_rfc3339()),
            Obstacle::NoStage => ErrorCode::StageClosed.into(),
            Obstacle::InTeam => ErrorCode::AlreadyInTeam.into(),
        }
    }
}

/// All that stands in the way of something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Obstacles(Vec<Obstacle>);

impl Obstacles {
    /// Whether there are none, or the one that a request is refused with.
    ///
    /// # Errors
    /// The first.
    pub fn check(&self) -> Result<(), Obstacle> {
        self.0.first().map_or(Ok(()), |first| Err(*first))
    }

    /// Whether there are none, or the one that a page names: nobody is sent to log in for what is over.
    ///
    /// # Errors
    /// The one that the reader can do least about.
    pub fn told(&self) -> Result<(), Obstacle> {
        self.0.iter().max().map_or(Ok(()), |last| Err(*last))
    }
}

impl FromIterator<Option<Obstacle>> for Obstacles {
    fn from_iter<I: IntoIterator<Item = Option<Obstacle>>>(found: I) -> Self {
        Self(found.into_iter().flatten().collect())
    }
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
}

impl Visit<'_> {
    /// What they are to a team.
    pub fn role(&self, team: &Team) -> Role {
        match self.user.filter(|user| team.member(*user).is_some()) {
            Some(user) if team.leader_id == user => Role::Leader,
            Some(_) => Role::Member,
            None if self.is_organizer => Role::Organizer,
            None => Role::Other,
        }
    }

    /// Taking part, or saying so again, until the competition is over.
    pub fn take_part(&self) -> Obstacles {
        let over =
            self.competition.open_stage(self.now).err().filter(|obstacle| matches!(obstacle, Obstacle::Closed { .. }));
        [self.not_signed_in(), over].into_iter().collect()
    }

    /// Whether teams are still made and entered.
    pub fn gathers(&self) -> bool {
        self.frozen().is_none()
    }

    /// Making a team.
    pub fn create(&self) -> Obstacles {
        [self.not_participant(), self.frozen(), self.team.map(|_| Obstacle::InTeam)].into_iter().collect()
    }

    /// Entering this team.
    pub fn join(&self, team: &Team) -> Obstacles {
        let in_this = matches!(self.role(team), Role::Leader | Role::Member);
        let max = self.competition.settings.team.max;
        [
            self.not_participant(),
            in_this.then_some(Obstacle::InTeam),
            self.frozen(),
            ended(team),
            (head_count(team) >= max).then_some(Obstacle::Full { max }),
            self.team.map(|_| Obstacle::InTeam),
        ]
        .into_iter()
        .collect()
    }

    /// Submitting, in earnest or as a dry run, as far as it is not a matter of the quota.
    pub fn submit(&self) -> Obstacles {
        let outside = match (self.user, self.team) {
            (None, _) => Some(Obstacle::NotSignedIn),
            (Some(_), None) => Some(Obstacle::NoTeam { takes_part: self.takes_part }),
            (Some(user), Some(team)) => team.member(user).is_none().then_some(Obstacle::NotMember),
        };
        let (have, min) = (self.team.map(head_count), self.competition.settings.team.min);
        let small = have.filter(|have| *have < min).map(|have| Obstacle::TooSmall { have, min });
        [outside, self.competition.open_stage(self.now).err(), self.team.and_then(ended), small].into_iter().collect()
    }

    /// An action on a team. Organizers put right what has to be, whenever that is; who goes is [`Self::remove`]'s to say too.
    pub fn change(&self, action: Action, team: &Team) -> Obstacles {
        let role = self.role(team);
        let refused = match (action, role) {
            (Action::Create, _) => return self.create(),
            (Action::Join, _) => return self.join(team),
            (Action::Rename | Action::Remove | Action::HandOver, Role::Organizer) => return Obstacles::default(),
            (_, Role::Leader) | (Action::Leave, Role::Member) => None,
            (Action::Leave, _) => Some(Obstacle::NotMember),
            _ => Some(Obstacle::NotLeader),
        };
        [self.not_signed_in(), refused, self.frozen(), ended(team)].into_iter().collect()
    }

    /// Taking a member out of the team: by themselves, by the leader or by an organizer. `submitted` says whether the team has.
    pub fn remove(&self, team: &Team, member: UserId, submitted: bool) -> Obstacles {
        let action = if self.user == Some(member) { Action::Leave } else { Action::Remove };
        let Obstacles(before) = self.change(action, team);
        let is_last = team.members.len() == 1;
        let bound = match team.member(member) {
            None => [Some(Obstacle::NoSuchMember), None, None],
            Some(parting) => [
                (parting.submissions > 0 && self.role(team) != Role::Organizer).then_some(Obstacle::HasSubmitted),
                (is_last && submitted).then_some(Obstacle::LastMember),
                (team.leader_id == member && !is_last).then_some(Obstacle::LeaderCannotLeave),
            ],
        };
        before.into_iter().map(Some).chain(bound).collect()
    }

    fn not_signed_in(&self) -> Option<Obstacle> {
        self.user.is_none().then_some(Obstacle::NotSignedIn)
    }

    fn not_participant(&self) -> Option<Obstacle> {
        self.not_signed_in().or((!self.takes_part).then_some(Obstacle::NotParticipant))
    }

    /// Once the competition is over its teams stay as they are.
    fn frozen(&self) -> Option<Obstacle> {
        (self.competition.phase(self.now) == Phase::Closed).then_some(Obstacle::TeamsFrozen)
    }
}

fn ended(team: &Team) -> Option<Obstacle> {
    team.ended.as_ref().map(|_| Obstacle::TeamEnded)
}

fn head_count(team: &Team) -> i64 {
    i64::try_from(team.members.len()).unwrap_or(i64::MAX)
}
