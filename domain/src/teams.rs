//! Teams and their members.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::cases::DISQUALIFIED;
use crate::ids::{CompetitionId, TeamId, TeamNumber, UserId};
use crate::{AppError, ErrorCode, Result};

/// The first public team number of a competition.
pub const FIRST_NUMBER: TeamNumber = 101;
/// Longest team name in characters.
pub const NAME_MAX: usize = 20;
/// Longest message of somebody who asks to join, in characters.
pub const MESSAGE_MAX: usize = 200;
/// Requests to join that somebody may have open in a competition.
pub const REQUESTS_OF_PERSON: i64 = 3;
/// Requests to join that a team may have open.
pub const REQUESTS_TO_TEAM: i64 = 20;
/// Merges that a team may have offered, and as many that it may be offered.
pub const MERGES_MAX: i64 = 3;
/// How a team has ended that has become part of another.
pub const MERGED: &str = "merged";
/// The same of one that was idle, until it is taken back.
pub const EXCLUDED: &str = "excluded";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub competition_id: CompetitionId,
    pub number: TeamNumber,
    pub name: String,
    pub leader_id: UserId,
    pub created_at: DateTime<Utc>,
    /// Set when the team was disqualified, withdrew, was excluded or has become part of another; the word says which.
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

/// An invitation link's code and its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Invitation {
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

impl Member {
    /// Whether their account was deleted; asked of a team with real names, which nobody lacks otherwise.
    pub fn is_gone(&self) -> bool {
        self.name.is_empty()
    }
}

impl Team {
    pub fn member(&self, user: UserId) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user)
    }

    /// Whether it has become part of another team.
    pub fn is_merged(&self) -> bool {
        self.ended.as_deref() == Some(MERGED)
    }

    /// Whether it was idle and is excluded.
    pub fn is_excluded(&self) -> bool {
        self.ended.as_deref() == Some(EXCLUDED)
    }

    /// Whether a case has taken it off the leaderboards. Its place stays its own, for that may be reversed.
    pub fn is_disqualified(&self) -> bool {
        self.ended.as_deref() == Some(DISQUALIFIED)
    }

    /// Refuses what only a member may do.
    pub fn check_member(&self, user: UserId) -> Result<()> {
        self.member(user).map(|_| ()).ok_or(AppError::new(ErrorCode::NotMember))
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
}
