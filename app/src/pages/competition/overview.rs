//! A competition's first page.

use std::sync::Arc;

use leptos::prelude::*;
use platform::competitions;

use super::frame::{CompetitionTabs, Place, competition_page};
use super::head::Head;
use super::parts::drawing;
use super::rail::{OverviewRail, Rail};
use crate::context::locale;
use crate::request;

#[component]
pub fn Overview() -> impl IntoView {
    competition_page(Place::Overview, true, move |here| async move {
        let text = competitions::page(&request::services(), &here.competition, "overview", locale()).await?;
        let drawing = drawing(&here.competition).await;
        let rail = Rail::read(&here).await?;
        Ok(view! {
            <Head here=Arc::clone(&here) drawing/>
            <CompetitionTabs here=Arc::clone(&here) place=Place::Overview/>
            <div class="page body with-rail">
                <article class="prose" inner_html=text></article>
                <OverviewRail here rail/>
            </div>
        })
    })
}
