//! `serve` and `worker`: run until asked to stop, then finish what has begun.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use leptos::prelude::LeptosOptions;
use metrics_exporter_prometheus::PrometheusBuilder;
use platform::{Services, accounts, boards, jobs};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::{log, open};
use crate::config::Settings;
use crate::router::router;
use crate::state::AppState;

/// How long open requests may take to end after the request to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How often sessions that have ended are removed.
const SWEEP: Duration = Duration::from_hours(1);

/// Serves pages and programs, and scores beside it unless told otherwise.
pub async fn serve(settings: Settings, with_workers: bool) -> anyhow::Result<()> {
    log(&settings)?;
    let services = open(&settings).await?;
    let metrics = PrometheusBuilder::new().install_recorder().context("the metrics could not be started")?;
    let address = settings.socket()?;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("MADANG_ADDR is {address}; nothing can listen there now"))?;
    // An event is one small packet: it goes out at once.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let (stopping, stop) = watch::channel(false);
    tokio::spawn(signals(stopping));
    let workers =
        with_workers.then(|| tokio::spawn(jobs::run(services.clone(), settings.worker_count(), stop.clone())));
    tokio::spawn(sweep(services.clone(), stop.clone()));
    tokio::spawn(render_anew(services.clone()));

    let state = AppState {
        is_demo: accounts::is_demo(&services).await?,
        proxies: settings.proxies()?.into(),
        settings: Arc::new(settings),
        leptos: LeptosOptions::builder().output_name("app").build(),
        metrics: Some(metrics),
        pages: Arc::default(),
        services: services.clone(),
        stop: stop.clone(),
    };
    tracing::info!(%address, url = %state.settings.base_url, "serving");
    let app = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let mut asked = stop.clone();
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        let _ = asked.wait_for(|stop| *stop).await;
    });
    let mut late = stop;
    tokio::select! {
        ended = server => ended.context("the server stopped")?,
        () = async { let _ = late.wait_for(|stop| *stop).await; tokio::time::sleep(GRACE).await } => tracing::warn!("some requests did not end in time"),
    }
    if let Some(workers) = workers {
        workers.await.context("the workers stopped")?;
    }
    services.db.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Scores only; any number of these beside any number of servers.
pub async fn worker(settings: Settings, count: Option<usize>) -> anyhow::Result<()> {
    log(&settings)?;
    let services = open(&settings).await?;
    let (stopping, stop) = watch::channel(false);
    tokio::spawn(signals(stopping));
    let count = count.unwrap_or_else(|| settings.worker_count());
    tracing::info!(count, "working");
    jobs::run(services.clone(), count, stop).await;
    services.db.close().await;
    Ok(())
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

async fn sweep(services: Services, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = services.db.delete_expired_sessions(services.clock.now()).await {
            tracing::warn!(%error, "ended sessions could not be removed");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
