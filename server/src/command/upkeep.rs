//! What a server does now and again, so that no request has to.

use std::time::Duration;

use platform::accounts::{identities, sessions};
use platform::jobs::dead;
use platform::mail::deliver;
use platform::{Services, audit, boards, events, notifications, participation, sweep, visits};
use tokio::sync::watch;

/// How often readers and last uses are written.
const WRITE: Duration = Duration::from_secs(5);
/// How often the database's log is looked at.
const TIDY: Duration = Duration::from_mins(1);
/// How often sessions and letters that have ended and files that no row came to name are removed.
const SWEEP: Duration = Duration::from_hours(1);

/// Does all of it until the stop.
pub(super) fn keep_house(services: &Services, stop: &watch::Receiver<bool>) {
    let tidy = |services: Services| async move {
        if let Err(error) = services.db.tidy().await {
            tracing::warn!(%error, "the database's log could not be begun anew");
        }
    };
    let [first, second, third] = [(); 3].map(|()| services.clone());
    tokio::spawn(every(SWEEP, stop.clone(), move || sweep_up(first.clone())));
    tokio::spawn(every(TIDY, stop.clone(), move || tidy(second.clone())));
    tokio::spawn(every(WRITE, stop.clone(), move || write(third.clone())));
}

/// Writes who has read and what was last used.
pub(super) async fn write(services: Services) {
    if let Err(error) = visits::write(&services).await {
        tracing::warn!(%error, "readers and last uses could not be written; they wait for the next time");
    }
}

/// Does something now and again after each `period`, until the stop.
pub(super) async fn every<F: Future<Output = ()>>(
    period: Duration,
    mut stop: watch::Receiver<bool>,
    deed: impl Fn() -> F,
) {
    loop {
        deed().await;
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Brings notices up to this version's Markdown.
pub(super) async fn render_anew(services: Services) {
    match boards::render_anew(&services).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "notices were converted anew"),
        Err(error) => tracing::warn!(%error, "notices could not be converted anew; the next start tries again"),
    }
}

/// Removes sessions that have ended, letters, messages and addresses of long ago, and files that nothing refers to. Puts back what watches.
async fn sweep_up(services: Services) {
    if let Err(error) = sessions::sweep(&services).await {
        tracing::warn!(%error, "ended sessions could not be removed");
    }
    if let Err(error) = identities::sweep(&services).await {
        tracing::warn!(%error, "those who came from an institution and said nothing could not be removed");
    }
    if let Err(error) = deliver::forget(&services).await {
        tracing::warn!(%error, "letters of long ago could not be removed");
    }
    if let Err(error) = audit::forget(&services).await {
        tracing::warn!(%error, "addresses of long ago could not be removed from the audit record");
    }
    if let Err(error) = events::forget(&services).await {
        tracing::warn!(%error, "messages of long ago could not be removed");
    }
    if let Err(error) = notifications::forget(&services).await {
        tracing::warn!(%error, "notifications of long ago could not be removed");
    }
    if let Err(error) = participation::forget(&services).await {
        tracing::warn!(%error, "answers of long ago could not be removed");
    }
    if let Err(error) = boards::files::remove_due(&services).await {
        tracing::warn!(%error, "files that are no post's could not be removed");
    }
    match dead::watch_again(&services).await {
        Ok(true) => tracing::warn!("idle teams are watched again: what watched them had failed"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "whether idle teams are watched could not be seen"),
    }
    match sweep::files(&services).await {
        Ok(0) => {}
        Ok(files) => tracing::info!(files, "files that nothing refers to were removed"),
        Err(error) => tracing::warn!(%error, "files that nothing refers to could not be removed"),
    }
}
