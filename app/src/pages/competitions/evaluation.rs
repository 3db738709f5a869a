//! How submissions are scored: the metric as the scoring program explains it, the split, and what binds the organizers.

use domain::AppError;
use domain::stages::Stage;
use leptos::prelude::*;
use platform::competitions;
use platform::leaderboards::commitments::{self, Commitment, Opening};
use platform::markdown::{self, Breaks};
use scoring::{Direction, MetricSpec};

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{k, t};
use crate::islands::CopyButton;
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::request;
use crate::tf;
use crate::ui::{Badge, Card, Fact, Facts, PageHead, Table, Tone};

#[component]
pub fn Evaluation() -> impl IntoView {
    competition_page(CompetitionTab::Evaluation, false, move |here| async move {
        let services = request::services();
        let text = competitions::page(&services, &here.competition, "evaluation", locale()).await?;
        // The organizers' text usually has the formula with its own letters explained; then it is not shown twice.
        let has_formula = text.contains("class=\"formula\"");
        let metrics = metrics(&here, !has_formula).await?;
        let stage = here.competition.current_stage(here.now).cloned();
        let commitment = match &stage {
            Some(stage) => commitments::of_stage(&services, stage).await?,
            None => None,
        };
        let places = here.competition.settings.decimals;
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::competitions::tabs::EVALUATION)/>
                <div class="with-rail">
                    <div class="stack l">
                        {metrics
                            .into_iter()
                            .enumerate()
                            .map(|(at, shown)| view! { <MetricCard id=format!("metric-{at}") shown/> })
                            .collect_view()}
                        <article class="prose" inner_html=text></article>
                    </div>
                    <aside class="stack" aria-label=t(locale(), k::competitions::SPLIT)>
                        {stage.map(|stage| view! { <Split stage places/> })}
                        {commitment.map(|commitment| view! { <Promise commitment/> })}
                    </aside>
                </div>
            </div>
        })
    })
}

/// A metric with what is said beside its name, and its formula as HTML.
struct Shown {
    spec: MetricSpec,
    note: Option<String>,
    formula: Option<String>,
}

/// The ranking metric, or those it is made of with their shares; then those that are only shown.
async fn metrics(here: &Here, with_formula: bool) -> Result<Vec<Shown>, AppError> {
    let l = locale();
    let spec = &here.competition.settings.metric;
    let total: f64 = spec.combine.iter().map(|part| part.weight).sum();
    let share = |weight: f64| tf!(l, k::competitions::METRIC_SHARE, percent = (weight / total * 100.0).round());
    let mut metrics: Vec<(&MetricSpec, Option<String>)> = if spec.combine.is_empty() {
        vec![(spec, None)]
    } else {
        spec.combine.iter().map(|part| (&part.metric, Some(share(part.weight)))).collect()
    };
    metrics.extend(spec.secondary.iter().map(|spec| (spec, Some(t(l, k::competitions::METRIC_BESIDE).to_owned()))));
    let mut shown = Vec::with_capacity(metrics.len());
    for (spec, note) in metrics {
        // An organizer's own metric has the formula they want to be seen here.
        let formula = match spec.about(l.lang()) {
            Some(about) if (with_formula || spec.custom.is_some()) && !about.formula.is_empty() => {
                Some(markdown::render_any(format!("$${}$$", about.formula), Breaks::Space).await?)
            }
            _ => None,
        };
        shown.push(Shown { spec: spec.clone(), note, formula });
    }
    Ok(shown)
}

/// What the scoring program, or the organizer of a metric of their own, says of a metric.
#[component]
fn MetricCard(id: String, shown: Shown) -> impl IntoView {
    let l = locale();
    let Shown { spec, note, formula } = shown;
    let Some(about) = spec.about(l.lang()) else { return ().into_html() };
    let direction = match about.direction {
        Direction::Higher => k::competitions::HIGHER,
        Direction::Lower => k::competitions::LOWER,
    };
    view! {
        <section class="card stack" aria-labelledby=id.clone()>
            <div class="row between">
                <div class="row">
                    <h2 id=id.clone()>{about.name.to_owned()}</h2>
                    <Badge tone=Tone::Accent>{t(l, direction)}</Badge>
                    {note.map(|note| view! { <Badge>{note}</Badge> })}
                </div>
                <span class="caption"><code>{spec.label()}</code></span>
            </div>
            <p>{about.explanation.to_owned()}</p>
            {(!about.notes.is_empty()).then(|| view! { <p class="caption">{about.notes.to_owned()}</p> })}
            {formula.map(|html| view! { <div class="prose" role="group" aria-label=t(l, k::competitions::FORMULA) inner_html=html></div> })}
        </section>
    }
    .into_html()
}

/// Which part of the test data decides what, what happens to ties, and with how many places scores are shown.
#[component]
fn Split(stage: Stage, places: u32) -> impl IntoView {
    let l = locale();
    let public = stage.public_percent();
    let parts = [
        (k::competitions::SPLIT_PUBLIC, k::competitions::SPLIT_PUBLIC_USE, stage.public_rows, public),
        (k::competitions::SPLIT_PRIVATE, k::competitions::SPLIT_PRIVATE_USE, stage.private_rows, 100 - public),
    ];
    view! {
        <Card id="split" title=t(l, k::competitions::SPLIT)>
            <div class="stack">
                <svg class="split" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="public" width=public height="1"></rect>
                    <rect class="private" x=public width=100 - public height="1"></rect>
                </svg>
                <Table caption=t(l, k::competitions::SPLIT) class="dense bare">
                    <thead>
                        <tr>
                            <th scope="col">{t(l, k::competitions::SPLIT_PART)}</th>
                            <th scope="col" class="end">{t(l, k::competitions::SPLIT_ROWS)}</th>
                            <th scope="col" class="end">{t(l, k::competitions::SPLIT_SHARE)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {parts
                            .map(|(part, used_for, rows, percent)| {
                                view! {
                                    <tr>
                                        <th scope="row">{t(l, part)}<span class="meta">{t(l, used_for)}</span></th>
                                        <td class="end">{format::grouped(rows)}</td>
                                        <td class="end">{format!("{percent}%")}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </Table>
                <Facts>
                    <Fact term=t(l, k::competitions::DECIDES)>{t(l, k::competitions::DECIDES_PRIVATE)}</Fact>
                    <Fact term=t(l, k::competitions::TIE)>{t(l, k::competitions::TIE_RULE)}</Fact>
                    <Fact term=t(l, k::competitions::SCORE_PLACES)>{tf!(l, k::competitions::SCORE_PLACES_N, n = places)}</Fact>
                </Facts>
            </div>
        </Card>
    }
}

/// The commitment to the solution, and how anyone checks it.
#[component]
fn Promise(commitment: Commitment) -> impl IntoView {
    let l = locale();
    let hash = |term: &'static str, value: String| {
        view! {
            <div class="stack s">
                <div class="row between"><strong>{term}</strong><CopyButton text=value.clone() what=term.to_owned()/></div>
                <code class="hash">{value}</code>
            </div>
        }
    };
    let open = commitment.opening.is_some();
    let opening = commitment.opening.map(|Opening { salt, solution_sha256 }| {
        let command =
            format!("madang verify --commitment {} --salt {salt} --hash {solution_sha256}", commitment.commitment);
        view! {
            {hash(t(l, k::competitions::PROMISE_SALT), salt)}
            {hash(t(l, k::competitions::PROMISE_SOLUTION), solution_sha256)}
            {hash(t(l, k::competitions::PROMISE_COMMAND), command)}
        }
    });
    view! {
        <Card id="promise" title=t(l, k::competitions::PROMISE)>
            <div class="stack">
                <p class="caption">{t(l, if open { k::competitions::PROMISE_OPEN } else { k::competitions::PROMISE_WHY })}</p>
                {hash(t(l, k::competitions::PROMISE_VALUE), commitment.commitment)}
                {opening}
            </div>
        </Card>
    }
}
