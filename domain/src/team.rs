//! Teams: names, sizes, members.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::competition::TeamSize;
use crate::ids::{CompetitionId, TeamId, TeamNumber, UserId};
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
    pub name: String,
    pub affiliation: String,
    pub joined_at: DateTime<Utc>,
    pub submissions: i64,
}

/// An invitation link's code and its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A team name with single spaces, or why it cannot be one: 2 to 20 characters, no control characters.
pub fn tidy_name(name: &str) -> Result<String> {
    let tidy = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = tidy.chars().count();
    if !(2..=NAME_MAX).contains(&length) || tidy.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(AppError::field("name", "team_name"));
    }
    Ok(tidy)
}

/// What two names are compared by: lower case, without spaces, so that `한빛 AI` and `한빛ai` are the same name.
pub fn name_key(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Zero-width and direction-changing characters, with which one name could pass for another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{3164}' | '\u{115F}' | '\u{1160}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_only_in_case_and_spaces_are_the_same() {
        assert_eq!(name_key("한빛 AI"), name_key("한빛ai"));
    }

    #[test]
    fn a_name_of_invisible_characters_is_refused() {
        assert!(tidy_name("\u{200B}\u{200B}").is_err());
        assert!(tidy_name("가람\u{202E}").is_err());
        assert_eq!(tidy_name("  두번째   소견 ").unwrap(), "두번째 소견");
        assert!(tidy_name("가").is_err());
    }
}
