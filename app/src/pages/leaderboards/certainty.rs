//! `순위는 얼마나 확실한가요?`: below the final ranking, what another draw of the test data might have made of it.

use std::sync::Arc;

use domain::certainty::Report;
use domain::leaderboards::Row;
use leptos::prelude::*;
use scoring::standing::{Certainty, Team, Test};

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::tf;
use crate::ui::{Rank, Table};

/// The rows of one page of a board of `all` teams, for those who open it.
#[component]
pub fn RankCertainty(here: Arc<Here>, report: Arc<Report>, rows: Vec<Row>, all: usize) -> impl IntoView {
    let l = locale();
    let of = report.certainty.teams.len();
    let best_only = (of < all).then(|| view! { <p>{tf!(l, k::leaderboards::certainty::BEST_ONLY, n = of)}</p> });
    let lines = rows
        .into_iter()
        .filter_map(|row| {
            let team = *report.team(row.team_id)?;
            let own = here.team.as_ref().is_some_and(|team| team.id == row.team_id);
            Some(view! { <TeamLine row team of own/> })
        })
        .collect_view();
    view! {
        <details class="card certainty">
            <summary><h2>{t(l, k::leaderboards::certainty::TITLE)}</h2></summary>
            <div class="stack">
                {explanation(l, &report.certainty).into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
                {best_only}
                <Table caption=t(l, k::leaderboards::certainty::CAPTION) class="dense bare">
                    <thead>
                        <tr>
                            <th scope="col" class="center">{t(l, k::leaderboards::RANK)}</th>
                            <th scope="col" class="fill">{t(l, k::leaderboards::TEAM)}</th>
                            <th scope="col" class="end wide-only">{t(l, k::leaderboards::certainty::MEDIAN)}</th>
                            <th scope="col">{t(l, k::leaderboards::certainty::INTERVAL)}</th>
                            <th scope="col" class="end wide-only">{t(l, k::leaderboards::certainty::FIRST)}</th>
                            <th scope="col">{t(l, k::leaderboards::certainty::APART)}</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </Table>
                <p class="caption num">{details(l, &report.certainty)}</p>
            </div>
        </details>
    }
}

/// What was done, what the columns mean, and what it does not change.
fn explanation(l: Locale, certainty: &Certainty) -> [String; 2] {
    let cases = format::grouped(i64::try_from(certainty.cases).unwrap_or(i64::MAX));
    let draws = format::grouped(i64::from(certainty.draws));
    let drawn = if certainty.grouped {
        tf!(l, k::leaderboards::certainty::DRAWN_GROUPS, n = cases, draws = draws)
    } else {
        tf!(l, k::leaderboards::certainty::DRAWN, n = cases, draws = draws)
    };
    let test = match certainty.test {
        Test::Delong => k::leaderboards::certainty::DELONG,
        Test::Mcnemar => k::leaderboards::certainty::MCNEMAR,
        Test::Bootstrap => k::leaderboards::certainty::BOOTSTRAP,
    };
    [drawn, tf!(l, k::leaderboards::certainty::MEANING, test = t(l, test))]
}

/// The seed and the numbers about the whole.
fn details(l: Locale, certainty: &Certainty) -> String {
    let mut parts = Vec::new();
    if let Some(tau) = certainty.tau {
        let [mean, low, high] = [tau.mean, tau.low, tau.high].map(format::coefficient);
        parts.push(tf!(l, k::leaderboards::certainty::TAU, mean = mean, low = low, high = high));
    }
    if certainty.redrawn > 0 {
        parts.push(tf!(l, k::leaderboards::certainty::REDRAWN, n = certainty.redrawn));
    }
    parts.push(tf!(l, k::leaderboards::certainty::SEED, seed = certainty.seed));
    parts.join(" · ")
}

#[component]
pub fn TeamLine(row: Row, team: Team, of: usize, own: bool) -> impl IntoView {
    let l = locale();
    let median = team.median.to_string();
    let first = format::percent(team.first);
    let verdict = match team.p_first {
        None => view! { <span class="muted">{t(l, k::leaderboards::certainty::IS_FIRST)}</span> }.into_html(),
        Some(_) if team.apart_from_first() => {
            view! { <span class="nowrap">{t(l, k::leaderboards::certainty::YES)}</span> }.into_html()
        }
        Some(_) => view! { <strong class="nowrap">{t(l, k::leaderboards::certainty::NO)}</strong> }.into_html(),
    };
    let interval = if team.low == team.high { team.low.to_string() } else { format!("{}–{}", team.low, team.high) };
    view! {
        <tr class=own.then_some("own") data-team=row.team_number>
            <td class="center"><Rank rank=row.rank/></td>
            <th scope="row">
                <span class="team"><span class="name">{row.team_name.clone()}</span></span>
                <span class="meta narrow-only">{tf!(l, k::leaderboards::certainty::SHORT, median = median, first = first)}</span>
            </th>
            <td class="end wide-only">{median.clone()}</td>
            <td><span class="num">{interval}</span>{range(team, of)}</td>
            <td class="end wide-only">{first.clone()}</td>
            <td>{verdict}</td>
        </tr>
    }
}

/// The interval on a line from the first to the last place, with a mark at the shown rank. The numbers stand above it.
fn range(team: Team, of: usize) -> impl IntoView {
    let place = |rank: f64| format::percent(rank / of.max(1) as f64);
    let (low, high) = (f64::from(team.low), f64::from(team.high));
    view! {
        <svg class="range" aria-hidden="true">
            <rect class="all" width="100%" height="2" y="4"></rect>
            <rect x=place(low - 1.0) width=place(high - low + 1.0) height="6" y="2" rx="2"></rect>
            <circle cx=place(f64::from(team.rank) - 0.5) cy="5" r="4"></circle>
        </svg>
    }
}
