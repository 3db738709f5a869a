use chrono::{DateTime, TimeDelta, Utc};
use domain::boards::NoticeRow;
use leptos::prelude::*;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::ui::{Badge, Icon, Tone};

/// Required or pinned; nothing for an ordinary notice. `long` says the whole words, as over a post.
#[component]
pub fn Marks(required: bool, pinned: bool, #[prop(optional)] long: bool) -> impl IntoView {
    let l = locale();
    let (must, kept) = if long {
        (k::boards::REQUIRED_NOTICE, k::boards::PINNED_NOTICE)
    } else {
        (k::boards::REQUIRED, k::boards::PINNED)
    };
    match (required, pinned) {
        (true, _) => Some(view! { <Badge tone=Tone::Danger icon=Icon::Pin>{t(l, must)}</Badge> }.into_html()),
        (false, true) => Some(view! { <Badge tone=Tone::Accent>{t(l, kept)}</Badge> }.into_html()),
        (false, false) => None,
    }
}

/// Whether a notice is marked as new: for a day.
pub fn is_fresh(row: &NoticeRow, now: DateTime<Utc>) -> bool {
    now - row.created_at < TimeDelta::hours(24)
}
