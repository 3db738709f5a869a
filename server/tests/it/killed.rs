//! The real program, killed with SIGKILL at the worst moments.

use both::both;
use platform::testing::Store;
use std::process::Command;

use serde_json::Value;

use crate::program::{Pipe, Program, free_port, load_demo, madang, report, serve, submission, until};

async fn version(url: &str) -> i64 {
    let board: Value = reqwest::get(format!("{url}/api/v1/competitions/breast-cancer/leaderboard"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    board["version"].as_i64().unwrap()
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_right_after_its_answer_keeps_the_submission(store: Store) {
    load_demo(&store);
    let mut server = serve(&store, &["--no-worker"], &[]).await;
    let answer = report(&server.url).await;
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let server = serve(&store, &[], &[]).await;
    let id = &answer["submission"]["id"];
    until("the submission is scored", || async { submission(&server.url, id).await["status"] == "scored" }).await;
    let kept = submission(&server.url, id).await;
    assert_eq!(kept["sha256"], answer["submission"]["sha256"]);
    assert_eq!(kept["public_score"].as_f64(), Some(0.944_7));
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_while_scoring_loses_nothing_and_the_submission_is_scored_once(store: Store) {
    load_demo(&store);
    let server = serve(&store, &["--no-worker"], &[]).await;
    let before = version(&server.url).await;
    let answer = report(&server.url).await;
    let id = &answer["submission"]["id"];
    let pipe = Pipe::of(&store, id);

    let mut worker = madang(&store, free_port()).arg("worker").spawn().unwrap();
    until("a worker has it", || async { submission(&server.url, id).await["status"] == "scoring" }).await;
    worker.kill().unwrap();
    worker.wait().unwrap();
    pipe.back();

    let mut second = madang(&store, free_port()).args(["worker", "--concurrency", "2"]).spawn().unwrap();
    until("the submission is scored", || async { submission(&server.url, id).await["status"] == "scored" }).await;
    assert_eq!(version(&server.url).await, before + 1);
    second.kill().unwrap();
    second.wait().unwrap();
}

#[both(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_a_worker_gives_an_endless_scoring_back_and_ends(store: Store) {
    load_demo(&store);
    let server = serve(&store, &["--no-worker"], &[]).await;
    let answer = report(&server.url).await;
    let id = &answer["submission"]["id"];
    let pipe = Pipe::of(&store, id);

    let worker = madang(&store, free_port()).env("MADANG_LEASE_SECONDS", "3600").arg("worker").spawn().unwrap();
    let mut worker = Program { child: worker, url: String::new() };
    until("a worker has it", || async { submission(&server.url, id).await["status"] == "scoring" }).await;
    assert!(Command::new("kill").args(["-TERM", &worker.child.id().to_string()]).status().unwrap().success());
    let child = std::cell::RefCell::new(&mut worker.child);
    until("the worker ends", || async { child.borrow_mut().try_wait().unwrap().is_some() }).await;

    // Its lease would have lasted an hour.
    pipe.back();
    let mut second = madang(&store, free_port()).arg("worker").spawn().unwrap();
    until("the submission is scored", || async { submission(&server.url, id).await["status"] == "scored" }).await;
    second.kill().unwrap();
    second.wait().unwrap();
}
