use leptos::prelude::*;

use super::scale::{percent, ticks};
use crate::context::locale;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::ui::{Empty, Icon, Table};

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// Under the bar; empty for none.
    pub label: String,
    /// In full, for the tooltip and the table: `11. 20. 247건`.
    pub name: String,
    pub value: f64,
    /// Above the bar, for the few that matter.
    pub note: Option<String>,
    /// Still growing (today), filled.
    pub now: bool,
}

/// Bars over an axis from nothing; also a histogram, with `reference` as a dashed line at a share of the width.
#[component]
pub fn BarChart(
    #[prop(into)] id: String,
    #[prop(into)] title: String,
    #[prop(into)] note: String,
    /// What the chart shows, in a sentence: its name for those who do not see it.
    #[prop(into)]
    finding: String,
    bars: Vec<Bar>,
    /// Words and place (0 to 1) of a dashed line.
    #[prop(optional)]
    reference: Option<(String, f64)>,
) -> impl IntoView {
    let l = locale();
    let highest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    if bars.is_empty() || highest <= 0.0 {
        return view! { <Empty icon=Icon::Inbox title=t(l, k::ui::chart::TOO_LITTLE)/> }.into_html();
    }
    let (levels, decimals) = ticks(0.0, highest * 1.05, 3);
    let top = levels.last().copied().unwrap_or(highest);
    let room = 1.0 / bars.len() as f64;
    let y = move |value: f64| 1.0 - value / top;
    view! {
        <figure class="chart" aria-labelledby=id>
            <figcaption><h2 id=id.clone()>{title}</h2><span class="caption num">{note}</span></figcaption>
            <div class="plot">
                <svg height="200" aria-hidden="true">
                    {levels
                        .iter()
                        .map(|value| {
                            let label = format!("{value:.decimals$}");
                            view! { <text x="100%" dx="-10" y=percent(y(*value)) dy="4" text-anchor="end">{label}</text> }
                        })
                        .collect_view()}
                </svg>
                <svg height="200" role="img" aria-label=finding>
                    {levels
                        .iter()
                        .map(|value| view! { <line class="grid" x1="0" x2="100%" y1=percent(y(*value)) y2=percent(y(*value))></line> })
                        .collect_view()}
                    {bars
                        .iter()
                        .enumerate()
                        .map(|(index, bar)| {
                            let left = room * (index as f64 + 0.18);
                            view! {
                                <rect
                                    class=if bar.now { "bar now" } else { "bar" }
                                    x=percent(left)
                                    y=percent(y(bar.value))
                                    width=percent(room * 0.64)
                                    height=percent(bar.value / top)
                                    rx="2"
                                >
                                    <title>{bar.name.clone()}</title>
                                </rect>
                                {bar
                                    .note
                                    .clone()
                                    .map(|note| {
                                        let middle = percent(left + room * 0.32);
                                        view! { <text class="note" x=middle y=percent(y(bar.value)) dy="-6" text-anchor="middle">{note}</text> }
                                    })}
                            }
                        })
                        .collect_view()}
                    {reference
                        .map(|(words, at)| {
                            let anchor = if at > 0.5 { "end" } else { "start" };
                            view! {
                                <line class="ref" x1=percent(at) x2=percent(at) y1="8%" y2="100%"></line>
                                <text class="note" x=percent(at) y="4%" dy="4" text-anchor=anchor>{words}</text>
                            }
                        })}
                </svg>
                <svg class="x-axis" height="26" aria-hidden="true">
                    {bars
                        .iter()
                        .enumerate()
                        .filter(|(_, bar)| !bar.label.is_empty())
                        .map(|(index, bar)| {
                            view! { <text x=percent(room * (index as f64 + 0.5)) y="19" text-anchor="middle">{bar.label.clone()}</text> }
                        })
                        .collect_view()}
                </svg>
            </div>
            <details>
                <summary class="caption">{t(l, k::ui::chart::AS_TABLE)}</summary>
                <Table caption=t(l, k::ui::chart::TABLE) class="dense">
                    <tbody>{bars.iter().map(|bar| view! { <tr><td class="num">{bar.name.clone()}</td></tr> }).collect_view()}</tbody>
                </Table>
            </details>
        </figure>
    }
    .into_html()
}
