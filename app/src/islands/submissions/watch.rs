//! Waiting for a submission to change: told by the server's events, and asked for when none comes.

use domain::json::SUBMISSION_EVENT;
use domain::submissions::Status;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::islands::browser::{Json, sleep};
use crate::islands::live::{SUBMISSION, listen};
use crate::islands::submissions::going::Going;
use crate::islands::submissions::send::look;

/// Pauses between questions, in milliseconds; the last one goes on.
const PAUSES: [i32; 5] = [700, 1_500, 3_000, 4_000, 6_000];

/// Calls `heard` with the id of every submission of one's own team that changes, as long as the page lives.
pub(super) fn on_submission(heard: impl Fn(String) + 'static) {
    listen(SUBMISSION, move |detail| {
        if let Some(id) = Json::parse(&detail).and_then(|change| change.get(SUBMISSION_EVENT.id).text()) {
            heard(id);
        }
    });
}

/// Follows a submission until it is finished. `news` hears how it stands and says whether to go on.
pub(super) fn follow(id: String, news: impl Fn(Going) -> bool + 'static) {
    spawn_local(async move {
        let last = PAUSES[PAUSES.len() - 1];
        let mut pauses = PAUSES.into_iter();
        loop {
            sleep(pauses.next().unwrap_or(last)).await;
            if let Some(going) = look(&id).await {
                let is_over = going.status.finished();
                if !news(going) || is_over {
                    return;
                }
            }
        }
    });
}

/// Loads a submission's page again once the submission stands elsewhere than when the page was made.
#[island]
pub fn SubmissionWatch(id: String, status: Status) -> impl IntoView {
    let reload = move |now: Status| {
        if now != status
            && let Some(location) = document().location()
        {
            let _ = location.reload();
        }
        now == status
    };
    Effect::new(move || {
        let own = id.clone();
        on_submission(move |changed| {
            if changed == own {
                let own = own.clone();
                spawn_local(async move {
                    if let Some(going) = look(&own).await {
                        reload(going.status);
                    }
                });
            }
        });
        follow(id.clone(), move |going| reload(going.status));
    });
}
