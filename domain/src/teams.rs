//! Teams: members, sizes, and who may do what to a team in which phase of its competition.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::competitions::TeamSize;
use crate::ids::{CompetitionId, TeamId, TeamNumber, UserId};
use crate::stages::Phase;
use crate::{AppError, ErrorCode, Result};

/// The first public team number of a competition.
pub const FIRST_NUMBER: TeamNumber = 101;
/// Longest team name in characters.
pub const NAME_MAX: usize = 20;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub competition_id: CompetitionId,
    pub number: TeamNumber,
    pub name: String,
    pub leader_id: UserId,
    pub created_at: DateTime<Utc>,
    /// Set when the team was disqualified, withdrew or was excluded; the word says which.
    pub ended: Option<String>,
    pub members: Vec<Member>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub user_id: UserId,
    /// The real name, for the own team and organizers; in what strangers see, the public name, empty where there is none.
    pub name: String,
    /// What everyone may call them, where they chose something.
    pub public_name: Option<String>,
    pub affiliation: String,
    pub joined_at: DateTime<Utc>,
    /// Made for this team, dry runs not counted.
    pub submissions: i64,
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

    /// Whether someone who is `role` to the team may do this now. Once the competition is over its teams stay as they are: who won
    /// is who was in the team. Only organizers still put right what has to be.
    pub fn check(self, phase: Phase, role: Role) -> Result<()> {
        match (self, role) {
            (Self::Rename | Self::Remove | Self::HandOver, Role::Organizer) => return Ok(()),
            (Self::Create | Self::Join, Role::Leader | Role::Member) => return Err(ErrorCode::AlreadyInTeam.into()),
            (Self::Create | Self::Join, _) | (_, Role::Leader) | (Self::Leave, Role::Member) => {}
            (Self::Leave, _) => return Err(ErrorCode::NotMember.into()),
            _ => return Err(ErrorCode::NotLeader.into()),
        }
        if phase == Phase::Closed { Err(ErrorCode::TeamsFrozen.into()) } else { Ok(()) }
    }
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

/// An invitation link's code and its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Invitation {
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

impl Team {
    pub fn member(&self, user: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user)
    }

    /// Refuses what only a member may do.
    pub fn check_member(&self, user: UserId) -> Result<()> {
        self.member(user).map(|_| ()).ok_or(AppError::new(ErrorCode::NotMember))
    }

    /// Refuses what only the leader may do.
    pub fn check_leader(&self, user: UserId) -> Result<()> {
        if self.leader_id == user { Ok(()) } else { Err(ErrorCode::NotLeader.into()) }
    }

    pub fn role(&self, user: UserId, is_organizer: bool) -> Role {
        match self.member(user) {
            Some(_) if self.leader_id == user => Role::Leader,
            Some(_) => Role::Member,
            None if is_organizer => Role::Organizer,
            None => Role::Other,
        }
    }

    /// Whether someone who is `role` to this team may do this now.
    pub fn check(&self, action: Action, phase: Phase, role: Role) -> Result<()> {
        action.check(phase, role)?;
        if self.ended.is_some() && role != Role::Organizer { Err(ErrorCode::TeamEnded.into()) } else { Ok(()) }
    }

    /// Refuses that a member parts from the team: of their own will, by the leader or by an organizer. Whoever has submitted is bound
    /// to the team, else a new team would be a new quota; and of a team that has `submitted` somebody must stay to answer for it.
    pub fn check_parting(&self, member: UserId, by: Role, submitted: bool) -> Result<()> {
        let parting = self.member(member).ok_or(AppError::new(ErrorCode::NotFound))?;
        let is_last = self.members.len() == 1;
        if parting.submissions > 0 && by != Role::Organizer {
            return Err(ErrorCode::HasSubmitted.into());
        }
        if is_last && submitted {
            return Err(ErrorCode::LastMember.into());
        }
        if self.leader_id == member && !is_last {
            return Err(ErrorCode::LeaderCannotLeave.into());
        }
        Ok(())
    }

    /// The team as strangers may see it: members by the names they chose for everyone.
    #[must_use]
    pub fn for_strangers(mut self) -> Self {
        for member in &mut self.members {
            member.name = member.public_name.clone().unwrap_or_default();
            member.affiliation.clear();
            member.submissions = 0;
        }
        self
    }

    /// Refuses a submission of a team that is ended or below the competition's minimum.
    pub fn check_ready(&self, size: TeamSize) -> Result<()> {
        if self.ended.is_some() {
            return Err(ErrorCode::TeamEnded.into());
        }
        let have = i64::try_from(self.members.len()).unwrap_or(i64::MAX);
        if have < size.min {
            return Err(AppError::new(ErrorCode::TeamTooSmall).with("have", have).with("min", size.min));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHASES: [Phase; 3] = [Phase::Upcoming, Phase::Open, Phase::Closed];
    const ROLES: [Role; 4] = [Role::Leader, Role::Member, Role::Other, Role::Organizer];

    #[test]
    fn after_the_end_only_organizers_change_a_team_and_never_who_enters_it() {
        for action in Action::ALL {
            for role in ROLES {
                let allowed = action.check(Phase::Closed, role).is_ok();
                let expected =
                    role == Role::Organizer && matches!(action, Action::Rename | Action::Remove | Action::HandOver);
                assert_eq!(allowed, expected, "{action:?} by {role:?}");
                assert_eq!(action.check(Phase::Upcoming, role), action.check(Phase::Open, role));
            }
        }
    }

    #[test]
    fn a_members_own_action_is_to_leave_and_the_rest_is_the_leaders() {
        for phase in PHASES {
            let code = |action: Action, role| action.check(phase, role).err().map(|error| error.code);
            let frozen = (phase == Phase::Closed).then_some(ErrorCode::TeamsFrozen);
            for action in [Action::Rename, Action::Remove, Action::HandOver, Action::RenewInvitation, Action::RenewKey]
            {
                assert_eq!(code(action, Role::Leader), frozen);
                assert_eq!(code(action, Role::Member), Some(ErrorCode::NotLeader));
                assert_eq!(code(action, Role::Other), Some(ErrorCode::NotLeader));
            }
            assert_eq!(code(Action::Leave, Role::Member), frozen);
            assert_eq!(code(Action::Leave, Role::Other), Some(ErrorCode::NotMember));
            assert_eq!(code(Action::Create, Role::Member), Some(ErrorCode::AlreadyInTeam));
            assert_eq!(code(Action::Join, Role::Other), frozen);
        }
    }
}
