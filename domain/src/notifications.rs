//! What somebody is told of in person: on a page of their own and, unless they want no letters, by mail.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Text;
use crate::address;
use crate::boards::BoardKind;
use crate::ids::{TeamNumber, UserId};
use crate::zone::Zone;

/// Notifications on one page.
pub const NOTIFICATIONS_PER_PAGE: i64 = 20;
/// Those that the bell shows.
pub const NOTIFICATIONS_IN_BELL: i64 = 8;

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
    /// A question that you follow is the same as one that was asked before.
    QuestionSame {
        board: BoardKind,
        number: i64,
        title: String,
    },
    /// A post or a comment of it names you or your team. Who wrote it is not said: whoever asked without a name may change their text too.
    Mentioned {
        board: BoardKind,
        number: i64,
        comment: Option<i64>,
        title: String,
    },
    /// A secret question that you follow was published without its author's name.
    QuestionPublished {
        board: BoardKind,
        number: i64,
        title: String,
    },
    /// What you wrote there is out of sight.
    PostHidden {
        board: BoardKind,
        number: i64,
        comment: Option<i64>,
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

/// A kind of news, by which people choose what is marked as new and what is mailed.
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

    /// None where there is no such topic.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.key() == key)
    }

    /// Whether it is marked as new and mailed whatever is wished.
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
            Self::Answered { .. }
            | Self::Commented { .. }
            | Self::QuestionSame { .. }
            | Self::QuestionPublished { .. }
            | Self::Mentioned { .. }
            | Self::PostHidden { .. }
            | Self::WritingBlocked { .. } => Topic::Posts,
        }
    }

    /// The page that it leads to, in the competition of this slug: whoever opens that page has read it.
    pub fn page(&self, slug: &str) -> String {
        match self {
            Self::RequiredNotice { number, .. } => address::post(slug, BoardKind::Notice, number),
            Self::MemberJoined { .. }
            | Self::MemberLeft { .. }
            | Self::RemovedFromTeam { .. }
            | Self::LeadsTeam { .. }
            | Self::IdleSoon { .. }
            | Self::TeamExcluded { .. }
            | Self::TeamRestored { .. } => address::team(slug),
            Self::CaseAsked { case, .. } | Self::CaseDecided { case, .. } => address::case(slug, case),
            Self::CaseDeliberates { case } => address::manage_case(slug, case),
            Self::ApplicationsWait { .. } => address::manage_applications(slug),
            Self::QuestionAsked { number, .. } => address::post(slug, BoardKind::Qna, number),
            Self::Answered { board, number, comment, .. }
            | Self::Commented { board, number, comment, .. }
            | Self::Mentioned { board, number, comment: Some(comment), .. }
            | Self::PostHidden { board, number, comment: Some(comment), .. } => {
                address::comment(slug, board, number, comment)
            }
            Self::Mentioned { board, number, .. }
            | Self::PostHidden { board, number, .. }
            | Self::QuestionSame { board, number, .. }
            | Self::QuestionPublished { board, number, .. } => address::post(slug, board, number),
            Self::PostReported { .. } => address::manage_boards(slug),
            Self::WritingBlocked { .. } => address::board(slug, BoardKind::Talk),
        }
    }

    /// The post of a board that it tells of, and its title of then.
    pub fn post_mut(&mut self) -> Option<(BoardKind, i64, &mut String)> {
        match self {
            Self::QuestionAsked { number, title } => Some((BoardKind::Qna, *number, title)),
            Self::Answered { board, number, title, .. }
            | Self::Commented { board, number, title, .. }
            | Self::QuestionSame { board, number, title }
            | Self::QuestionPublished { board, number, title }
            | Self::Mentioned { board, number, title, .. } => Some((*board, *number, title)),
            _ => None,
        }
    }

    /// The post, or the comment of it, that is new: whom it names is told of that alone.
    pub fn new_text(&self) -> Option<(BoardKind, i64, Option<i64>)> {
        match self {
            Self::QuestionAsked { number, .. } => Some((BoardKind::Qna, *number, None)),
            Self::Answered { board, number, comment, .. } | Self::Commented { board, number, comment, .. } => {
                Some((*board, *number, Some(*comment)))
            }
            _ => None,
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
            | Self::QuestionSame { .. }
            | Self::QuestionPublished { .. }
            | Self::Mentioned { .. }
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

/// Which of somebody's notifications are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    pub only_unread: bool,
    /// The slug of a competition; of every one where it is empty.
    pub competition: String,
}

/// A page of somebody's notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationPage {
    pub notifications: Vec<Notification>,
    /// Of the competition that is asked for.
    pub unread: i64,
    /// On all pages.
    pub total: i64,
    /// Slugs and titles of all competitions that the person was told of.
    pub competitions: Vec<(String, Text)>,
    /// From 1.
    pub page: i64,
    pub pages: i64,
}
