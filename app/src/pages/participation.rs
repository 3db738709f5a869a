//! `/competitions/:slug/apply`: take part.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::access::Obstacle;
use domain::address;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use platform::competitions;

use crate::api::participation::Join;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::console::organizes::Organizes;
use crate::pages::load::{FormError, FormState};
use crate::pages::teams::start::Doors;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Button, Checkbox, Empty, Fact, Facts, Icon, LinkButton, Look, Size, Tone};

#[component]
pub fn ApplyPage() -> impl IntoView {
    let next = request::query("next").unwrap_or_default();
    let state = FormState::of::<Join>();
    competition_page(CompetitionTab::Overview, false, move |here| async move { page(here, next, state).await })
}

async fn page(here: Arc<Here>, next: String, state: FormState) -> Result<impl IntoView, AppError> {
    let l = locale();
    let rules = competitions::page(&request::services(), &here.competition, "rules", l).await?;
    let lead = match here.competition.open_stage(here.now) {
        Err(Obstacle::NotOpen { at }) => {
            tf!(l, k::participation::LEAD_UPCOMING, time = format::deadline(l, here.zone(), at))
        }
        _ => t(l, k::participation::LEAD).to_owned(),
    };
    let title = format!("{} · {}", t(l, k::participation::TITLE), here.title());
    if here.agreed_at.is_some() {
        return Ok(view! { <Title text=title/> <div class="page body"><Joined here/></div> }.into_html());
    }
    match here.visit().take_part().told() {
        Err(Obstacle::HasRole) => {
            return Ok(view! { <Title text=title/> <div class="page body"><Organizes here/></div> }.into_html());
        }
        Err(Obstacle::Closed { at }) => {
            return Ok(view! { <Title text=title/> <div class="page body"><Over here at/></div> }.into_html());
        }
        _ => {}
    }
    let action = match &here.actor.user {
        None => view! {
            <p class="strong">{t(l, k::participation::LOGIN_TITLE)}</p>
            <p class="caption">{t(l, k::participation::LOGIN_TEXT)}</p>
            <Doors/>
        }
        .into_html(),
        Some(user) => view! {
            <Agreement here=Arc::clone(&here) next words=t(l, k::participation::DO)/>
            <p class="caption">{tf!(l, k::participation::WHO, name = user.name)}</p>
        }
        .into_html(),
    };
    Ok(view! {
        <Title text=title/>
        <div class="page body with-rail snug">
            <div class="stack">
                <header class="stack s"><h1>{t(l, k::participation::TITLE)}</h1><p class="muted">{lead}</p></header>
                <FormError state/>
                <section class="card flush" aria-labelledby="rules">
                    <header>
                        <h2 id="rules">{t(l, k::participation::RULES)}</h2>
                        <a class="caption" href=address::rules(here.slug())>{t(l, k::participation::RULES_PAGE)}</a>
                    </header>
                    <div class="prose rules-box" role="region" tabindex="0" aria-label=t(l, k::participation::RULES) inner_html=lowered(&rules)></div>
                </section>
            </div>
            <aside class="stack sticky" aria-label=t(l, k::participation::TITLE)>
                <section class="card stack" aria-labelledby="short">
                    <h2 class="card-title" id="short">{t(l, k::participation::IN_SHORT)}</h2>
                    <RulesInShort here/>
                    {action}
                </section>
            </aside>
        </div>
    }
    .into_html())
}

/// Written pages begin at `h2`; here they stand under one.
fn lowered(html: &str) -> String {
    html.replace("<h3", "<h4").replace("</h3", "</h4").replace("<h2", "<h3").replace("</h2", "</h3")
}

/// Sizes and limits that the rules say in sentences.
#[component]
pub fn RulesInShort(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let settings = &here.competition.settings;
    let team = match (settings.team.min, settings.team.max) {
        (_, 1) => t(l, k::participation::TEAM_ALONE).to_owned(),
        (min, max) if min == max => tf!(l, k::participation::TEAM_EXACT, n = max),
        (min, max) => tf!(l, k::participation::TEAM_SIZE_VALUE, min = min, max = max),
    };
    let quota = settings.quota.per_day.map_or_else(
        || t(l, k::participation::QUOTA_NONE).to_owned(),
        |n| tf!(l, k::participation::QUOTA_VALUE, n = n),
    );
    let external = t(
        l,
        if settings.policy.external_data { k::participation::EXTERNAL_YES } else { k::participation::EXTERNAL_NO },
    );
    let ends = here.competition.phase_stage(here.now).and_then(|stage| stage.ends_at);
    let deadline =
        ends.map_or_else(|| t(l, k::participation::NO_DEADLINE).to_owned(), |at| format::deadline(l, here.zone(), at));
    view! {
        <Facts lines=true>
            <Fact term=t(l, k::participation::TEAM_SIZE)>{team}</Fact>
            <Fact term=t(l, k::participation::QUOTA)>{quota}</Fact>
            <Fact term=t(l, k::participation::EXTERNAL)>{external}</Fact>
            <Fact term=t(l, k::participation::DEADLINE)>{deadline}</Fact>
        </Facts>
    }
}

/// The check box and the button that make the reader a participant; `next` is where they go then, the team page if empty.
#[component]
pub fn Agreement(here: Arc<Here>, next: String, words: &'static str) -> impl IntoView {
    let l = locale();
    view! {
        <form class="stack" method="post" action=Join::PATH>
            <input type="hidden" name="slug" value=here.competition.slug.clone()/>
            <input type="hidden" name="next" value=next/>
            <Checkbox name="agree" required=true>{t(l, k::participation::AGREE)}</Checkbox>
            <Button look=Look::Primary size=Size::Large submit=true wide=true>{words}</Button>
        </form>
    }
}

#[component]
fn Joined(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let agreed = here
        .agreed_at
        .map(|at| tf!(l, k::participation::JOINED_TEXT, time = format::date_time(l, here.zone(), at)))
        .unwrap_or_default();
    let next = match &here.team {
        Some(team) => tf!(l, k::participation::NEXT_SUBMIT, team = team.name),
        None => t(l, k::participation::NEXT_TEAM).to_owned(),
    };
    let is_open = here.is_open();
    view! {
        <div class="door wide stack">
            <h1>{t(l, k::participation::TITLE)}</h1>
            <Alert tone=Tone::Success title=t(l, k::participation::JOINED)>{agreed}</Alert>
            <p>{next}</p>
            <p class="row tight">
                {match (&here.team, is_open) {
                    (None, _) => view! { <LinkButton href=address::team(here.slug()) look=Look::Primary>{t(l, k::participation::TO_TEAM)}</LinkButton> }.into_html(),
                    (Some(_), true) => view! {
                        <LinkButton href=address::submit(here.slug()) look=Look::Primary>{t(l, k::participation::TO_SUBMIT)}</LinkButton>
                        <LinkButton href=address::team(here.slug())>{t(l, k::participation::MY_TEAM)}</LinkButton>
                    }
                    .into_html(),
                    (Some(_), false) => view! { <LinkButton href=address::team(here.slug()) look=Look::Primary>{t(l, k::participation::MY_TEAM)}</LinkButton> }.into_html(),
                }}
            </p>
        </div>
    }
}

#[component]
fn Over(here: Arc<Here>, at: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    view! {
        <h1 class="sr-only">{t(l, k::participation::TITLE)}</h1>
        <Empty whole_page=true icon=Icon::Flag title=t(l, k::participation::OVER) text=tf!(l, k::participation::OVER_TEXT, time = format::deadline(l, here.zone(), at))>
            <LinkButton href=here.leaderboard_href() look=Look::Primary>{t(l, k::participation::BOARD)}</LinkButton>
        </Empty>
    }
}
