//! The leaderboard. A visitor's page is kept by version on the server, so nothing in it may depend on the moment
//! except relative times, which `boot.js` keeps fresh.

use std::sync::Arc;

use domain::AppError;
use domain::ErrorCode;
use domain::address;
use domain::certainty::Report;
use domain::competitions::Ties;
use domain::leaderboards::{Leaderboard, Side};
use domain::quotas::QuotaState;
use domain::stages::{Phase, Stage};
use leptos::prelude::*;
use platform::leaderboards::certainty;
use platform::{Services, leaderboards, submissions};
use scoring::Direction;

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::islands::LiveLeaderboard;
use crate::keeping::{Keeping, say};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::leaderboards::asked::{Asked, shown};
use crate::pages::leaderboards::certainty::RankCertainty;
use crate::pages::leaderboards::my_rank::MyRank;
use crate::pages::leaderboards::standings::Standings;
use crate::request;
use crate::tf;
use crate::ui::{Alert, Icon, LinkButton, Pagination, ScoreChart, ScoreSeries, Search, Segment, Segmented, Tone};

/// Teams in the chart.
const LEADERS: usize = 5;

#[component]
pub fn LeaderboardPage() -> impl IntoView {
    let asked = Asked {
        side: if request::query("board").as_deref() == Some("private") { Side::Private } else { Side::Public },
        search: request::query("q").unwrap_or_default().trim().chars().take(40).collect(),
        page: request::query("page").and_then(|page| page.parse().ok()).unwrap_or(1),
    };
    competition_page(CompetitionTab::Leaderboard, false, move |here| async move {
        let services = request::services();
        let stage = here.competition.current_stage(here.now).ok_or(AppError::new(ErrorCode::NotFound))?.clone();
        let leaderboard = match request::shared() {
            Some(leaderboard) => {
                say(Keeping::Kept);
                leaderboard
            }
            None => leaderboards::get(&services, &here.competition, &stage, asked.side).await?,
        };
        let quota = quota(&services, &here).await?;
        let report = report(&services, &here, &stage, asked.side).await;
        Ok(view! { <Content here stage leaderboard asked quota report/> })
    })
}

/// What the reader's team has left, while submissions are taken.
///
/// # Errors
/// Faults of the database only.
pub async fn quota(services: &Services, here: &Here) -> Result<Option<QuotaState>, AppError> {
    Ok(match (&here.actor.user, &here.team) {
        (Some(user), Some(team)) if here.is_open() => {
            Some(submissions::quota(services, &here.competition, team, &here.actor).await?)
        }
        _ => None,
    })
}

/// How certain the final ranking is, where that is known.
pub async fn report(services: &Services, here: &Here, stage: &Stage, side: Side) -> Option<Arc<Report>> {
    match side {
        Side::Private => certainty::get(services, &here.competition, stage).await.ok(),
        Side::Public => None,
    }
}

#[component]
fn Content(
    here: Arc<Here>,
    stage: Stage,
    leaderboard: Arc<Leaderboard>,
    asked: Asked,
    quota: Option<QuotaState>,
    report: Option<Arc<Report>>,
) -> impl IntoView {
    let l = locale();
    let shown = shown(&leaderboard, &asked);
    let certainty = report.filter(|_| shown.total > 0).map(|report| (report, shown.rows.clone()));
    let (page, pages) = (shown.page, shown.pages);
    let at = leaderboard.updated_at;
    let ago = at.map(|at| format::relative(l, at, here.now)).unwrap_or_default();
    let count = if asked.search.is_empty() {
        (shown.total > 0).then(|| {
            tf!(l, k::leaderboards::RANGE, n = shown.total, from = shown.start + 1, to = shown.start + shown.rows.len())
        })
    } else {
        Some(tf!(l, k::leaderboards::FOUND, q = asked.search, n = shown.total))
    };
    let rule = match (asked.side, stage.phase(here.now)) {
        (Side::Private, _) => k::leaderboards::RULE_PRIVATE,
        (Side::Public, Phase::Closed) => k::leaderboards::RULE_CLOSED,
        (Side::Public, _) => k::leaderboards::RULE_PUBLIC,
    };
    let places = here.competition.settings.decimals;
    let digits = match here.competition.settings.ties {
        Ties::Exact => tf!(l, k::leaderboards::DIGITS_EXACT, n = places),
        Ties::Shown => tf!(l, k::leaderboards::DIGITS_SHOWN, n = places),
    };
    let unseen = shown.rows.iter().any(|row| row.ahead_unseen).then(|| t(l, k::leaderboards::UNSEEN));
    let links = {
        let (here, asked) = (Arc::clone(&here), asked.clone());
        move |n: i64| asked.href(&here, usize::try_from(n).unwrap_or(1))
    };
    let version = leaderboard.version;
    let (listed, searched) = (!leaderboard.rows.is_empty(), !asked.search.is_empty());
    let clear = Asked { search: String::new(), ..asked.clone() }.href(&here, 1);
    view! {
        <div class="page body stack">
            <header class="row between">
                <div class="row">
                    <h1>{t(l, k::leaderboards::TITLE)}</h1>
                    <LiveLeaderboard version at=at.map(|at| at.to_rfc3339()) ago/>
                </div>
                <Tools here=Arc::clone(&here) stage=stage.clone() asked=asked.clone()/>
            </header>
            // Everything below changes in place when the leaderboard does (islands/leaderboards).
            <div class="stack" id="leaderboard" data-version=version data-at=at.map(|at| at.to_rfc3339())>
                <Disclaimer here=Arc::clone(&here) stage=stage.clone() asked=asked.clone()/>
                <Standings here=Arc::clone(&here) stage=stage.clone() leaderboard=Arc::clone(&leaderboard) asked=asked.clone() shown/>
                {listed.then(|| view! {
                    <p class="caption num">
                        {count.map(|count| format!("{count} · "))}
                        {t(l, rule)} " " {digits} {unseen.map(|text| format!(" {text}"))}
                        {searched.then(|| view! { " " <a href=clear>{t(l, k::leaderboards::CLEAR)}</a> })}
                    </p>
                })}
                <Pagination label=t(l, k::leaderboards::PAGES) page=i64::try_from(page).unwrap_or(1) pages=i64::try_from(pages).unwrap_or(1) href=links/>
                {certainty.map(|(report, rows)| view! { <RankCertainty here=Arc::clone(&here) report rows all=leaderboard.rows.len()/> })}
                {(!leaderboard.rows.is_empty()).then(|| view! { <Rise here=Arc::clone(&here) stage=stage.clone() leaderboard=Arc::clone(&leaderboard)/> })}
                <MyRank here leaderboard asked quota/>
            </div>
        </div>
    }
}

/// Public or private, search, download.
#[component]
fn Tools(here: Arc<Here>, stage: Stage, asked: Asked) -> impl IntoView {
    let l = locale();
    let of = |side| Asked { side, search: asked.search.clone(), page: 1 }.href(&here, 1);
    let (public, private) = (of(Side::Public), of(Side::Private));
    let is_private = asked.side == Side::Private;
    let revealed = stage.revealed(here.now);
    let csv = address::asking(
        &address::api::leaderboard_csv(here.slug()),
        &[("board", if is_private { "private" } else { "public" })],
    );
    let keep = if is_private { vec![("board".to_owned(), "private".to_owned())] } else { Vec::new() };
    view! {
        <div class="row tools">
            <Segmented label=t(l, k::leaderboards::KINDS)>
                <Segment href=public current=!is_private>{t(l, k::leaderboards::PUBLIC)}</Segment>
                {if revealed {
                    view! { <Segment href=private current=is_private>{t(l, k::leaderboards::PRIVATE)}</Segment> }.into_html()
                } else {
                    view! { <Segment reason_id="private-note">{t(l, k::leaderboards::PRIVATE)}</Segment> }.into_html()
                }}
            </Segmented>
            <Search action=address::leaderboard(here.slug()) label=t(l, k::leaderboards::FIND) placeholder=t(l, k::leaderboards::FIND_HINT) value=asked.search.clone() keep/>
            <span class="wide-only"><LinkButton href=csv icon=Icon::Download label=t(l, k::leaderboards::CSV_LABEL)>{t(l, k::leaderboards::CSV)}</LinkButton></span>
        </div>
    }
}

/// What the scores are computed on and when the rest is shown: always above the table.
#[component]
fn Disclaimer(here: Arc<Here>, stage: Stage, asked: Asked) -> impl IntoView {
    let l = locale();
    let (public, rest) = (stage.public_percent(), 100 - stage.public_percent());
    let revealed = stage.revealed(here.now);
    let (title, text) = match asked.side {
        Side::Private => {
            (tf!(l, k::leaderboards::FINAL_SHARE, n = rest), t(l, k::leaderboards::FINAL_CHANGE).to_owned())
        }
        Side::Public if rest == 0 => (t(l, k::leaderboards::SHARE_ALL).to_owned(), String::new()),
        Side::Public => {
            let text = match stage.private_opens_at() {
                Some(_) if revealed => tf!(l, k::leaderboards::REST_OPEN, n = rest),
                Some(at) => tf!(l, k::leaderboards::REST_AT, n = rest, at = format::deadline(l, here.zone(), at)),
                None => tf!(l, k::leaderboards::REST_LATER, n = rest),
            };
            (tf!(l, k::leaderboards::SHARE, n = public), text)
        }
    };
    view! { <Alert tone=Tone::Info title><span id="private-note">{text}</span></Alert> }
}

/// How the leaders' scores rose.
#[component]
fn Rise(here: Arc<Here>, stage: Stage, leaderboard: Arc<Leaderboard>) -> impl IntoView {
    let l = locale();
    let series: Vec<_> = leaderboard
        .rows
        .iter()
        .take(LEADERS)
        .map(|row| ScoreSeries { name: row.team_name.clone(), steps: row.steps.clone() })
        .collect();
    let title = tf!(l, k::leaderboards::CHART, n = series.len());
    let note = t(
        l,
        if leaderboard.side == Side::Private { k::leaderboards::CHART_PRIVATE } else { k::leaderboards::CHART_PUBLIC },
    );
    let until = leaderboard.updated_at.unwrap_or(stage.starts_at);
    let worst = leaderboard.scale.worst;
    let bounds = match leaderboard.direction {
        Direction::Higher => (worst, f64::INFINITY),
        Direction::Lower => (f64::NEG_INFINITY, worst),
    };
    view! { <section class="card" aria-labelledby="rise"><ScoreChart id="rise" title note series from=stage.starts_at until zone=here.zone() places=here.competition.settings.decimals bounds/></section> }
}
