//! The real program, as a test starts it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use platform::testing::Store;
use reqwest::Client;
use serde_json::Value;

use crate::common::{file, model};

pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) url: String,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn madang(store: &Store, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_madang"));
    command
        .current_dir(store.folder.path())
        .env("MADANG_ADDR", format!("127.0.0.1:{port}"))
        .env("MADANG_DATABASE_URL", &store.config.database_url)
        .env("MADANG_STORAGE_URL", &store.config.storage_url)
        .env("MADANG_LEASE_SECONDS", "1")
        .env("MADANG_LOG", "error")
        .stdout(Stdio::null());
    command
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Serves, with further environment, and waits until it answers.
pub(crate) async fn serve(store: &Store, arguments: &[&str], environment: &[(&str, &str)]) -> Program {
    let port = free_port();
    let environment = environment.iter().copied();
    let child = madang(store, port).envs(environment).arg("serve").args(arguments).spawn().unwrap();
    let program = Program { child, url: format!("http://127.0.0.1:{port}") };
    until("the server answers", || async { reqwest::get(format!("{}/healthz", program.url)).await.is_ok() }).await;
    program
}

/// Asks again and again until it is so; fails after half a minute.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !ask().await {
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn load_demo(store: &Store) {
    assert!(madang(store, 0).env("MADANG_ADDR", "127.0.0.1:1").arg("demo").status().unwrap().success());
}

/// Submits as a team of the demo, and what it is answered.
pub(crate) async fn report(url: &str) -> Value {
    let request = Client::new().post(format!("{url}/api/direct-report/101?password=madang-demo-key"));
    let request =
        request.basic_auth("garam@madang.test", Some("madang-demo-2026")).multipart(file("files", model("mlp.csv")));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

/// A submission of that team.
pub(crate) async fn submission(url: &str, id: &Value) -> Value {
    let request = Client::new().get(format!("{url}/api/v1/submissions/{}", id.as_str().unwrap()));
    request.basic_auth("garam@madang.test", Some("madang-demo-2026")).send().await.unwrap().json().await.unwrap()
}

/// A submission's stored file as a pipe: whoever scores it stays in the middle of reading until somebody writes.
pub(crate) struct Pipe {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Pipe {
    pub(crate) fn of(store: &Store, id: &Value) -> Self {
        let path = find(&store.folder.path().join("files"), id.as_str().unwrap());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        Self { path, bytes }
    }

    /// The file is one again; who reads from the pipe goes on waiting.
    pub(crate) fn back(self) {
        std::fs::remove_file(&self.path).unwrap();
        std::fs::write(&self.path, self.bytes).unwrap();
    }

    /// Lets whoever reads go on; waits until somebody does.
    pub(crate) fn write(self) -> std::io::Result<()> {
        std::fs::write(self.path, self.bytes)
    }
}

/// The stored file of a submission.
fn find(folder: &Path, id: &str) -> PathBuf {
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().contains(id) {
                return path;
            }
        }
    }
    panic!("no file of submission {id}");
}
