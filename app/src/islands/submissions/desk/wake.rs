//! Waking up: from here on the form listens to its reader, to the server and to the clock.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::islands::browser::input;
use crate::islands::live::{PASSED, listen};
use crate::islands::submissions::check::ids;
use crate::islands::submissions::desk::choose::file;
use crate::islands::submissions::desk::{Desk, is_switched};
use crate::islands::submissions::drops::listen_to_drops;
use crate::islands::submissions::going::Track;
use crate::islands::submissions::send::look;
use crate::islands::submissions::watch::on_submission;

impl Desk {
    /// What begins once the page is awake.
    pub(in crate::islands::submissions) fn wake(self) {
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
