//! The audit record: what was done, by whom, through which door, and what was before and after.

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use crate::access::{Actor, Via};
use crate::ids::{CompetitionId, TeamId, UserId};

/// Entries of a team's history on one page.
pub const PER_PAGE: i64 = 20;

macro_rules! deeds {
    ($($(#[$doc:meta])* $deed:ident = $key:literal,)+) => {
        /// What changes something, of every kind there is. A key is written into records that stay for good: it never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Deed {
            $($(#[$doc])* $deed,)+
        }

        impl Deed {
            pub const ALL: &[Self] = &[$(Self::$deed),+];

            /// As it is recorded.
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$deed => $key,)+
                }
            }
        }
    };
}

deeds! {
    CreateAccount = "account.create",
    SetPublicName = "account.public_name",
    /// Which letters somebody gets.
    SetMailed = "account.mailed",
    /// Which news are marked as new for somebody.
    SetMarked = "account.marked",
    SetProfile = "account.profile",
    /// Somebody has shown that an address is theirs.
    VerifyAddress = "account.verify",
    ChangeAddress = "account.address",
    /// With how many tokens it revoked.
    SetPassword = "account.password",
    LogOutEverywhere = "account.log_out_everywhere",
    /// One of several.
    EndSession = "account.end_session",
    /// Turns it on or off.
    SetSecondFactor = "account.second_factor",
    RenewRecoveryCodes = "account.recovery_codes",
    /// An account at an institution opens this one from now on.
    LinkIdentity = "account.link_identity",
    UnlinkIdentity = "account.unlink_identity",
    /// A recovery code is gone: it stood for the second factor once.
    UseRecoveryCode = "account.recovery_code",
    DeleteAccount = "account.delete",
    /// Nobody gets in by it until it is resumed.
    SuspendAccount = "account.suspend",
    ResumeAccount = "account.resume",
    CreateToken = "token.create",
    RevokeToken = "token.revoke",
    /// Gives, changes or takes a role in a competition.
    SetRole = "role.set",
    /// The address that it waits for is not said: nobody may have an account there.
    InviteToRole = "role.invite",
    WithdrawRoleInvitation = "role.withdraw",
    /// Applies to take part, with where that led.
    JoinCompetition = "participation.join",
    WithdrawApplication = "participation.withdraw",
    /// A place is offered to whoever waits longest.
    OfferPlace = "participation.offer",
    AcceptPlace = "participation.accept",
    /// It was not taken in time.
    LapseOffer = "participation.lapse",
    /// To another version of the rules.
    AgreeToRules = "participation.agree",
    /// Organizers approve, decline, exclude or move in the waitlist.
    DecideApplication = "participation.decide",
    /// Asks addresses, of which the number is said: nobody may have an account there.
    InviteToApply = "participation.invite",
    UninviteToApply = "participation.uninvite",
    CreateTeam = "team.create",
    RenameTeam = "team.rename",
    JoinTeam = "team.join",
    LeaveTeam = "team.leave",
    RemoveMember = "team.remove",
    HandOverTeam = "team.hand_over",
    RenewInvitation = "team.invite",
    /// By mail; the address is not said: nobody may have an account there.
    InviteToTeam = "team.invite_by_mail",
    WithdrawTeamInvitation = "team.withdraw_invitation",
    JoinByLetter = "team.join_by_mail",
    /// Asks to be let into a team, which has it not in its history.
    AskToJoin = "team.ask",
    WithdrawRequest = "team.withdraw_request",
    AcceptRequest = "team.accept_request",
    RefuseRequest = "team.refuse_request",
    OfferMerge = "team.offer_merge",
    WithdrawMerge = "team.withdraw_merge",
    RefuseMerge = "team.refuse_merge",
    /// Of the team that stays and of the one that ends in it.
    MergeTeams = "team.merge",
    /// Each member of the team that ended.
    JoinByMerge = "team.join_by_merge",
    /// By an organizer, of the team that they leave and of the one that they enter.
    MoveMember = "team.move",
    /// Changes nothing, but whoever saw the key can submit with it.
    ShowKey = "team.show_key",
    RenewKey = "team.renew_key",
    /// It is told that it is about to be idle.
    WarnIdleTeam = "team.warn_idle",
    ExcludeTeam = "team.exclude",
    UndoExclusion = "team.undo_exclusion",
    /// By a case, or no longer.
    DisqualifyTeam = "team.disqualify",
    RestoreTeam = "team.restore",
    /// Of cases the texts are not in the record, nor is the team: its members read what is done to it.
    OpenCase = "case.open",
    AddEvidence = "case.evidence",
    AskForStatement = "case.ask",
    ExtendStatement = "case.extend",
    GiveStatement = "case.statement",
    /// The time for a statement is over.
    DeliberateCase = "case.deliberate",
    VoteOnCase = "case.vote",
    DecideCase = "case.decide",
    PostNotice = "notice.post",
    /// For a moment to come, or for another one.
    ScheduleNotice = "notice.schedule",
    UnscheduleNotice = "notice.unschedule",
    EditNotice = "notice.edit",
    /// Or unpins it.
    PinNotice = "notice.pin",
    RemoveNotice = "notice.remove",
    /// Tells those again who have not read it.
    RemindOfNotice = "notice.remind",
    /// Which words are only for organizers to write.
    SetUnwantedWords = "boards.words",
    /// Of posts and comments the texts are not in the record.
    RemovePost = "post.remove",
    HidePost = "post.hide",
    ShowPost = "post.show",
    HideComment = "comment.hide",
    ShowComment = "comment.show",
    SettleReports = "report.settle",
    BlockWriter = "board.block",
    UnblockWriter = "board.unblock",
    /// A secret question without its author's name; which one it was is not in the record.
    PublishQuestion = "question.publish",
    /// As the same as another one, or no longer.
    LinkQuestion = "question.link",
    /// A text that organizers answer with.
    SetAnswer = "answer.set",
    RemoveAnswer = "answer.remove",
    /// Of live questions neither texts nor who asked are in the record. Sets a session's title and hours.
    SetLive = "live.set",
    /// Before its hours are over; one that has not begun is taken away.
    CloseLive = "live.close",
    AnswerLive = "live.answer",
    /// As answered aloud, or as open again.
    MarkLive = "live.mark",
    /// Or unpins it.
    PinLive = "live.pin",
    /// Or shows it again.
    HideLive = "live.hide",
    /// It goes on as a question of the board.
    MoveLive = "live.move",
    /// By its first import.
    CreateCompetition = "competition.create",
    ImportCompetition = "competition.import",
    RescoreCompetition = "competition.rescore",
    /// Another token by which a service reports of its teams.
    RenewServiceToken = "competition.renew_service_token",
    RevokeServiceToken = "competition.revoke_service_token",
    /// Puts a job back that was given up.
    RetryJob = "job.retry",
    DropJob = "job.drop",
    ResendLetter = "letter.resend",
}

impl Deed {
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.key() == key)
    }
}

impl Via {
    /// As it is recorded: the door, without what a token may be used for.
    pub fn door(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Password => "password",
            Self::Token(_) => "token",
            Self::Command => "command",
            Self::Timer => "timer",
        }
    }
}

/// A value in what was before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<String>),
    None,
    /// Someone's own: kept where it can be deleted, the record has its salted hash.
    Personal(UserId, String),
}

impl Fact {
    /// A person's text, where there is one.
    pub fn personal(person: UserId, text: Option<&str>) -> Self {
        text.map_or(Self::None, |text| Self::Personal(person, text.to_owned()))
    }
}

macro_rules! facts {
    ($($from:ty: $value:ident => $fact:expr;)+) => {
        $(impl From<$from> for Fact {
            fn from($value: $from) -> Self {
                $fact
            }
        })+
    };
}

facts! {
    &str: text => Self::Text(text.to_owned());
    String: text => Self::Text(text);
    Uuid: id => Self::Text(id.to_string());
    UserId: id => Self::Text(id.to_string());
    DateTime<Utc>: at => Self::Text(moment(at));
    i64: number => Self::Number(number);
    bool: holds => Self::Bool(holds);
    Vec<String>: list => Self::List(list);
}

impl<T: Into<Self>> From<Option<T>> for Fact {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}

/// A moment as it is recorded, to the microsecond.
pub fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Named values, in the order of their names.
pub type Facts = std::collections::BTreeMap<&'static str, Fact>;

/// A deed with whom and what it concerns and what it changed, as it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub deed: Deed,
    pub competition: Option<CompetitionId>,
    pub team: Option<TeamId>,
    /// Whom it was done to; where nobody else is named, the actor themselves.
    pub user: Option<UserId>,
    pub before: Facts,
    pub after: Facts,
}

impl Act {
    fn new(deed: Deed) -> Self {
        let (before, after) = (Facts::new(), Facts::new());
        Self { deed, competition: None, team: None, user: None, before, after }
    }

    /// To an account.
    pub fn of_account(deed: Deed, user: UserId) -> Self {
        Self { user: Some(user), ..Self::new(deed) }
    }

    /// To a job, which may be of no competition.
    pub fn of_job(deed: Deed, competition: Option<CompetitionId>) -> Self {
        Self { competition, ..Self::new(deed) }
    }

    /// To what runs the installation.
    pub fn of_site(deed: Deed) -> Self {
        Self::new(deed)
    }

    /// To a competition.
    pub fn of_competition(deed: Deed, competition: CompetitionId) -> Self {
        Self { competition: Some(competition), ..Self::new(deed) }
    }

    /// To a team: its members see it.
    pub fn of_team(deed: Deed, competition: CompetitionId, team: TeamId) -> Self {
        Self { team: Some(team), ..Self::of_competition(deed, competition) }
    }

    /// Somebody it was done to.
    #[must_use]
    pub fn to(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// Whose part in a competition, or whose being signed in, is another one afterwards: see [`crate::events::Event::Part`].
    pub fn changes_part_of(&self) -> Option<UserId> {
        let changes = matches!(
            self.deed,
            Deed::SetPassword
                | Deed::RevokeToken
                | Deed::LogOutEverywhere
                | Deed::EndSession
                | Deed::SetSecondFactor
                | Deed::UnlinkIdentity
                | Deed::DeleteAccount
                | Deed::SuspendAccount
                | Deed::SetRole
                | Deed::JoinCompetition
                | Deed::WithdrawApplication
                | Deed::AcceptPlace
                | Deed::DecideApplication
                | Deed::CreateTeam
                | Deed::JoinTeam
                | Deed::LeaveTeam
                | Deed::RemoveMember
                | Deed::JoinByLetter
                | Deed::AcceptRequest
                | Deed::JoinByMerge
                | Deed::MoveMember
        );
        self.user.filter(|_| changes)
    }

    /// A value that was, and is no longer.
    #[must_use]
    pub fn before(mut self, name: &'static str, value: impl Into<Fact>) -> Self {
        self.before.insert(name, value.into());
        self
    }

    /// A value that is now.
    #[must_use]
    pub fn after(mut self, name: &'static str, value: impl Into<Fact>) -> Self {
        self.after.insert(name, value.into());
        self
    }
}

/// An act with who did it and when: what becomes an entry once its transaction commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub at: DateTime<Utc>,
    pub actor: Actor,
    pub act: Act,
}

/// Who did something to a team, as its members may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// Somebody who is in the team or was, by their real name; empty where their account is gone.
    Member(String),
    Organizer,
    /// Whoever led another team, which has become one with this.
    OtherTeam,
    /// The operator or the program itself.
    System,
}

/// An entry of a team's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    pub at: DateTime<Utc>,
    pub deed: Deed,
    pub author: Author,
    /// The real name of whom it was done to; empty where nobody is named or their account is gone.
    pub whom: String,
    /// The team's name before and after, where it was given another.
    pub names: Option<(String, String)>,
}

/// A page of a team's history, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    pub entries: Vec<HistoryEntry>,
    pub total: i64,
    pub page: i64,
    pub pages: i64,
}

#[cfg(test)]
mod tests;
