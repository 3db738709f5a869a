//! What somebody thinks of a post or a comment, without a word.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A reaction: each person gives each of them once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    Helpful,
    Thanks,
    Congratulations,
    /// The reader would like to know too.
    Curious,
}

impl Reaction {
    /// In the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Helpful, Self::Thanks, Self::Congratulations, Self::Curious];

    /// As it is stored and sent by forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Helpful => "helpful",
            Self::Thanks => "thanks",
            Self::Congratulations => "congratulations",
            Self::Curious => "curious",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reaction| reaction.key() == key)
    }
}

/// How many have given a reaction to a post or a comment, and whether the reader is one of them. Who the others are nobody learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct ReactionCount {
    /// The post's or the comment's id.
    pub subject: Uuid,
    pub kind: Reaction,
    pub count: i64,
    pub mine: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reaction_is_known_by_its_key_alone() {
        for reaction in Reaction::ALL {
            assert_eq!(Reaction::from_key(reaction.key()), Some(reaction));
        }
        assert_eq!(Reaction::from_key("hate"), None);
    }
}
