//! `/api/docs`: the addresses for programs, in words and with examples.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::request;
use crate::ui::{Icon, LinkButton, PageHead, Size};

/// The page's text in Markdown; `{base}` stands for the site's address.
const fn text(locale: Locale) -> &'static str {
    match locale {
        Locale::Ko => include_str!("../../texts/api.ko.md"),
        Locale::En => include_str!("../../texts/api.en.md"),
    }
}

#[component]
pub fn ApiDocsPage() -> impl IntoView {
    let l = locale();
    let html = platform::markdown::render(&text(l).replace("{base}", &request::base_url()));
    view! {
        <Title text=t(l, k::guide::API_TITLE)/>
        <div class="page body stack">
            <PageHead title=t(l, k::guide::API_TITLE)>
                <LinkButton href="/api/v1/openapi.json" size=Size::Small icon=Icon::File>{t(l, k::guide::API_SPEC)}</LinkButton>
            </PageHead>
            <div class="prose" inner_html=html></div>
        </div>
    }
}
