//! `/api/docs`: the addresses for programs, in words and with examples.

use domain::address;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::own_text::OwnText;
use crate::ui::{Icon, LinkButton, PageHead, Size};

static TEXT: OwnText = OwnText::new(include_str!("../../texts/api.ko.md"), include_str!("../../texts/api.en.md"));

#[component]
pub fn ApiDocsPage() -> impl IntoView {
    let l = locale();
    let html = TEXT.html(l);
    view! {
        <Title text=t(l, k::guide::API_TITLE)/>
        <div class="page body stack">
            <PageHead title=t(l, k::guide::API_TITLE)>
                <LinkButton href=address::api::OPENAPI size=Size::Small icon=Icon::File>{t(l, k::guide::API_SPEC)}</LinkButton>
            </PageHead>
            <div class="prose" inner_html=html></div>
        </div>
    }
    .into_html()
}
