//! Why not.

use chrono::{DateTime, Utc};

use super::actor::Scope;
use super::roles::Role;
use crate::{AppError, ErrorCode};

/// Why not. In this order: what the reader can do something about first, what nobody can change last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// Whatever the token's scopes.
    NotByToken,
    /// The token that was shown has not this scope.
    NoScope(Scope),
    NotSignedIn,
    /// They have not shown yet that their e-mail address is theirs.
    NotVerified,
    NotAdmin,
    /// A second factor is required of whoever does that, and they have none.
    NeedsFactor,
    /// They have no role in the competition, or one that is less than this.
    NoRole(Role),
    /// They are the only owner.
    LastOwner,
    /// The competition is for addresses of other domains.
    OtherDomain,
    /// The competition is for whom its organizers have asked.
    InvitationOnly,
    /// They do not take part.
    NotParticipant,
    /// They have applied for nothing that could be withdrawn.
    NotApplied,
    /// No place is offered to them.
    NoOffer,
    /// The place was kept until then.
    OfferLapsed {
        at: DateTime<Utc>,
    },
    /// They are in no team; without taking part they cannot be.
    NoTeam {
        takes_part: bool,
    },
    /// They are not in this team.
    NotMember,
    NotLeader,
    /// Who is to part is not in the team.
    NoSuchMember,
    /// Others are in the team that they lead.
    LeaderCannotLeave,
    /// Somebody must stay to answer for what the team has submitted.
    LastMember,
    /// Whoever has submitted is bound to the team, else a new team would be a new quota.
    HasSubmitted,
    TooSmall {
        have: i64,
        min: i64,
    },
    Full {
        max: i64,
    },
    /// Organizers have ended their taking part.
    Excluded,
    /// All places are taken.
    NoPlace,
    /// The team was disqualified, withdrew or was excluded.
    TeamEnded,
    /// Teams merged until then.
    MergesClosed {
        at: DateTime<Utc>,
    },
    /// The competition is over: who won is who was in the team.
    TeamsFrozen,
    /// The organizers keep them from writing on the boards until then.
    Blocked {
        until: DateTime<Utc>,
    },
    /// Submissions are taken from then on.
    NotOpen {
        at: DateTime<Utc>,
    },
    /// The last of them were taken until then.
    Closed {
        at: DateTime<Utc>,
    },
    /// No stage takes submissions.
    NoStage,
    /// From then on, where that is known.
    DataNotOpen {
        at: DateTime<Utc>,
    },
    NotRevealed {
        at: Option<DateTime<Utc>>,
    },
    /// They are in this team or in another.
    InTeam,
    /// Whoever helps to run a competition does not take part in it.
    HasRole,
}

impl From<Obstacle> for AppError {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::NotByToken => ErrorCode::TokenNotAllowed.into(),
            Obstacle::NoScope(scope) => Self::new(ErrorCode::NoScope).with("scope", scope.key()),
            Obstacle::NotSignedIn => ErrorCode::LoginRequired.into(),
            Obstacle::NotVerified => ErrorCode::NotVerified.into(),
            Obstacle::NotAdmin => ErrorCode::Forbidden.into(),
            Obstacle::NeedsFactor => ErrorCode::SecondFactorNeeded.into(),
            Obstacle::NoRole(Role::Owner) => ErrorCode::NotOwner.into(),
            Obstacle::NoRole(_) => ErrorCode::NotOrganizer.into(),
            Obstacle::LastOwner => ErrorCode::LastOwner.into(),
            Obstacle::HasRole => ErrorCode::HasRole.into(),
            Obstacle::DataNotOpen { at } => Self::new(ErrorCode::DataNotOpen).with("at", at.to_rfc3339()),
            Obstacle::NotRevealed { at: Some(at) } => {
                Self::new(ErrorCode::PrivateNotRevealed).with("at", at.to_rfc3339())
            }
            Obstacle::NotRevealed { at: None } => ErrorCode::PrivateNotRevealed.into(),
            Obstacle::OtherDomain => ErrorCode::OtherDomain.into(),
            Obstacle::InvitationOnly => ErrorCode::InvitationOnly.into(),
            Obstacle::NotParticipant => ErrorCode::NotParticipant.into(),
            Obstacle::NotApplied => ErrorCode::NotApplied.into(),
            Obstacle::NoOffer => ErrorCode::NoOffer.into(),
            Obstacle::OfferLapsed { at } => Self::new(ErrorCode::OfferLapsed).with("at", at.to_rfc3339()),
            Obstacle::Excluded => ErrorCode::Excluded.into(),
            Obstacle::NoPlace => ErrorCode::NoPlace.into(),
            Obstacle::NoTeam { .. } | Obstacle::NotMember => ErrorCode::NotMember.into(),
            Obstacle::NotLeader => ErrorCode::NotLeader.into(),
            Obstacle::NoSuchMember => ErrorCode::NotFound.into(),
            Obstacle::LeaderCannotLeave => ErrorCode::LeaderCannotLeave.into(),
            Obstacle::LastMember => ErrorCode::LastMember.into(),
            Obstacle::HasSubmitted => ErrorCode::HasSubmitted.into(),
            Obstacle::TooSmall { have, min } => Self::new(ErrorCode::TeamTooSmall).with("have", have).with("min", min),
            Obstacle::Full { max } => Self::new(ErrorCode::TeamFull).with("max", max),
            Obstacle::TeamEnded => ErrorCode::TeamEnded.into(),
            Obstacle::MergesClosed { at } => Self::new(ErrorCode::MergesClosed).with("at", at.to_rfc3339()),
            Obstacle::TeamsFrozen => ErrorCode::TeamsFrozen.into(),
            Obstacle::Blocked { until } => Self::new(ErrorCode::WritingBlocked).with("at", until.to_rfc3339()),
            Obstacle::NotOpen { at } => Self::new(ErrorCode::StageNotOpen).with("at", at.to_rfc3339()),
            Obstacle::Closed { at } => Self::new(ErrorCode::StageClosed).with("at", at.to_rfc3339()),
            Obstacle::NoStage => ErrorCode::StageClosed.into(),
            Obstacle::InTeam => ErrorCode::AlreadyInTeam.into(),
        }
    }
}

/// All that stands in the way of something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Obstacles(pub(super) Vec<Obstacle>);

impl Obstacles {
    /// Whether there are none, or the one that a request is refused with.
    ///
    /// # Errors
    /// The first.
    pub fn check(&self) -> Result<(), Obstacle> {
        self.0.first().map_or(Ok(()), |first| Err(*first))
    }

    /// Whether there are none, or the one that a page names: nobody is sent to log in for what is over.
    ///
    /// # Errors
    /// The one that the reader can do least about.
    pub fn told(&self) -> Result<(), Obstacle> {
        self.0.iter().max().map_or(Ok(()), |last| Err(*last))
    }
}

impl FromIterator<Option<Obstacle>> for Obstacles {
    fn from_iter<I: IntoIterator<Item = Option<Obstacle>>>(found: I) -> Self {
        Self(found.into_iter().flatten().collect())
    }
}
