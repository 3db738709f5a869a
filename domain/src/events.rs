//! What happens, and who hears of it: the one answer for live events, notifications and mails.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::{Role, Visit};
use crate::ids::{CompetitionId, LiveSessionId, PostId, StageId, SubmissionId, TeamId, UserId};
use crate::notifications::News;
use crate::submissions::Status;

/// What happened. Scores are never in it: whoever may see them fetches them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    Leaderboard {
        competition: CompetitionId,
        stage: StageId,
        version: i64,
    },
    Notice {
        competition: CompetitionId,
        number: i64,
        title: String,
    },
    /// A session of live questions is another than it was. Whose question or vote it was is never in it.
    Live {
        competition: CompetitionId,
        session: LiveSessionId,
        version: i64,
    },
    Submission {
        competition: CompetitionId,
        team: TeamId,
        id: SubmissionId,
        number: i64,
        status: Status,
    },
    /// What someone is to a competition is another thing than it was: whoever listens as them is asked anew who they are.
    Part {
        user: UserId,
    },
    /// Something that each of an audience is told in person.
    News {
        competition: CompetitionId,
        to: Audience,
        news: News,
        /// Who knows it already.
        by: Option<UserId>,
    },
    /// A person's notifications are others than they were, or are read: whoever shows how many counts again.
    Told {
        user: UserId,
    },
    /// Something was queued for the workers.
    Queued,
    /// There is more in the outbox.
    Said,
    /// Announcements may have been missed: whoever shows something looks for itself.
    LookAgain,
}

impl Event {
    /// Who hears it, and none of what is for the processes themselves.
    pub fn audience(&self) -> Option<Audience> {
        match self {
            Self::Leaderboard { competition, .. }
            | Self::Notice { competition, .. }
            | Self::Live { competition, .. } => Some(Audience::Everyone(*competition)),
            Self::Submission { team, .. } => Some(Audience::Team(*team)),
            Self::Part { user } | Self::Told { user } => Some(Audience::Person(*user)),
            Self::News { to, .. } => Some(*to),
            Self::Queued | Self::Said | Self::LookAgain => None,
        }
    }

    /// Whose version it says, and which, where it says that there is something newer to look at.
    pub fn version(&self) -> Option<(Uuid, i64)> {
        match self {
            Self::Leaderboard { stage, version, .. } => Some((stage.0, *version)),
            Self::Live { session, version, .. } => Some((session.0, *version)),
            _ => None,
        }
    }

    /// Whether it goes through the outbox, so that nobody who comes back misses it. What only says that there is something newer
    /// to look at does not: whoever comes back looks anyway.
    pub fn is_kept(&self) -> bool {
        match self {
            Self::Notice { .. } | Self::Part { .. } | Self::News { .. } => true,
            Self::Submission { status, .. } => status.finished(),
            Self::Leaderboard { .. }
            | Self::Live { .. }
            | Self::Told { .. }
            | Self::Queued
            | Self::Said
            | Self::LookAgain => false,
        }
    }
}

/// All who hear something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whoever looks at the competition, signed in or not.
    Everyone(CompetitionId),
    Participants(CompetitionId),
    /// Of teams that have not ended.
    Leaders(CompetitionId),
    /// Whoever has this role, or one that may do more.
    Role(CompetitionId, Role),
    Team(TeamId),
    Person(UserId),
    /// Of teams that have not ended, who have not read a post.
    LeadersWithout(CompetitionId, PostId),
    /// Who have not read a post.
    ParticipantsWithout(CompetitionId, PostId),
    /// Whoever wants to know of a post's comments, and may read it when they are told.
    Followers(PostId),
    /// Whom a version of a post or a comment, by its id, is the first to name, and who may read it when they are told.
    Mentioned(Uuid, i64),
}

impl fmt::Display for Audience {
    /// As it is stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone(competition) => write!(f, "everyone:{competition}"),
            Self::Participants(competition) => write!(f, "participants:{competition}"),
            Self::Leaders(competition) => write!(f, "leaders:{competition}"),
            Self::Role(competition, role) => write!(f, "role:{competition}:{}", role.key()),
            Self::Team(team) => write!(f, "team:{team}"),
            Self::Person(user) => write!(f, "person:{user}"),
            Self::LeadersWithout(competition, post) => write!(f, "leaders:{competition}:{post}"),
            Self::ParticipantsWithout(competition, post) => write!(f, "participants:{competition}:{post}"),
            Self::Followers(post) => write!(f, "followers:{post}"),
            Self::Mentioned(subject, version) => write!(f, "mentioned:{subject}:{version}"),
        }
    }
}

impl Visit<'_> {
    /// All audiences that the visitor is in, everyone's first.
    pub fn hears(&self) -> Vec<Audience> {
        let competition = self.competition.id;
        let participant = self.takes_part().then_some(Audience::Participants(competition));
        let leads = self.team.filter(|team| self.user == Some(team.leader_id) && team.ended.is_none());
        let leader = leads.map(|_| Audience::Leaders(competition));
        let roles = Role::ALL.into_iter().filter(|role| self.role >= Some(*role));
        [Audience::Everyone(competition)]
            .into_iter()
            .chain(participant)
            .chain(leader)
            .chain(roles.map(|role| Audience::Role(competition, role)))
            .chain(self.team.map(|team| Audience::Team(team.id)))
            .chain(self.user.map(Audience::Person))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_audience_is_stored_under_a_word_of_its_own() {
        let (competition, team, user) = (CompetitionId::random(), TeamId::random(), UserId::random());
        let roles = Role::ALL.map(|role| Audience::Role(competition, role));
        let all = [
            Audience::Everyone(competition),
            Audience::Participants(competition),
            Audience::Leaders(competition),
            Audience::Team(team),
            Audience::Person(user),
            Audience::Followers(PostId::random()),
            Audience::Mentioned(PostId::random().0, 1),
            Audience::LeadersWithout(competition, PostId::random()),
            Audience::ParticipantsWithout(competition, PostId::random()),
        ];
        let words: std::collections::HashSet<_> = all.into_iter().chain(roles).map(|one| one.to_string()).collect();
        assert_eq!(words.len(), 13);
    }
}
