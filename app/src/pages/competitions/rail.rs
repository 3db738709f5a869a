//! The cards at the side of a competition's pages.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::AppError;
use domain::address;
use domain::boards::{BoardKind, PostRow};
use domain::leaderboards::{Leaderboard, Row};
use domain::quotas::QuotaState;
use leptos::prelude::*;
use platform::competitions::Front;
use platform::{leaderboards, submissions};

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::competitions::parts::{metric_name, prize};
use crate::pages::leaderboards::standings::own_members;
use crate::request;
use crate::tf;
use crate::ui::{Avatars, Badge, Card, Fact, Facts, Place, Quota, Rank, RankChange, Tone};

/// Teams on the short list of leaders, dates on that of what comes next.
const TOP: usize = 5;
const NEXT: usize = 3;

/// What the cards show beside what is the same for everyone.
pub struct Rail {
    leaderboard: Option<Arc<Leaderboard>>,
    quota: Option<QuotaState>,
}

impl Rail {
    pub async fn read(here: &Here) -> Result<Self, AppError> {
        let services = request::services();
        let competition = &here.competition;
        let mut leaderboard = None;
        if let Some(stage) = competition.current_stage(here.now) {
            let side = stage.side_that_counts(here.now);
            leaderboard = Some(leaderboards::get(&services, competition, stage, side).await?);
        }
        let mut quota = None;
        if let Some(team) = &here.team
            && here.is_open()
        {
            quota = Some(submissions::quota(&services, competition, team, &here.actor).await?);
        }
        Ok(Self { leaderboard, quota })
    }
}

/// All cards of the overview, the reader's own first.
#[component]
pub fn OverviewRail(here: Arc<Here>, rail: Rail, front: Arc<Front>) -> impl IntoView {
    let l = locale();
    let Rail { leaderboard, quota } = rail;
    let own = here
        .team
        .as_ref()
        .and_then(|team| leaderboard.as_ref()?.rows.iter().find(|row| row.team_id == team.id).cloned());
    let teams = leaderboard.as_ref().map_or(0, |leaderboard| leaderboard.rows.len());
    let (now, zone) = (here.now, here.zone());
    let stage = here.competition.current_stage(now).map(|stage| stage.name.get(l).to_owned());
    view! {
        <aside class="stack" aria-label=t(l, k::competitions::INFO)>
            {here.team.is_some().then(|| view! { <TeamCard here=Arc::clone(&here) own teams/> })}
            {quota.map(|state| {
                view! {
                    <Card id="quota" title=t(l, k::competitions::QUOTA) note=move || view! { <span class="caption">{stage.clone()}</span> }>
                        <Quota state now zone/>
                    </Card>
                }
            })}
            <FactsCard here=Arc::clone(&here) counts=front.counts/>
            {leaderboard.map(|leaderboard| view! { <TopCard here=Arc::clone(&here) leaderboard/> })}
            <NoticesCard here=Arc::clone(&here) notices=front.notices.clone()/>
            <DatesCard here/>
        </aside>
    }
}

#[component]
fn TeamCard(here: Arc<Here>, own: Option<Row>, teams: usize) -> impl IntoView {
    let l = locale();
    let Some(team) = here.team.clone() else { return ().into_html() };
    let members = own_members(&here);
    let href = address::team(here.slug());
    let score = own.as_ref().map_or_else(|| t(l, k::competitions::NO_RANK).to_owned(), |row| here.score(row.score));
    view! {
        <Card id="my-team" title=t(l, k::competitions::MY_TEAM) note=move || view! { <a class="caption" href=href.clone()>{t(l, k::competitions::MANAGE_TEAM)}</a> }>
            <div class="stack s">
                <p class="row tight"><strong>{team.name}</strong><span class="caption num">{tf!(l, k::competitions::TEAM_NO, n = team.number)}</span></p>
                <p><Avatars members/></p>
                <Facts lines=true>
                    <Fact term=t(l, k::competitions::PUBLIC_RANK)>
                        {match own {
                            Some(row) => view! {
                                <Place rank=row.rank of=i64::try_from(teams).unwrap_or(i64::MAX)/>" "<RankChange change=Some(row.change)/>
                            }
                            .into_html(),
                            None => t(l, k::competitions::NO_RANK).into_html(),
                        }}
                    </Fact>
                    <Fact term=t(l, k::competitions::BEST)>{score}</Fact>
                </Facts>
            </div>
        </Card>
    }
    .into_html()
}

/// Team sizes as a range.
pub fn team_size(l: Locale, min: i64, max: i64) -> String {
    if min == max {
        tf!(l, k::competitions::TEAM_EXACT, n = min)
    } else {
        tf!(l, k::competitions::TEAM_RANGE, min = min, max = max)
    }
}

/// `하루 10회`
pub fn per_day(l: Locale, limit: Option<i64>) -> String {
    limit.map_or_else(|| t(l, k::competitions::UNLIMITED).to_owned(), |n| tf!(l, k::competitions::PER_DAY, n = n))
}

#[component]
fn FactsCard(here: Arc<Here>, counts: (i64, i64)) -> impl IntoView {
    let l = locale();
    let settings = &here.competition.settings;
    let facts = [
        (k::competitions::list::METRIC, metric_name(l, &here.competition)),
        (k::competitions::TEAMS_FACT, crate::pages::competitions::parts::counts(l, counts)),
        (k::competitions::TEAM_SIZE, team_size(l, settings.team.min, settings.team.max)),
        (k::competitions::QUOTA, per_day(l, settings.quota.per_day)),
        (k::competitions::list::PRIZE, prize(l, &here.competition)),
    ];
    view! {
        <Card id="facts" title=t(l, k::competitions::FACTS)>
            <Facts lines=true>{facts.map(|(term, value)| view! { <Fact term=t(l, term)>{value}</Fact> }).collect_view()}</Facts>
        </Card>
    }
}

#[component]
fn TopCard(here: Arc<Here>, leaderboard: Arc<Leaderboard>) -> impl IntoView {
    let l = locale();
    let rows: Vec<Row> = leaderboard.rows.iter().take(TOP).cloned().collect();
    let own = here.team.as_ref().map(|team| team.id);
    let href = here.leaderboard_href();
    let title = if rows.is_empty() {
        t(l, k::competitions::tabs::LEADERBOARD).to_owned()
    } else {
        tf!(l, k::competitions::TOP, n = rows.len())
    };
    view! {
        <Card id="top" title note=move || view! { <a class="caption" href=href.clone()>{t(l, k::competitions::ALL_RANKS)}</a> }>
            {if rows.is_empty() {
                view! { <p class="muted">{t(l, k::competitions::NO_SUBMISSIONS)}</p> }.into_html()
            } else {
                view! {
                    <ol class="leaders">
                        {rows
                            .into_iter()
                            .map(|row| {
                                view! {
                                    <li class=(own == Some(row.team_id)).then_some("own")>
                                        <Rank rank=row.rank/>
                                        <span class="name">{row.team_name.clone()}</span>
                                        <data value=row.score.to_string()>{here.score(row.score)}</data>
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ol>
                }
                .into_html()
            }}
        </Card>
    }
}

#[component]
fn NoticesCard(here: Arc<Here>, notices: Vec<PostRow>) -> impl IntoView {
    let l = locale();
    let (now, zone) = (here.now, here.zone());
    let href = address::board(here.slug(), BoardKind::Notice);
    let none = notices.is_empty();
    view! {
        <Card id="news" title=t(l, k::competitions::LATEST) note=move || view! { <a class="caption" href=href.clone()>{t(l, k::competitions::ALL)}</a> }>
            {none.then(|| view! { <p class="muted">{t(l, k::competitions::NO_NOTICES)}</p> })}
            <ul class="items">
                {notices
                    .into_iter()
                    .map(|notice| {
                        let day = format::list_day(l, zone, notice.created_at, now);
                        view! {
                            <li>
                                <p class="row tight">
                                    {notice.required.then(|| view! { <Badge tone=Tone::Danger>{t(l, k::competitions::REQUIRED)}</Badge> })}
                                    <span class="caption num">{day}</span>
                                </p>
                                <a href=address::post(here.slug(), BoardKind::Notice, notice.number)>{notice.title}</a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </Card>
    }
}

/// Starts and ends that are still ahead, soonest first.
fn dates(l: Locale, here: &Here) -> Vec<(DateTime<Utc>, String)> {
    let mut dates = Vec::new();
    for stage in &here.competition.stages {
        let name = stage.name.get(l);
        dates.push((stage.starts_at, tf!(l, k::competitions::STARTS, stage = name)));
        // An event of a day (an award ceremony) has no deadline to announce.
        if let Some(end) = stage.ends_at.filter(|end| (*end - stage.starts_at).num_hours() >= 24) {
            dates.push((end, tf!(l, k::competitions::ENDS, stage = name)));
        }
    }
    dates.retain(|(at, _)| *at > here.now);
    dates.sort_by_key(|(at, _)| *at);
    dates
}

#[component]
pub fn DatesCard(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let (now, zone) = (here.now, here.zone());
    let dates = dates(l, &here);
    let none = dates.is_empty();
    let href = address::schedule(here.slug());
    view! {
        <Card id="next" title=t(l, k::competitions::NEXT) note=move || view! { <a class="caption" href=href.clone()>{t(l, k::competitions::ALL_DATES)}</a> }>
            {none.then(|| view! { <p class="muted">{t(l, k::competitions::NO_DATES)}</p> })}
            <ul class="items">
                {dates
                    .into_iter()
                    .take(NEXT)
                    .map(|(at, what)| {
                        view! {
                            <li>
                                <p class="caption num">
                                    <time datetime=at.to_rfc3339()>{format!("{} {}", format::day(l, zone, at), format::clock(zone, at))}</time>
                                    " · "
                                    <time datetime=at.to_rfc3339() data-relative="">{format::relative(l, at, now)}</time>
                                </p>
                                <p>{what}</p>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </Card>
    }
}
