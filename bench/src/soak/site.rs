//! The server under test: its folder on a small disk, its processes, its database.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use domain::address;
use tempfile::TempDir;
use tokio::time::Instant;

use super::{Life, SoakArgs};
use crate::http::{get, once};
use crate::note;
use crate::people::People;
use crate::place::{Place, source};
use crate::process::Process;

/// The small disk's size.
const DISK: &str = "size=384m";

pub(super) struct Site {
    folder: TempDir,
    /// Database and files.
    pub(super) data: PathBuf,
    pub(super) place: Place,
    /// Of the throwaway cluster, where there is one.
    pub(super) database_url: Option<String>,
    is_mounted: bool,
    program: PathBuf,
    server: Option<Child>,
    worker: Option<Child>,
    addr: String,
}

impl Site {
    pub(super) fn new(args: &SoakArgs) -> anyhow::Result<Self> {
        ensure!(args.server.exists(), "{} is not there: build it first", args.server.display());
        let folder = tempfile::Builder::new().prefix("madang-soak-").tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        let mut mount = Command::new("mount");
        let is_mounted = command(mount.args(["-t", "tmpfs", "-o", DISK, "madang-soak"]).arg(&data)).is_ok();
        if !is_mounted {
            note("no small disk could be mounted (that takes root): it will not be filled");
        }
        let database_url = args.postgres.then(cluster).transpose()?;
        Ok(Self {
            folder,
            data,
            place: Place::new(&format!("http://{}", args.addr))?,
            database_url,
            is_mounted,
            program: args.server.canonicalize()?,
            server: None,
            worker: None,
            addr: args.addr.clone(),
        })
    }

    /// The small disk, where there is one.
    pub(super) fn disk(&self) -> Option<&Path> {
        self.is_mounted.then_some(&self.data)
    }

    /// The folder with the logs, which then stays.
    pub(super) fn keep(mut self) -> PathBuf {
        self.end();
        self.folder.disable_cleanup(true);
        self.folder.path().to_owned()
    }

    fn run(&self, people: &People, name: &str, arguments: &[&str]) -> anyhow::Result<Child> {
        let log = File::options().create(true).append(true).open(self.folder.path().join(format!("{name}.log")))?;
        Command::new(&self.program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("MADANG_ADDR", &self.addr)
            .env("MADANG_DATABASE_URL", &people.database_url)
            .env("MADANG_STORAGE_URL", &people.storage_url)
            .env("MADANG_MAIL_URL", format!("file://{}/mail", self.data.display()))
            .env("MADANG_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", self.program.display()))
    }

    pub(super) fn start(&mut self, people: &People) -> anyhow::Result<()> {
        self.start_server(people)?;
        self.start_worker(people)
    }

    pub(super) fn start_server(&mut self, people: &People) -> anyhow::Result<()> {
        self.server = Some(self.run(people, "server", &["serve"])?);
        Ok(())
    }

    fn start_worker(&mut self, people: &People) -> anyhow::Result<()> {
        self.worker = Some(self.run(people, "worker", &["worker", "--concurrency", "1"])?);
        Ok(())
    }

    /// Until the server answers, a minute at most.
    pub(super) async fn ready(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + Duration::from_mins(1);
        while Instant::now() < until {
            if let Some(ended) = self.server.as_mut().and_then(|server| server.try_wait().ok().flatten()) {
                bail!("the server ended by itself with {ended}; its log is in {}", self.folder.path().display());
            }
            let request = get(address::service::HEALTHZ, &[("connection", "close")]);
            if once(self.place, source(0, 1), &request).await.is_ok_and(|(head, _)| head.status == 200) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server does not answer a minute after its start");
    }

    /// As `kill -9` does.
    pub(super) fn kill_server(&mut self) {
        end(self.server.take());
    }

    pub(super) fn kill_worker(&mut self, people: &People) -> anyhow::Result<()> {
        end(self.worker.take());
        self.start_worker(people)
    }

    pub(super) fn life(&self) -> anyhow::Result<Life> {
        let server = Process(self.server.as_ref().context("no server")?.id());
        Ok(Life { megabytes: server.megabytes()?, open_files: server.open_files()? })
    }

    /// Ends the processes and gives the small disk back.
    pub(super) fn end(&mut self) {
        end(self.server.take());
        end(self.worker.take());
        if std::mem::take(&mut self.is_mounted) {
            let _ = command(Command::new("umount").arg(&self.data));
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.end();
    }
}

fn end(child: Option<Child>) {
    if let Some(mut child) = child {
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn command(command: &mut Command) -> anyhow::Result<()> {
    let ended = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(ended.success(), "{ended}");
    Ok(())
}

/// A cluster that a watcher stops when this process has ended.
fn cluster() -> anyhow::Result<String> {
    let output =
        Command::new("bash").arg("tools/throwaway-postgres.sh").arg(std::process::id().to_string()).output()?;
    ensure!(output.status.success(), "PostgreSQL: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
