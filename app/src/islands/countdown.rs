use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::tf;

/// Time left until `until` (milliseconds since 1970): days, hours and minutes, seconds in the last hour only. The server
/// says what is left (`left`, in seconds), so the first picture is right without a script. Silent for screen readers;
/// its name is brought up to date once a minute.
#[island]
pub fn Countdown(until: i64, left: i64) -> impl IntoView {
    let l = locale();
    let left = RwSignal::new(left.max(0));
    Effect::new(move || {
        let tick = move || {
            #[expect(clippy::cast_possible_truncation, reason = "milliseconds of our time are far below 2^53")]
            let now = Date::now() as i64;
            let seconds = ((until - now) / 1000).max(0);
            // Above an hour only minutes show: the page is not touched in between.
            let shown = if seconds >= 3600 { seconds / 60 * 60 } else { seconds };
            if left.get_untracked() != shown {
                left.set(shown);
            }
        };
        tick();
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    let parts = move || {
        let seconds = left.get();
        let all = [
            (seconds / 86_400, k::time::DAY_UNIT),
            (seconds / 3600 % 24, k::time::HOUR_UNIT),
            (seconds / 60 % 60, k::time::MINUTE_UNIT),
            (seconds % 60, k::time::SECOND_UNIT),
        ];
        let (first, last) = match seconds {
            0 => (0, 0),
            86_400.. => (0, 3),
            3600.. => (1, 3),
            _ => (2, 4),
        };
        all[first..last].to_vec()
    };
    let name = move || {
        let words: Vec<_> = parts()
            .iter()
            .filter(|(_, unit)| *unit != k::time::SECOND_UNIT)
            .map(|(n, unit)| format!("{n}{}", t(l, *unit)))
            .collect();
        tf!(l, k::time::LEFT, span = words.join(" "))
    };
    view! {
        <p class="countdown" role="timer" aria-label=name>
            {move || parts().into_iter().map(|(n, unit)| view! { <span><b>{n}</b>{t(l, unit)}</span> }).collect_view()}
            {move || (left.get() == 0).then(|| view! { <span>{t(l, k::time::OVER)}</span> })}
        </p>
    }
}
