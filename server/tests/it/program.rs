//! The real program, as a test starts it.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use platform::testing::Store;

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
