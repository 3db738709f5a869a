//! One submission of the team: how it went, what it scored, what was in it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::ErrorCode;
use domain::address;
use domain::submissions::{Note, Status, Submission};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use platform::submissions;

use crate::context::locale;
use crate::format;
use crate::html::IntoHtml as _;
use crate::i18n::{Locale, k, t};
use crate::islands::submissions::{ErrorRow, SubmissionWatch, error_table};
use crate::pages::competitions::frame::{CompetitionTab, competition_page};
use crate::pages::competitions::here::Here;
use crate::pages::competitions::parts::metrics_beside;
use crate::pages::submissions::list::{name_of, seconds};
use crate::request;
use crate::tf;
use crate::ui::{
    Alert, BadgeState, Breadcrumb, Card, Fact, Facts, Icon, LinkButton, Look, NoValue, Section, Size, StateBadge, Step,
    StepState, Stepper, Table, Tile, Tiles, Time, TimeForm, Tone,
};

/// `/competitions/:slug/submissions/:id`
#[component]
pub fn SubmissionPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    competition_page(CompetitionTab::Submit, false, move |here| async move {
        let l = locale();
        request::user()?;
        let id = id.parse().map_err(|_| ErrorCode::NotFound)?;
        let (competition, submission) = submissions::get(&request::services(), id, &request::actor()).await?;
        if competition.id != here.competition.id {
            return Err(ErrorCode::NotFound.into());
        }
        let name = name_of(l, &submission);
        let crumbs = vec![
            (t(l, k::submissions::CRUMBS).to_owned(), Some(address::submissions(here.slug()))),
            (name.clone(), None),
        ];
        let state = BadgeState::of_submission(submission.status, submission.dry_run);
        let live = (!submission.status.finished())
            .then(|| view! { <SubmissionWatch id=submission.id.to_string() status=submission.status/> });
        let (logged, there) = (submission.clone(), Arc::clone(&here));
        let errors = match &submission.note {
            Some(Note::File { errors }) => Some(error_table(ErrorRow::of(l, errors), errors.total, ())),
            _ => None,
        };
        Ok(view! {
            <Title text=format!("{name} · {}", here.title())/>
            {live}
            <div class="page body with-rail snug">
                <div class="stack l">
                    <header class="stack s">
                        <Breadcrumb steps=crumbs/>
                        <div class="row"><h1>{name}</h1><StateBadge state/>{submission.voided.then(|| view! { <StateBadge state=BadgeState::Voided/> })}</div>
                    </header>
                    {submission.voided.then(|| voided(&here))}
                    <div class="card"><Stepper label=t(l, k::submissions::submit::PROGRESS) steps=steps(l, &submission)/></div>
                    <Scores submission=submission.clone() here=Arc::clone(&here)/>
                    <Beside submission=submission.clone() here=Arc::clone(&here)/>
                    <Section id="log" title=t(l, k::submissions::LOG)>
                        <Log submission=logged here=there/>
                        {errors}
                    </Section>
                </div>
                <aside class="stack sticky" aria-label=t(l, k::submissions::ABOUT)><About submission here/></aside>
            </div>
        })
    })
}

/// Why it counts for no ranking.
fn voided(here: &Here) -> impl IntoView + use<> {
    let l = locale();
    let href = address::team(here.slug());
    let action =
        move || view! { <LinkButton href=href.clone() size=Size::Small>{t(l, k::cases::own::SUBMIT_DO)}</LinkButton> };
    view! { <Alert tone=Tone::Danger action>{t(l, k::cases::own::VOIDED)}</Alert> }
}

/// The four steps with how long each took.
fn steps(l: Locale, submission: &Submission) -> Vec<Step> {
    let took = |from: Option<_>, to: Option<_>| Some(seconds(l, from?, to?));
    let (created, scoring, finished) = (Some(submission.created_at), submission.scoring_at, submission.finished_at);
    let failed = submission.status == Status::Failed;
    let (queue, score, done) = match submission.status {
        Status::Queued => (StepState::Current, StepState::Waiting, StepState::Waiting),
        Status::Scoring => (StepState::Done, StepState::Current, StepState::Waiting),
        Status::Scored => (StepState::Done, StepState::Done, StepState::Done),
        Status::Failed => (StepState::Done, StepState::Failed, StepState::Waiting),
    };
    let place = submission.ahead.map(|ahead| tf!(l, k::submissions::submit::PLACE, n = ahead + 1));
    let step = |label, note, state| Step { label: t(l, label).to_owned(), note, state };
    if submission.dry_run {
        return vec![
            step(k::submissions::submit::STEP_UPLOAD, None, StepState::Done),
            step(k::submissions::submit::STEP_CHECK, None, score),
            step(k::submissions::submit::STEP_DONE, None, done),
        ];
    }
    vec![
        step(k::submissions::submit::STEP_UPLOAD, None, StepState::Done),
        step(k::submissions::submit::STEP_QUEUE, took(created, scoring).or(place), queue),
        step(
            if failed { k::submissions::submit::STEP_FAILED } else { k::submissions::submit::STEP_SCORE },
            took(scoring, finished),
            score,
        ),
        step(k::submissions::submit::STEP_DONE, None, done),
    ]
}

#[component]
fn Scores(submission: Submission, here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let tile = |term, score: Option<f64>, note| {
        let value = here.score(score?);
        Some(view! { <Tile term=t(l, term) value unit="" note=t(l, note)/> })
    };
    let public = tile(k::submissions::PUBLIC, submission.public_score, k::submissions::PUBLIC_NOTE)?;
    let private = tile(k::submissions::PRIVATE, submission.private_score, k::submissions::PRIVATE_NOTE);
    Some(view! { <Tiles>{public} {private}</Tiles> })
}

/// What it scored beside, by names of the metrics where they have one.
#[component]
fn Beside(submission: Submission, here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let (public, private) = (submission.secondary_public, submission.secondary_private);
    let names: HashMap<String, String> = metrics_beside(l, &here.competition).into_iter().collect();
    // A metric that has no value here is named all the same.
    let labels: BTreeSet<&String> = public.keys().chain(private.keys()).chain(names.keys()).collect();
    if labels.is_empty() || submission.public_score.is_none() {
        return None;
    }
    let has_private = !private.is_empty();
    let cell = |value: Option<&f64>| match value {
        Some(value) => here.score(*value).into_html(),
        None => view! { <NoValue/> }.into_html(),
    };
    let rows = labels.into_iter().map(|label| {
        let name = match names.get(label) {
            Some(name) => {
                view! { {name.clone()}<span class="meta"><code class="any-wrap">{label.clone()}</code></span> }
                    .into_html()
            }
            None => match detail(&names, label) {
                Some((name, rest)) => view! { {name}" · "<code class="any-wrap">{rest}</code> }.into_html(),
                None => view! { <code class="any-wrap">{label.clone()}</code> }.into_html(),
            },
        };
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="end">{cell(public.get(label))}</td>
                {has_private.then(|| view! { <td class="end">{cell(private.get(label))}</td> })}
            </tr>
        }
    });
    let rows = rows.collect_view();
    Some(view! {
        <Section id="beside" title=t(l, k::submissions::BESIDE) note=move || view! { <span class="caption">{t(l, k::submissions::BESIDE_NOTE)}</span> }>
            <Table caption=t(l, k::submissions::BESIDE) class="dense">
                <thead>
                    <tr>
                        <th scope="col" class="fill">{t(l, k::submissions::METRIC)}</th>
                        <th scope="col" class="end">{t(l, k::submissions::PUBLIC)}</th>
                        {has_private.then(|| view! { <th scope="col" class="end">{t(l, k::submissions::PRIVATE)}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Table>
        </Section>
    })
}

/// The name of the metric that a value belongs to, and the value's own: `METRIC.VALUE` explains a metric of the organizer's.
fn detail(names: &HashMap<String, String>, label: &str) -> Option<(String, String)> {
    names.iter().find_map(|(metric, name)| {
        let rest = label.strip_prefix(metric.as_str())?.strip_prefix('.')?;
        Some((name.clone(), rest.to_owned()))
    })
}

/// How it went, in a sentence.
#[component]
fn Log(submission: Submission, here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let (tone, text) = match (&submission.note, submission.status) {
        (Some(note @ Note::Passed { .. }), _) => (Tone::Success, format::note::sentence(l, note)),
        (Some(note @ Note::NoPrivate), _) => (Tone::Warning, format::note::sentence(l, note)),
        (Some(note), _) => (Tone::Danger, format::note::sentence(l, note)),
        (None, Status::Queued) => match submission.ahead {
            Some(ahead) => (Tone::Info, tf!(l, k::submissions::QUEUED_TEXT, n = ahead + 1)),
            None => (Tone::Info, t(l, k::submissions::WAITING_TEXT).to_owned()),
        },
        (None, Status::Scoring) => (Tone::Info, t(l, k::submissions::SCORING_TEXT).to_owned()),
        (None, _) => (Tone::Success, t(l, k::submissions::SCORED_PLAIN).to_owned()),
    };
    let leaderboard = address::leaderboard(here.slug());
    let to_leaderboard = submission.public_score.is_some();
    let action = move || {
        to_leaderboard.then(|| view! { <LinkButton href=leaderboard.clone() size=Size::Small look=Look::Outlined>{t(l, k::submissions::submit::TO_BOARD)}</LinkButton> })
    };
    view! { <Alert tone action>{text}</Alert> }
}

#[component]
fn About(submission: Submission, here: Arc<Here>) -> impl IntoView {
    let l = locale();
    let zone = here.zone();
    let memo =
        if submission.memo.is_empty() { t(l, k::submissions::NO_MEMO).to_owned() } else { submission.memo.clone() };
    let quota =
        if submission.dry_run || !submission.counts { k::submissions::COUNTS_NOT } else { k::submissions::COUNTS };
    let size = format::bytes(u64::try_from(submission.bytes).unwrap_or_default(), l);
    view! {
        <Card id="about" title=t(l, k::submissions::ABOUT)>
            <div class="stack">
                <Facts>
                    <Fact term=t(l, k::submissions::NAME)><span class="any-wrap">{submission.file_name.clone()}</span>" "<span class="caption num">{size}</span></Fact>
                    <Fact term=t(l, k::submissions::MEMO)>{memo}</Fact>
                    <Fact term=t(l, k::submissions::WHO)>{format::person(l, &submission.user_name)}</Fact>
                    <Fact term=t(l, k::submissions::CREATED)><Time at=submission.created_at zone form=TimeForm::Deadline/></Fact>
                    {submission.finished_at.map(|at| view! { <Fact term=t(l, k::submissions::FINISHED)><Time at zone form=TimeForm::Deadline/></Fact> })}
                    <Fact term=t(l, k::submissions::QUOTA)>{t(l, quota)}</Fact>
                    <Fact term=t(l, k::submissions::SHA)><code class="any-wrap">{submission.sha256.clone()}</code></Fact>
                </Facts>
                {(!submission.dry_run).then(|| view! {
                    <LinkButton href=address::file::submitted(here.slug(), submission.id) icon=Icon::Download wide=true>{t(l, k::submissions::DOWNLOAD)}</LinkButton>
                })}
            </div>
        </Card>
    }
}
