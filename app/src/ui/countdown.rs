use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::tf;

/// Time left until a moment: days, hours and minutes, seconds in the last hour only. The server draws it, `boot.js` draws
/// it anew by the server's clock, whatever the reader's says. Silent for screen readers; its name has no seconds.
#[component]
pub fn Countdown(until: DateTime<Utc>, now: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    let units = [k::ui::time::DAY_UNIT, k::ui::time::HOUR_UNIT, k::ui::time::MINUTE_UNIT, k::ui::time::SECOND_UNIT]
        .map(|unit| t(l, unit));
    let seconds = (until - now).num_seconds().max(0);
    let numbers = [seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
    let (first, last) = match seconds {
        0 => (0, 0),
        86_400.. => (0, 3),
        3600.. => (1, 3),
        _ => (2, 4),
    };
    let shown: Vec<_> = numbers.into_iter().zip(units).take(last).skip(first).collect();
    let words: Vec<_> = numbers.into_iter().zip(units).take(last.min(3)).skip(first).collect();
    let name = words.iter().map(|(n, unit)| format!("{n}{unit}")).collect::<Vec<_>>().join(" ");
    let is_over = shown.is_empty();
    view! {
        <p
            class="countdown"
            role="timer"
            aria-label=tf!(l, k::ui::time::LEFT, span = name)
            data-until=until.timestamp_millis()
            data-units=units.join(",")
            data-left=tf!(l, k::ui::time::LEFT, span = "{}")
            data-over=t(l, k::ui::time::OVER)
        >
            {shown.into_iter().map(|(n, unit)| view! { <span><b>{n}</b>{unit}</span> }).collect_view()}
            {is_over.then(|| view! { <span>{t(l, k::ui::time::OVER)}</span> })}
        </p>
    }
}
