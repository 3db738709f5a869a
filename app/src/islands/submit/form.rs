//! The form itself: choose or drop a file, see it checked, send it, follow it. Without a script it is a plain form.

use js_sys::Date;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use scoring::{FileErrors, Ids, Schema};
use serde::{Deserialize, Serialize};
use web_sys::{DragEvent, File};

use super::browser::{input, refresh};
use super::check::{Verdict, check, ids};
use super::errors::ErrorRow;
use super::progress::{Going, Journey, Took, Track, progress_card};
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
    pub file: Option<FileErrors>,
}

/// How the last attempt failed.
#[derive(Debug, Clone, PartialEq)]
struct Failed {
    message: String,
    rows: Vec<ErrorRow>,
    total: u64,
    /// Sending the same again is worth it.
    retry: bool,
    /// The reader has to sign in again.
    login: bool,
    /// The chosen file is still there.
    kept: bool,
}

impl Failed {
    fn of(l: Locale, refusal: Refusal) -> Self {
        let (rows, total) = refusal.file.map_or_else(Default::default, |file| (ErrorRow::of(l, &file), file.total));
        Self { message: refusal.message, rows, total, retry: false, login: false, kept: false }
    }
}

/// What the parts of the form share.
#[derive(Clone, Copy)]
struct Desk {
    l: Locale,
    slug: StoredValue<String>,
    schema: StoredValue<Schema>,
    ids: StoredValue<Option<Ids>>,
    chosen: RwSignal<Option<Chosen>>,
    /// How much of the chosen file has been checked.
    percent: RwSignal<u32>,
    /// Counts the files chosen, so that a check that is overtaken stops.
    turn: StoredValue<u32>,
    is_dry: RwSignal<bool>,
    memo_length: RwSignal<usize>,
    quota: RwSignal<QuotaNow>,
    failed: RwSignal<Option<Failed>>,
    /// Names the submission until it is answered, so that sending it again changes nothing.
    key: StoredValue<Option<String>>,
    journey: Journey,
    best: RwSignal<Option<f64>>,
    is_lower: bool,
}

/// The chosen file; the input is its one place.
fn file() -> Option<File> {
    input("file")?.files()?.get(0)
}

impl Desk {
    /// Begins to check the file in the input.
    fn choose(self) {
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        self.key.set_value(None);
        self.failed.set(None);
        let Some(file) = file() else {
            self.chosen.set(None);
            return;
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number")]
        let bytes = file.size() as u64;
        self.percent.set(0);
        self.chosen.set(Some(Chosen { name: file.name(), bytes, verdict: None }));
        spawn_local(async move {
            let schema = self.schema.get_value();
            let known = match self.ids.get_value() {
                Some(known) => known,
                None => {
                    let known = ids(&self.slug.get_value(), &schema.id).await;
                    self.ids.set_value(Some(known.clone()));
                    known
                }
            };
            let progress = move |percent| {
                self.percent.set(percent);
                self.turn.get_value() == turn
            };
            let verdict = check(&file, schema, known, progress).await;
            if self.turn.get_value() == turn {
                self.chosen.update(|chosen| {
                    if let Some(chosen) = chosen {
                        chosen.verdict = verdict;
                    }
                });
            }
        });
    }

    fn take_away(self) {
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

    /// Why the button does nothing now, in words; a dry run is always possible.
    fn refusal(self) -> Option<String> {
        if self.is_dry.get() { None } else { self.quota.read().refusal(self.l) }
    }

    fn is_closed(self) -> bool {
        let wrong = self.chosen.read().as_ref().is_some_and(|chosen| chosen.verdict.as_ref().is_none_or(|verdict| !verdict.is_right()));
        wrong || self.refusal().is_some()
    }

    fn fail(self, message: String) {
        self.failed.set(Some(Failed { message, rows: Vec::new(), total: 0, retry: false, login: false, kept: false }));
    }

    /// Sends the chosen file.
    fn submit(self) {
        if self.journey.is_uploading_now() {
            return;
        }
        let Some(file) = file() else {
            self.fail(t(self.l, k::submit::CHOOSE_FIRST).to_owned());
            if let Some(input) = input("file") {
                let _ = input.focus();
            }
            return;
        };
        let key = self.key.get_value().unwrap_or_else(new_key);
        self.key.set_value(Some(key.clone()));
        self.failed.set(None);
        self.keep_best();
        let parcel = Parcel {
            memo: input("memo").map(|input| input.value()).unwrap_or_default(),
            dry_run: self.is_dry.get_untracked(),
            key,
            file,
        };
        let name = parcel.file.name();
        let before = self.journey.track.get_untracked();
        self.journey.took.set(Took::start());
        self.journey.track.set(Track::Uploading { name: name.clone(), percent: 0 });
        let leaving = window_event_listener(ev::beforeunload, |event| event.prevent_default());
        spawn_local(async move {
            let track = self.journey.track;
            let progress = move |percent| track.set(Track::Uploading { name: name.clone(), percent });
            let answer = send(&self.slug.get_value(), &parcel, &self.quota.get_untracked(), progress).await;
            leaving.remove();
            match answer {
                Answer::Accepted { going, quota } => self.accepted(going, quota),
                Answer::Refused { code, message, rows, total } => {
                    self.key.set_value(None);
                    track.set(before);
                    let login = code == "login_required";
                    self.failed.set(Some(Failed { message, rows, total, retry: false, login, kept: true }));
                }
                Answer::Unreachable => {
                    track.set(before);
                    let message = t(self.l, k::submit::OFFLINE).to_owned();
                    self.failed.set(Some(Failed { message, rows: Vec::new(), total: 0, retry: true, login: false, kept: true }));
                }
            }
        });
    }

    /// The best score that the next one is compared with.
    fn keep_best(self) {
        let Track::Going(going) = self.journey.track.get_untracked() else { return };
        let Some(score) = going.public_score.filter(|_| !going.dry_run) else { return };
        let better = |best: f64| if self.is_lower { score < best } else { score > best };
        if self.best.get_untracked().is_none_or(better) {
            self.best.set(Some(score));
        }
    }

    fn accepted(self, going: Going, quota: QuotaNow) {
        self.key.set_value(None);
        self.journey.took.update(Took::uploaded);
        self.set_quota(quota);
        for id in ["file", "memo"] {
            if let Some(input) = input(id) {
                input.set_value("");
            }
        }
        self.memo_length.set(0);
        self.turn.update_value(|turn| *turn += 1);
        self.chosen.set(None);
        let is_over = going.status.finished();
        let id = going.id.clone();
        self.journey.track.set(Track::Going(going));
        spawn_local(refresh(&CHANGING));
        if !is_over {
            self.follow(id);
        }
    }

    fn follow(self, id: String) {
        follow(id, move |going| self.heard(going));
    }

    /// Shows how the submission stands; says whether it is still the one to follow.
    fn heard(self, going: Going) -> bool {
        let was_over = matches!(self.journey.track.try_get_untracked(), Some(Track::Going(before)) if before.status.finished());
        let is_over = going.status.finished();
        let is_shown = self.journey.update(going);
        if is_shown && is_over && !was_over {
            spawn_local(refresh(&CHANGING));
        }
        is_shown
    }

    /// Takes over the quota; a minimum interval opens the button again when it is over.
    fn set_quota(self, quota: QuotaNow) {
        let until = quota.wait.as_ref().map(|wait| wait.until);
        self.quota.set(quota);
        if let Some(until) = until {
            let left = (until as f64 - Date::now()).max(0.0);
            let open = move || self.quota.update(|quota| quota.wait = None);
            set_timeout(open, std::time::Duration::from_secs_f64(left / 1000.0));
        }
    }

    /// What begins once the page is awake.
    fn wake(self) {
        // The form was there before the script: take over what was chosen, typed and switched meanwhile.
        self.is_dry.set(input("dry_run").is_some_and(|input| input.checked()));
        self.memo_length.set(input("memo").map_or(0, |input| input.value().chars().count()));
        if file().is_some() {
            self.choose();
        }
        self.set_quota(self.quota.get_untracked());
        if let Track::Going(going) = self.journey.track.get_untracked() {
            self.follow(going.id);
        }
        on_submission(move |id| {
            let is_shown = matches!(self.journey.track.try_get_untracked(), Some(Track::Going(going)) if going.id == id);
            spawn_local(async move {
                match look(&id).await.filter(|_| is_shown) {
                    Some(going) => drop(self.heard(going)),
                    // Another member's: only the lists change.
                    None => refresh(&CHANGING).await,
                }
            });
        });
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
    let desk = Desk {
        l,
        slug: StoredValue::new(slug.clone()),
        schema: StoredValue::new(schema),
        ids: StoredValue::new(None),
        chosen: RwSignal::new(None),
        percent: RwSignal::new(0),
        turn: StoredValue::new(0),
        is_dry: RwSignal::new(false),
        memo_length: RwSignal::new(0),
        quota: RwSignal::new(quota),
        failed: RwSignal::new(refusal.map(|refusal| Failed::of(l, refusal))),
        key: StoredValue::new(None),
        journey: Journey::new(going),
        best: RwSignal::new(best),
        is_lower,
    };
    Effect::new(move || desk.wake());
    let over = RwSignal::new(false);
    Effect::new(move || listen_to_drops(desk, over));
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !desk.is_closed() {
            desk.submit();
        }
    };
    let sample = format!("/competitions/{slug}/files/sample_submission.csv");
    view! {
        <form class="stack" method="post" enctype="multipart/form-data" action=format!("/competitions/{slug}/submit") on:submit=send>
            <div on:change=move |_| desk.choose()>
                <DropZone name="file" over disabled=Signal::derive(move || desk.journey.is_uploading())>
                    <span class="scripted">{t(l, k::submit::LOCAL_CHECK)} " "</span><a href=sample download="">{t(l, k::submit::SAMPLE)}</a>
                </DropZone>
            </div>
            {move || desk.failed.get().map(|failed| failed_view(desk, failed))}
            {move || {
                let (away, insist) = (Callback::new(move |()| desk.take_away()), Callback::new(move |()| desk.submit()));
                desk.chosen.get().map(|chosen| desk.schema.with_value(|schema| chosen_view(l, chosen, desk.percent, schema, away, insist)))
            }}
            <MemoField desk/>
            <div class="row between">
                <div on:change=move |_| { desk.key.set_value(None); desk.is_dry.set(input("dry_run").is_some_and(|input| input.checked())); }>
                    <Switch name="dry_run" label=t(l, k::submit::DRY_RUN) note=t(l, k::submit::DRY_RUN_NOTE)/>
                </div>
                <SendButton desk/>
            </div>
            <Limit desk/>
        </form>
        {progress_card(desk.journey, slug, desk.best, is_lower)}
    }
}

/// A file may be let go anywhere in the window; beside the form the browser would open it and leave the page.
fn listen_to_drops(desk: Desk, over: RwSignal<bool>) {
    let has_files = |event: &DragEvent| event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0));
    let held = window_event_listener(ev::dragover, move |event| {
        if has_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    });
    let left = window_event_listener(ev::dragleave, move |event| {
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        if has_files(&event) {
            event.prevent_default();
            over.set(false);
            if !desk.journey.is_uploading_now() {
                desk.drop_file(&event);
            }
        }
    });
    on_cleanup(move || {
        for listener in [held, left, dropped] {
            listener.remove();
        }
    });
}

#[component]
fn MemoField(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let count = move || Some(desk.memo_length.get()).filter(|n| *n > 0).map(|n| tf!(l, k::field::COUNT, n = n, max = MEMO_MAX));
    view! {
        <Field id="memo" label=t(l, k::submit::MEMO) note=Some(t(l, k::submit::MEMO_NOTE).to_owned())>
            <input
                class="input"
                id="memo"
                name="memo"
                maxlength=MEMO_MAX.to_string()
                autocomplete="off"
                on:input=move |event| desk.memo_length.set(event_target_value(&event).chars().count())
            />
            {move || count().map(|count| view! { <span class="hint num">{count}</span> })}
        </Field>
    }
}

/// Says what it will do and how many are left.
#[component]
fn SendButton(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let is_busy = Memo::new(move |_| desk.journey.is_uploading());
    let words = move || {
        if is_busy.get() {
            return view! { <span class="spinner" aria-hidden="true"></span> {t(l, k::submit::SENDING)} }.into_any();
        }
        if desk.is_dry.get() {
            return t(l, k::submit::BUTTON_DRY).into_any();
        }
        let left = desk.quota.read().left.map(|n| tf!(l, k::submit::BUTTON_LEFT, n = n));
        view! { {t(l, k::submit::BUTTON)} {left.map(|left| view! { <span class="num">{left}</span> })} }.into_any()
    };
    view! {
        <button
            class="btn primary l submit"
            type="submit"
            aria-describedby="limit"
            aria-busy=move || is_busy.get().then_some("true")
            disabled=move || desk.is_closed()
        >
            {words}
        </button>
    }
}

/// Why nothing can be sent, or that this is the day's last.
#[component]
fn Limit(desk: Desk) -> impl IntoView {
    let l = desk.l;
    let words = move || {
        if let Some(refusal) = desk.refusal() {
            return Some(refusal);
        }
        let quota = desk.quota.read();
        (quota.left == Some(1) && !desk.is_dry.get()).then(|| tf!(l, k::submit::LAST, time = quota.resets))
    };
    view! { <div id="limit">{move || words().map(|words| view! { <Alert tone=Tone::Warning>{words}</Alert> })}</div> }
}

/// Why the last attempt failed, what was not lost, and what to do.
fn failed_view(desk: Desk, failed: Failed) -> impl IntoView {
    let l = desk.l;
    let Failed { message, rows, total, retry, login, kept } = failed;
    let action = move || {
        if retry {
            return view! { <button class="btn" type="button" on:click=move |_| desk.submit()>{t(l, k::submit::RETRY)}</button> }.into_any();
        }
        if login {
            // In another tab, so that the file stays chosen here.
            return view! { <a class="btn" href="/login?next=/account" target="_blank" rel="noopener">{t(l, k::site::LOGIN)}</a> }.into_any();
        }
        ().into_any()
    };
    let kept = kept.then(|| t(l, k::submit::KEPT));
    // What the browser has found in the file stands below already, said better.
    let is_known = matches!(desk.chosen.get_untracked(), Some(Chosen { verdict: Some(Verdict::Wrong { .. }), .. }));
    view! {
        <Alert tone=Tone::Danger urgent=true action>{message} " " {kept}</Alert>
        {(!rows.is_empty() && !is_known).then(|| view! { <SavedErrors rows total/> })}
    }
}
