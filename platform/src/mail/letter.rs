//! What a letter says: a variant a template, with the values that the template has places for.

mod values;

use chrono::{DateTime, Utc};
use domain::zone::Zone;
use domain::{Locale, address};
use scoring::Text;
use serde::{Deserialize, Serialize};

/// A letter as it waits to be sent. Nothing in it is secret: the key of a link is made when the letter is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// To an operator: the settings are right.
    Test {
        at: DateTime<Utc>,
    },
    /// Asks whoever reads an address whether it is theirs. It repeats nothing that somebody typed, for it may go to a stranger.
    VerifyAddress {
        page: String,
        until: DateTime<Utc>,
    },
    /// Leads to a new password.
    ResetPassword {
        page: String,
        until: DateTime<Utc>,
    },
    /// To the old address and, as a letter of its own, to the new one.
    AddressChanged {
        address: String,
        at: DateTime<Utc>,
    },
    /// To an owner: a door of the account is another one.
    AccountSecurity {
        page: String,
        change: SecurityChange,
        at: DateTime<Utc>,
    },
    /// To an owner whom nobody lets in by the account until it is resumed.
    AccountSuspended {
        reason: String,
    },
    AccountResumed {
        page: String,
    },
    /// Invites to a role, by its key.
    RoleInvitation {
        page: String,
        until: DateTime<Utc>,
        zone: Zone,
        competition: Text,
        role: String,
        inviter: String,
    },
    /// Invites into a team, by its key: whoever has the letter enters once.
    TeamInvitation {
        page: String,
        until: DateTime<Utc>,
        zone: Zone,
        competition: Text,
        team: String,
        inviter: String,
    },
    /// A place that has become free is kept for a while.
    PlaceOffered {
        page: String,
        until: DateTime<Utc>,
        zone: Zone,
        competition: Text,
    },
    /// They take part.
    ApplicationApproved {
        page: String,
        competition: Text,
    },
    /// They will, once there is a place.
    ApplicationWaits {
        page: String,
        competition: Text,
    },
    ApplicationDeclined {
        page: String,
        competition: Text,
        reason: String,
    },
    /// They take part no longer.
    ParticipationEnded {
        page: String,
        competition: Text,
        reason: String,
    },
    /// Asks to apply.
    ApplicationInvitation {
        page: String,
        competition: Text,
    },
    /// A notice that every team's leader must know.
    RequiredNotice {
        page: String,
        competition: Text,
        title: String,
    },
    /// To the organizers: a question waits for an answer.
    QuestionAsked {
        page: String,
        competition: Text,
        title: String,
    },
    /// To whoever follows a question.
    PostAnswered {
        page: String,
        competition: Text,
        title: String,
    },
    /// To whoever follows a post.
    PostCommented {
        page: String,
        competition: Text,
        title: String,
    },
    /// To whoever follows a question that is the same as another one.
    QuestionSame {
        page: String,
        competition: Text,
        title: String,
    },
    /// To whoever is named in a post or a comment.
    PostMentioned {
        page: String,
        competition: Text,
        title: String,
    },
    /// To whoever follows a secret question that was published without a name.
    QuestionPublished {
        page: String,
        competition: Text,
        title: String,
    },
    /// To whom another took out of a team.
    RemovedFromTeam {
        page: String,
        competition: Text,
        team: String,
    },
    /// To a team's new leader.
    LeadsTeam {
        page: String,
        competition: Text,
        team: String,
    },
    /// To the leader of a team of which nothing comes: it is idle then.
    TeamIdleSoon {
        page: String,
        zone: Zone,
        competition: Text,
        team: String,
        at: DateTime<Utc>,
        /// Members that it is short of.
        #[serde(default)]
        lacks: i64,
    },
    /// To the members of a team that was idle; nobody may have given a reason.
    TeamExcluded {
        page: String,
        competition: Text,
        team: String,
        reason: String,
    },
    /// To its members, once it is taken back.
    TeamRestored {
        page: String,
        competition: Text,
        team: String,
    },
    /// Asks a team for its statement. What it is suspected of stands on the page alone.
    CaseAsked {
        page: String,
        until: DateTime<Utc>,
        zone: Zone,
        competition: Text,
        team: String,
    },
    /// To the team; how it was decided stands on the page alone.
    CaseDecided {
        page: String,
        competition: Text,
        team: String,
    },
    /// To judges and organizers.
    CaseDeliberates {
        page: String,
        competition: Text,
    },
    /// To organizers: so many applications are to be decided about.
    ApplicationsWait {
        page: String,
        competition: Text,
        count: i64,
    },
}

/// What became of the doors of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityChange {
    Password,
    PasswordReset,
    SecondFactorOn,
    SecondFactorOff,
    RecoveryCodeUsed,
    RecoveryCodesRenewed,
    InstitutionLinked,
    InstitutionUnlinked,
}

/// A letter's texts.
pub(super) struct Template {
    pub(super) name: &'static str,
    ko: &'static str,
    en: &'static str,
}

impl Template {
    pub(super) fn text(&self, locale: Locale) -> &'static str {
        match locale {
            Locale::Ko => self.ko,
            Locale::En => self.en,
        }
    }
}

macro_rules! template {
    ($name:literal) => {
        Template {
            name: $name,
            ko: include_str!(concat!("templates/", $name, ".ko.md")),
            en: include_str!(concat!("templates/", $name, ".en.md")),
        }
    };
}

/// Where a letter's button leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link<'a> {
    /// A page of ours, which is opened with a key that this letter alone has.
    Keyed { page: &'a str, until: DateTime<Utc> },
    /// A page of ours as it is.
    Page(&'a str),
}

/// A value's name in the templates, and the value.
pub(super) type Value = (&'static str, String);

impl Letter {
    /// [`Self::kind`] of an invitation to a role.
    pub const ROLE_INVITATION: &str = "role_invitation";
    /// The same of what asks whether an address is the reader's.
    pub const VERIFY_ADDRESS: &str = "verify_address";
    /// The same of what leads to a new password. It is written for any address that somebody types, and sent to those alone that an
    /// account has.
    pub const RESET_PASSWORD: &str = "reset_password";
    /// [`Self::kind`] of an invitation into a team.
    pub const TEAM_INVITATION: &str = "team_invitation";
    /// The kinds of all letters that a competition causes.
    pub const OF_COMPETITIONS: [&str; 24] = [
        Self::ROLE_INVITATION,
        Self::TEAM_INVITATION,
        "application_invitation",
        "application_approved",
        "application_waits",
        "application_declined",
        "applications_wait",
        "place_offered",
        "participation_ended",
        "required_notice",
        "question_asked",
        "post_answered",
        "post_commented",
        "question_same",
        "question_published",
        "post_mentioned",
        "removed_from_team",
        "leads_team",
        "team_idle_soon",
        "team_excluded",
        "team_restored",
        "case_asked",
        "case_decided",
        "case_deliberates",
    ];
    /// Those of letters about an account, and of the one that tries the settings.
    pub const OF_ACCOUNTS: [&str; 7] = [
        "test",
        "verify_address",
        Self::RESET_PASSWORD,
        "address_changed",
        "account_security",
        "account_suspended",
        "account_resumed",
    ];
    /// Those of letters about cases, of which as few know as decide.
    pub const OF_CASES: [&str; 3] = ["case_asked", "case_decided", "case_deliberates"];

    pub(super) fn template(&self) -> Template {
        match self {
            Self::Test { .. } => template!("test"),
            Self::VerifyAddress { .. } => template!("verify_address"),
            Self::ResetPassword { .. } => template!("reset_password"),
            Self::AddressChanged { .. } => template!("address_changed"),
            Self::AccountSecurity { .. } => template!("account_security"),
            Self::AccountSuspended { .. } => template!("account_suspended"),
            Self::AccountResumed { .. } => template!("account_resumed"),
            Self::RoleInvitation { .. } => template!("role_invitation"),
            Self::TeamInvitation { .. } => template!("team_invitation"),
            Self::RequiredNotice { .. } => template!("required_notice"),
            Self::QuestionAsked { .. } => template!("question_asked"),
            Self::PostAnswered { .. } => template!("post_answered"),
            Self::PostCommented { .. } => template!("post_commented"),
            Self::QuestionSame { .. } => template!("question_same"),
            Self::QuestionPublished { .. } => template!("question_published"),
            Self::PostMentioned { .. } => template!("post_mentioned"),
            Self::RemovedFromTeam { .. } => template!("removed_from_team"),
            Self::LeadsTeam { .. } => template!("leads_team"),
            Self::TeamIdleSoon { .. } => template!("team_idle_soon"),
            Self::TeamExcluded { .. } => template!("team_excluded"),
            Self::TeamRestored { .. } => template!("team_restored"),
            Self::CaseAsked { .. } => template!("case_asked"),
            Self::CaseDecided { .. } => template!("case_decided"),
            Self::CaseDeliberates { .. } => template!("case_deliberates"),
            Self::ApplicationsWait { .. } => template!("applications_wait"),
            Self::PlaceOffered { .. } => template!("place_offered"),
            Self::ApplicationApproved { .. } => template!("application_approved"),
            Self::ApplicationWaits { .. } => template!("application_waits"),
            Self::ApplicationDeclined { .. } => template!("application_declined"),
            Self::ParticipationEnded { .. } => template!("participation_ended"),
            Self::ApplicationInvitation { .. } => template!("application_invitation"),
        }
    }

    /// The kind's name, as rows, lists and logs have it.
    pub fn kind(&self) -> &'static str {
        self.template().name
    }

    pub(super) fn link(&self) -> Option<Link<'_>> {
        match self {
            Self::VerifyAddress { page, until }
            | Self::ResetPassword { page, until }
            | Self::RoleInvitation { page, until, .. }
            | Self::TeamInvitation { page, until, .. } => Some(Link::Keyed { page, until: *until }),
            Self::AccountSecurity { page, .. }
            | Self::AccountResumed { page }
            | Self::RequiredNotice { page, .. }
            | Self::QuestionAsked { page, .. }
            | Self::PostAnswered { page, .. }
            | Self::PostCommented { page, .. }
            | Self::QuestionSame { page, .. }
            | Self::QuestionPublished { page, .. }
            | Self::PostMentioned { page, .. }
            | Self::RemovedFromTeam { page, .. }
            | Self::LeadsTeam { page, .. }
            | Self::TeamIdleSoon { page, .. }
            | Self::TeamExcluded { page, .. }
            | Self::TeamRestored { page, .. }
            | Self::CaseAsked { page, .. }
            | Self::CaseDecided { page, .. }
            | Self::CaseDeliberates { page, .. }
            | Self::ApplicationsWait { page, .. }
            | Self::PlaceOffered { page, .. }
            | Self::ApplicationApproved { page, .. }
            | Self::ApplicationWaits { page, .. }
            | Self::ApplicationDeclined { page, .. }
            | Self::ParticipationEnded { page, .. }
            | Self::ApplicationInvitation { page, .. } => Some(Link::Page(page)),
            Self::Test { .. } | Self::AddressChanged { .. } | Self::AccountSuspended { .. } => None,
        }
    }

    /// Whether what it says is over: nobody is told of a place or of a deadline that there was.
    pub(super) fn is_late(&self, now: DateTime<Utc>) -> bool {
        let until = match self {
            Self::PlaceOffered { until, .. } | Self::CaseAsked { until, .. } | Self::TeamIdleSoon { at: until, .. } => {
                Some(*until)
            }
            letter => match letter.link() {
                Some(Link::Keyed { until, .. }) => Some(until),
                _ => None,
            },
        };
        until.is_some_and(|until| until <= now)
    }

    /// The page on which whoever gets such letters turns them off; `None` for those that nobody may.
    pub(super) fn unsubscribe(&self) -> Option<&'static str> {
        let may = matches!(
            self,
            Self::RemovedFromTeam { .. }
                | Self::QuestionAsked { .. }
                | Self::PostAnswered { .. }
                | Self::PostCommented { .. }
                | Self::QuestionSame { .. }
                | Self::QuestionPublished { .. }
                | Self::PostMentioned { .. }
                | Self::LeadsTeam { .. }
                | Self::CaseDeliberates { .. }
                | Self::ApplicationsWait { .. }
        );
        may.then_some(address::NOTIFICATIONS)
    }
}

impl Link<'_> {
    /// The whole address; the key is a field of the query, which no log of ours has.
    pub(super) fn address(self, base_url: &str, key: Option<&str>) -> String {
        let page = match self {
            Self::Keyed { page, .. } => address::asking(page, &[("key", key.unwrap_or_default())]),
            Self::Page(page) => page.to_owned(),
        };
        format!("{base_url}{page}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_in_the_query_and_a_page_as_it_is() {
        let until = DateTime::UNIX_EPOCH;
        let keyed = Link::Keyed { page: "/reset", until };
        assert_eq!(keyed.address("https://madang.kr", Some("abc")), "https://madang.kr/reset?key=abc");
        assert_eq!(
            Link::Page("/competitions/a/join/b").address("https://m.kr", None),
            "https://m.kr/competitions/a/join/b"
        );
    }
}
