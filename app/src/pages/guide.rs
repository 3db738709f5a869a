//! `/guide`: how to take part, from signing up to the final ranking.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::own_text::OwnText;
use crate::ui::PageHead;

static TEXT: OwnText = OwnText::new(include_str!("../../texts/guide.ko.md"), include_str!("../../texts/guide.en.md"));

#[component]
pub fn GuidePage() -> impl IntoView {
    let l = locale();
    let html = TEXT.html(l);
    view! {
        <Title text=t(l, k::guide::TITLE)/>
        <div class="page body stack">
            <PageHead title=t(l, k::guide::TITLE)/>
            <div class="prose" inner_html=html></div>
        </div>
    }
    .into_html()
}
