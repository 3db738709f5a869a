//! The list of competitions: what closes first leads, what is over thins out to a table.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::address;
use domain::boards::PostRow;
use domain::competitions::{Competition, HostRole};
use domain::ids::CompetitionId;
use domain::leaderboards::Side;
use domain::stages::{Phase, Stage};
use leptos::prelude::*;
use leptos_meta::Title;
use platform::{Services, boards, competitions, leaderboards};

use super::competitions::frame::phase_word;
use super::competitions::parts::{HostLine, Picture, counts, drawing, metric_name, prize, task_word};
use super::load::load;
use super::site_news::SiteNews;
use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::accounts::UnverifiedAlert;
use crate::request;
use crate::tf;
use crate::ui::{
    Badge, Dday, Empty, Fact, Facts, Icon, LinkButton, NoValue, Search, Tab, Table, Tabs, Time, TimeForm, Tone,
};

/// A competition with what its card shows beside its settings.
struct Entry {
    competition: Competition,
    stage: Option<Stage>,
    drawing: Option<String>,
    counts: (i64, i64),
    winner: Option<String>,
}

/// The competitions by where they stand, each list in the order it is shown.
struct Lists {
    running: Vec<Entry>,
    upcoming: Vec<Entry>,
    closed: Vec<Entry>,
    now: DateTime<Utc>,
}

/// The front page.
#[component]
pub fn Home() -> impl IntoView {
    let query = request::query("q").unwrap_or_default().trim().to_owned();
    load(async move {
        let lists = read(&query).await?;
        // Who searches looks for a competition.
        let news = if query.is_empty() { boards::site::front(&request::services()).await? } else { Vec::new() };
        Ok(view! { <List query lists news/> })
    })
}

async fn read(query: &str) -> Result<Lists, AppError> {
    let services = request::services();
    let now = services.clock.now();
    let counts = competitions::counts(&services).await?;
    let mut lists = Lists { running: Vec::new(), upcoming: Vec::new(), closed: Vec::new(), now };
    for competition in competitions::list(&services).await? {
        if !matches(&competition, query) {
            continue;
        }
        let phase = competition.phase(now);
        let entry = entry(&services, competition, now, &counts).await;
        match phase {
            Phase::Open => lists.running.push(entry),
            Phase::Upcoming => lists.upcoming.push(entry),
            Phase::Closed => lists.closed.push(entry),
        }
    }
    let end = |entry: &Entry| entry.stage.as_ref().and_then(|stage| stage.ends_at);
    lists.running.sort_by_key(|entry| end(entry).unwrap_or(DateTime::<Utc>::MAX_UTC));
    lists.upcoming.sort_by_key(|entry| entry.stage.as_ref().map(|stage| stage.starts_at));
    lists.closed.sort_by_key(|entry| std::cmp::Reverse(end(entry)));
    Ok(lists)
}

async fn entry(
    services: &Services,
    competition: Competition,
    now: DateTime<Utc>,
    counts: &HashMap<CompetitionId, (i64, i64)>,
) -> Entry {
    let stage = competition.phase_stage(now).cloned();
    let mut winner = None;
    if let Some(stage) = stage.as_ref().filter(|stage| stage.side_that_counts(now) == Side::Private)
        && let Ok(leaderboard) = leaderboards::get(services, &competition, stage, Side::Private).await
    {
        winner = leaderboard.rows.first().map(|row| row.team_name.clone());
    }
    let drawing = drawing(&competition).await;
    Entry { counts: counts.get(&competition.id).copied().unwrap_or_default(), competition, stage, drawing, winner }
}

/// Whether the words stand in the name or in a host's name, in either language.
fn matches(competition: &Competition, query: &str) -> bool {
    let query = query.to_lowercase();
    let settings = &competition.settings;
    let has = |text: &domain::Text| {
        [Some(&text.ko), text.en.as_ref()].into_iter().flatten().any(|text| text.to_lowercase().contains(&query))
    };
    query.is_empty() || has(&settings.title) || settings.hosts.iter().any(|host| has(&host.name))
}

#[component]
fn List(query: String, lists: Lists, news: Vec<PostRow>) -> impl IntoView {
    let l = locale();
    let Lists { running, upcoming, closed, now } = lists;
    let count = |entries: &Vec<Entry>| i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let (n_running, n_upcoming, n_closed) = (count(&running), count(&upcoming), count(&closed));
    let searched = !query.is_empty();
    let found = n_running + n_upcoming + n_closed;
    let groups = [
        ("#running", n_running, k::competitions::list::RUNNING),
        ("#upcoming", n_upcoming, k::competitions::list::UPCOMING),
        ("#closed", n_closed, k::competitions::list::CLOSED),
    ];
    let tabs = groups
        .into_iter()
        .filter(|(_, count, _)| !searched || *count > 0)
        .enumerate()
        .map(|(at, (href, count, word))| view! { <Tab href current=at == 0 count>{t(l, word)}</Tab> })
        .collect_view();
    let next = upcoming.first().map(|entry| (entry.competition.clone(), entry.stage.clone()));
    view! {
        <Title text=t(l, k::site::COMPETITIONS)/>
        <div class="page body stack xl competitions">
            <UnverifiedAlert/>
            <header class="row between">
                <div class="stack s">
                    <h1>{t(l, k::site::COMPETITIONS)}</h1>
                    <p class="muted">{t(l, k::competitions::list::LEAD)}</p>
                </div>
                <Search action="/" label=t(l, k::competitions::list::FIND) placeholder=t(l, k::competitions::list::FIND_HINT) value=query.clone()/>
            </header>
            <SiteNews rows=news/>
            {if searched && found == 0 {
                view! {
                    <Empty icon=Icon::Search title=tf!(l, k::competitions::list::NOT_FOUND, q = query) text=t(l, k::competitions::list::NOT_FOUND_TEXT)>
                        <LinkButton href=address::HOME>{t(l, k::competitions::list::SHOW_ALL)}</LinkButton>
                    </Empty>
                }
                .into_html()
            } else {
                view! {
                    <div class="stack">
                        {searched.then(|| {
                            view! { <p class="row" role="status"><span>{tf!(l, k::competitions::list::FOUND, q = query, n = found)}</span><a href=address::HOME>{t(l, k::competitions::list::SHOW_ALL)}</a></p> }
                        })}
                        <Tabs label=t(l, k::competitions::list::STATES) inline=true>{tabs}</Tabs>
                        // Of what was searched for, an empty group says nothing; without a search it says what comes next.
                        {(n_running > 0 || !searched).then(|| view! {
                            <section class="stack" aria-labelledby="running">
                                <h2 class="sr-only" id="running">{t(l, k::competitions::list::RUNNING_TITLE)}</h2>
                                <Running entries=running next now/>
                            </section>
                        })}
                    </div>
                    {(n_upcoming > 0).then(|| view! {
                        <section class="stack" aria-labelledby="upcoming">
                            <div class="section-head">
                                <h2 id="upcoming">{t(l, k::competitions::list::UPCOMING)}</h2>
                                <span class="caption">{tf!(l, k::competitions::list::UPCOMING_NOTE, n = n_upcoming)}</span>
                            </div>
                            <ul class="grid-2">{upcoming.into_iter().map(|entry| view! { <EntryCard entry now/> }).collect_view()}</ul>
                        </section>
                    })}
                    {(n_closed > 0).then(|| view! {
                        <section class="stack" aria-labelledby="closed">
                            <div class="section-head">
                                <h2 id="closed">{t(l, k::competitions::list::CLOSED)}</h2>
                                <span class="caption">{tf!(l, k::competitions::list::CLOSED_NOTE, n = n_closed)}</span>
                            </div>
                            <Closed entries=closed/>
                        </section>
                    })}
                }
                .into_html()
            }}
        </div>
    }
}

#[component]
fn Running(entries: Vec<Entry>, next: Option<(Competition, Option<Stage>)>, now: DateTime<Utc>) -> impl IntoView {
    let l = locale();
    let mut entries = entries.into_iter();
    let Some(first) = entries.next() else {
        return match next {
            Some((competition, stage)) => {
                let zone = competition.settings.zone;
                let at = stage.map(|stage| format::deadline(l, zone, stage.starts_at)).unwrap_or_default();
                let text = tf!(l, k::competitions::list::NONE_RUNNING_NEXT, title = competition.settings.title.get(l), at = at);
                view! {
                    <Empty icon=Icon::Calendar title=t(l, k::competitions::list::NONE_RUNNING) text>
                        <LinkButton href=address(&competition)>{t(l, k::competitions::list::SEE_NEXT)}</LinkButton>
                    </Empty>
                }
                .into_html()
            }
            None => view! { <Empty icon=Icon::Calendar title=t(l, k::competitions::list::NONE_RUNNING) text=t(l, k::competitions::list::NONE_RUNNING_TEXT)/> }.into_html(),
        };
    };
    let others: Vec<_> = entries.collect();
    view! {
        <ul class="stack"><EntryCard entry=first now feature=true/></ul>
        {(!others.is_empty()).then(|| view! { <ul class="grid-2">{others.into_iter().map(|entry| view! { <EntryCard entry now/> }).collect_view()}</ul> })}
    }
    .into_html()
}

/// A competition as a card; `feature` is the wide one with its lead.
#[component]
fn EntryCard(entry: Entry, now: DateTime<Utc>, #[prop(optional)] feature: bool) -> impl IntoView {
    let l = locale();
    let Entry { competition, stage, drawing, counts: taking_part, .. } = entry;
    let zone = competition.settings.zone;
    let upcoming = competition.phase(now) == Phase::Upcoming;
    let (word, tone) = phase_word(l, &competition, now);
    let settings = competition.settings.clone();
    let task = settings.metric.task();
    // What the day count counts to: the start while it is ahead, the end afterwards.
    let until = stage.as_ref().and_then(|stage| if upcoming { Some(stage.starts_at) } else { stage.ends_at });
    let stage_name = stage.map(|stage| stage.name.get(l).to_owned()).unwrap_or_default();
    let until_fact = until.filter(|_| feature || upcoming).map(|at| {
        let term = if upcoming {
            tf!(l, k::competitions::list::STARTS, stage = stage_name)
        } else {
            tf!(l, k::competitions::list::DEADLINE, stage = stage_name)
        };
        view! { <Fact term><Time at zone form=TimeForm::Deadline/></Fact> }
    });
    let is_open = |stage: &&Stage| !stage.takes_submissions && stage.phase(now) == Phase::Open;
    let under_way = competition.stages.iter().find(is_open).filter(|_| upcoming);
    let under_way = under_way.map(|stage| tf!(l, k::competitions::phase::OPEN, stage = stage.name.get(l)));
    let (metric, taking_part, prize) = (metric_name(l, &competition), counts(l, taking_part), prize(l, &competition));
    view! {
        <li class=if feature { "card comp feature" } else { "card comp" }>
            <Picture task drawing/>
            <div class="body">
                <div class="row between">
                    <span class="row tight">
                        <Badge tone>{word}</Badge>
                        {under_way.map(|word| view! { <Badge tone=Tone::Success>{word}</Badge> })}
                        <Badge>{task_word(l, task)}</Badge>
                    </span>
                    <Dday deadline=until now zone/>
                </div>
                <h3><a href=address(&competition)>{settings.title.get(l).to_owned()}</a></h3>
                <HostLine competition=competition.clone()/>
                {feature.then(|| view! { <p>{settings.lead.get(l).to_owned()}</p> })}
                <Facts>
                    {until_fact}
                    <Fact term=t(l, k::competitions::list::METRIC)>{metric}</Fact>
                    <Fact term=t(l, k::competitions::list::PART)>{taking_part}</Fact>
                    <Fact term=t(l, k::competitions::list::PRIZE)>{prize}</Fact>
                </Facts>
            </div>
        </li>
    }
}

fn address(competition: &Competition) -> String {
    address::competition(&competition.slug)
}

/// The first named host.
fn host(l: Locale, competition: &Competition) -> String {
    let hosts = &competition.settings.hosts;
    let host = hosts.iter().find(|host| host.role == HostRole::Host).or(hosts.first());
    host.map(|host| host.name.get(l).to_owned()).unwrap_or_default()
}

#[component]
fn Closed(entries: Vec<Entry>) -> impl IntoView {
    let l = locale();
    view! {
        <Table caption=t(l, k::competitions::list::CLOSED_TITLE)>
            <thead>
                <tr>
                    <th scope="col">{t(l, k::competitions::list::COL_COMPETITION)}</th>
                    <th scope="col" class="wide-only">{t(l, k::competitions::list::COL_HOST)}</th>
                    <th scope="col" class="wide-only">{t(l, k::competitions::list::METRIC)}</th>
                    <th scope="col">{t(l, k::competitions::list::COL_WINNER)}</th>
                    <th scope="col" class="end wide-only">{t(l, k::competitions::list::PART)}</th>
                    <th scope="col" class="end">{t(l, k::competitions::list::COL_END)}</th>
                </tr>
            </thead>
            <tbody>
                {entries
                    .into_iter()
                    .map(|entry| {
                        let zone = entry.competition.settings.zone;
                        let ended = entry.stage.and_then(|stage| stage.ends_at);
                        view! {
                            <tr>
                                <th scope="row"><a href=address(&entry.competition)>{entry.competition.settings.title.get(l).to_owned()}</a></th>
                                <td class="wide-only">{host(l, &entry.competition)}</td>
                                <td class="wide-only">{metric_name(l, &entry.competition)}</td>
                                <td class="tight-col">{match entry.winner { Some(name) => name.into_html(), None => view! { <NoValue/> }.into_html() }}</td>
                                <td class="end wide-only">{tf!(l, k::competitions::list::TEAMS, n = entry.counts.0)}</td>
                                <td class="end nowrap">{ended.map(|at| view! { <Time at zone form=TimeForm::Date/> })}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </Table>
    }
}
