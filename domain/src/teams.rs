//! Teams and their members.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
/// Teams of a competition that somebody may have made and left as the last one: their rows stay.
pub const TEAMS_LEFT_MAX: i64 = 20;
/// Merges that a team may have offered, and as many that it may be offered.
pub const MERGES_MAX: i64 = 3;

/// How a team has ended. Its row stays: whoever was in it, and all that was done there, is kept alike however it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamEnd {
    /// By a case. Its place and its name stay its own, for that may be reversed.
    Disqualified,
    /// It was idle, until it is taken back.
    Excluded,
    /// It has become part of another.
    Merged,
    /// Its last member left it, before anything was submitted.
    Withdrawn,
}

impl TeamEnd {
    /// As it is stored.
    pub fn key(self) -> &'static str {
        match self {
            Self::Disqualified => "disqualified",
            Self::Excluded => "excluded",
            Self::Merged => "merged",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// An unknown word says that the team has ended, and no more.
    pub fn from_key(key: &str) -> Self {
        match key {
            "disqualified" => Self::Disqualified,
            "excluded" => Self::Excluded,
            "merged" => Self::Merged,
            _ => Self::Withdrawn,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub competition_id: CompetitionId,
    pub number: TeamNumber,
    pub name: String,
    pub leader_id: UserId,
    pub created_at: DateTime<Utc>,
    pub ended: Option<TeamEnd>,
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
        self.ended == Some(TeamEnd::Merged)
    }

    /// Whether it was idle and is excluded.
    pub fn is_excluded(&self) -> bool {
        self.ended == Some(TeamEnd::Excluded)
    }

    /// Whether a case has taken it off the leaderboards. Its place stays its own, for that may be reversed.
    pub fn is_disqualified(&self) -> bool {
        self.ended == Some(TeamEnd::Disqualified)
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
