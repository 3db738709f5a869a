//! A real mail server that tests start.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::sync::watch;

/// A letter that the server was given, whatever it answered.
#[derive(Debug, Clone, Deserialize)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    /// Who had logged in.
    pub user: Option<String>,
    pub encrypted: bool,
    pub data: String,
}

impl Received {
    /// The value of a header that stands on one line.
    pub fn header(&self, name: &str) -> &str {
        let start = format!("{name}: ");
        self.data.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default()
    }
}

/// What the script prints.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Ready { port: u16 },
    Heard { lines: usize },
    Letter(Received),
}

/// What was read of it.
#[derive(Default)]
struct Read {
    letters: Vec<Received>,
    heard: usize,
}

/// nodemailer's `smtp-server` in a process of its own; `smtp-server.mjs` says what it takes and what recipients make it do.
pub struct SmtpServer {
    child: Child,
    port: u16,
    asked: AtomicUsize,
    read: watch::Receiver<Read>,
    folder: TempDir,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl SmtpServer {
    /// Starts it, with the script's options, and waits until it listens.
    #[boxed]
    pub async fn start(options: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/testing/smtp-server.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg("--cert").arg(cert).arg("--key").arg(key).args(options);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap());
        let Some(Said::Ready { port }) = lines.next() else { panic!("no mail server: run tools/setup.sh or npm ci") };
        let (told, read) = watch::channel(Read::default());
        std::thread::spawn(move || {
            for said in lines {
                told.send_modify(|read: &mut Read| match said {
                    Said::Letter(letter) => read.letters.push(letter),
                    Said::Heard { lines } => read.heard = lines,
                    Said::Ready { .. } => {}
                });
            }
        });
        Self { child, port, asked: AtomicUsize::new(0), read, folder }
    }

    /// Its address, with `user:password@` where that is not empty.
    pub fn url(&self, credentials: &str) -> String {
        format!("smtp://{credentials}127.0.0.1:{}", self.port)
    }

    /// The file of the certificate that it shows.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// What it was given so far.
    #[boxed]
    pub async fn received(&self) -> Vec<Received> {
        (&mut self.child.stdin.as_ref().unwrap()).write_all(b"\n").unwrap();
        let asked = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        self.once(|read| read.heard >= asked).await
    }

    /// Waits until it was given so many letters.
    #[boxed]
    pub async fn until(&self, count: usize) -> Vec<Received> {
        self.once(|read| read.letters.len() >= count).await
    }

    async fn once(&self, is_so: impl FnMut(&Read) -> bool) -> Vec<Received> {
        let mut read = self.read.clone();
        let wait = tokio::time::timeout(Duration::from_secs(30), read.wait_for(is_so)).await;
        wait.expect("the mail server was not given so much").unwrap().letters.clone()
    }
}
