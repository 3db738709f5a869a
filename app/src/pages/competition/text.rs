//! The pages that organizers write in Markdown: data, evaluation, rules, schedule. Beside the text stands what the
//! settings say, so that a number is never only in prose.

use std::sync::Arc;

use domain::stage::{Phase, Stage};
use domain::submission::FILE_MAX;
use leptos::prelude::*;
use platform::{competitions, markdown, submissions};
use scoring::{ColumnKind, Direction, Schema};

use super::frame::{Here, Place, competition_page};
use super::parts::metric_name;
use super::rail::{DatesCard, per_day, team_size};
use crate::context::locale;
use crate::format;
use crate::i18n::{k, t};
use crate::request;
use crate::tf;
use crate::ui::{Alert, Badge, Card, Fact, Facts, Glyph, Icon, LinkButton, PageHead, Size, Table, Tone};

#[component]
pub fn Data() -> impl IntoView {
    competition_page(Place::Data, false, move |here| async move {
        let services = request::services();
        let text = competitions::page(&services, &here.competition, "data", locale()).await?;
        let files = competitions::data_files(&services, &here.competition).await?;
        let files =
            files.into_iter().map(|file| File { name: file.name, bytes: file.bytes, is_open: file.is_open }).collect();
        let schema = submissions::schema(&services, &here.competition).await.ok();
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::place::DATA)/>
                <div class="with-rail">
                    <div class="stack l">
                        <Files here=Arc::clone(&here) files/>
                        <article class="prose" inner_html=text></article>
                    </div>
                    <aside class="stack" aria-label=t(locale(), k::comp::FORMAT)>{schema.map(|schema| view! { <Format schema/> })}</aside>
                </div>
            </div>
        })
    })
}

struct File {
    name: String,
    bytes: i64,
    is_open: bool,
}

/// Every file with its size; what the reader may not have yet is shown with a lock and the way to it.
#[component]
fn Files(here: Arc<Here>, files: Vec<File>) -> impl IntoView {
    let l = locale();
    let may_have_all = here.agreed_at.is_some() || here.is_organizer;
    let locked = files.iter().any(|file| !file.is_open) && !may_have_all;
    let (join, word) = if here.user.is_some() {
        (here.href("apply"), k::comp::JOIN)
    } else {
        (format!("/login?next={}", here.href("apply")), k::comp::LOGIN_JOIN)
    };
    let can_join = here.competition.phase(here.now) != Phase::Closed;
    view! {
        <section class="stack files" aria-labelledby="files">
            <h2 id="files">{t(l, k::comp::FILES)}</h2>
            {locked.then(|| view! {
                <Alert tone=Tone::Info title=t(l, k::comp::LOCKED).to_owned() + "." action=move || can_join.then(|| view! { <LinkButton href=join.clone() size=Size::Small>{t(l, word)}</LinkButton> })>
                    {t(l, k::comp::LOCKED_TEXT)}
                </Alert>
            })}
            <Table caption=t(l, k::comp::FILES_CAPTION)>
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::comp::FILE)}</th>
                        <th scope="col" class="end">{t(l, k::comp::SIZE)}</th>
                        <th scope="col" class="wide-only">{t(l, k::comp::WHO)}</th>
                        <th scope="col" class="end"><span class="sr-only">{t(l, k::comp::DOWNLOAD)}</span></th>
                    </tr>
                </thead>
                <tbody>
                    {files
                        .into_iter()
                        .map(|file| {
                            let href = here.href(&format!("files/{}", file.name));
                            let who = t(l, if file.is_open { k::comp::EVERYONE } else { k::comp::PARTICIPANTS });
                            let size = format::bytes(u64::try_from(file.bytes).unwrap_or_default(), l);
                            let label = tf!(l, k::comp::DOWNLOAD_NAME, name = file.name);
                            view! {
                                <tr>
                                    <th scope="row"><code>{file.name}</code><span class="meta narrow-only">{who}</span></th>
                                    <td class="end num nowrap">{size}</td>
                                    <td class="wide-only nowrap">{who}</td>
                                    <td class="end">
                                        {if file.is_open || may_have_all {
                                            view! { <a class="btn s" href=href download="" aria-label=label><Glyph icon=Icon::Download small=true/>{t(l, k::comp::DOWNLOAD)}</a> }.into_any()
                                        } else {
                                            view! { <span class="badge" data-tone=""><Glyph icon=Icon::Lock/>{t(l, k::comp::PARTICIPANTS)}</span> }.into_any()
                                        }}
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </Table>
        </section>
    }
}

/// What a submission must look like, as the reader of files checks it.
#[component]
fn Format(schema: Schema) -> impl IntoView {
    let l = locale();
    let header = schema.header();
    let mut facts = vec![(t(l, k::comp::FORMAT_ID).to_owned(), schema.id)];
    facts.extend(schema.columns.into_iter().map(|column| {
        let values = match column.kind {
            ColumnKind::Number | ColumnKind::Weight => t(l, k::comp::FORMAT_NUMBER).to_owned(),
            ColumnKind::Probability => t(l, k::comp::FORMAT_PROBABILITY).to_owned(),
            ColumnKind::Items | ColumnKind::Mask => t(l, k::comp::FORMAT_TEXT).to_owned(),
            ColumnKind::Label { classes } if classes.is_empty() => t(l, k::comp::FORMAT_TEXT).to_owned(),
            ColumnKind::Label { classes } => tf!(l, k::comp::FORMAT_CLASSES, classes = classes.join(", ")),
        };
        (values, column.name)
    }));
    let rows = schema.rows.and_then(|rows| i64::try_from(rows).ok()).map(format::grouped);
    view! {
        <Card id="format" title=t(l, k::comp::FORMAT)>
            <div class="stack">
                <p class="caption">{t(l, k::comp::FORMAT_HEADER)}" "<code>{header}</code></p>
                <Facts lines=true>
                    {rows.map(|rows| view! { <Fact term=t(l, k::comp::SPLIT_ROWS)>{rows}</Fact> })}
                    {facts.into_iter().map(|(term, name)| view! { <Fact term><code>{name}</code></Fact> }).collect_view()}
                    <Fact term=t(l, k::comp::FORMAT_FILE)>{t(l, k::comp::FORMAT_CSV)}</Fact>
                    <Fact term=t(l, k::comp::SIZE)>{tf!(l, k::comp::FORMAT_SIZE, size = format::bytes(FILE_MAX, l))}</Fact>
                </Facts>
            </div>
        </Card>
    }
}

#[component]
pub fn Evaluation() -> impl IntoView {
    competition_page(Place::Evaluation, false, move |here| async move {
        let text = competitions::page(&request::services(), &here.competition, "evaluation", locale()).await?;
        // The organizers' text usually has the formula with its own letters explained; then it is not shown twice.
        let has_formula = text.contains("class=\"formula\"");
        let stage = here.competition.current_stage(here.now).cloned();
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::place::EVALUATION)/>
                <div class="with-rail">
                    <div class="stack l">
                        <MetricCard here with_formula=!has_formula/>
                        <article class="prose" inner_html=text></article>
                    </div>
                    <aside class="stack" aria-label=t(locale(), k::comp::SPLIT)>{stage.map(|stage| view! { <Split stage/> })}</aside>
                </div>
            </div>
        })
    })
}

/// What the scoring program says of its metric.
#[component]
fn MetricCard(here: Arc<Here>, with_formula: bool) -> impl IntoView {
    let l = locale();
    let id = &here.competition.settings.metric.id;
    let params: Vec<String> =
        here.competition.settings.metric.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let Some(metric) = scoring::metric::find(id) else { return ().into_any() };
    let direction = match metric.direction() {
        Direction::Higher => k::comp::HIGHER,
        Direction::Lower => k::comp::LOWER,
    };
    let formula = with_formula.then(|| markdown::render(&format!("$${}$$", metric.formula())));
    view! {
        <section class="card stack" aria-labelledby="metric">
            <div class="row between">
                <div class="row">
                    <h2 id="metric">{metric_name(l, &here.competition)}</h2>
                    <Badge tone=Tone::Accent>{t(l, direction)}</Badge>
                </div>
                <span class="caption"><code>{id.clone()}</code>{(!params.is_empty()).then(|| view! { " " <code>{params.join(" ")}</code> })}</span>
            </div>
            <p>{metric.explanation(l.lang())}</p>
            {formula.map(|html| view! { <div class="prose" role="group" aria-label=t(l, k::comp::FORMULA) inner_html=html></div> })}
        </section>
    }
    .into_any()
}

/// Which part of the test data decides what, and what happens to ties.
#[component]
fn Split(stage: Stage) -> impl IntoView {
    let l = locale();
    let public = stage.public_percent();
    let parts = [
        (k::comp::SPLIT_PUBLIC, k::comp::SPLIT_PUBLIC_USE, stage.public_rows, public),
        (k::comp::SPLIT_PRIVATE, k::comp::SPLIT_PRIVATE_USE, stage.private_rows, 100 - public),
    ];
    view! {
        <Card id="split" title=t(l, k::comp::SPLIT)>
            <div class="stack">
                <svg class="split" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="public" width=public height="1"></rect>
                    <rect class="private" x=public width=100 - public height="1"></rect>
                </svg>
                <Table caption=t(l, k::comp::SPLIT) class="dense bare">
                    <thead>
                        <tr>
                            <th scope="col">{t(l, k::comp::SPLIT_PART)}</th>
                            <th scope="col" class="end">{t(l, k::comp::SPLIT_ROWS)}</th>
                            <th scope="col" class="end">{t(l, k::comp::SPLIT_SHARE)}</th>
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
                    <Fact term=t(l, k::comp::DECIDES)>{t(l, k::comp::DECIDES_PRIVATE)}</Fact>
                    <Fact term=t(l, k::comp::TIE)>{t(l, k::comp::TIE_RULE)}</Fact>
                    <Fact term=t(l, k::comp::SCORE_PLACES)>{t(l, k::comp::SCORE_PLACES_N)}</Fact>
                </Facts>
            </div>
        </Card>
    }
}

#[component]
pub fn Rules() -> impl IntoView {
    competition_page(Place::Rules, false, move |here| async move {
        let text = competitions::page(&request::services(), &here.competition, "rules", locale()).await?;
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::place::RULES)/>
                <div class="with-rail">
                    <article class="prose" inner_html=text></article>
                    <aside class="stack" aria-label=t(locale(), k::comp::FACTS)><Limits here/></aside>
                </div>
            </div>
        })
    })
}

/// The rules that are settings, as numbers.
#[component]
fn Limits(here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let settings = &here.competition.settings;
    let quota = settings.quota;
    let external = if settings.policy.external_data { k::comp::EXTERNAL_YES } else { k::comp::EXTERNAL_NO };
    let facts = [
        Some((k::comp::TEAM_SIZE, team_size(l, settings.team.min, settings.team.max))),
        Some((k::comp::QUOTA, per_day(l, quota.per_day))),
        quota
            .min_interval_seconds
            .map(|seconds| (k::comp::INTERVAL, format::span(l, chrono::TimeDelta::seconds(seconds)))),
        quota.total.map(|n| (k::comp::TOTAL, tf!(l, k::comp::TOTAL_N, n = n))),
        Some((k::comp::FINALS, tf!(l, k::comp::FINALS_N, n = settings.policy.final_selection))),
        Some((k::comp::EXTERNAL, t(l, external).to_owned())),
        Some((k::comp::TIE, t(l, k::comp::TIE_RULE).to_owned())),
    ];
    let agreed = here.agreed_at.map(|at| tf!(l, k::comp::AGREED_AT, at = format::date_time(l, here.zone(), at)));
    view! {
        {agreed.map(|text| view! { <Alert tone=Tone::Success title=t(l, k::comp::AGREED).to_owned() + ".">{text}</Alert> })}
        <Card id="limits" title=t(l, k::comp::FACTS)>
            <Facts lines=true>
                {facts.into_iter().flatten().map(|(term, value)| view! { <Fact term=t(l, term)>{value}</Fact> }).collect_view()}
            </Facts>
        </Card>
    }
}

#[component]
pub fn Schedule() -> impl IntoView {
    competition_page(Place::Schedule, false, move |here| async move {
        let text = competitions::page(&request::services(), &here.competition, "schedule", locale()).await?;
        Ok(view! {
            <div class="page body stack l">
                <PageHead title=t(locale(), k::place::SCHEDULE)/>
                <div class="with-rail">
                    <article class="prose" inner_html=text></article>
                    <aside class="stack" aria-label=t(locale(), k::comp::NEXT)><DatesCard here/></aside>
                </div>
            </div>
        })
    })
}
