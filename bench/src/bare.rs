//! What the machine can do at best: a handler that sends the same bytes and nothing else.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::Context as _;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;

use crate::place::Place;
use crate::process::Process;

#[derive(clap::Args)]
pub(crate) struct BareArgs {
    /// Such as 127.0.0.1:3998
    address: String,
    file: PathBuf,
    kind: String,
}

pub(crate) async fn run(args: BareArgs) -> anyhow::Result<()> {
    let place = Place::new(&format!("http://{}", args.address))?;
    let (bytes, kind) = (Bytes::from(std::fs::read(&args.file)?), args.kind);
    let app = Router::new().route("/", get(move || async move { ([(CONTENT_TYPE, kind)], bytes) }));
    let listener =
        tokio::net::TcpListener::bind(place.to).await.with_context(|| format!("cannot listen on {}", args.address))?;
    axum::serve(listener, app).await.context("the bare server stopped")
}

/// A bare handler in a process of its own, as the server is; ended when dropped.
pub(crate) struct Bare {
    child: Child,
    pub(crate) place: Place,
}

impl Bare {
    pub(crate) fn start(address: &str, file: &Path, kind: &str) -> anyhow::Result<Self> {
        let program = std::env::current_exe()?;
        let child = Command::new(program).arg("bare").arg(address).arg(file).arg(kind).spawn()?;
        Ok(Self { child, place: Place::new(&format!("http://{address}"))? })
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
