//! All that somebody may want to do, and by which tokens.

use super::actor::{Actor, Scope, Via};
use super::obstacles::{Obstacle, Obstacles};

/// What a door must bring along for an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: everyone may, whatever they show.
    Nothing,
    Scope(Scope),
    /// A person in a browser, or the operator.
    Session,
}

/// In a competition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Applies for it, which is all that it takes where the competition is open.
    TakePart,
    /// One's own.
    WithdrawApplication,
    /// The place that is offered.
    AcceptOffer,
    /// Again, to another version of them.
    AgreeToRules,
    /// Files that are not open to everyone.
    ReadData,
    /// The private leaderboard, and what else the results open.
    ReadResults,
    CreateTeam,
    JoinTeam,
    /// Its members by their real names.
    ReadTeam,
    RenameTeam,
    /// A member, by another.
    RemoveMember,
    LeaveTeam,
    HandOver,
    RenewInvitation,
    /// By mail, and taking that back.
    InviteMember,
    /// To be let into the team.
    AskToJoin,
    /// Whether whoever asks is let in.
    AnswerRequests,
    /// Offering, accepting, refusing and taking back that two teams become one.
    MergeTeams,
    /// A member to another team or out of this one, with a reason.
    MoveMember,
    ShowKey,
    RenewKey,
    Submit,
    /// One's own team's, with their files.
    ReadSubmissions,
    /// The rooms of those who run the competition.
    Manage,
    /// Participants' real names, addresses and affiliations.
    ReadAddresses,
    /// The letters that the competition has caused, and sending failed ones again.
    ManageMail,
    /// Sees who applied and what they answered, and decides.
    DecideApplications,
    WriteNotices,
    /// A question, or what one talks about; one's own are theirs to change and to delete.
    WritePosts,
    /// What a team or a person seeks.
    Recruit,
    /// Under a post that they may read.
    Comment,
    /// Reads secret posts, answers in the organizers' name, hides, settles reports, keeps somebody from writing.
    RunBoards,
    /// A live question.
    AskLive,
    /// For live questions, and taking that back.
    VoteLive,
    /// Sets the hours of live questions, answers, pins, hides and marks them, and sees who asked.
    RunLive,
    /// One that is idle, and taking it back.
    ExcludeTeam,
    /// One's own team's, and handing in its statement.
    AnswerCases,
    /// Other teams', with evidence and statements.
    ReadCases,
    /// Where one was asked to.
    VoteOnCases,
    /// Opening, asking for statements, recording decisions.
    ManageCases,
    GiveRoles,
    /// The token by which a service reports of the teams.
    SetServiceToken,
    /// Laying one's own role down.
    LeaveRole,
}

impl Action {
    pub const ALL: [Self; 43] = [
        Self::TakePart,
        Self::WithdrawApplication,
        Self::AcceptOffer,
        Self::AgreeToRules,
        Self::ReadData,
        Self::ReadResults,
        Self::CreateTeam,
        Self::JoinTeam,
        Self::ReadTeam,
        Self::RenameTeam,
        Self::RemoveMember,
        Self::LeaveTeam,
        Self::HandOver,
        Self::RenewInvitation,
        Self::InviteMember,
        Self::AskToJoin,
        Self::AnswerRequests,
        Self::MergeTeams,
        Self::MoveMember,
        Self::ShowKey,
        Self::RenewKey,
        Self::Submit,
        Self::ReadSubmissions,
        Self::Manage,
        Self::ReadAddresses,
        Self::ManageMail,
        Self::DecideApplications,
        Self::WriteNotices,
        Self::WritePosts,
        Self::Recruit,
        Self::Comment,
        Self::RunBoards,
        Self::AskLive,
        Self::VoteLive,
        Self::RunLive,
        Self::ExcludeTeam,
        Self::AnswerCases,
        Self::ReadCases,
        Self::VoteOnCases,
        Self::ManageCases,
        Self::GiveRoles,
        Self::SetServiceToken,
        Self::LeaveRole,
    ];

    pub fn needs(self) -> Needs {
        match self {
            Self::ReadResults => Needs::Nothing,
            Self::ReadData | Self::ReadTeam | Self::ReadSubmissions => Needs::Scope(Scope::Read),
            Self::Submit => Needs::Scope(Scope::Submit),
            Self::Manage | Self::WriteNotices => Needs::Scope(Scope::Organize),
            Self::TakePart
            | Self::WithdrawApplication
            | Self::AcceptOffer
            | Self::AgreeToRules
            | Self::ReadAddresses
            | Self::ManageMail
            | Self::DecideApplications
            | Self::CreateTeam
            | Self::JoinTeam
            | Self::RenameTeam
            | Self::RemoveMember
            | Self::LeaveTeam
            | Self::HandOver
            | Self::RenewInvitation
            | Self::InviteMember
            | Self::AskToJoin
            | Self::AnswerRequests
            | Self::MergeTeams
            | Self::MoveMember
            | Self::ShowKey
            | Self::RenewKey
            | Self::WritePosts
            | Self::Recruit
            | Self::Comment
            | Self::RunBoards
            | Self::AskLive
            | Self::VoteLive
            | Self::RunLive
            | Self::ExcludeTeam
            | Self::AnswerCases
            | Self::ReadCases
            | Self::VoteOnCases
            | Self::ManageCases
            | Self::GiveRoles
            | Self::SetServiceToken
            | Self::LeaveRole => Needs::Session,
        }
    }
}

/// Outside of any competition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SiteAction {
    /// One's own, and what one takes part in.
    ReadAccount,
    /// One's own: names, passwords, sessions.
    ChangeAccount,
    /// All that is kept about oneself, in one file.
    TakeData,
    /// One's own.
    ChangeTokens,
    /// How the server fares, from elsewhere than the machine itself.
    ReadMetrics,
    /// Sees everybody's, suspends them, resets second factors.
    ManageAccounts,
    /// Mail and jobs: sees them, puts back what was given up.
    ManageQueue,
    /// Those of the site, which everyone reads.
    WriteSiteNotices,
}

impl SiteAction {
    pub const ALL: [Self; 8] = [
        Self::ReadAccount,
        Self::ChangeAccount,
        Self::TakeData,
        Self::ChangeTokens,
        Self::ReadMetrics,
        Self::ManageAccounts,
        Self::ManageQueue,
        Self::WriteSiteNotices,
    ];

    pub fn needs(self) -> Needs {
        match self {
            Self::ReadAccount | Self::ReadMetrics => Needs::Scope(Scope::Read),
            Self::ChangeAccount
            | Self::TakeData
            | Self::ChangeTokens
            | Self::ManageAccounts
            | Self::ManageQueue
            | Self::WriteSiteNotices => Needs::Session,
        }
    }
}

impl Via {
    /// Why not through this door.
    pub(super) fn refuses(self, needs: Needs) -> Option<Obstacle> {
        let given = match self {
            Self::Session | Self::Command | Self::Timer => return None,
            // Sent along with a request: what a notebook needs.
            Self::Password => [Scope::Read, Scope::Submit].into_iter().collect(),
            Self::Token(scopes) => scopes,
        };
        match needs {
            Needs::Nothing => None,
            Needs::Scope(scope) => (!given.has(scope)).then_some(Obstacle::NoScope(scope)),
            Needs::Session => Some(Obstacle::NotByToken),
        }
    }
}

impl Actor {
    /// Whether the door that they came by lets such an action through at all.
    ///
    /// # Errors
    /// `NotByToken`, `NoScope`.
    pub fn by_door(&self, action: Action) -> Result<(), Obstacle> {
        self.via.refuses(action.needs()).map_or(Ok(()), Err)
    }

    /// All that stands in the way of something outside of competitions.
    pub fn may(&self, action: SiteAction) -> Obstacles {
        let nobody = (self.user.is_none() && self.via == Via::Session).then_some(Obstacle::NotSignedIn);
        let is_admin = self.via == Via::Command || self.user.as_ref().is_some_and(|user| user.is_admin);
        let for_admins = matches!(
            action,
            SiteAction::ReadMetrics
                | SiteAction::ManageAccounts
                | SiteAction::ManageQueue
                | SiteAction::WriteSiteNotices
        );
        let refused = (for_admins && !is_admin).then_some(Obstacle::NotAdmin);
        let bare = is_admin && self.user.as_ref().is_some_and(|user| user.needs_factor);
        let bare = (for_admins && bare).then_some(Obstacle::NeedsFactor);
        [self.via.refuses(action.needs()), nobody, refused, bare].into_iter().collect()
    }
}
