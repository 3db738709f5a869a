//! How a program that runs on is asked to stop, and ends what it has begun.

use std::time::Duration;

use platform::{Services, jobs};
use tokio::sync::watch;

use super::upkeep;

/// How long open requests and scorings may take to end after the request to stop; the rest of ten seconds is for closing.
const GRACE: Duration = Duration::from_secs(8);
const CLOSING: Duration = Duration::from_secs(2);
const _: () = assert!(jobs::FINISHING.as_secs() < GRACE.as_secs(), "a scoring is given back within the grace");

/// Waits for the work's end, after the request to stop not longer than [`GRACE`].
pub(super) async fn until_stopped(work: impl Future<Output = ()>, mut stop: watch::Receiver<bool>) {
    let late = async {
        let _ = stop.wait_for(|stop| *stop).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = work => {}
        () = late => tracing::warn!("some requests or scorings did not end in time; a scoring is done again when its lease runs out"),
    }
}

/// Writes what waits, and lets go of the database.
pub(super) async fn close(services: &Services) {
    let closing = async {
        upkeep::write(services.clone()).await;
        services.db.close().await;
    };
    match tokio::time::timeout(CLOSING, closing).await {
        Ok(()) => tracing::info!("stopped"),
        Err(_) => tracing::warn!("stopped; the database was still busy"),
    }
}

/// Says stop at Ctrl-C or SIGTERM.
pub(super) async fn signals(stopping: watch::Sender<bool>) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
    tracing::info!("asked to stop; finishing what has begun");
    let _ = stopping.send(true);
}
