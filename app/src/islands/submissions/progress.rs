//! The way of a file that was sent: uploaded, waiting, being scored, done.

use domain::address;
use domain::leaderboards::better;
use domain::submissions::Status;
use leptos::prelude::*;

use crate::format;
use crate::i18n::{Locale, k, t};
use crate::islands::submissions::desk::Desk;
use crate::islands::submissions::going::{Going, Took, Track};
use crate::tf;
use crate::ui::{Message, Step, StepState, Stepper, Tone};

/// The card under the form; nothing while nothing is on its way.
pub(super) fn progress_card(desk: Desk) -> impl IntoView {
    let (l, track) = (desk.l, desk.track);
    let percent = move || match track.get() {
        Track::Uploading { percent, .. } => percent,
        _ => 0,
    };
    let bar_label = move || match track.get() {
        Track::Uploading { name, percent } => {
            tf!(l, k::submissions::submit::UPLOADING_BAR, name = name, percent = percent)
        }
        _ => String::new(),
    };
    let is_uploading = Memo::new(move |_| desk.is_uploading());
    let is_there = Memo::new(move |_| track.get() != Track::Nothing);
    let bar = move || {
        view! {
            <div class="stack s">
                <label class="caption num" for="upload-bar">{bar_label}</label>
                <progress id="upload-bar" max="100" value=move || percent().to_string()></progress>
            </div>
        }
    };
    let card = move || {
        view! {
            <section class="card stack" aria-labelledby="going">
                <header role="status">
                    <h2 id="going">{move || title(l, &track.get())}</h2>
                    <span class="caption num">{move || note(l, &track.get())}</span>
                </header>
                {move || is_uploading.get().then(bar)}
                {move || {
                    // The bar tells how much is up; the steps need not be drawn again for each percent.
                    let steps = if is_uploading.get() { uploading_steps(l) } else { steps(l, &track.get(), desk.state.get().took) };
                    view! { <Stepper label=t(l, k::submissions::submit::PROGRESS) steps/> }
                }}
                {move || match track.get() {
                    Track::Going(going) if going.status.finished() => Some(outcome(desk, &going)),
                    _ => None,
                }}
            </section>
        }
    };
    move || is_there.get().then(card)
}

fn title(l: Locale, track: &Track) -> String {
    let Track::Going(going) = track else { return t(l, k::submissions::submit::UPLOADING).to_owned() };
    let n = going.number;
    match going.status {
        Status::Scored if going.dry_run => t(l, k::submissions::submit::PASSED).to_owned(),
        Status::Queued => tf!(l, k::submissions::submit::QUEUED, n = n),
        Status::Scoring => tf!(l, k::submissions::submit::SCORING, n = n),
        Status::Scored => tf!(l, k::submissions::submit::SCORED, n = n),
        Status::Failed => tf!(l, k::submissions::submit::FAILED, n = n),
    }
}

fn note(l: Locale, track: &Track) -> String {
    let Track::Going(going) = track else { return String::new() };
    let time = going.created_at.get(11..19).unwrap_or_default();
    tf!(l, k::submissions::submit::GOING_NOTE, name = going.file_name, time = time)
}

fn uploading_steps(l: Locale) -> Vec<Step> {
    let step = |label, state| Step { label: t(l, label).to_owned(), note: None, state };
    vec![
        step(k::submissions::submit::STEP_UPLOAD, StepState::Current),
        step(k::submissions::submit::STEP_QUEUE, StepState::Waiting),
        step(k::submissions::submit::STEP_SCORE, StepState::Waiting),
        step(k::submissions::submit::STEP_DONE, StepState::Waiting),
    ]
}

fn steps(l: Locale, track: &Track, took: Took) -> Vec<Step> {
    let Track::Going(going) = track else { return Vec::new() };
    let seconds =
        |time: Option<f64>| time.map(|time| tf!(l, k::ui::time::SECONDS, n = format!("{:.1}", time / 1000.0)));
    let step = |label, note, state| Step { label: t(l, label).to_owned(), note, state };
    if going.dry_run {
        return vec![
            step(k::submissions::submit::STEP_UPLOAD, seconds(took.upload), StepState::Done),
            step(k::submissions::submit::STEP_CHECK, None, StepState::Done),
            step(k::submissions::submit::STEP_DONE, None, StepState::Done),
        ];
    }
    let is_failed = going.status == Status::Failed;
    let (queue, score, done) = match going.status {
        Status::Queued => (StepState::Current, StepState::Waiting, StepState::Waiting),
        Status::Scoring => (StepState::Done, StepState::Current, StepState::Waiting),
        Status::Scored => (StepState::Done, StepState::Done, StepState::Done),
        Status::Failed => (StepState::Done, StepState::Failed, StepState::Waiting),
    };
    let place = going
        .ahead
        .filter(|_| going.status == Status::Queued)
        .map(|ahead| tf!(l, k::submissions::submit::PLACE, n = ahead + 1));
    let close = (!going.status.finished()).then(|| t(l, k::submissions::submit::CLOSE_OK).to_owned());
    vec![
        step(k::submissions::submit::STEP_UPLOAD, seconds(took.upload), StepState::Done),
        step(k::submissions::submit::STEP_QUEUE, place.or(seconds(took.queue)), queue),
        step(
            if is_failed { k::submissions::submit::STEP_FAILED } else { k::submissions::submit::STEP_SCORE },
            seconds(took.score),
            score,
        ),
        step(k::submissions::submit::STEP_DONE, close, done),
    ]
}

/// The end: the score and where to go, or why there is none.
fn outcome(desk: Desk, going: &Going) -> impl IntoView + use<> {
    let l = desk.l;
    let slug = desk.still.with_value(|still| still.slug.clone());
    let score = going.public_score.filter(|_| !going.dry_run);
    let is_failed = going.status == Status::Failed;
    let note = going.note.clone().map(|note| {
        let tone = if is_failed { Tone::Danger } else { Tone::Success };
        view! { <Message tone text=note urgent=is_failed/> }
    });
    let number = score.map(|score| {
        view! {
            <div role="status">
                <p class="caption">{t(l, k::submissions::submit::SCORE)}</p>
                <p class="big">{format::score(score, desk.decimals)}</p>
                <p class="caption num">{compared(desk, score)}</p>
            </div>
        }
    });
    let leaderboard = score.is_some().then(|| {
        view! { <a class="btn" href=address::leaderboard(&slug)>{t(l, k::submissions::submit::TO_BOARD)}</a> }
    });
    view! {
        {note}
        <div class="row between">
            {number}
            <p class="row push"><a class="btn" href=address::submission(&slug, &going.id)>{t(l, k::submissions::submit::TO_SUBMISSION)}</a> {leaderboard}</p>
        </div>
    }
}

/// The score beside the team's best before it.
fn compared(desk: Desk, score: f64) -> String {
    let l = desk.l;
    let Some(best) = desk.state.get_untracked().best else {
        return t(l, k::submissions::submit::FIRST_SCORE).to_owned();
    };
    let difference = format::difference(score - best, desk.decimals);
    if better(desk.ranking, score, best) {
        tf!(l, k::submissions::submit::NEW_BEST, difference = difference)
    } else {
        tf!(l, k::submissions::submit::BEST_STAYS, score = format::score(best, desk.decimals), difference = difference)
    }
}
