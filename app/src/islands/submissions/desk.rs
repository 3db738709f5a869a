//! What the parts of the form share and what can be done with it: choose a file, send it, follow it.

use std::time::Duration;

use domain::leaderboards::{Ranking, better};
use js_sys::Math;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use scoring::Ids;
use serde::{Deserialize, Serialize};
use web_sys::{DragEvent, File};

use crate::context::locale;
use crate::i18n::{Locale, k, t};
use crate::islands::browser::{input, refresh};
use crate::islands::live::{PASSED, WAIT, listen, tell};
use crate::islands::submissions::check::{Chosen, Verdict, Wanted, check, ids};
use crate::islands::submissions::drops::listen_to_drops;
use crate::islands::submissions::errors::ErrorRow;
use crate::islands::submissions::going::{Going, Took, Track};
use crate::islands::submissions::send::{Answer, Parcel, QuotaNow, look, new_key, quota_now, send};
use crate::islands::submissions::watch::{follow, on_submission};
use crate::tf;

/// Parts of the page that the server writes and that a submission changes.
const CHANGING: [&str; 3] = ["quota-line", "limits-now", "recent-list"];

/// A day, and how long it takes until all pages that were open at midnight have asked, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;
const SPREAD: f64 = 10_000.0;

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
pub(super) struct Failed {
    pub(super) refusal: Refusal,
    pub(super) next: Next,
}

/// What can be done about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
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
    pub(super) wanted: Wanted,
    ids: Option<Ids>,
    /// Counts the files chosen, so that a check that is overtaken stops.
    turn: u32,
    /// Names the submission until it is answered, so that sending it again changes nothing.
    key: Option<String>,
}

/// The small things that are shown.
#[derive(Clone)]
pub(super) struct DeskState {
    /// How much of the chosen file has been checked.
    pub(super) percent: u32,
    pub(super) is_dry: bool,
    /// Whether the chosen file has just passed a dry run.
    pub(super) is_tried: bool,
    pub(super) memo_length: usize,
    pub(super) quota: QuotaNow,
    /// The team's best score before the submission on its way.
    pub(super) best: Option<f64>,
    pub(super) took: Took,
}

/// What the parts of the form share.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) l: Locale,
    pub(super) ranking: Ranking,
    /// Places that scores are shown with.
    pub(super) decimals: u32,
    pub(super) still: StoredValue<Still>,
    pub(super) state: RwSignal<DeskState>,
    pub(super) track: RwSignal<Track>,
    pub(super) chosen: RwSignal<Option<Chosen>>,
    pub(super) failed: RwSignal<Option<Failed>>,
}

/// The chosen file; the input is its one place.
fn file() -> Option<File> {
    input("file")?.files()?.get(0)
}

pub(super) fn is_switched() -> bool {
    input("dry_run").is_some_and(|input| input.checked())
}

impl Desk {
    /// A desk where nothing has happened yet but that the plain form came back with `refusal`, or that `going` is under way.
    pub(super) fn new(
        (slug, wanted): (String, Wanted),
        (ranking, decimals): (Ranking, u32),
        state: DeskState,
        going: Option<Going>,
        refusal: Option<Refusal>,
    ) -> Self {
        Self {
            l: locale(),
            ranking,
            decimals,
            still: StoredValue::new(Still { slug, wanted, ids: None, turn: 0, key: None }),
            state: RwSignal::new(state),
            track: RwSignal::new(going.map_or(Track::Nothing, Track::Going)),
            chosen: RwSignal::new(None),
            failed: RwSignal::new(refusal.map(|refusal| Failed { refusal, next: Next::Choose })),
        }
    }

    /// Begins to check the file in the input.
    pub(super) fn choose(self) {
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
        self.state.update(|state| (state.percent, state.is_tried) = (0, false));
        self.chosen.set(Some(Chosen { name: file.name(), bytes, verdict: None }));
        let (wanted, known) = self.still.with_value(|still| (still.wanted.clone(), still.ids.clone()));
        // Until the ids are there the file waits; then it is chosen again.
        let Some(known) = known else { return };
        spawn_local(async move {
            let is_current = move || self.still.with_value(|still| still.turn == turn);
            let progress = move |percent| {
                self.state.update(|state| state.percent = percent);
                is_current()
            };
            let verdict = check(&file, wanted, known, progress).await;
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

    /// Why the button does nothing now, in words; a dry run is always possible.
    pub(super) fn refusal(self) -> Option<String> {
        let state = self.state.get();
        if state.is_dry { None } else { state.quota.refusal(self.l) }
    }

    pub(super) fn is_closed(self) -> bool {
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
            self.fail(t(self.l, k::submissions::submit::CHOOSE_FIRST).to_owned(), Next::Choose);
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
                && state.best.is_none_or(|best| better(self.ranking, score, best))
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
                Answer::Accepted { going, quota } => self.accepted(turn, *going, quota),
                Answer::Refused { code, message, rows, total } => {
                    self.forget_key();
                    track.set(before);
                    let next = if code == "login_required" { Next::LogIn } else { Next::Change };
                    self.failed.set(Some(Failed { refusal: Refusal { message, rows, total }, next }));
                }
                Answer::Stopped(status) => {
                    self.forget_key();
                    track.set(before);
                    let mb = self.still.with_value(|still| still.wanted.file_mb);
                    let message = match status {
                        413 => tf!(self.l, k::submissions::submit::PROXY_TOO_LARGE, mb = mb),
                        _ => tf!(self.l, k::submissions::submit::PROXY, status = status),
                    };
                    self.fail(message, Next::Change);
                }
                Answer::Changed => {
                    track.set(before);
                    self.take_away();
                    self.fail(t(self.l, k::submissions::submit::CHANGED).to_owned(), Next::Choose);
                }
                Answer::Unreachable => {
                    track.set(before);
                    self.fail(t(self.l, k::submissions::submit::OFFLINE).to_owned(), Next::Again);
                }
            }
        });
    }

    pub(super) fn forget_key(self) {
        self.still.update_value(|still| still.key = None);
    }

    fn accepted(self, turn: u32, going: Going, quota: QuotaNow) {
        self.state.update(|state| state.took.uploaded());
        self.set_quota(quota);
        self.forget_key();
        // A file that was chosen meanwhile stays.
        let is_same = self.still.with_value(|still| still.turn == turn);
        if is_same && going.dry_run {
            // So does one that was only tried: the natural next step is to submit it in earnest.
            if let Some(input) = input("dry_run") {
                input.set_checked(false);
            }
            self.state.update(|state| (state.is_dry, state.is_tried) = (false, true));
        } else if is_same {
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
                spawn_local(self.look_again());
            }
        }
        true
    }

    /// Takes over the quota, and waits for the moments when it changes by itself.
    fn set_quota(self, quota: QuotaNow) {
        let moments = quota.wait.as_ref().map(|wait| wait.until).into_iter().chain([quota.resets_at]);
        for moment in moments {
            tell(WAIT, &moment.to_string());
        }
        self.state.update(|state| state.quota = quota);
    }

    /// The button opens again by itself: when the minimum interval is over, and on a page that is left open over midnight.
    fn passed(self, moment: i64) {
        let mut quota = self.state.get_untracked().quota;
        let is_over = quota.wait.as_ref().is_some_and(|wait| wait.until <= moment);
        let is_new_day = quota.resets_at <= moment;
        if is_over {
            quota.wait = None;
        }
        if is_new_day {
            quota.resets_at += DAY;
            quota.used.0 = 0;
            // The numbers follow over some seconds: many pages are open at midnight.
            let pause = 1_000.0 + Math::random() * SPREAD;
            set_timeout(move || spawn_local(self.look_again()), Duration::from_secs_f64(pause / 1_000.0));
        }
        if is_over || is_new_day {
            self.set_quota(quota);
        }
    }

    /// Reads anew what the server says of quota and submissions: the same for the button and for what stands beside it.
    async fn look_again(self) {
        let slug = self.still.with_value(|still| still.slug.clone());
        let before = self.state.get_untracked().quota;
        if let Some(quota) = quota_now(&slug, &before).await {
            self.set_quota(quota);
        }
        refresh(&CHANGING).await;
    }

    /// What begins once the page is awake.
    pub(super) fn wake(self) {
        // The form was there before the script: take over what was chosen, typed and switched meanwhile.
        self.state.update(|state| {
            state.is_dry = is_switched();
            state.memo_length = input("memo").map_or(0, |input| input.value().chars().count());
        });
        if file().is_some() {
            self.choose();
        }
        spawn_local(async move {
            let known = ids(self.still.with_value(|still| still.wanted.ids.clone())).await;
            self.still.update_value(|still| still.ids = Some(known));
            if file().is_some() {
                self.choose();
            }
        });
        self.set_quota(self.state.get_untracked().quota);
        listen(PASSED, move |moment| self.passed(moment.parse().unwrap_or_default()));
        if let Track::Going(going) = self.track.get_untracked() {
            self.follow(going.id);
        }
        on_submission(move |id| {
            let is_shown = matches!(self.track.get_untracked(), Track::Going(going) if going.id == id);
            spawn_local(async move {
                match look(&id).await.filter(|_| is_shown) {
                    Some(going) => drop(self.heard(going)),
                    // Another member's: only lists and quota change.
                    None => self.look_again().await,
                }
            });
        });
        listen_to_drops(move |event| self.drop_file(event));
    }
}
