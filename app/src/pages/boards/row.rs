use chrono::{DateTime, TimeDelta, Utc};
use domain::boards::{BoardKind, PostRow};
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

/// Where a post stands: answered or not, secret, out of sight.
#[component]
pub fn PostState(kind: BoardKind, row: PostRow) -> impl IntoView {
    let l = locale();
    let answer = kind.has_answers().then(|| {
        let (tone, word) =
            if row.answered { (Tone::Success, k::boards::ANSWERED) } else { (Tone::Neutral, k::boards::WAITING) };
        view! { <Badge tone>{t(l, word)}</Badge> " " }
    });
    let secret = (row.secret && row.readable)
        .then(|| view! { <Badge tone=Tone::Accent icon=Icon::Lock>{t(l, k::boards::SECRET)}</Badge> " " });
    let hidden =
        (row.hidden && row.readable).then(|| view! { <Badge tone=Tone::Danger>{t(l, k::boards::HIDDEN)}</Badge> " " });
    view! {
        {answer}
        {secret}
        {hidden}
    }
}

/// Whether a post is marked as new: for a day.
pub fn is_fresh(row: &PostRow, now: DateTime<Utc>) -> bool {
    now - row.created_at < TimeDelta::hours(24)
}
