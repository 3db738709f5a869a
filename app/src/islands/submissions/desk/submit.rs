//! Sending the chosen file, and what becomes of the form by the answer.

use domain::leaderboards::better;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::i18n::{k, t};
use crate::islands::browser::{input, refresh};
use crate::islands::submissions::desk::choose::file;
use crate::islands::submissions::desk::follow::CHANGING;
use crate::islands::submissions::desk::{Desk, Failed, Next, Refusal, is_switched};
use crate::islands::submissions::going::{Going, Took, Track};
use crate::islands::submissions::send::{Answer, Parcel, QuotaNow, new_key, send};
use crate::tf;

impl Desk {
    /// Sends the chosen file.
    pub(in crate::islands::submissions) fn submit(self) {
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
}
