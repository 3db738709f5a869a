//! What a server stands on, failing: a database that pauses, a disk that fills and frees.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use storage::Db;
use tokio::time::sleep;

use super::site::Site;
use crate::process::Process;

/// Longer than the ten seconds that a SQLite connection waits for the write lock.
const PAUSE: Duration = Duration::from_secs(12);
const FULL: Duration = Duration::from_secs(8);

/// SQLite: somebody else holds the write lock. PostgreSQL: every process of the cluster stands still.
pub(super) async fn pause_database(site: &Site, url: &str) -> anyhow::Result<()> {
    if site.database_url.is_some() {
        let _stopped = Stopped::cluster(url)?;
        sleep(PAUSE).await;
        return Ok(());
    }
    let db = Db::open(url).await?;
    let held = db.begin().await?;
    sleep(PAUSE).await;
    drop(held);
    db.close().await;
    Ok(())
}

/// Processes that stand still until this is dropped.
struct Stopped(Vec<Process>);

impl Stopped {
    fn cluster(url: &str) -> anyhow::Result<Self> {
        let folder = url.split_once("host=").context("no folder in the cluster's URL")?.1;
        let file = PathBuf::from(folder).join("data/postmaster.pid");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let main = Process(text.lines().next().unwrap_or_default().parse().context("odd postmaster.pid")?);
        // The main process first: it must not start others meanwhile.
        main.signal("STOP");
        let mut all = vec![main];
        all.extend(main.children());
        for process in &all[1..] {
            process.signal("STOP");
        }
        Ok(Self(all))
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        for process in &self.0 {
            process.signal("CONT");
        }
    }
}

/// Fills the small disk to the last byte, and frees it again; does nothing where there is none.
pub(super) async fn fill_disk(site: &Site) -> anyhow::Result<()> {
    let Some(disk) = site.disk() else { return Ok(()) };
    let path = disk.join("ballast");
    let _freed = Ballast(path.clone());
    let mut file = File::create(&path)?;
    let until = tokio::time::Instant::now() + FULL;
    while tokio::time::Instant::now() < until {
        // What the server frees meanwhile is taken again.
        for size in [1 << 20, 4096, 1] {
            let part = vec![0; size];
            loop {
                match file.write_all(&part) {
                    Ok(()) => {}
                    Err(error) if error.kind() == ErrorKind::StorageFull => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// A file that is removed when this is dropped.
struct Ballast(PathBuf);

impl Drop for Ballast {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
