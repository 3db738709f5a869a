//! What someone is to a competition that they help to run, and to a team.

use serde::{Deserialize, Serialize};

/// Of a competition. Each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees what organizers see but for what is personal (answers, cases), and changes nothing.
    Viewer,
    /// Decides cases.
    Judge,
    Organizer,
    /// Gives roles and takes them back.
    Owner,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Judge, Self::Organizer, Self::Owner];

    /// As it is stored and typed on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Judge => "judge",
            Self::Organizer => "organizer",
            Self::Owner => "owner",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

/// Of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamRole {
    Leader,
    Member,
    Other,
    /// Of the competition, and not in the team: nobody decides as an organizer about a team of their own.
    Organizer,
}
