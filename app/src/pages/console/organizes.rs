use std::sync::Arc;

use domain::address;
use leptos::prelude::*;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::competitions::here::Here;
use crate::ui::{Empty, Icon, LinkButton, Look};

/// What stands where others take part, for whoever helps to run the competition.
#[component]
pub fn Organizes(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    view! {
        <h1 class="sr-only">{t(l, k::console::ORGANIZES)}</h1>
        <Empty whole_page=true icon=Icon::Shield title=t(l, k::console::ORGANIZES) text=t(l, k::console::ORGANIZES_TEXT)>
            <LinkButton href=address::manage(here.slug()) look=Look::Primary>{t(l, k::console::OPEN)}</LinkButton>
        </Empty>
    }
}
