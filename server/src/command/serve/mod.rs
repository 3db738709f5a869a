//! `serve` and `worker`: run until asked to stop, then finish what has begun.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use leptos::prelude::LeptosOptions;
use platform::accounts::sessions;
use platform::{Services, accounts, boards, jobs, sweep, visits};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::open;
use crate::crowd::{self, Crowd};
use crate::listener::{self, Door, HEAD};
use crate::rest::ops;
use crate::router::router;
use crate::settings::Settings;
use crate::state::{AppState, Parts};

/// How long open requests and scorings may take to end after the request to stop; the rest of ten seconds is for closing.
const GRACE: Duration = Duration::from_secs(8);
const CLOSING: Duration = Duration::from_secs(2);
const _: () = assert!(jobs::FINISHING.as_secs() < GRACE.as_secs(), "a scoring is given back within the grace");
/// How often the times of answers are counted together.
const COUNT: Duration = Duration::from_secs(5);
/// How often readers and last uses are written.
const WRITE: Duration = Duration::from_secs(5);
/// How often the database's log is looked at.
const TIDY: Duration = Duration::from_mins(1);
/// How often sessions that have ended and files that no row came to name are removed.
const SWEEP: Duration = Duration::from_hours(1);
/// Files and connections that are open beside those of readers: the database's, workers', the log's.
const BESIDE: u64 = 256;

/// Serves pages and programs, and scores beside it unless told otherwise.
pub async fn serve(mut settings: Settings, with_workers: bool) -> anyhow::Result<()> {
    settings.log.start()?;
    let (connections, files) = open_files(settings.limits.connections);
    settings.limits.connections = connections;
    let services = open(&settings).await?;
    let metrics = ops::recorder().context("the metrics could not be started")?;
    let address = settings.http.socket()?;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("MADANG_ADDR is {address}; nothing can listen there now"))?;
    let (stopping, stop) = watch::channel(false);
    tokio::spawn(signals(stopping));
    let workers =
        with_workers.then(|| tokio::spawn(jobs::run(services.clone(), settings.jobs.worker_count(), stop.clone())));
    let handle = metrics.clone();
    tokio::spawn(every(COUNT, stop.clone(), move || {
        handle.run_upkeep();
        std::future::ready(())
    }));
    keep_house(&services, &stop);
    tokio::spawn(render_anew(services.clone()));

    let proxies: Arc<_> = settings.http.proxies()?.into();
    let crowd = Arc::new(Crowd { files: crowd::files(files), ..Crowd::new(&settings.limits) });
    let door = Door { places: Arc::clone(&crowd.connections), proxies: Arc::clone(&proxies), head: HEAD };
    let state = AppState::new(Parts {
        is_demo: accounts::is_demo(&services).await?,
        proxies,
        settings: Arc::new(settings.http),
        leptos: LeptosOptions::builder().output_name("app").build(),
        metrics: Some(metrics),
        pages: Arc::default(),
        crowd,
        services: services.clone(),
        stop: stop.clone(),
    });
    tracing::info!(%address, url = %state.settings.base_url, "serving");
    let work = async {
        listener::serve(listener, router(state), door, stop.clone()).await;
        if let Some(workers) = workers
            && let Err(error) = workers.await
        {
            tracing::error!(%error, "the workers stopped");
        }
    };
    until_stopped(work, stop.clone()).await;
    close(&services).await;
    Ok(())
}

/// Scores only; any number of these beside any number of servers.
pub async fn worker(settings: Settings, count: Option<usize>) -> anyhow::Result<()> {
    settings.log.start()?;
    let services = open(&settings).await?;
    let (stopping, stop) = watch::channel(false);
    tokio::spawn(signals(stopping));
    let count = count.unwrap_or_else(|| settings.jobs.worker_count());
    tracing::info!(count, "working");
    until_stopped(jobs::run(services.clone(), count, stop.clone()), stop).await;
    close(&services).await;
    Ok(())
}

/// Raises the limit of open files as far as it may be, and says how many connections and files that are sent fit under it.
fn open_files(wanted: usize) -> (usize, usize) {
    let needed = (wanted as u64).saturating_mul(2).saturating_add(BESIDE);
    let allowed = match rlimit::increase_nofile_limit(needed) {
        Ok(allowed) => allowed,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            return (wanted, wanted);
        }
    };
    let (connections, files) = fit(wanted, allowed);
    if allowed < needed {
        tracing::warn!(
            "MADANG_CONNECTIONS is {wanted}, but this process may open {allowed} files: {connections} connections are taken, and \
             {files} files are sent at once. Raise the hard limit (ulimit -Hn, LimitNOFILE= of systemd) to {needed}"
        );
    }
    (connections, files)
}

/// How many connections, and files that are sent on them. Where there is no room for a file on each, most wait for events and send none.
fn fit(wanted: usize, allowed: u64) -> (usize, usize) {
    let room = usize::try_from(allowed.saturating_sub(BESIDE).max(BESIDE)).unwrap_or(usize::MAX);
    let connections = wanted.min(room / 5 * 4);
    (connections, connections.min(room - connections))
}

/// What is done beside the requests so that none of them has to.
fn keep_house(services: &Services, stop: &watch::Receiver<bool>) {
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

async fn write(services: Services) {
    if let Err(error) = visits::write(&services).await {
        tracing::warn!(%error, "readers and last uses could not be written; they wait for the next time");
    }
}

/// Does something now and again after each `period`, until the stop.
async fn every<F: Future<Output = ()>>(period: Duration, mut stop: watch::Receiver<bool>, deed: impl Fn() -> F) {
    loop {
        deed().await;
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Waits for the work's end, after the request to stop not longer than [`GRACE`].
async fn until_stopped(work: impl Future<Output = ()>, mut stop: watch::Receiver<bool>) {
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
async fn close(services: &Services) {
    let closing = async {
        write(services.clone()).await;
        services.db.close().await;
    };
    match tokio::time::timeout(CLOSING, closing).await {
        Ok(()) => tracing::info!("stopped"),
        Err(_) => tracing::warn!("stopped; the database was still busy"),
    }
}

/// Says stop at Ctrl-C or SIGTERM.
async fn signals(stopping: watch::Sender<bool>) {
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

/// Brings notices up to this version's Markdown.
async fn render_anew(services: Services) {
    match boards::render_anew(&services).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "notices were converted anew"),
        Err(error) => tracing::warn!(%error, "notices could not be converted anew; the next start tries again"),
    }
}

/// Removes sessions that have ended and files that nothing refers to.
async fn sweep_up(services: Services) {
    if let Err(error) = sessions::sweep(&services).await {
        tracing::warn!(%error, "ended sessions could not be removed");
    }
    match sweep::files(&services).await {
        Ok(0) => {}
        Ok(files) => tracing::info!(files, "files that nothing refers to were removed"),
        Err(error) => tracing::warn!(%error, "files that nothing refers to could not be removed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_has_a_file_or_where_there_is_no_room_for_that_the_files_give_way_first() {
        for (allowed, expected) in [
            (1_000_000, (16_000, 16_000)),
            (32_256, (16_000, 16_000)),
            (20_256, (16_000, 4_000)),
            (1_024, (612, 156)),
            (16, (204, 52)),
        ] {
            assert_eq!(fit(16_000, allowed), expected, "{allowed}");
        }
        assert_eq!(fit(1, 1_024), (1, 1));
    }
}
