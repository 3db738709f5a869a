//! What stands in a template's places, in each language.

use domain::Locale;
use domain::access::Role;
use domain::zone::Zone;

use super::{Letter, SecurityChange, Value};

impl Letter {
    /// The values but for `site` and `link`, which are the envelope's to know.
    pub(in crate::mail) fn values(&self, locale: Locale) -> Vec<Value> {
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
            Self::RequiredNotice { competition, title, .. }
            | Self::QuestionAsked { competition, title, .. }
            | Self::PostAnswered { competition, title, .. }
            | Self::PostCommented { competition, title, .. }
            | Self::PostMentioned { competition, title, .. }
            | Self::QuestionSame { competition, title, .. }
            | Self::QuestionPublished { competition, title, .. } => {
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
}
