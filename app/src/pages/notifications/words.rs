//! What a notification says, and what its kind is called and looks like. Where it leads to is in the domain ([`News::page`]).

use domain::notifications::{News, Notification, Topic};

use crate::format;
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::Icon;

/// The news in a sentence.
pub(super) fn said(l: Locale, one: &Notification) -> String {
    let who = one.who.clone().unwrap_or_else(|| t(l, k::notifications::SOMEONE).to_owned());
    let deadline = |at| format::deadline(l, one.zone, at);
    let titled =
        |title: &str| if title.is_empty() { t(l, k::notifications::GONE_POST).to_owned() } else { title.to_owned() };
    match &one.news {
        News::RequiredNotice { title, .. } => tf!(l, k::notifications::REQUIRED_NOTICE, title = title),
        News::MemberJoined { team, .. } => tf!(l, k::notifications::MEMBER_JOINED, who = who, team = team),
        News::MemberLeft { team, .. } => tf!(l, k::notifications::MEMBER_LEFT, who = who, team = team),
        News::RemovedFromTeam { team } => tf!(l, k::notifications::REMOVED_FROM_TEAM, team = team),
        News::LeadsTeam { team, .. } => tf!(l, k::notifications::LEADS_TEAM, team = team),
        News::IdleSoon { team, at, lacks: 0, .. } => {
            tf!(l, k::notifications::IDLE_SOON, team = team, at = deadline(*at))
        }
        News::IdleSoon { team, at, lacks, .. } => {
            tf!(l, k::notifications::IDLE_SOON_SMALL, team = team, at = deadline(*at), n = lacks)
        }
        News::TeamExcluded { team, .. } => tf!(l, k::notifications::TEAM_EXCLUDED, team = team),
        News::TeamRestored { team, .. } => tf!(l, k::notifications::TEAM_RESTORED, team = team),
        News::CaseAsked { team, until, .. } => {
            tf!(l, k::notifications::CASE_ASKED, team = team, until = deadline(*until))
        }
        News::CaseDecided { team, .. } => tf!(l, k::notifications::CASE_DECIDED, team = team),
        News::CaseDeliberates { .. } => t(l, k::notifications::CASE_DELIBERATES).to_owned(),
        News::ApplicationsWait { count } => tf!(l, k::notifications::APPLICATIONS_WAIT, n = count),
        News::QuestionAsked { title, .. } => tf!(l, k::notifications::QUESTION_ASKED, title = titled(title)),
        News::Answered { title, .. } => tf!(l, k::notifications::ANSWERED, title = titled(title)),
        News::Commented { title, .. } => tf!(l, k::notifications::COMMENTED, title = titled(title)),
        News::QuestionSame { title, .. } => tf!(l, k::notifications::QUESTION_SAME, title = titled(title)),
        News::QuestionPublished { title, .. } => tf!(l, k::notifications::QUESTION_PUBLISHED, title = titled(title)),
        News::Mentioned { title, .. } => tf!(l, k::notifications::MENTIONED, title = titled(title)),
        News::PostHidden { reason, .. } => tf!(l, k::notifications::POST_HIDDEN, reason = reason),
        News::PostReported { .. } => t(l, k::notifications::POST_REPORTED).to_owned(),
        News::WritingBlocked { until, reason } => {
            tf!(l, k::notifications::WRITING_BLOCKED, until = deadline(*until), reason = reason)
        }
    }
}

/// A topic's name, for whoever chooses.
pub(super) fn topic(l: Locale, topic: Topic) -> &'static str {
    t(
        l,
        match topic {
            Topic::RequiredNotices => k::notifications::TOPIC_REQUIRED_NOTICES,
            Topic::Standing => k::notifications::TOPIC_STANDING,
            Topic::Cases => k::notifications::TOPIC_CASES,
            Topic::Teams => k::notifications::TOPIC_TEAMS,
            Topic::Deliberations => k::notifications::TOPIC_DELIBERATIONS,
            Topic::Applications => k::notifications::TOPIC_APPLICATIONS,
            Topic::Questions => k::notifications::TOPIC_QUESTIONS,
            Topic::Posts => k::notifications::TOPIC_POSTS,
            Topic::Reports => k::notifications::TOPIC_REPORTS,
        },
    )
}

pub(super) fn icon(topic: Topic) -> Icon {
    match topic {
        Topic::RequiredNotices => Icon::Pin,
        Topic::Standing => Icon::Flag,
        Topic::Cases => Icon::Shield,
        Topic::Teams => Icon::Users,
        Topic::Deliberations | Topic::Posts => Icon::Chat,
        Topic::Applications => Icon::Inbox,
        Topic::Questions => Icon::Info,
        Topic::Reports => Icon::Alert,
    }
}
