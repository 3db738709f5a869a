//! The kinds of boards and what makes each of them what it is: a new kind is a row here, its words and, where it has one, its form.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::recruiting::{BY_PERSON, BY_TEAM};
use crate::access::Action;
use crate::ids::CompetitionId;

/// Whose a board is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoardOf {
    /// Everybody's here: it has notices alone, which administrators write.
    Site,
    Competition(CompetitionId),
}

impl From<CompetitionId> for BoardOf {
    fn from(competition: CompetitionId) -> Self {
        Self::Competition(competition)
    }
}

/// What notices of the site are about, by the keys of the words.
pub const SITE_CATEGORIES: &[&str] = &["maintenance", "feature", "terms"];

/// What a board is for. Every competition has one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoardKind {
    Notice,
    Qna,
    Talk,
    Recruit,
}

/// The rules of a kind.
#[derive(Debug, Clone, Copy)]
struct BoardRules {
    /// As it is stored and stands in addresses.
    key: &'static str,
    /// What whoever writes a post does.
    writes: Action,
    /// Whether a post may be for its author's team and the organizers alone.
    has_secrets: bool,
    /// Whether posts wait for an official answer.
    has_answers: bool,
    /// What posts are about, by the keys of the words; one may be about none.
    categories: &'static [&'static str],
}

const NOTICE: BoardRules = BoardRules {
    key: "notice",
    writes: Action::WriteNotices,
    has_secrets: false,
    has_answers: false,
    categories: &["schedule", "data", "evaluation", "rules", "system"],
};
const QNA: BoardRules = BoardRules {
    key: "qna",
    writes: Action::WritePosts,
    has_secrets: true,
    has_answers: true,
    categories: &["schedule", "data", "evaluation", "rules", "submission", "team", "system"],
};
const TALK: BoardRules = BoardRules {
    key: "talk",
    writes: Action::WritePosts,
    has_secrets: false,
    has_answers: false,
    categories: &["share", "review", "chat"],
};
const RECRUIT: BoardRules = BoardRules {
    key: "recruit",
    writes: Action::Recruit,
    has_secrets: false,
    has_answers: false,
    categories: &[BY_TEAM, BY_PERSON],
};

impl BoardKind {
    pub const ALL: [Self; 4] = [Self::Notice, Self::Qna, Self::Talk, Self::Recruit];

    fn rules(self) -> BoardRules {
        match self {
            Self::Notice => NOTICE,
            Self::Qna => QNA,
            Self::Talk => TALK,
            Self::Recruit => RECRUIT,
        }
    }

    /// As it is stored and stands in addresses.
    pub fn key(self) -> &'static str {
        self.rules().key
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// What whoever writes a post does.
    pub fn writes(self) -> Action {
        self.rules().writes
    }

    /// Whether a post may be for its author's team and the organizers alone.
    pub fn has_secrets(self) -> bool {
        self.rules().has_secrets
    }

    /// Whether posts wait for an official answer.
    pub fn has_answers(self) -> bool {
        self.rules().has_answers
    }

    /// Whether what posts said before they were changed is for everyone: what organizers have announced is theirs to change, not to unsay.
    pub fn shows_history(self) -> bool {
        self == Self::Notice
    }

    /// Whether posts have a card that says who is sought ([`super::recruiting`]).
    pub fn has_cards(self) -> bool {
        self == Self::Recruit
    }

    /// What posts are about, by the keys of the words.
    pub fn categories(self) -> &'static [&'static str] {
        self.rules().categories
    }
}

impl fmt::Display for BoardKind {
    /// As it stands in addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_key_alone() {
        for kind in BoardKind::ALL {
            assert_eq!(BoardKind::from_key(kind.key()), Some(kind));
        }
        assert_eq!(BoardKind::from_key("notices"), None);
    }
}
