//! What a letter says: a variant a template, with the values that the template has places for.

use chrono::{DateTime, Utc};
use domain::access::Role;
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

impl SecurityChange {
    fn word(self, locale: Locale) -> &'static str {
        let [ko, en] = match self {
            Self::Password => ["비밀번호 변경", "password changed"],
            Self::PasswordReset => ["메일로 비밀번호 재설정", "password reset by e-mail"],
            Self::SecondFactorOn => ["2단계 인증 켜짐", "second factor turned on"],
            Self::SecondFactorOff => ["2단계 인증 꺼짐", "second factor turned off"],
            Self::RecoveryCodeUsed => ["복구 코드 사용", "recovery code used"],
            Self::RecoveryCodesRenewed => ["복구 코드 새로 만듦", "new recovery codes made"],
            Self::InstitutionLinked => ["기관 계정 연결", "institution account linked"],
            Self::InstitutionUnlinked => ["기관 계정 연결 해제", "institution account unlinked"],
        };
        match locale {
            Locale::Ko => ko,
            Locale::En => en,
        }
    }
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
    pub const OF_COMPETITIONS: [&str; 17] = [
        Self::ROLE_INVITATION,
        Self::TEAM_INVITATION,
        "application_invitation",
        "application_approved",
        "application_waits",
        "application_declined",
        "place_offered",
        "participation_ended",
        "required_notice",
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
                | Self::LeadsTeam { .. }
                | Self::CaseDeliberates { .. }
                | Self::ApplicationsWait { .. }
        );
        may.then_some(address::NOTIFICATIONS)
    }

    /// The values but for `site` and `link`, which are the envelope's to know.
    pub(super) fn values(&self, locale: Locale) -> Vec<Value> {
        // Where no competition says otherwise.
        let here = Zone::default();
        match self {
            Self::Test { at } => vec![("at", here.deadline(locale, *at))],
            Self::VerifyAddress { until, .. } | Self::ResetPassword { until, .. } => {
                vec![("until", here.deadline(locale, *until))]
            }
            Self::AddressChanged { address, at } => {
                vec![("address", address.clone()), ("at", here.deadline(locale, *at))]
            }
            Self::AccountSuspended { reason } => vec![("reason", typed(reason))],
            Self::AccountResumed { .. } => Vec::new(),
            Self::AccountSecurity { change, at, .. } => {
                vec![("change", change.word(locale).to_owned()), ("at", here.deadline(locale, *at))]
            }
            Self::RoleInvitation { until, zone, competition, role, inviter, .. } => vec![
                ("until", zone.deadline(locale, *until)),
                ("competition", typed(competition.get(locale))),
                ("role", role_word(role, locale).to_owned()),
                ("inviter", typed(inviter)),
            ],
            Self::TeamInvitation { until, zone, competition, team, inviter, .. } => vec![
                ("until", zone.deadline(locale, *until)),
                ("competition", typed(competition.get(locale))),
                ("team", typed(team)),
                ("inviter", typed(inviter)),
            ],
            Self::RequiredNotice { competition, title, .. } => {
                vec![("competition", typed(competition.get(locale))), ("title", typed(title))]
            }
            Self::TeamIdleSoon { zone, competition, team, at, lacks, .. } => vec![
                ("competition", typed(competition.get(locale))),
                ("team", typed(team)),
                ("at", zone.deadline(locale, *at)),
                ("how", staying(locale, *lacks)),
            ],
            Self::TeamExcluded { competition, team, reason, .. } => vec![
                ("competition", typed(competition.get(locale))),
                ("team", typed(team)),
                ("reason", if reason.is_empty() { idle_word(locale).to_owned() } else { typed(reason) }),
            ],
            Self::RemovedFromTeam { competition, team, .. }
            | Self::LeadsTeam { competition, team, .. }
            | Self::TeamRestored { competition, team, .. }
            | Self::CaseDecided { competition, team, .. } => {
                vec![("competition", typed(competition.get(locale))), ("team", typed(team))]
            }
            Self::CaseAsked { until, zone, competition, team, .. } => vec![
                ("until", zone.deadline(locale, *until)),
                ("competition", typed(competition.get(locale))),
                ("team", typed(team)),
            ],
            Self::PlaceOffered { until, zone, competition, .. } => {
                vec![("until", zone.deadline(locale, *until)), ("competition", typed(competition.get(locale)))]
            }
            Self::ApplicationsWait { competition, count, .. } => {
                vec![("competition", typed(competition.get(locale))), ("count", count.to_string())]
            }
            Self::ApplicationApproved { competition, .. }
            | Self::ApplicationWaits { competition, .. }
            | Self::CaseDeliberates { competition, .. }
            | Self::ApplicationInvitation { competition, .. } => vec![("competition", typed(competition.get(locale)))],
            Self::ApplicationDeclined { competition, reason, .. }
            | Self::ParticipationEnded { competition, reason, .. } => {
                vec![("competition", typed(competition.get(locale))), ("reason", typed(reason))]
            }
        }
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

/// What a role is called, as on the screen.
fn role_word(key: &str, locale: Locale) -> &'static str {
    let [ko, en] = match Role::from_key(key) {
        Some(Role::Owner) => ["소유자", "owner"],
        Some(Role::Organizer) | None => ["운영자", "organizer"],
        Some(Role::Judge) => ["심사위원", "judge"],
        Some(Role::Viewer) => ["참관인", "viewer"],
    };
    match locale {
        Locale::Ko => ko,
        Locale::En => en,
    }
}

/// Why a team is excluded, where nobody has said it.
fn idle_word(locale: Locale) -> &'static str {
    match locale {
        Locale::Ko => "정해진 기간 동안 제출이나 활동이 없었음",
        Locale::En => "nothing came of the team for the time that is set",
    }
}

/// How a team of which nothing comes stays in.
fn staying(locale: Locale, lacks: i64) -> String {
    match (locale, lacks) {
        (Locale::Ko, ..=0) => "그 전에 한 번 제출하시면 계속 참가하십니다.".into(),
        (Locale::Ko, n) => format!(
            "팀원이 {n}명 모자라 아직 제출하실 수 없습니다. 그 전에 팀원을 모아 한 번 제출하시면 계속 참가하십니다."
        ),
        (Locale::En, ..=0) => "One submission before then keeps you in.".into(),
        (Locale::En, n) => {
            let members = if n == 1 { "member" } else { "members" };
            format!(
                "Your team is {n} {members} short and cannot submit yet. Find them and submit once before then, and you stay in."
            )
        }
    }
}

/// What a person typed. Mail programs make links of what looks like one; of a name they shall not, so that nobody sends theirs in our
/// letters: a character without a width (U+2060) stands behind each point and colon within a word.
fn typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        let goes_on = chars.peek().is_some_and(|next| !next.is_whitespace());
        if matches!(c, '.' | ':' | '@') && goes_on {
            out.push('\u{2060}');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_link_is_none_in_a_letter() {
        assert_eq!(typed("가람 2.0"), "가람 2.\u{2060}0");
        assert_eq!(typed("http://evil.example 무료"), "http:\u{2060}//evil.\u{2060}example 무료");
        assert_eq!(typed("끝. 그리고"), "끝. 그리고");
    }

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
