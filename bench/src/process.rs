//! What the system says of a process: memory, processor time, open files. Linux only.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;

/// Clock ticks a second in /proc/PID/stat, on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    pub(crate) fn this() -> Self {
        Self(std::process::id())
    }

    fn file(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.0))
    }

    /// Memory in use, in megabytes of 10^6 bytes.
    pub(crate) fn megabytes(self) -> anyhow::Result<f64> {
        let path = self.file("status");
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS: has it ended?")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib * 1024.0 / 1e6)
    }

    /// Processor time so far, of all its threads, in seconds.
    pub(crate) fn cpu(self) -> anyhow::Result<f64> {
        let text = std::fs::read_to_string(self.file("stat"))?;
        // The name, in parentheses, may have spaces; fields are counted after it.
        let fields: Vec<&str> = text.rsplit_once(") ").context("odd stat")?.1.split(' ').collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).context("odd stat");
        Ok((ticks(11)? + ticks(12)?) / TICKS)
    }

    pub(crate) fn open_files(self) -> anyhow::Result<usize> {
        Ok(std::fs::read_dir(self.file("fd"))?.count())
    }

    pub(crate) fn children(self) -> Vec<Self> {
        let numbers = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let all = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).map(Self);
        all.filter(|process| process.parent() == Some(self.0)).collect()
    }

    fn parent(self) -> Option<u32> {
        let text = std::fs::read_to_string(self.file("stat")).ok()?;
        text.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
    }

    /// Sends a signal by its name, such as `STOP`.
    pub(crate) fn signal(self, name: &str) {
        let _ = std::process::Command::new("kill").arg(format!("-{name}")).arg(self.0.to_string()).status();
    }
}

/// The most memory that a process had while this was watching.
pub(crate) struct Peak(tokio::task::JoinHandle<()>, tokio::sync::watch::Receiver<f64>);

impl Peak {
    pub(crate) fn watch(process: Process) -> Self {
        let (sender, receiver) = tokio::sync::watch::channel(0.0);
        let task = tokio::spawn(async move {
            while let Ok(now) = process.megabytes() {
                sender.send_if_modified(|most| {
                    let is_more = now > *most;
                    *most = most.max(now);
                    is_more
                });
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
        });
        Self(task, receiver)
    }

    pub(crate) fn end(self) -> f64 {
        self.0.abort();
        *self.1.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_from_the_system() {
        let this = Process::this();
        assert!(this.megabytes().unwrap() > 0.5);
        assert!(this.cpu().unwrap() >= 0.0);
        assert!(this.open_files().unwrap() >= 3);
        assert!(Process(0).megabytes().is_err());
    }
}
