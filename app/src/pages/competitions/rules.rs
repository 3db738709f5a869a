//! The rules page: the organizers' text, and beside it the settings, so that a number is never only in prose.

use std::sync::Arc;

use leptos::prelude::*;
use platform::competitions;

use crate::context::locale;
use crate::format;
use crate::i18n::{k, t};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::competitions::rail::{per_day, team_size};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Card, Fact, Facts, PageHead, Tone};

#[component]
pub fn Rules() -> impl IntoView {
    competition_page(CompetitionTab::Rules, false, move |here| async move {
        let text = competitions::page(&request::services(), &here.competition, "rules", locale()).await?;
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::competitions::tabs::RULES)/>
                <div class="with-rail">
                    <article class="prose" inner_html=text></article>
                    <aside class="stack" aria-label=t(locale(), k::competitions::FACTS)><Limits here/></aside>
                </div>
            </div>
        })
    })
}

/// The rules that are settings, as numbers.
#[component]
fn Limits(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let settings = &here.competition.settings;
    let quota = settings.quota;
    let external =
        if settings.policy.external_data { k::competitions::EXTERNAL_YES } else { k::competitions::EXTERNAL_NO };
    let facts = [
        Some((k::competitions::TEAM_SIZE, team_size(l, settings.team.min, settings.team.max))),
        Some((k::competitions::QUOTA, per_day(l, quota.per_day))),
        quota
            .min_interval_seconds
            .map(|seconds| (k::competitions::INTERVAL, format::span(l, chrono::TimeDelta::seconds(seconds)))),
        quota.total.map(|n| (k::competitions::TOTAL, tf!(l, k::competitions::TOTAL_N, n = n))),
        Some((k::competitions::FINALS, tf!(l, k::competitions::FINALS_N, n = settings.policy.final_selection))),
        Some((k::competitions::EXTERNAL, t(l, external).to_owned())),
        Some((k::competitions::TIE, t(l, k::competitions::TIE_RULE).to_owned())),
        Some((k::competitions::DEADLINE, t(l, k::competitions::DEADLINE_RULE).to_owned())),
    ];
    let agreed =
        here.agreed_at().map(|at| tf!(l, k::competitions::AGREED_AT, at = format::date_time(l, here.zone(), at)));
    view! {
        {agreed.map(|text| view! { <Alert tone=Tone::Success title=t(l, k::competitions::AGREED).to_owned() + ".">{text}</Alert> })}
        <Card id="limits" title=t(l, k::competitions::FACTS)>
            <Facts lines=true>
                {facts.into_iter().flatten().map(|(term, value)| view! { <Fact term=t(l, term)>{value}</Fact> }).collect_view()}
            </Facts>
        </Card>
    }
}
