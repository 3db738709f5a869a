use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;

use super::scale::{percent, round, ticks};
use crate::context::{Zone, locale};
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::tf;
use crate::ui::{Empty, Icon, Table};

/// The most series that colours and markers tell apart.
const SERIES_MAX: usize = 5;
/// Markers, by series, around the point (12, 6).
const MARKS: [&str; SERIES_MAX] =
    ["M8 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0", "M8 2h8v8H8z", "M12 1.5 16.5 9.5h-9z", "m12 1 5 5-5 5-5-5z", "M8 6h8M12 2v8"];

/// A team's best score over time: each step is when and to what it rose.
#[derive(Debug, Clone)]
pub struct ScoreSeries {
    pub name: String,
    pub steps: Vec<(DateTime<Utc>, f64)>,
}

/// How the leaders' scores rose, as step lines from `from` to `until`. At most five series are drawn.
#[component]
pub fn ScoreChart(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    /// What the scores are: `공개 점수 기준 팀 최고점`.
    #[prop(into)]
    note: String,
    mut series: Vec<ScoreSeries>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    zone: Zone,
    /// Of the scores.
    places: u32,
    /// Scores beyond lie on the edge, so that a first try does not press everything else into a line.
    #[prop(default = (f64::NEG_INFINITY, f64::INFINITY))]
    bounds: (f64, f64),
) -> impl IntoView {
    let l = locale();
    series.truncate(SERIES_MAX);
    series.retain(|one| !one.steps.is_empty());
    let values = || series.iter().flat_map(|one| one.steps.iter().map(|(_, value)| value.clamp(bounds.0, bounds.1)));
    if values().count() < 2 {
        return view! { <Empty icon=Icon::Trophy title=t(l, k::ui::chart::TOO_LITTLE) text=t(l, k::ui::chart::TOO_LITTLE_TEXT)/> }.into_html();
    }
    let (lowest, highest) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let (levels, decimals) = ticks(lowest, highest, 4);
    let (bottom, top) = (levels.first().copied().unwrap_or_default(), levels.last().copied().unwrap_or(1.0));
    let span = (until - from).num_seconds().max(1) as f64;
    let x = move |at: DateTime<Utc>| ((at - from).num_seconds() as f64 / span).clamp(0.0, 1.0);
    let y = move |value: f64| (1.0 - (value - bottom) / (top - bottom)).clamp(0.0, 1.0);
    let finding = tf!(
        l,
        k::ui::chart::STEPS_FINDING,
        n = series.len(),
        name = series[0].name,
        score = format::score(last(&series[0]), places)
    );
    let range = format!("{} – {}", format::short(l, zone, from), format::short(l, zone, until));
    view! {
        <figure class="chart" aria-labelledby=id>
            <figcaption><h2 id=id.clone()>{title}</h2><span class="caption num">{range}" · "{note}</span></figcaption>
            <div class="plot with-legend">
                <svg height="280" aria-hidden="true">
                    {levels
                        .iter()
                        .map(|value| {
                            let label = format!("{value:.decimals$}");
                            view! { <text x="100%" dx="-10" y=percent(y(*value)) dy="4" text-anchor="end">{label}</text> }
                        })
                        .collect_view()}
                </svg>
                <svg height="280" role="img" aria-label=finding>
                    {levels
                        .iter()
                        .map(|value| view! { <line class="grid" x1="0" x2="100%" y1=percent(y(*value)) y2=percent(y(*value))></line> })
                        .collect_view()}
                    <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">
                        {series
                            .iter()
                            .enumerate()
                            .map(|(index, one)| view! { <path class="line" data-series=index + 1 d=path(one, x, y)></path> })
                            .collect_view()}
                    </svg>
                    {series
                        .iter()
                        .enumerate()
                        .map(|(index, one)| {
                            one.steps
                                .iter()
                                .map(|(at, value)| {
                                    view! {
                                        <svg x=percent(x(*at)) y=percent(y(*value)) data-series=index + 1>
                                            <path class="mark" transform="translate(-12 -6)" d=MARKS[index]></path>
                                        </svg>
                                    }
                                })
                                .collect_view()
                        })
                        .collect_view()}
                </svg>
                <svg class="x-axis" height="28" aria-hidden="true">
                    {days(from, until, zone)
                        .into_iter()
                        .map(|at| {
                            let label = format::day(l, zone, at);
                            let label = label.split(['(']).next().unwrap_or_default().to_owned();
                            view! { <text x=percent(x(at)) y="20" text-anchor="middle">{label}</text> }
                        })
                        .collect_view()}
                </svg>
                <ol class="legend" aria-label=t(l, k::ui::chart::LEGEND)>
                    {series
                        .iter()
                        .enumerate()
                        .map(|(index, one)| {
                            view! {
                                <li>
                                    <svg viewBox="0 0 24 12" data-series=index + 1 aria-hidden="true">
                                        <path class="line" d="M0 6h24"></path>
                                        <path class="mark" d=MARKS[index]></path>
                                    </svg>
                                    {one.name.clone()}
                                    <data value=last(one).to_string()>{format::score(last(one), places)}</data>
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
            </div>
            <details>
                <summary class="caption">{t(l, k::ui::chart::AS_TABLE)}</summary>
                <Table caption=t(l, k::ui::chart::TABLE) class="dense" scrolls=true>
                    <thead>
                        <tr>
                            <th scope="col" class="fill">{t(l, k::ui::chart::TEAM)}</th>
                            <th scope="col" class="end">{t(l, k::ui::chart::STEPS)}</th>
                            <th scope="col" class="end">{t(l, k::ui::chart::FIRST)}</th>
                            <th scope="col" class="end">{t(l, k::ui::chart::NOW)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {series
                            .iter()
                            .map(|one| {
                                view! {
                                    <tr>
                                        <th scope="row">{one.name.clone()}</th>
                                        <td class="end">{one.steps.len()}</td>
                                        <td class="end">{format::score(one.steps.first().map_or(0.0, |(_, value)| *value), places)}</td>
                                        <td class="end">{format::score(last(one), places)}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </Table>
            </details>
        </figure>
    }
    .into_html()
}

fn last(series: &ScoreSeries) -> f64 {
    series.steps.last().map_or(0.0, |(_, value)| *value)
}

/// A stair: flat until the next step, then up; to the right edge at the end.
fn path(series: &ScoreSeries, x: impl Fn(DateTime<Utc>) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut d = String::new();
    for (index, (at, value)) in series.steps.iter().enumerate() {
        let (x, y) = (round(x(*at) * 100.0), round(y(*value) * 100.0));
        let _ = if index == 0 { write!(d, "M{x} {y}") } else { write!(d, "H{x}V{y}") };
    }
    d + "H100"
}

/// About four midnights for the axis: as many as fit on a phone.
fn days(from: DateTime<Utc>, until: DateTime<Utc>, zone: Zone) -> Vec<DateTime<Utc>> {
    let whole = (until - from).num_days().max(1);
    let every = (whole + 3) / 4;
    let local = zone.local(from);
    let into_day = local.time() - chrono::NaiveTime::MIN;
    let first = from - into_day + TimeDelta::days(1);
    (0..whole)
        .step_by(usize::try_from(every).unwrap_or(1))
        .map(|n| first + TimeDelta::days(n))
        .filter(|at| *at < until)
        .collect()
}
