use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::tf;
use crate::ui::{Glyph, Icon};

/// How long the button says that it has copied.
const SAID_FOR: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copied {
    NotYet,
    Done,
    Refused,
}

/// Copies `text`; `what` names it for screen readers (`제출 명령`).
#[island]
pub fn CopyButton(text: String, what: String) -> impl IntoView {
    view! { <CopyControl text what/> }
}

/// The same inside another island.
#[component]
pub fn CopyControl(text: String, what: String) -> impl IntoView {
    let l = locale();
    let state = RwSignal::new(Copied::NotYet);
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let written = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
            state.set(if written.is_ok() { Copied::Done } else { Copied::Refused });
            set_timeout(move || state.set(Copied::NotYet), SAID_FOR);
        });
    };
    let words = move || match state.get() {
        Copied::NotYet => t(l, k::ui::copy::COPY),
        Copied::Done => t(l, k::ui::copy::DONE),
        Copied::Refused => t(l, k::ui::copy::REFUSED),
    };
    let name = move || match state.get() {
        Copied::NotYet => tf!(l, k::ui::copy::COPY_WHAT, what = what),
        Copied::Done => tf!(l, k::ui::copy::DONE_WHAT, what = what),
        Copied::Refused => t(l, k::ui::copy::REFUSED).to_owned(),
    };
    view! {
        <button class="btn s" type="button" aria-label=name on:click=copy>
            {move || {
                let icon = if state.get() == Copied::Done { Icon::Check } else { Icon::Copy };
                view! { <Glyph icon small=true/> }
            }}
            <span>{words}</span>
        </button>
    }
}
