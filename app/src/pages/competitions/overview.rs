//! A competition's first page.

use std::sync::Arc;

use domain::address;
use domain::live::LiveSession;
use domain::stages::Phase;
use leptos::prelude::*;
use platform::competitions;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::competitions::frame::{CompetitionTab, CompetitionTabs, competition_page};
use crate::pages::competitions::head::Head;
use crate::pages::competitions::here::Here;
use crate::pages::competitions::rail::{OverviewRail, Rail};
use crate::request;
use crate::tf;
use crate::ui::{Alert, LinkButton, Look, Tone};

#[component]
pub fn Overview() -> impl IntoView {
    competition_page(CompetitionTab::Overview, true, move |here| async move {
        let front = competitions::front(&request::services(), &here.competition, locale()).await?;
        let rail = Rail::read(&here).await?;
        let text = front.text.clone();
        Ok(view! {
            <Head here=Arc::clone(&here) drawing=front.drawing.clone()/>
            <CompetitionTabs here=Arc::clone(&here) tab=CompetitionTab::Overview/>
            <LiveNow here=Arc::clone(&here)/>
            <div class="page body with-rail">
                <article class="prose" inner_html=text></article>
                <OverviewRail here rail front/>
            </div>
        })
    })
}

/// That live questions are open now, and the way there.
#[component]
fn LiveNow(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let open = LiveSession::shown(&here.competition.live, here.now)?;
    if open.phase(here.now) != Phase::Open {
        return None;
    }
    let href = address::live(here.slug());
    let action = move || view! { <LinkButton href=href.clone() look=Look::Outlined>{t(l, k::live::GO)}</LinkButton> };
    let text = tf!(l, k::live::NOW, title = open.title);
    Some(view! { <div class="page live-now"><Alert tone=Tone::Info action>{text}</Alert></div> })
}
