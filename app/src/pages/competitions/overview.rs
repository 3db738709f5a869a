//! A competition's first page.

use std::sync::Arc;

use leptos::prelude::*;
use platform::competitions;

use crate::context::locale;
use crate::pages::competitions::frame::{CompetitionTab, CompetitionTabs, competition_page};
use crate::pages::competitions::head::Head;
use crate::pages::competitions::rail::{OverviewRail, Rail};
use crate::request;

#[component]
pub fn Overview() -> impl IntoView {
    competition_page(CompetitionTab::Overview, true, move |here| async move {
        let front = competitions::front(&request::services(), &here.competition, locale()).await?;
        let rail = Rail::read(&here).await?;
        let text = front.text.clone();
        Ok(view! {
            <Head here=Arc::clone(&here) drawing=front.drawing.clone()/>
            <CompetitionTabs here=Arc::clone(&here) tab=CompetitionTab::Overview/>
            <div class="page body with-rail">
                <article class="prose" inner_html=text></article>
                <OverviewRail here rail front/>
            </div>
        })
    })
}
