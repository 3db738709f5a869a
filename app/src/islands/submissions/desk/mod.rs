//! What the parts of the form share: what is chosen, sent and followed, and how it stands. Each thing that is done with it has a file.

mod choose;
mod follow;
mod submit;
mod wake;

use domain::leaderboards::Ranking;
use leptos::prelude::*;
use scoring::Ids;
use serde::{Deserialize, Serialize};

use crate::context::locale;
use crate::i18n::Locale;
use crate::islands::browser::input;
use crate::islands::submissions::check::{Chosen, FileVerdict, Wanted};
use crate::islands::submissions::errors::ErrorRow;
use crate::islands::submissions::going::{Going, Took, Track};
use crate::islands::submissions::send::QuotaNow;

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

    pub(super) fn is_uploading(self) -> bool {
        matches!(self.track.get(), Track::Uploading { .. })
    }

    /// Why the button does nothing now, in words; a dry run is always possible.
    pub(super) fn refusal(self) -> Option<String> {
        let state = self.state.get();
        if state.is_dry { None } else { state.quota.refusal(self.l) }
    }

    pub(super) fn is_closed(self) -> bool {
        let is_right = |chosen: Chosen| matches!(chosen.verdict, Some(FileVerdict::Right { .. }));
        !self.chosen.get().is_none_or(is_right) || self.refusal().is_some()
    }

    fn fail(self, message: String, next: Next) {
        self.failed.set(Some(Failed { refusal: Refusal { message, rows: Vec::new(), total: 0 }, next }));
    }

    pub(super) fn forget_key(self) {
        self.still.update_value(|still| still.key = None);
    }
}
