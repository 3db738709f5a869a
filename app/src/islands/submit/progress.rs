//! The way of a file that was sent: uploaded, waiting, being scored, done.

use domain::submission::Status;
use js_sys::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::context::locale;
use crate::format;
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::{Alert, Glyph, Icon, LinkButton, ProgressBar, Step, StepState, Stepper, Tone};

/// A submission as the server tells of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Going {
    pub id: String,
    pub number: i64,
    pub dry_run: bool,
    pub status: Status,
    pub file_name: String,
    /// RFC 3339 in the competition's zone.
    pub created_at: String,
    /// How many stand before it in the queue.
    #[serde(default)]
    pub ahead: Option<i64>,
    #[serde(default)]
    pub public_score: Option<f64>,
    /// A sentence about how it ended.
    #[serde(default)]
    pub note: Option<String>,
}

/// How long the steps took, in milliseconds, as seen from here.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Took {
    since: f64,
    upload: Option<f64>,
    queue: Option<f64>,
    score: Option<f64>,
}

impl Took {
    pub(super) fn start() -> Self {
        Self { since: Date::now(), ..Self::default() }
    }

    /// The time since the last step, if this one began here.
    fn lap(&mut self) -> Option<f64> {
        let (now, before) = (Date::now(), self.since);
        self.since = now;
        (before > 0.0).then_some(now - before)
    }

    pub(super) fn uploaded(&mut self) {
        self.upload = self.lap();
    }

    /// A step may be seen too late or not at all; then it has no time.
    fn moved(&mut self, from: Status, to: Status) {
        match (from, to) {
            (Status::Queued, Status::Scoring) => self.queue = self.lap(),
            (Status::Scoring, Status::Scored | Status::Failed) => self.score = self.lap(),
            _ => {}
        }
    }
}

/// What is on its way.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Track {
    #[default]
    Nothing,
    Uploading {
        name: String,
        percent: u32,
    },
    Going(Going),
}

/// The signals of the card.
#[derive(Clone, Copy)]
pub(super) struct Journey {
    pub(super) track: RwSignal<Track>,
    pub(super) took: RwSignal<Took>,
}

impl Journey {
    pub(super) fn new(going: Option<Going>) -> Self {
        Self { track: RwSignal::new(going.map_or(Track::Nothing, Track::Going)), took: RwSignal::new(Took::default()) }
    }

    pub(super) fn is_uploading(&self) -> bool {
        matches!(*self.track.read(), Track::Uploading { .. })
    }

    /// The same for an event's handler, which is not run again.
    pub(super) fn is_uploading_now(&self) -> bool {
        matches!(*self.track.read_untracked(), Track::Uploading { .. })
    }

    /// Takes over how the submission stands, unless another one is shown by now; says whether it was taken.
    pub(super) fn update(&self, going: Going) -> bool {
        let Some(Track::Going(before)) = self.track.try_get_untracked().filter(|track| matches!(track, Track::Going(old) if old.id == going.id)) else {
            return false;
        };
        if before != going {
            self.took.update(|took| took.moved(before.status, going.status));
            self.track.set(Track::Going(going));
        }
        true
    }
}

/// The card under the form; nothing while nothing is on its way.
pub(super) fn progress_card(journey: Journey, slug: String, best: RwSignal<Option<f64>>, is_lower: bool) -> impl IntoView {
    let l = locale();
    let percent = Signal::derive(move || match journey.track.get() {
        Track::Uploading { percent, .. } => percent,
        _ => 0,
    });
    let bar_label = Signal::derive(move || match journey.track.get() {
        Track::Uploading { name, percent } => tf!(l, k::submit::UPLOADING_BAR, name = name, percent = percent),
        _ => String::new(),
    });
    let is_uploading = Memo::new(move |_| journey.is_uploading());
    let is_there = Memo::new(move |_| journey.track.get() != Track::Nothing);
    let slug = StoredValue::new(slug);
    let card = move || {
        view! {
            <section class="card stack" aria-labelledby="going">
                <header role="status">
                    <h2 id="going">{move || title(l, &journey.track.get())}</h2>
                    {move || note(l, &journey.track.get()).map(|note| view! { <span class="caption num">{note}</span> })}
                </header>
                {move || is_uploading.get().then(|| view! { <ProgressBar id="upload-bar" label=bar_label percent/> })}
                {move || {
                    // The bar above tells how much is up; the steps need not be drawn again for each percent.
                    let uploading = is_uploading.get();
                    let steps = if uploading { uploading_steps(l) } else { steps(l, &journey.track.get(), journey.took.get()) };
                    view! { <Stepper label=t(l, k::submit::PROGRESS) steps/> }
                }}
                {move || match journey.track.get() {
                    Track::Going(going) if going.status.finished() => {
                        Some(slug.with_value(|slug| outcome(l, slug, &going, best.get_untracked(), is_lower)))
                    }
                    _ => None,
                }}
            </section>
        }
    };
    move || is_there.get().then(card)
}

fn title(l: Locale, track: &Track) -> String {
    let Track::Going(going) = track else { return t(l, k::submit::UPLOADING).to_owned() };
    let n = going.number;
    match going.status {
        Status::Scored if going.dry_run => t(l, k::submit::PASSED).to_owned(),
        Status::Queued => tf!(l, k::submit::QUEUED, n = n),
        Status::Scoring => tf!(l, k::submit::SCORING, n = n),
        Status::Scored => tf!(l, k::submit::SCORED, n = n),
        Status::Failed => tf!(l, k::submit::FAILED, n = n),
    }
}

fn note(l: Locale, track: &Track) -> Option<String> {
    let Track::Going(going) = track else { return None };
    let time = going.created_at.get(11..19).unwrap_or_default();
    Some(tf!(l, k::submit::GOING_NOTE, name = going.file_name, time = time))
}

fn uploading_steps(l: Locale) -> Vec<Step> {
    let step = |label, state| Step { label: t(l, label).to_owned(), note: None, state };
    vec![
        step(k::submit::STEP_UPLOAD, StepState::Current),
        step(k::submit::STEP_QUEUE, StepState::Waiting),
        step(k::submit::STEP_SCORE, StepState::Waiting),
        step(k::submit::STEP_DONE, StepState::Waiting),
    ]
}

fn steps(l: Locale, track: &Track, took: Took) -> Vec<Step> {
    let Track::Going(going) = track else { return Vec::new() };
    let seconds = |time: Option<f64>| time.map(|time| tf!(l, k::time::SECONDS, n = format!("{:.1}", time / 1000.0)));
    let step = |label, note, state| Step { label: t(l, label).to_owned(), note, state };
    if going.dry_run {
        return vec![
            step(k::submit::STEP_UPLOAD, seconds(took.upload), StepState::Done),
            step(k::submit::STEP_CHECK, None, StepState::Done),
            step(k::submit::STEP_DONE, None, StepState::Done),
        ];
    }
    let is_failed = going.status == Status::Failed;
    let (queue, score, done) = match going.status {
        Status::Queued => (StepState::Current, StepState::Waiting, StepState::Waiting),
        Status::Scoring => (StepState::Done, StepState::Current, StepState::Waiting),
        Status::Scored => (StepState::Done, StepState::Done, StepState::Done),
        Status::Failed => (StepState::Done, StepState::Failed, StepState::Waiting),
    };
    let place = going.ahead.filter(|_| going.status == Status::Queued).map(|ahead| tf!(l, k::submit::PLACE, n = ahead + 1));
    let close = (!going.status.finished()).then(|| t(l, k::submit::CLOSE_OK).to_owned());
    vec![
        step(k::submit::STEP_UPLOAD, seconds(took.upload), StepState::Done),
        step(k::submit::STEP_QUEUE, place.or(seconds(took.queue)), queue),
        step(if is_failed { k::submit::STEP_FAILED } else { k::submit::STEP_SCORE }, seconds(took.score), score),
        step(k::submit::STEP_DONE, close, done),
    ]
}

/// The end: the score and where to go, or why there is none.
fn outcome(l: Locale, slug: &str, going: &Going, best: Option<f64>, is_lower: bool) -> impl IntoView + use<> {
    let own = format!("/competitions/{slug}/submissions/{}", going.id);
    let details = view! { <LinkButton href=own>{t(l, k::submit::TO_SUBMISSION)}</LinkButton> };
    if going.status == Status::Failed {
        let text = going.note.clone().unwrap_or_default();
        return view! {
            <Alert tone=Tone::Danger urgent=true>{text}</Alert>
            <p class="row ends">{details}</p>
        }
        .into_any();
    }
    let Some(score) = going.public_score.filter(|_| !going.dry_run) else {
        let text = going.note.clone().unwrap_or_default();
        return view! {
            <Alert tone=Tone::Success>{text}</Alert>
            <p class="row ends">{details}</p>
        }
        .into_any();
    };
    let compared = match best {
        None => t(l, k::submit::FIRST_SCORE).to_owned(),
        Some(best) => {
            let difference = format::difference(score - best);
            let is_better = if is_lower { score < best } else { score > best };
            if is_better {
                tf!(l, k::submit::NEW_BEST, difference = difference)
            } else {
                tf!(l, k::submit::BEST_STAYS, score = format::score(best), difference = difference)
            }
        }
    };
    view! {
        <div class="row between" role="status">
            <div>
                <p class="caption">{t(l, k::submit::SCORE)}</p>
                <p class="big">{format::score(score)}</p>
                <p class="caption num">{compared}</p>
            </div>
            <p class="row">
                {details}
                <a class="btn" href=format!("/competitions/{slug}/leaderboard")><Glyph icon=Icon::Trophy small=true/>{t(l, k::submit::TO_BOARD)}</a>
            </p>
        </div>
    }
    .into_any()
}
