//! The form itself: choose or drop a file, see it checked, send it, follow it. Without a script it is a plain form.

use js_sys::Date;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use scoring::{Ids, Schema};
use serde::{Deserialize, Serialize};
use web_sys::{DragEvent, File};

use super::browser::{input, refresh};
use super::check::{Verdict, check, ids};
use super::errors::ErrorRow;
use super::progress::{Going, Took, Track, progress_card};
use super::send::{Answer, Parcel, QuotaNow, look, new_key, send};
use super::verdict::{Chosen, SavedErrors, chosen_view};
use super::watch::{follow, on_submission};
use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::tf;
use crate::ui::{Alert, DropZone, Field, Switch, Tone};

/// Longest memo in characters.
const MEMO_MAX: usize = domain::submission::MEMO_MAX;
/// Parts of the page that the server writes and that a submission changes.
const CHANGING: [&str; 3] = ["quota-line", "limits-now", "recent-list"];

/// Why the plain form came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub message: String,
    /// What is wrong with the file, as far as it is kept.
    pub rows: Vec<ErrorRow>,
    pub total: u64,
}

/// How the last attempt failed.
#[derive(Debug, Clone, PartialEq)]
struct Failed {
    refusal: Refusal,
    next: Next,
}

/// What can be done about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The file has to be chosen again.
    Choose,
    /// File and memo are still there.
    Change,
    /// Sending the same again is worth it.
    Again,
    LogIn,
}

/// What is not shown. One type for all of it, and one signal for the small things that are shown: each more is another
/// copy of the signals' code in the WASM.
pub(super) struct Still {
    pub(super) slug: String,
    pub(super) schema: Schema,
    ids: Option<Ids>,
    /// Counts the files chosen, so that a check that is overtaken stops.
    turn: u32,
    /// Names the submission until it is answered, so that sending it again changes nothing.
    key: Option<String>,
}

/// The small things that are shown.
#[derive(Clone)]
pub(super) struct State {
    /// How much of the chosen file has been checked.
    pub(super) percent: u32,
    is_dry: bool,
    memo_length: usize,
    quota: QuotaNow,
    /// The team's best score before the submission on its way.
    pub(super) best: Option<f64>,
    pub(super) took: Took,
}

/// What the parts of the form share.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) l: Locale,
    is_lower: bool,
    pub(super) still: StoredValue<Still>,
    pub(super) state: RwSignal<State>,
    pub(super) track: RwSignal<Track>,
    chosen: RwSignal<Option<Chosen>>,
    failed: RwSignal<Option<Failed>>,
}

/// The chosen file; the input is its one place.
fn file() -> Option<File> {
    input("file")?.files()?.get(0)
}

fn is_switched() -> bool {
    input("dry_run").is_some_and(|input| input.checked())
}

impl Desk {
    /// Begins to check the file in the input.
    fn choose(self) {
        let mut turn = 0;
        self.still.update_value(|still| {
            still.turn += 1;
            still.key = None;
            turn = still.turn;
        });
        self.failed.set(None);
        let Some(file) = file() else {
            self.chosen.set(None);
            return;
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number")]
        let bytes = file.size() as u64;
        self.state.update(|state| state.percent = 0);
        self.chosen.set(Some(Chosen { name: file.name(), bytes, verdict: None }));
        spawn_local(async move {
            let is_current = move || self.still.with_value(|still| still.turn == turn);
            let (slug, schema, known) =
                self.still.with_value(|still| (still.slug.clone(), still.schema.clone(), still.ids.clone()));
            let known = match known {
                Some(known) => known,
                None => ids(&slug, &schema.id).await,
            };
            self.still.update_value(|still| still.ids = Some(known.clone()));
            let progress = move |percent| {
                self.state.update(|state| state.percent = percent);
                is_current()
            };
            let verdict = check(&file, schema, known, progress).await;
            if is_current() {
                self.chosen.set(Some(Chosen { name: file.name(), bytes, verdict }));
            }
        });
    }

    pub(super) fn take_away(self) {
        if let Some(input) = input("file") {
            input.set_value("");
            let _ = input.focus();
        }
        self.choose();
    }

    fn drop_file(self, event: &DragEvent) {
        let files = event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0);
        if let (Some(files), Some(input)) = (files, input("file")) {
            input.set_files(Some(&files));
            self.choose();
        }
    }

    pub(super) fn is_uploading(self) -> bool {
        matches!(self.track.get(), Track::Uploading { .. })
    }

    pub(super) fn is_better(self, score: f64, best: f64) -> bool {
        if self.is_lower { score < best } else { score > best }
    }

    /// Why the button does nothing now, in words; a dry run is always possible.
    fn refusal(self) -> Option<String> {
        let state = self.state.get();
        if state.is_dry { None } else { state.quota.refusal(self.l) }
    }

    fn is_closed(self) -> bool {
        let is_right = |chosen: Chosen| matches!(chosen.verdict, Some(Verdict::Right { .. }));
        !self.chosen.get().is_none_or(is_right) || self.refusal().is_some()
    }

    fn fail(self, message: String, next: Next) {
        self.failed.set(Some(Failed { refusal: Refusal { message, rows: Vec::new(), total: 0 }, next }));
    }

    /// Sends the chosen file.
    pub(super) fn submit(self) {
        let before = self.track.get_untracked();
        if matches!(before, Track::Uploading { .. }) {
            return;
        }
        let Some(file) = file() else {
            self.fail(t(self.l, k::submit::CHOOSE_FIRST).to_owned(), Next::Choose);
            if let Some(input) = input("file") {
                let _ = input.focus();
            }
            return;
        };
        let (mut key, mut slug, mut turn) = (String::new(), String::new(), 0);
        self.still.update_value(|still| {
            turn = still.turn;
            key.clone_from(still.key.get_or_insert_with(new_key));
            slug.clone_from(&still.slug);
        });
        self.failed.set(None);
        let parcel = Parcel {
            memo: input("memo").map(|input| input.value()).unwrap_or_default(),
            dry_run: is_switched(),
            key,
            file,
        };
        let name = parcel.file.name();
        let scored = match &before {
            Track::Going(going) if !going.dry_run => going.public_score,
            _ => None,
        };
        self.state.update(|state| {
            state.took = Took::start();
            if let Some(score) = scored
                && state.best.is_none_or(|best| self.is_better(score, best))
            {
                state.best = Some(score);
            }
        });
        let quota = self.state.get_untracked().quota;
        self.track.set(Track::Uploading { name: name.clone(), percent: 0 });
        let leaving = window_event_listener(ev::beforeunload, |event| event.prevent_default());
        spawn_local(async move {
            let track = self.track;
            let progress = move |percent| track.set(Track::Uploading { name: name.clone(), percent });
            let answer = send(&slug, &parcel, &quota, progress).await;
            leaving.remove();
            match answer {
                Answer::Accepted { going, quota } => self.accepted(turn, going, quota),
                Answer::Refused { code, message, rows, total } => {
                    self.forget_key();
                    track.set(before);
                    let next = if code == "login_required" { Next::LogIn } else { Next::Change };
                    self.failed.set(Some(Failed { refusal: Refusal { message, rows, total }, next }));
                }
                Answer::Unreachable => {
                    track.set(before);
                    self.fail(t(self.l, k::submit::OFFLINE).to_owned(), Next::Again);
                }
            }
        });
    }

    fn forget_key(self) {
        self.still.update_value(|still| still.key = None);
    }

    fn accepted(self, turn: u32, going: Going, quota: QuotaNow) {
        self.state.update(|state| state.took.uploaded());
        self.set_quota(quota);
        // A file that was chosen meanwhile stays.
        if self.still.with_value(|still| still.turn == turn) {
            for id in ["file", "memo"] {
                if let Some(input) = input(id) {
                    input.set_value("");
                }
            }
            self.state.update(|state| state.memo_length = 0);
            self.choose();
        }
        let (id, is_over) = (going.id.clone(), going.status.finished());
        self.track.set(Track::Going(going));
        spawn_local(refresh(&CHANGING));
        if !is_over {
            self.follow(id);
        }
    }

    fn follow(self, id: String) {
        follow(id, move |going| self.heard(going));
    }

    /// Shows how the submission stands, unless another one is shown by now; says whether it is still the one to follow.
    fn heard(self, going: Going) -> bool {
        let Track::Going(before) = self.track.get_untracked() else { return false };
        if before.id != going.id {
            return false;
        }
        if before != going {
            let is_over = going.status.finished() && !before.status.finished();
            self.state.update(|state| state.took.moved(before.status, going.status));
            self.track.set(Track::Going(going));
            if is_over {
                spawn_local(refresh(&CHANGING));
            }
        }
        true
    }

    /// Takes over the quota; a minimum interval opens the button again when it is over.
    fn set_quota(self, quota: QuotaNow) {
        if let Some(wait) = &quota.wait {
            let left = (wait.until as f64 - Date::now()).max(0.0);
            let open = move || self.state.update(|state| state.quota.wait = None);
            set_timeout(open, std::time::Duration::from_secs_f64(left / 1000.0));
        }
        self.state.update(|state| state.quota = quota);
    }

    /// What begins once the page is awake.
    fn wake(self) {
        // The form was there before the script: take over what was chosen, typed and switched meanwhile.
        self.state.update(|state| {
            state.is_dry = is_switched();
            state.memo_length = input("memo").map_or(0, |input| input.value().chars().count());
        });
        if file().is_some() {
            self.choose();
        }
        self.set_quota(self.state.get_untracked().quota);
        if let Track::Going(going) = self.track.get_untracked() {
            self.follow(going.id);
        }
        on_submission(move |id| {
            let is_shown = matches!(self.track.get_untracked(), Track::Going(going) if going.id == id);
            spawn_local(async move {
                match look(&id).await.filter(|_| is_shown) {
                    Some(going) => drop(self.heard(going)),
                    // Another member's: only the lists change.
                    None => refresh(&CHANGING).await,
                }
            });
        });
        self.listen_to_drops();
    }
}

/// The submit page's form. `refusal` is how the plain form just ended, `going` a submission that is still under way.
#[island]
pub fn SubmitForm(
    slug: String,
    schema: Schema,
    quota: QuotaNow,
    going: Option<Going>,
    best: Option<f64>,
    is_lower: bool,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let l = locale();
    let (action, sample) =
        (format!("/competitions/{slug}/submit"), format!("/competitions/{slug}/files/sample_submission.csv"));
    let desk = Desk {
        l,
        is_lower,
        still: StoredValue::new(Still { slug, schema, ids: None, turn: 0, key: None }),
        state: RwSignal::new(State { percent: 0, is_dry: false, memo_length: 0, quota, best, took: Took::default() }),
        track: RwSignal::new(going.map_or(Track::Nothing, Track::Going)),
        chosen: RwSignal::new(None),
        failed: RwSignal::new(refusal.map(|refusal| Failed { refusal, next: Next::Choose })),
    };
    Effect::new(move || untrack(|| desk.wake()));
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !desk.is_closed() {
            desk.submit();
        }
    };
    let switched = move |_| {
        desk.forget_key();
        desk.state.update(|state| state.is_dry = is_switched());
    };
    view! {
        <form class="stack" method="post" enctype="multipart/form-data" action=action on:submit=send>
            <div on:change=move |_| desk.choose()>
                <DropZone name="file">
                    <span class="scripted">{t(l, k::submit::LOCAL_CHECK)} " "</span><a href=sample download="">{t(l, k::submit::SAMPLE)}</a>
                </DropZone>
            </div>
            {move || desk.failed.get().map(|failed| failed_view(desk, failed))}
            {move || desk.chosen.get().map(|chosen| chosen_view(desk, chosen))}
            {memo_field(desk)}
            <div class="row between">
                <div on:change=switched><Switch name="dry_run" label=t(l, k::submit::DRY_RUN) note=t(l, k::submit::DRY_RUN_NOTE)/></div>
                {send_button(desk)}
            </div>
            {limit(desk)}
        </form>
        {progress_card(desk)}
    }
}

impl Desk {
    /// A file may be let go anywhere in the window; beside the form the browser would open it and leave the page.
    fn listen_to_drops(self) {
        let has_files =
            |event: &DragEvent| event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
        let mark = |is_over: bool| {
            if let Ok(Some(zone)) = document().query_selector(".drop") {
                let _ = zone.class_list().toggle_with_force("over", is_over);
            }
        };
        // A page lives as long as its document, and so do its listeners.
        let _ = window_event_listener(ev::dragover, move |event| {
            if has_files(&event) {
                event.prevent_default();
                mark(true);
            }
        });
        let _ = window_event_listener(ev::dragleave, move |event| {
            if event.related_target().is_none() {
                mark(false);
            }
        });
        let _ = window_event_listener(ev::drop, move |event| {
            if has_files(&event) {
                event.prevent_default();
                mark(false);
                self.drop_file(&event);
            }
        });
    }
}

fn memo_field(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let count = move || match desk.state.get().memo_length {
        0 => String::new(),
        n => tf!(l, k::field::COUNT, n = n, max = MEMO_MAX),
    };
    let typed = move |event| {
        desk.forget_key();
        let length = event_target_value(&event).chars().count();
        desk.state.update(|state| state.memo_length = length);
    };
    view! {
        <Field id="memo" label=t(l, k::submit::MEMO) note=Some(t(l, k::submit::MEMO_NOTE).to_owned())>
            <input class="input" id="memo" name="memo" maxlength=MEMO_MAX.to_string() autocomplete="off" on:input=typed/>
            <span class="hint num">{count}</span>
        </Field>
    }
}

/// Says what it will do and how many are left.
fn send_button(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let is_busy = Memo::new(move |_| desk.is_uploading());
    let words = move || {
        let state = desk.state.get();
        match (is_busy.get(), state.is_dry) {
            (true, _) => t(l, k::submit::SENDING),
            (false, true) => t(l, k::submit::BUTTON_DRY),
            (false, false) => t(l, k::submit::BUTTON),
        }
    };
    let left = move || {
        let state = desk.state.get();
        let left = state.quota.left.filter(|_| !state.is_dry && !is_busy.get());
        left.map(|n| tf!(l, k::submit::BUTTON_LEFT, n = n)).unwrap_or_default()
    };
    view! {
        <button
            class="btn primary l submit"
            type="submit"
            aria-describedby="limit"
            aria-busy=move || is_busy.get().then_some("true")
            disabled=move || desk.is_closed()
        >
            {move || is_busy.get().then(|| view! { <span class="spinner" aria-hidden="true"></span> })}
            <span>{words} " " <span class="num">{left}</span></span>
        </button>
    }
}

/// Why nothing can be sent, or that this is the day's last.
fn limit(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let words = move || {
        let state = desk.state.get();
        let last =
            (state.quota.left == Some(1) && !state.is_dry).then(|| tf!(l, k::submit::LAST, time = state.quota.resets));
        desk.refusal().or(last)
    };
    view! { <div id="limit">{move || words().map(|words| view! { <Alert tone=Tone::Warning>{words}</Alert> })}</div> }
}

/// Why the last attempt failed, what was not lost, and what to do.
fn failed_view(desk: Desk, failed: Failed) -> impl IntoView {
    let l = desk.l;
    let Failed { refusal: Refusal { message, rows, total }, next } = failed;
    let kept = (next != Next::Choose).then(|| t(l, k::submit::KEPT));
    // What the browser has found in the file stands below already, said better.
    let is_known = matches!(desk.chosen.get_untracked(), Some(Chosen { verdict: Some(Verdict::Wrong { .. }), .. }));
    let again = (next == Next::Again)
        .then(|| view! { <p><button class="btn" type="button" on:click=move |_| desk.submit()>{t(l, k::submit::RETRY)}</button></p> });
    // In another tab, so that the file stays chosen here.
    let log_in = (next == Next::LogIn)
        .then(|| view! { <p><a class="btn" href="/login?next=/account" target="_blank" rel="noopener">{t(l, k::site::LOGIN)}</a></p> });
    view! {
        <Alert tone=Tone::Danger urgent=true>{message} " " {kept}</Alert>
        {again}
        {log_in}
        {(!rows.is_empty() && !is_known).then(|| view! { <SavedErrors rows total/> })}
    }
}
