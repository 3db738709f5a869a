//! Choosing a file: it is checked at once, and another one chosen meanwhile overtakes it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{DragEvent, File};

use crate::islands::browser::input;
use crate::islands::submissions::check::{Chosen, check};
use crate::islands::submissions::desk::Desk;

/// The chosen file; the input is its one place.
pub(super) fn file() -> Option<File> {
    input("file")?.files()?.get(0)
}

impl Desk {
    /// Begins to check the file in the input.
    pub(in crate::islands::submissions) fn choose(self) {
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

    pub(in crate::islands::submissions) fn take_away(self) {
        if let Some(input) = input("file") {
            input.set_value("");
            let _ = input.focus();
        }
        self.choose();
    }

    pub(super) fn drop_file(self, event: &DragEvent) {
        let files = event.data_transfer().and_then(|data| data.files()).filter(|files| files.length() > 0);
        if let (Some(files), Some(input)) = (files, input("file")) {
            input.set_files(Some(&files));
            self.choose();
        }
    }
}
