use std::sync::Arc;

use domain::idle::Idleness;
use leptos::prelude::*;

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Alert, Tone};

/// Warns a team of which nothing has come for long, and tells one that was excluded for it what it can do.
#[component]
pub fn Idling(here: Arc<Here>, idleness: Option<Idleness>, excluded: bool, small: bool) -> impl IntoView {
    use k::teams::idle as w;
    let l = locale();
    let deadline = |at| format::deadline(l, here.zone(), at);
    let (tone, title, text) = match idleness {
        _ if excluded => (Tone::Danger, t(l, w::EXCLUDED).to_owned(), w::EXCLUDED_TEXT),
        Some(Idleness::Soon { at, .. }) => {
            let text = if small { w::SOON_SMALL } else { w::SOON_TEXT };
            (Tone::Warning, tf!(l, w::SOON, time = deadline(at)), text)
        }
        Some(Idleness::Idle { since }) => {
            let text = if small { w::IDLE_SMALL } else { w::IDLE_TEXT };
            (Tone::Danger, tf!(l, w::IDLE, time = deadline(since)), text)
        }
        Some(Idleness::Active { .. }) | None => return ().into_html(),
    };
    view! { <Alert tone title>{t(l, text)}</Alert> }.into_html()
}
