//! What somebody is told of in person: on a page of their own and, unless they want no letters, by mail.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Text;
use crate::boards::BoardKind;
use crate::ids::{TeamNumber, UserId};
use crate::zone::Zone;

/// Notifications on one page.
pub const NOTIFICATIONS_PER_PAGE: i64 = 20;

/// What happened, as it is stored. A person stands here by their id alone: their name is looked up when it is read, and goes when they go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// A notice that every team's leader must know.
    RequiredNotice {
        number: i64,
        title: String,
    },
    MemberJoined {
        team: String,
        number: TeamNumber,
        who: UserId,
    },
    MemberLeft {
        team: String,
        number: TeamNumber,
        who: UserId,
    },
    /// You are no longer in the team.
    RemovedFromTeam {
        team: String,
    },
    /// You lead the team now.
    LeadsTeam {
        team: String,
        number: TeamNumber,
    },
    /// The team you lead is idle then, unless something comes of it.
    IdleSoon {
        team: String,
        number: TeamNumber,
        at: DateTime<Utc>,
        /// Members that it is short of: it cannot submit without them.
        #[serde(default)]
        lacks: i64,
    },
    /// The team was idle and is excluded, for what the organizers say where they did it.
    TeamExcluded {
        team: String,
        number: TeamNumber,
        reason: String,
    },
    TeamRestored {
        team: String,
        number: TeamNumber,
    },
    /// Your team is asked for a statement, or has another time for it.
    CaseAsked {
        case: i64,
        team: String,
        until: DateTime<Utc>,
    },
    /// A case of your team is decided, or decided again.
    CaseDecided {
        case: i64,
        team: String,
    },
    /// The time for a team's statement is over: a case is to be decided.
    CaseDeliberates {
        case: i64,
    },
    /// A question waits for an answer of the organizers.
    QuestionAsked {
        number: i64,
        title: String,
    },
    /// The organizers have answered a question that you follow.
    Answered {
        board: BoardKind,
        number: i64,
        title: String,
        comment: i64,
    },
    /// Somebody has commented on a post that you follow.
    Commented {
        board: BoardKind,
        number: i64,
        title: String,
        comment: i64,
    },
    /// What you wrote there is out of sight.
    PostHidden {
        board: BoardKind,
        number: i64,
        reason: String,
    },
    /// Somebody asks the organizers to look at a post or a comment.
    PostReported {
        board: BoardKind,
        number: i64,
        comment: Option<i64>,
    },
    /// You may not write on the boards until then.
    WritingBlocked {
        until: DateTime<Utc>,
        reason: String,
    },
    /// So many applications are to be decided about.
    ApplicationsWait {
        count: i64,
    },
}

/// What letters are turned off by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    RequiredNotices,
    /// Whether one's team takes part.
    Standing,
    Teams,
    /// Of one's own team.
    Cases,
    /// That one decides, or runs the competition of.
    Deliberations,
    /// Of the competitions that one runs.
    Applications,
    /// To the organizers.
    Questions,
    /// That one wrote or follows.
    Posts,
    /// Of posts, to the organizers.
    Reports,
}

impl Topic {
    pub const ALL: [Self; 9] = [
        Self::RequiredNotices,
        Self::Standing,
        Self::Cases,
        Self::Teams,
        Self::Posts,
        Self::Deliberations,
        Self::Applications,
        Self::Questions,
        Self::Reports,
    ];

    /// As it is stored and sent by forms.
    pub fn key(self) -> &'static str {
        match self {
            Self::RequiredNotices => "required_notices",
            Self::Standing => "standing",
            Self::Teams => "teams",
            Self::Cases => "cases",
            Self::Deliberations => "deliberations",
            Self::Applications => "applications",
            Self::Questions => "questions",
            Self::Posts => "posts",
            Self::Reports => "reports",
        }
    }

    /// Whether its letters come whatever is wished.
    pub fn is_required(self) -> bool {
        matches!(self, Self::RequiredNotices | Self::Standing | Self::Cases)
    }
}

impl News {
    pub fn topic(&self) -> Topic {
        match self {
            Self::RequiredNotice { .. } => Topic::RequiredNotices,
            Self::IdleSoon { .. } | Self::TeamExcluded { .. } | Self::TeamRestored { .. } => Topic::Standing,
            Self::MemberJoined { .. }
            | Self::MemberLeft { .. }
            | Self::RemovedFromTeam { .. }
            | Self::LeadsTeam { .. } => Topic::Teams,
            Self::CaseAsked { .. } | Self::CaseDecided { .. } => Topic::Cases,
            Self::CaseDeliberates { .. } => Topic::Deliberations,
            Self::ApplicationsWait { .. } => Topic::Applications,
            Self::QuestionAsked { .. } => Topic::Questions,
            Self::PostReported { .. } => Topic::Reports,
            Self::Answered { .. } | Self::Commented { .. } | Self::PostHidden { .. } | Self::WritingBlocked { .. } => {
                Topic::Posts
            }
        }
    }

    /// Of whom it tells, beside the reader.
    pub fn who(&self) -> Option<UserId> {
        match self {
            Self::MemberJoined { who, .. } | Self::MemberLeft { who, .. } => Some(*who),
            Self::RequiredNotice { .. }
            | Self::RemovedFromTeam { .. }
            | Self::LeadsTeam { .. }
            | Self::IdleSoon { .. }
            | Self::TeamExcluded { .. }
            | Self::TeamRestored { .. }
            | Self::CaseAsked { .. }
            | Self::CaseDecided { .. }
            | Self::CaseDeliberates { .. }
            | Self::ApplicationsWait { .. }
            | Self::QuestionAsked { .. }
            | Self::Answered { .. }
            | Self::Commented { .. }
            | Self::PostHidden { .. }
            | Self::PostReported { .. }
            | Self::WritingBlocked { .. } => None,
        }
    }
}

/// One notification of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub seq: i64,
    pub news: News,
    pub slug: String,
    pub competition: Text,
    pub zone: Zone,
    /// The name of whom it tells; none where it tells of nobody or of one whose account is gone.
    pub who: Option<String>,
    pub at: DateTime<Utc>,
    pub is_read: bool,
}

/// A page of somebody's notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationPage {
    pub notifications: Vec<Notification>,
    pub unread: i64,
    pub total: i64,
    /// From 1.
    pub page: i64,
    pub pages: i64,
}
