//! The schedule page: the organizers' text, and beside it the dates as they are kept.

use leptos::prelude::*;
use platform::competitions;

use crate::context::locale;
use crate::i18n::{k, t};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::rail::DatesCard;
use crate::request;
use crate::ui::PageHead;

#[component]
pub fn Schedule() -> impl IntoView {
    competition_page(CompetitionTab::Schedule, false, move |here| async move {
        let text = competitions::page(&request::services(), &here.competition, "schedule", locale()).await?;
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::competitions::tabs::SCHEDULE)/>
                <div class="with-rail">
                    <article class="prose" inner_html=text></article>
                    <aside class="stack" aria-label=t(locale(), k::competitions::NEXT)><DatesCard here/></aside>
                </div>
            </div>
        })
    })
}
