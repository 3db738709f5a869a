//! `madang serve`.

mod open_files;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use leptos::prelude::LeptosOptions;
use platform::{accounts, jobs};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::stopping::{close, signals, until_stopped};
use super::upkeep::{every, keep_house, render_anew};
use super::{Answer, open};
use crate::crowd::{self, Crowd};
use crate::listener::{self, Door, HEAD};
use crate::rest::ops;
use crate::router::router;
use crate::settings::Settings;
use crate::state::{AppState, Parts};
use open_files::open_files;

/// How often the times of answers are counted together.
const COUNT: Duration = Duration::from_secs(5);

/// Run the web server, with workers for scoring and mail inside
#[derive(Args)]
pub struct ServeArgs {
    /// Address to listen on (`MADANG_ADDR`)
    #[arg(long)]
    addr: Option<String>,
    /// Only the web server; scoring and mail are done by `madang worker` elsewhere
    #[arg(long)]
    no_worker: bool,
}

impl ServeArgs {
    /// Runs until asked to stop, then finishes what has begun.
    pub async fn run(self) -> anyhow::Result<Answer> {
        serve(Settings::load(self.addr.as_deref())?, !self.no_worker).await?;
        Ok(Answer::default())
    }
}

/// Serves pages and programs, and scores beside it unless told otherwise.
async fn serve(mut settings: Settings, with_workers: bool) -> anyhow::Result<()> {
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
