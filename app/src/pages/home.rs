use leptos::prelude::*;
use leptos_meta::Title;

use crate::context::locale;
use crate::i18n::{k, t};

/// The front page.
#[component]
pub fn Home() -> impl IntoView {
    let l = locale();
    view! {
        <Title text=t(l, k::site::COMPETITIONS)/>
        <div class="page body stack xl">
            <header class="stack s">
                <h1>{t(l, k::site::COMPETITIONS)}</h1>
                <p class="muted">{t(l, k::site::TAGLINE)}</p>
            </header>
        </div>
    }
}
