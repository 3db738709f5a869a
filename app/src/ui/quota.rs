//! What is left of the submission quota, always with when it resets.

use chrono::{DateTime, Utc};
use domain::quotas::QuotaState;
use leptos::prelude::*;

use super::Tone;
use crate::context::{Zone, locale};
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::tf;

/// Above this many a bar stands for the cells.
const CELLS_MAX: i64 = 20;

/// Today's quota: number, cells (a bar above 20), what is left and when it resets. Yellow at the last one, red when
/// used up; says when the next one is allowed while the minimum interval runs.
#[component]
pub fn Quota(state: QuotaState, now: DateTime<Utc>, zone: Zone) -> impl IntoView {
    let l = locale();
    let used = state.used.today;
    let left = state.left_today;
    let tone = match left {
        Some(0) => Some(Tone::Danger),
        Some(1) => Some(Tone::Warning),
        _ => None,
    };
    let reset = reset_text(l, &state, now, zone);
    let Some(limit) = state.limits.per_day else {
        return view! {
            <div class="quota">
                <p class="big">{used}<small>{t(l, k::submissions::quotas::TODAY_UNIT)}</small></p>
                <p class="caption">{t(l, k::submissions::quotas::NO_DAILY_LIMIT)}</p>
            </div>
        }
        .into_html();
    };
    let meter = if limit <= CELLS_MAX {
        let text =
            tf!(l, k::submissions::quotas::METER_TEXT, used = used, limit = limit, left = left.unwrap_or_default());
        view! {
            <div
                class="cells"
                role="meter"
                aria-label=t(l, k::submissions::quotas::METER)
                aria-valuemin="0"
                aria-valuemax=limit
                aria-valuenow=used
                aria-valuetext=text
            >
                {(0..limit).map(|cell| view! { <i class=(cell < used).then_some("used")></i> }).collect_view()}
            </div>
        }
        .into_html()
    } else {
        view! {
            <progress max=limit.to_string() value=used.to_string() aria-label=t(l, k::submissions::quotas::METER)>{used}" / "{limit}</progress>
        }
        .into_html()
    };
    view! {
        <div class="quota" data-tone=tone.map(Tone::key)>
            <p class="big">{used}<small>" "{tf!(l, k::submissions::quotas::OF, limit = limit)}</small></p>
            {meter}
            <p><strong>{left_text(l, left)}</strong></p>
            {next_text(l, &state, now, zone).map(|text| view! { <p class="caption num">{text}</p> })}
            <p class="caption num">{reset}</p>
        </div>
    }
    .into_html()
}

/// `오늘 7회 남음`, or that today is used up.
fn left_text(locale: Locale, left: Option<i64>) -> String {
    match left {
        Some(0) => t(locale, k::submissions::quotas::USED_UP).to_owned(),
        Some(left) => tf!(locale, k::submissions::quotas::LEFT, n = left),
        None => t(locale, k::submissions::quotas::NO_DAILY_LIMIT).to_owned(),
    }
}

/// `00:00 KST 초기화 (9시간 27분 후)`
fn reset_text(locale: Locale, state: &QuotaState, now: DateTime<Utc>, zone: Zone) -> String {
    let at = format!("{} {}", format::clock(zone, state.resets_at), zone.abbreviation(state.resets_at));
    tf!(locale, k::submissions::quotas::RESETS, time = at, span = format::span(locale, state.resets_at - now))
}

/// When the minimum interval is over, while it runs.
fn next_text(locale: Locale, state: &QuotaState, now: DateTime<Utc>, zone: Zone) -> Option<String> {
    let next = state.next_allowed_at.filter(|next| *next > now)?;
    Some(tf!(
        locale,
        k::submissions::quotas::NEXT,
        time = format::clock(zone, next),
        span = format::span(locale, next - now)
    ))
}

/// The quota in its one fixed sentence: `오늘 3/10회 사용 · 7회 남음 · 00:00 KST 초기화 (9시간 27분 후)`.
pub fn quota_sentence(locale: Locale, state: &QuotaState, now: DateTime<Utc>, zone: Zone) -> String {
    let reset = reset_text(locale, state, now, zone);
    let used = state.used.today;
    if let Some(limit) = state.limits.per_day {
        let left = state.left_today.unwrap_or_default();
        tf!(locale, k::submissions::quotas::SENTENCE, used = used, limit = limit, left = left, reset = reset)
    } else {
        tf!(locale, k::submissions::quotas::SENTENCE_FREE, used = used)
    }
}

#[cfg(test)]
mod tests {
    use domain::quotas::{Quota, Usage};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn state(today: i64) -> (QuotaState, DateTime<Utc>) {
        let now = at("2026-11-21T05:33:00Z");
        let used = Usage { today, total: today, ..Usage::default() };
        (QuotaState::new(Quota::default(), used, at("2026-11-21T15:00:00Z"), now), now)
    }

    #[test]
    fn the_sentence_says_what_is_left_and_when_it_resets() {
        let (state, now) = state(3);
        let zone = Zone::default();
        assert_eq!(
            quota_sentence(Locale::Ko, &state, now, zone),
            "오늘 3/10회 사용 · 7회 남음 · 00:00 KST 초기화 (9시간 27분 후)"
        );
        assert_eq!(
            quota_sentence(Locale::En, &state, now, zone),
            "3/10 used today · 7 left · resets 00:00 KST (in 9 hours 27 minutes)"
        );
    }

    #[test]
    fn a_used_up_day_is_said_in_words() {
        assert_eq!(left_text(Locale::Ko, state(10).0.left_today), "오늘은 다 썼어요");
    }
}
