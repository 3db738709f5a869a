//! `내 순위`: the own place at the bottom of the window while the own row is out of sight.

use std::sync::Arc;

use domain::access::Obstacle;
use domain::address;
use domain::leaderboards::{Leaderboard, Row};
use domain::quotas::QuotaState;
use leptos::prelude::*;

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::pages::competitions::here::Here;
use crate::pages::leaderboards::asked::{Asked, PER_PAGE};
use crate::request;
use crate::tf;
use crate::ui::{Icon, LinkButton, Look, RankChange};

/// Nothing for those who only watch.
#[component]
pub fn MyRank(
    here: Arc<Here>,
    leaderboard: Arc<Leaderboard>,
    asked: Asked,
    quota: Option<QuotaState>,
) -> impl IntoView {
    let l = locale();
    if request::shared().is_some() {
        return view! { <mine-rank></mine-rank> }.into_html();
    }
    let Some(team) = here.team.clone() else { return ().into_html() };
    let index = leaderboard.rows.iter().position(|row| row.team_id == team.id);
    let own = index.and_then(|index| leaderboard.rows.get(index));
    let quota_text = quota.map(|state| quota_text(l, &state));
    // A team that is still too small learns so there.
    let may_submit = matches!(here.visit().submit().told(), Ok(()) | Err(Obstacle::TooSmall { .. }));
    let place = match own {
        Some(row) => {
            let page = index.unwrap_or_default() / PER_PAGE + 1;
            let href = format!("{}#own", Asked { search: String::new(), ..asked }.href(&here, page));
            view! {
                <p class="place">
                    <a href=href title=t(l, k::leaderboards::TO_MINE)>{tf!(l, k::leaderboards::ranks::PLACE, n = row.rank)}</a>" "<RankChange change=Some(row.change)/>
                </p>
            }
            .into_html()
        }
        None => view! { <p class="place none">{t(l, k::leaderboards::MINE_NONE)}</p> }.into_html(),
    };
    let gaps =
        index.map(|index| gaps(l, &leaderboard.rows, index, here.competition.settings.decimals)).unwrap_or_default();
    view! {
        <aside class="my-rank" aria-label=t(l, k::leaderboards::MINE) data-rank=own.map(|row| row.rank)>
            {place}
            <p class="team">
                <strong>{team.name}</strong>
                {own.map(|row| view! { <span class="num muted narrow-only">{here.score(row.score)}</span> })}
                <span class="no wide-only">{tf!(l, k::competitions::TEAM_NO, n = team.number)}</span>
            </p>
            <dl>
                {gaps.into_iter().map(|(term, value)| view! { <div><dt>{term}</dt><dd>{value}</dd></div> }).collect_view()}
                {quota_text.map(|text| view! { <div><dt>{t(l, k::leaderboards::MINE_QUOTA)}</dt><dd>{text}</dd></div> })}
            </dl>
            {may_submit.then(|| view! { <LinkButton href=address::submit(here.slug()) look=Look::Primary icon=Icon::Upload>{t(l, k::competitions::SUBMIT)}</LinkButton> })}
        </aside>
    }
    .into_html()
}

/// The own score, what is missing to the one above, how far the first is (or the second behind).
fn gaps(l: Locale, rows: &[Row], index: usize, decimals: u32) -> Vec<(&'static str, String)> {
    let score = |index: usize| rows.get(index).map(|row| row.score);
    let Some(own) = score(index) else { return Vec::new() };
    let mut gaps = vec![(t(l, k::leaderboards::MINE_SCORE), format::score(own, decimals))];
    let mut gap =
        |term, value: Option<f64>| gaps.extend(value.map(|value| (t(l, term), format::difference(value, decimals))));
    if index == 0 {
        gap(k::leaderboards::MINE_SECOND, score(1).map(|second| own - second));
    } else {
        gap(k::leaderboards::MINE_ABOVE, score(index - 1).map(|above| above - own));
        gap(k::leaderboards::MINE_FIRST, score(0).map(|first| own - first));
    }
    gaps
}

/// `3/10회 · 7회 남음`
fn quota_text(l: Locale, state: &QuotaState) -> String {
    let used = state.used.today;
    if let Some(limit) = state.limits.per_day {
        tf!(l, k::leaderboards::QUOTA_LEFT, used = used, limit = limit, left = state.left_today.unwrap_or_default())
    } else {
        tf!(l, k::leaderboards::QUOTA_FREE, used = used)
    }
}
