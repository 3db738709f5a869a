//! Times in the page: the absolute one first, a relative one beside it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::context::{Zone, locale};
use crate::format;

/// How an absolute time is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimeForm {
    /// `2026. 11. 21.(토) 14:00`
    #[default]
    Full,
    /// `2026. 11. 27.(금) 18:00 KST`
    Deadline,
    /// `11. 21. 14:21`
    Short,
    /// `2026. 11. 2.`
    Date,
    /// `11. 27.(금)`
    Day,
}

/// An absolute time in `zone`.
#[component]
pub fn Time(at: DateTime<Utc>, zone: Zone, #[prop(optional)] form: TimeForm) -> impl IntoView {
    let l = locale();
    let text = match form {
        TimeForm::Full => format::date_time(l, zone, at),
        TimeForm::Deadline => format::deadline(l, zone, at),
        TimeForm::Short => format::short(l, zone, at),
        TimeForm::Date => format::date(l, zone, at),
        TimeForm::Day => format::day(l, zone, at),
    };
    view! { <time datetime=at.to_rfc3339()>{text}</time> }
}

/// A time as seen from now (`3분 전`), kept fresh by `boot.js`; the absolute time shows on hover. Never alone where a
/// deadline is meant.
#[component]
pub fn Ago(at: DateTime<Utc>, now: DateTime<Utc>, zone: Zone) -> impl IntoView {
    let l = locale();
    view! {
        <time datetime=at.to_rfc3339() data-relative="" title=format::deadline(l, zone, at)>{format::relative(l, at, now)}</time>
    }
}
