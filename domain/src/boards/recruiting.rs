//! Cards of recruiting posts: whom a team or a person seeks. Whether a card is open is worked out when it is read, so that it closes by
//! itself.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::access::Obstacle;
use crate::competitions::Competition;
use crate::ids::{PostId, TeamId, TeamNumber, UserId};

/// The category of a team that seeks people.
pub const BY_TEAM: &str = "team_seeks";
/// The category of a person who seeks a team.
pub const BY_PERSON: &str = "person_seeks";

/// What somebody can do in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecruitRole {
    Modeling,
    /// Medical imaging.
    Imaging,
    Data,
    Statistics,
    /// Knowing what the data mean at the bedside.
    Clinical,
    Engineering,
    Writing,
}

impl RecruitRole {
    pub const ALL: [Self; 7] =
        [Self::Modeling, Self::Imaging, Self::Data, Self::Statistics, Self::Clinical, Self::Engineering, Self::Writing];

    /// As it is stored and stands in forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::Modeling => "modeling",
            Self::Imaging => "imaging",
            Self::Data => "data",
            Self::Statistics => "statistics",
            Self::Clinical => "clinical",
            Self::Engineering => "engineering",
            Self::Writing => "writing",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// Those of these keys that there are.
    pub fn among<'a>(keys: impl IntoIterator<Item = &'a str>) -> BTreeSet<Self> {
        keys.into_iter().filter_map(Self::from_key).collect()
    }

    /// The keys of several, as they are stored.
    pub fn keys(roles: &BTreeSet<Self>) -> String {
        roles.iter().map(|role| role.key()).collect::<Vec<_>>().join(" ")
    }
}

/// Who seeks whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeker {
    Team {
        id: TeamId,
        number: TeamNumber,
        name: String,
        leader: UserId,
        members: i64,
        ended: bool,
    },
    /// The post's author.
    Person {
        user: UserId,
        has_team: bool,
        takes_part: bool,
    },
}

/// A recruiting post's card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecruitCard {
    pub post: PostId,
    pub seeker: Seeker,
    /// Wanted by a team, offered by a person.
    pub roles: BTreeSet<RecruitRole>,
    pub closed_at: Option<DateTime<Utc>>,
    /// Its post is out of sight.
    pub hidden: bool,
}

/// Why a card is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardClosed {
    ByHand,
    Hidden,
    /// Nobody could be let in, or whoever seeks has found.
    Because(Obstacle),
}

impl RecruitCard {
    /// Why it is closed, if it is: what nobody can change first. The database asks the same of a list of open ones
    /// (`storage::boards`).
    pub fn closed(&self, competition: &Competition, now: DateTime<Utc>) -> Option<CardClosed> {
        if self.hidden {
            return Some(CardClosed::Hidden);
        }
        let found = match &self.seeker {
            Seeker::Team { members, ended, .. } => {
                competition.takes_in(*ended, *members, now).into_iter().flatten().next()
            }
            Seeker::Person { takes_part: false, .. } => Some(Obstacle::NotParticipant),
            Seeker::Person { has_team, .. } => has_team.then_some(Obstacle::InTeam),
        };
        let obstacle = competition.recruits(now).err().or(found);
        obstacle.map(CardClosed::Because).or(self.closed_at.map(|_| CardClosed::ByHand))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_known_by_its_key_and_what_is_none_is_left_out() {
        let all = BTreeSet::from(RecruitRole::ALL);
        assert_eq!(RecruitRole::among(RecruitRole::keys(&all).split(' ')), all);
        assert!(RecruitRole::among(["", "wizard"]).is_empty());
    }
}
