//! Small marks: badges, states, D-day, live, rank change.

use chrono::{DateTime, Utc};
use domain::participation::ParticipationState;
use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::context::{Zone, locale};
use crate::format;
use crate::html::Children;
use crate::i18n::{Locale, Phrase, k, t};
use crate::tf;

/// What a mark means; the style sheet turns it into colour, and only there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Accent,
    Success,
    Warning,
    Danger,
    Info,
}

impl Tone {
    /// The value of `data-tone`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Accent => "accent",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
            Self::Info => "info",
        }
    }
}

/// A word with a tone and, where it helps, an icon.
#[component]
pub fn Badge(
    #[prop(optional)] tone: Tone,
    #[prop(optional)] icon: Option<Icon>,
    /// A turning ring in place of the icon: something is going on.
    #[prop(optional)]
    busy: bool,
    children: Children,
) -> impl IntoView {
    badge(tone, icon, busy, children.view())
}

fn badge(tone: Tone, icon: Option<Icon>, busy: bool, words: impl IntoView) -> impl IntoView {
    view! {
        <span class="badge" data-tone=tone.key()>
            {busy.then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            {icon.map(|icon| view! { <Glyph icon/> })}
            {words}
        </span>
    }
}

/// Every state that has one word, one colour and one icon wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadgeState {
    // A submission.
    Queued,
    Scoring,
    Scored,
    Failed,
    Passed,
    Voided,
    // An application.
    Pending,
    Approved,
    Waitlisted(i64),
    Offered,
    Lapsed,
    Rejected,
    Cancelled,
    // A question.
    Answered,
    Unanswered,
    Secret,
    // A team.
    Confirmed,
    Disqualified,
    Withdrawn,
    Excluded,
    // A stage or a competition.
    Upcoming,
    Open,
    Always,
    Closed,
}

impl BadgeState {
    /// The state of a submission; a dry run that is done has passed.
    pub fn of_submission(status: domain::submissions::Status, dry_run: bool) -> Self {
        use domain::submissions::Status;
        match status {
            Status::Queued => Self::Queued,
            Status::Scoring => Self::Scoring,
            Status::Scored if dry_run => Self::Passed,
            Status::Scored => Self::Scored,
            Status::Failed => Self::Failed,
        }
    }

    /// The state of an application; `place` is where somebody stands who waits.
    pub fn of_application(state: ParticipationState, place: Option<i64>) -> Self {
        match state {
            ParticipationState::Applied => Self::Pending,
            ParticipationState::Waiting => Self::Waitlisted(place.unwrap_or_default()),
            ParticipationState::Offered => Self::Offered,
            ParticipationState::Approved => Self::Approved,
            ParticipationState::Declined => Self::Rejected,
            ParticipationState::Withdrawn => Self::Cancelled,
            ParticipationState::Lapsed => Self::Lapsed,
            ParticipationState::Excluded => Self::Excluded,
        }
    }

    fn look(self) -> (Tone, Option<Icon>, Phrase) {
        use k::ui::state as s;
        match self {
            Self::Queued => (Tone::Neutral, Some(Icon::Clock), s::QUEUED),
            Self::Scoring => (Tone::Accent, None, s::SCORING),
            Self::Scored => (Tone::Success, Some(Icon::Check), s::SCORED),
            Self::Failed => (Tone::Danger, Some(Icon::X), s::FAILED),
            Self::Passed => (Tone::Neutral, Some(Icon::Flask), s::PASSED),
            Self::Voided => (Tone::Danger, None, s::VOIDED),
            Self::Pending => (Tone::Warning, None, s::PENDING),
            Self::Approved => (Tone::Success, None, s::APPROVED),
            Self::Waitlisted(_) => (Tone::Info, None, s::WAITLISTED_WORD),
            Self::Offered => (Tone::Accent, Some(Icon::Clock), s::OFFERED),
            Self::Lapsed => (Tone::Neutral, None, s::LAPSED),
            Self::Rejected => (Tone::Danger, None, s::REJECTED),
            Self::Cancelled => (Tone::Neutral, None, s::CANCELLED),
            Self::Answered => (Tone::Success, None, s::ANSWERED),
            Self::Unanswered => (Tone::Warning, None, s::UNANSWERED),
            Self::Secret => (Tone::Neutral, Some(Icon::Lock), s::SECRET),
            Self::Confirmed => (Tone::Success, Some(Icon::Check), s::CONFIRMED),
            Self::Disqualified => (Tone::Danger, None, s::DISQUALIFIED),
            Self::Withdrawn => (Tone::Neutral, None, s::WITHDRAWN),
            Self::Excluded => (Tone::Neutral, None, s::EXCLUDED),
            Self::Upcoming => (Tone::Info, None, s::UPCOMING),
            Self::Open => (Tone::Success, None, s::OPEN),
            Self::Always => (Tone::Success, None, s::ALWAYS),
            Self::Closed => (Tone::Neutral, None, s::CLOSED),
        }
    }
}

/// What an application's state is called, without a place in line.
pub fn application_word(l: Locale, state: ParticipationState) -> &'static str {
    t(l, BadgeState::of_application(state, None).look().2)
}

/// The badge of a [`BadgeState`].
#[component]
pub fn StateBadge(state: BadgeState) -> impl IntoView {
    let l = locale();
    let (tone, icon, word) = state.look();
    let word = match state {
        BadgeState::Waitlisted(n) => tf!(l, k::ui::state::WAITLISTED, n = n),
        _ => t(l, word).to_owned(),
    };
    badge(tone, icon, state == BadgeState::Scoring, word)
}

/// Days until a deadline, counted by the calendar of `zone`: `D-6`, red from D-7, `D-DAY`, `마감`, `마감 없음`.
/// Always stands beside the absolute time.
#[component]
pub fn Dday(
    /// `None` is a competition without an end.
    deadline: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    zone: Zone,
) -> impl IntoView {
    let l = locale();
    let (word, near) = match deadline {
        None => (t(l, k::ui::state::NO_DEADLINE).to_owned(), false),
        Some(end) if end <= now => (t(l, k::ui::state::CLOSED).to_owned(), false),
        Some(end) => match (zone.local(end).date() - zone.local(now).date()).num_days() {
            0 => ("D-DAY".to_owned(), true),
            days => (format!("D-{days}"), days <= 7),
        },
    };
    let class = if deadline.is_none() { "dday none" } else { "dday" };
    view! { <strong class=class data-tone=near.then_some("danger")>{word}</strong> }
}

/// That the numbers on the page are live, and how fresh they are.
#[component]
pub fn Live(
    /// When the values were true.
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    /// The connection is being made again.
    #[prop(optional)]
    stale: bool,
) -> impl IntoView {
    let l = locale();
    let (before, after) = if stale {
        (k::site::live::STALE, k::site::live::STALE_AFTER)
    } else {
        (k::site::live::FRESH, k::site::live::FRESH_AFTER)
    };
    view! {
        <span class="live" data-state=stale.then_some("stale")>
            <span>
                {t(l, before)}" · "
                <time datetime=at.to_rfc3339() data-relative="">{format::relative(l, at, now)}</time>
                {t(l, after)}
            </span>
        </span>
    }
}
