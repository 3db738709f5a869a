//! `/guide`: how to take part, from signing up to the final ranking.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::request;
use crate::ui::PageHead;

/// The page's text in Markdown; `{base}` stands for the site's address.
const fn text(locale: Locale) -> &'static str {
    match locale {
        Locale::Ko => include_str!("../../texts/guide.ko.md"),
        Locale::En => include_str!("../../texts/guide.en.md"),
    }
}

#[component]
pub fn GuidePage() -> impl IntoView {
    let l = locale();
    let html = platform::markdown::render(&text(l).replace("{base}", &request::base_url()));
    view! {
        <Title text=t(l, k::guide::TITLE)/>
        <div class="page body stack">
            <PageHead title=t(l, k::guide::TITLE)/>
            <div class="prose" inner_html=html></div>
        </div>
    }
}
