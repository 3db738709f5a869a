//! The real program, killed with SIGKILL at the worst moments.

use std::path::Path;
use std::process::Command;

use platform::testing::stores;
use reqwest::Client;
use serde_json::Value;

use crate::common::{file, model};
use crate::program::{Program, free_port, load_demo, madang, serve, until};

pub(crate) async fn report(url: &str) -> Value {
    let request = Client::new().post(format!("{url}/api/direct-report/101?password=madang-demo-key"));
    let request =
        request.basic_auth("garam@madang.test", Some("madang-demo-2026")).multipart(file("files", model("mlp.csv")));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

pub(crate) async fn submission(url: &str, id: &Value) -> Value {
    let request = Client::new().get(format!("{url}/api/v1/submissions/{}", id.as_str().unwrap()));
    request.basic_auth("garam@madang.test", Some("madang-demo-2026")).send().await.unwrap().json().await.unwrap()
}

async fn version(url: &str) -> i64 {
    let board: Value = reqwest::get(format!("{url}/api/v1/competitions/breast-cancer/leaderboard"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    board["version"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_right_after_its_answer_keeps_the_submission() {
    for store in stores().await {
        load_demo(&store);
        let mut server = serve(&store, &["--no-worker"], &[]).await;
        let answer = report(&server.url).await;
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let server = serve(&store, &[], &[]).await;
        let id = &answer["submission"]["id"];
        until("the submission is scored", || async { submission(&server.url, id).await["status"] == "scored" }).await;
        let kept = submission(&server.url, id).await;
        assert_eq!(kept["sha256"], answer["submission"]["sha256"], "{}", store.name);
        assert_eq!(kept["public_score"].as_f64(), Some(0.944_7), "{}", store.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_while_scoring_loses_nothing_and_the_submission_is_scored_once() {
    for store in stores().await {
        load_demo(&store);
        let server = serve(&store, &["--no-worker"], &[]).await;
        let before = version(&server.url).await;
        // The file is a pipe: whoever scores it stays in the middle of reading until someone writes.
        let answer = report(&server.url).await;
        let id = &answer["submission"]["id"];
        let path = find(&store.folder.path().join("files"), id.as_str().unwrap());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());

        let mut worker = madang(&store, free_port()).arg("worker").spawn().unwrap();
        until("a worker has it", || async { submission(&server.url, id).await["status"] == "scoring" }).await;
        worker.kill().unwrap();
        worker.wait().unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();

        let mut second = madang(&store, free_port()).args(["worker", "--concurrency", "2"]).spawn().unwrap();
        until("the submission is scored", || async { submission(&server.url, id).await["status"] == "scored" }).await;
        assert_eq!(version(&server.url).await, before + 1, "{}", store.name);
        second.kill().unwrap();
        second.wait().unwrap();
    }
}

/// The stored file of a submission.
pub(crate) fn find(folder: &Path, id: &str) -> std::path::PathBuf {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_a_worker_gives_an_endless_scoring_back_and_ends() {
    for store in stores().await {
        load_demo(&store);
        let server = serve(&store, &["--no-worker"], &[]).await;
        let answer = report(&server.url).await;
        let id = &answer["submission"]["id"];
        let path = find(&store.folder.path().join("files"), id.as_str().unwrap());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());

        let worker = madang(&store, free_port()).env("MADANG_LEASE_SECONDS", "3600").arg("worker").spawn().unwrap();
        let mut worker = Program { child: worker, url: String::new() };
        until("a worker has it", || async { submission(&server.url, id).await["status"] == "scoring" }).await;
        assert!(Command::new("kill").args(["-TERM", &worker.child.id().to_string()]).status().unwrap().success());
        let child = std::cell::RefCell::new(&mut worker.child);
        until("the worker ends", || async { child.borrow_mut().try_wait().unwrap().is_some() }).await;

        // Its lease would have lasted an hour.
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let mut second = madang(&store, free_port()).arg("worker").spawn().unwrap();
        until("the submission is scored", || async { submission(&server.url, id).await["status"] == "scored" }).await;
        second.kill().unwrap();
        second.wait().unwrap();
    }
}
