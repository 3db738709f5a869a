//! Following what is on its way, and keeping up the quota, which changes by submissions and by the clock.

use std::time::Duration;

use js_sys::Math;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::islands::browser::refresh;
use crate::islands::live::{WAIT, tell};
use crate::islands::submissions::desk::Desk;
use crate::islands::submissions::going::{Going, Track};
use crate::islands::submissions::send::{QuotaNow, quota_now};
use crate::islands::submissions::watch::follow;

/// Parts of the page that the server writes and that a submission changes.
pub(super) const CHANGING: [&str; 3] = ["quota-line", "limits-now", "recent-list"];

/// A day, and how long it takes until all pages that were open at midnight have asked, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;
const SPREAD: f64 = 10_000.0;

impl Desk {
    pub(super) fn follow(self, id: String) {
        follow(id, move |going| self.heard(going));
    }

    /// Shows how the submission stands, unless another one is shown by now; says whether it is still the one to follow.
    pub(super) fn heard(self, going: Going) -> bool {
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
    pub(super) fn set_quota(self, quota: QuotaNow) {
        let moments = quota.wait.as_ref().map(|wait| wait.until).into_iter().chain([quota.resets_at]);
        for moment in moments {
            tell(WAIT, &moment.to_string());
        }
        self.state.update(|state| state.quota = quota);
    }

    /// The button opens again by itself: when the minimum interval is over, and on a page that is left open over midnight.
    pub(super) fn passed(self, moment: i64) {
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
    pub(super) async fn look_again(self) {
        let slug = self.still.with_value(|still| still.slug.clone());
        let before = self.state.get_untracked().quota;
        if let Some(quota) = quota_now(&slug, &before).await {
            self.set_quota(quota);
        }
        refresh(&CHANGING).await;
    }
}
