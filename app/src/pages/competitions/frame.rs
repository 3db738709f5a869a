//! The head and the tabs that every page of a competition has.

use std::future::Future;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::address;
use domain::boards::BoardKind;
use domain::competitions::Competition;
use domain::stages::Phase;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::boards;

use crate::context::{locale, viewer};
use crate::html::{Html, IntoHtml};
use crate::i18n::{Locale, k, t};
use crate::islands::LiveEvents;
use crate::pages::boards::words::board_word;
use crate::pages::competitions::here::Here;
use crate::pages::competitions::moments::Moments;
use crate::pages::load::load;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Band, Dday, Tab, Tabs, Time, TimeForm, Tone};

/// The tabs, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompetitionTab {
    Overview,
    Data,
    Evaluation,
    Rules,
    Schedule,
    Leaderboard,
    Submit,
    Team,
    Board(BoardKind),
    Live,
}

/// Word and tone of where the competition stands: `예선 진행 중`.
pub fn phase_word(l: Locale, competition: &Competition, now: DateTime<Utc>) -> (String, Tone) {
    // After the last submissions, what follows them says more than that they are over.
    let stage = competition.afterwards(now).or_else(|| competition.phase_stage(now));
    let phase = stage.map_or(Phase::Upcoming, |stage| stage.phase(now));
    let stage = stage.map(|stage| stage.name.get(l).to_owned()).unwrap_or_default();
    match phase {
        Phase::Upcoming => (tf!(l, k::competitions::phase::UPCOMING, stage = stage), Tone::Info),
        Phase::Open => (tf!(l, k::competitions::phase::OPEN, stage = stage), Tone::Success),
        Phase::Closed => (tf!(l, k::competitions::phase::CLOSED, stage = stage), Tone::Neutral),
    }
}

/// A page of a competition: the address' `slug` is looked up, then `page` gives what stands under the tabs.
/// `wide` pages (the overview) bring a head of their own instead of the narrow band.
pub fn competition_page<F, R, V>(tab: CompetitionTab, wide: bool, page: F) -> AnyView
where
    F: FnOnce(Arc<Here>) -> R + Send + 'static,
    R: Future<Output = Result<V, AppError>> + Send + 'static,
    V: IntoView + 'static,
{
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    load(async move {
        let here = Here::find(&slug).await?;
        // Before the content, so that a page which has a name of its own (a post, a team) says it after this.
        let title = view! { <Title text=format!("{} · {}", tab_word(locale(), tab), here.title())/> };
        let content = page(Arc::clone(&here)).await?.into_html();
        let unread = unread(&here).await?;
        let band = (!wide).then(|| view! { <CompetitionBand here=Arc::clone(&here)/> });
        Ok(view! {
            {title}
            {band}
            // On a wide page the head stands before the tabs, so the page brings both.
            {(!wide).then(|| view! { <CompetitionTabs here=Arc::clone(&here) tab/> })}
            {unread}
            {content}
            <LiveEvents slug=here.competition.slug.clone()/>
            <Moments here is_kept=tab == CompetitionTab::Leaderboard/>
        })
    })
}

/// The required notices that the reader has not read who must, until they have.
async fn unread(here: &Here) -> Result<Option<Html>, AppError> {
    let l = locale();
    let member = here.actor.id().filter(|_| here.visit().takes_part());
    // A page that is rendered for everyone says nothing of one reader.
    let Some(user) = member.filter(|_| request::shared().is_none()) else { return Ok(None) };
    let leads = here.team.as_ref().is_some_and(|team| team.leader_id == user);
    let notices = boards::unread_notices(&request::services(), &here.competition, user, leads).await?;
    // The page of one of them says no more of it.
    let path = viewer().path;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let links = notices.into_iter().filter_map(|(number, title)| {
        let href = address::post(here.slug(), BoardKind::Notice, number);
        (path != href).then(|| view! { <li><a href=href>{title}</a></li> })
    });
    let links: Vec<_> = links.collect();
    let banner = (!links.is_empty()).then(|| {
        view! { <div class="page banner"><Alert tone=Tone::Warning title=t(l, k::boards::UNREAD_TITLE)><ul>{links}</ul></Alert></div> }
    });
    Ok(banner.map(IntoHtml::into_html))
}

/// The way here: the list, and the part of it where the competition stands.
pub fn crumbs(l: Locale, here: &Here) -> Vec<(String, Option<String>)> {
    let (word, part) = match here.competition.phase(here.now) {
        Phase::Open => (k::competitions::list::RUNNING, "/#running"),
        Phase::Upcoming => (k::competitions::list::UPCOMING, "/#upcoming"),
        Phase::Closed => (k::competitions::list::CLOSED, "/#closed"),
    };
    vec![(t(l, k::site::COMPETITIONS).to_owned(), Some("/".to_owned())), (t(l, word).to_owned(), Some(part.to_owned()))]
}

/// The narrow head: name, state, days left, and what they count to: the start while it is ahead, else the deadline.
#[component]
fn CompetitionBand(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let (now, zone) = (here.now, here.zone());
    let (word, tone) = phase_word(l, &here.competition, now);
    let phase = here.competition.phase(now);
    let at = here.competition.counts_to(now);
    let label = match phase {
        Phase::Upcoming => k::competitions::phase::STARTS,
        Phase::Open => k::competitions::phase::DEADLINE,
        Phase::Closed => k::competitions::phase::ENDED,
    };
    let crumbs = crumbs(l, &here);
    view! {
        <Band crumbs title=here.title().to_owned()>
            <Badge tone>{word}</Badge>
            // Once it is over, the days say no more than the date does.
            {(phase != Phase::Closed).then(|| view! { <Dday deadline=at now zone/> })}
            {at.map(|at| view! { <span class="muted num">{t(l, label)} " " <Time at zone form=TimeForm::Deadline/></span> })}
        </Band>
    }
}

/// The tabs under the head.
#[component]
pub fn CompetitionTabs(here: Arc<Here>, tab: CompetitionTab) -> impl IntoView {
    let l = locale();
    let slug = here.slug();
    let tabs = [
        (CompetitionTab::Overview, address::competition(slug)),
        (CompetitionTab::Data, address::data(slug)),
        (CompetitionTab::Evaluation, address::evaluation(slug)),
        (CompetitionTab::Rules, address::rules(slug)),
        (CompetitionTab::Schedule, address::schedule(slug)),
        (CompetitionTab::Leaderboard, address::leaderboard(slug)),
        (CompetitionTab::Submit, address::submit(slug)),
        (CompetitionTab::Team, address::team(slug)),
    ];
    let boards = BoardKind::ALL.map(|kind| (CompetitionTab::Board(kind), address::board(slug, kind)));
    // Where hours were set; who never uses them has no tab.
    let live = (!here.competition.live.is_empty()).then(|| (CompetitionTab::Live, address::live(slug)));
    let tab = |(one, href)| view! { <Tab href current=one == tab>{tab_word(l, one)}</Tab> };
    let tabs: Vec<_> = tabs.into_iter().chain(boards).chain(live).map(tab).collect();
    view! { <Tabs label=t(l, k::competitions::phase::MENU)>{tabs}</Tabs> }
}

fn tab_word(l: Locale, tab: CompetitionTab) -> &'static str {
    t(
        l,
        match tab {
            CompetitionTab::Overview => k::competitions::tabs::OVERVIEW,
            CompetitionTab::Data => k::competitions::tabs::DATA,
            CompetitionTab::Evaluation => k::competitions::tabs::EVALUATION,
            CompetitionTab::Rules => k::competitions::tabs::RULES,
            CompetitionTab::Schedule => k::competitions::tabs::SCHEDULE,
            CompetitionTab::Leaderboard => k::competitions::tabs::LEADERBOARD,
            CompetitionTab::Submit => k::competitions::tabs::SUBMIT,
            CompetitionTab::Team => k::competitions::tabs::TEAM,
            CompetitionTab::Board(kind) => return board_word(l, kind),
            CompetitionTab::Live => k::competitions::tabs::LIVE,
        },
    )
}
